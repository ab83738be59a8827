"""Confirming an address before what was said with it counts: a link by e-mail, a code by text message.

A room says in `Room.confirmations` what people confirm addresses for. The link opens a page with a button, because
mail scanners open links by themselves; only pressing the button confirms.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from dure.core import clock, outbox, ports, tokens
from dure.core.ids import uuid7
from dure.core.links import resolve_one
from dure.core.models import Confirmation
from dure.core.refused import Refused
from dure.core.rooms import Purpose, rooms
from dure.core.viewer import Viewer

LINK_HOLDS = timedelta(hours=24)
CODE_HOLDS = timedelta(minutes=10)
TRIES = 5
"""Codes that may be typed for one confirmation."""
PER_ADDRESS = 5
PER_CLIENT = 20
"""Confirmations that may be started in an hour for one address, and from one network address."""


def purposes() -> Mapping[str, Purpose]:
    return {name: purpose for room in rooms() for name, purpose in room.confirmations.items()}


def clean_address(channel: str, address: str) -> str:
    """The address as it is stored (e-mail in small letters, telephone as E.164); Refused `invalid`."""
    if channel == Confirmation.Channel.PHONE:
        return ports.phone_number(address)
    address = address.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused("invalid", _("전자우편 주소를 다시 확인해 주세요."), "email") from error
    return address


def confirmation_start(
    *, channel: str, address: str, purpose: str, thing: str, language: str | None = None, client: str = ""
) -> Confirmation:
    """Send a link (`channel` email) or a code (phone) to `address`; what waits for it happens when it comes back.

    `purpose` is one of `purposes()`, `thing` the URN it is about; `client` is the network address it was asked from, of
    which only a keyed hash is kept. Refused: `invalid` address, `too_many` for the address or from the client.
    """
    if purpose not in purposes():
        raise ValueError(f"no room confirms addresses for {purpose!r}")
    address = clean_address(channel, address)
    by_phone = channel == Confirmation.Channel.PHONE
    if by_phone and "sms" not in ports.channels():
        raise Refused("invalid", _("이곳에서는 문자로 확인할 수 없습니다. 전자우편으로 확인해 주세요."), "phone")
    code, token, id = tokens.new_code(), tokens.new_token(), uuid7()
    language = language or translation.get_language() or settings.LANGUAGE_CODE
    with transaction.atomic():
        client = tokens.client_hash(client) if client else ""
        _check_limits(address, client)
        confirmation = Confirmation.objects.create(
            id=id,
            channel=channel,
            address=address,
            purpose=purpose,
            thing=thing,
            secret_hash=tokens.code_hash(id, code) if by_phone else tokens.token_hash(token),
            expires_at=clock.now() + (CODE_HOLDS if by_phone else LINK_HOLDS),
            language=language,
            client=client,
        )
        if by_phone:
            text = ports.compose("confirm.code", code, language)
            outbox.queue(channel="sms", address=address, text=text)
        else:
            _write(confirmation, token)
    return confirmation


def _check_limits(address: str, client: str) -> None:
    recent = Confirmation.objects.filter(created_at__gt=clock.now() - timedelta(hours=1))
    many = recent.filter(address=address).count() >= PER_ADDRESS
    if many or (client and recent.filter(client=client).count() >= PER_CLIENT):
        raise Refused("too_many", _("확인을 너무 여러 번 요청했습니다. 한 시간 뒤에 다시 해 주세요."))


def _write(confirmation: Confirmation, token: str) -> None:
    with translation.override(confirmation.language):
        purpose = purposes()[confirmation.purpose]
        link = resolve_one(confirmation.thing, Viewer.anonymous())
        lines = [
            str(purpose.ask),
            *([f"「{link.title}」"] if link else []),
            "",
            _("아래 링크를 열고 단추를 누르면 확인됩니다. 링크는 24시간 동안 쓸 수 있습니다."),
            f"{settings.SITE_URL}/confirm/{token}/",
            "",
            _("요청하지 않으셨다면 이 편지를 지우셔도 됩니다. 아무 일도 일어나지 않습니다."),
        ]
        outbox.queue(
            channel="email",
            address=confirmation.address,
            subject=_("[두레] 주소를 확인해 주세요"),
            text="\n".join(lines) + "\n",
        )


def confirmation_of(token: str) -> Confirmation:
    """The confirmation a link belongs to, for the page with the button. Refused: `not_found`, `gone` when too old."""
    row = Confirmation.objects.filter(secret_hash=tokens.token_hash(token), channel="email").first()
    if row is None:
        raise Refused("not_found", _("이 링크로는 확인할 것이 없습니다. 주소를 끝까지 옮겼는지 보아 주세요."))
    return _fresh(row)


def confirmation_finish(secret: str, *, id: UUID | None = None) -> Confirmation:
    """The address is confirmed: do what waited for it, once. A second time changes nothing and is no error.

    `secret` is the link's token, or with `id` the code that was typed. Refused: `not_found`, `gone` when too old or
    after too many wrong codes, `invalid` for a wrong code. Not to be called inside a transaction: wrong codes are
    counted also where the caller then gives up.
    """
    if id is not None:
        _check_code(id, secret)
        found = Q(pk=id)
    else:
        found = Q(pk=confirmation_of(secret).pk)
    with transaction.atomic():
        row = Confirmation.objects.select_for_update().get(found)
        if row.confirmed_at is None:
            _fresh(row)
            row.confirmed_at = clock.now()
            row.save(update_fields=["confirmed_at"])
            purposes()[row.purpose].done(row)
    return row


def next_page(confirmation: Confirmation) -> str:
    """Where to go once the address is confirmed."""
    return purposes()[confirmation.purpose].page(confirmation)


def _check_code(id: UUID, code: str) -> None:
    with transaction.atomic(durable=True):
        row = Confirmation.objects.filter(pk=id, channel="phone").select_for_update().first()
        if row is None:
            raise Refused("not_found", _("확인할 것이 없습니다. 처음부터 다시 해 주세요."))
        if row.confirmed_at is None:
            _fresh(row)
            if row.tries >= TRIES:
                raise Refused("gone", _("번호를 너무 여러 번 틀렸습니다. 새 번호를 받아 주세요."), "code")
        # Counted before it is compared, so that answers broken off in the middle count too.
        Confirmation.objects.filter(pk=id).update(tries=F("tries") + 1)
    plain = "".join(code.split())
    if not secrets.compare_digest(tokens.code_hash(id, plain), row.secret_hash):
        raise Refused("invalid", _("번호가 맞지 않습니다. 다시 확인해 주세요."), "code")


def _fresh(row: Confirmation) -> Confirmation:
    if row.confirmed_at is None and row.expires_at <= clock.now():
        raise Refused("gone", _("확인할 수 있는 시간이 지났습니다. 처음부터 다시 해 주세요."))
    return row


def forget_old() -> int:
    """Delete what was never confirmed a day after it ran out; clear confirmed addresses after 30 days."""
    now = clock.now()
    unused = Confirmation.objects.filter(confirmed_at=None, expires_at__lt=now - timedelta(days=1)).delete()[0]
    old = Confirmation.objects.filter(confirmed_at__lt=now - outbox.KEEP).exclude(address="")
    return unused + old.update(address="")
