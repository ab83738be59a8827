"""Following a subject: signed in, or by a confirmed e-mail address without an account.

A follow by address sees what everybody sees. Its link opens the state of the subject and the way to stop; neither the
link nor anything else names the address.
"""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dure.core import clock, tokens
from dure.core.confirmations import confirmation_start
from dure.core.ids import uuid7
from dure.core.links import resolve_one
from dure.core.models import Confirmation, Event, Follow
from dure.core.refused import Refused
from dure.core.viewer import Viewer

PURPOSE = "core.follow"


def active() -> QuerySet[Follow]:
    return Follow.objects.filter(ended_at=None, confirmed_at__isnull=False)


def follow(*, by: Viewer, subject: str, mail: bool = True) -> Follow:
    """The signed-in person follows the subject (again: sets whether by mail). Refused: `not_signed_in`, `not_found`."""
    if by.person_id is None:
        raise Refused("not_signed_in", _("로그인하거나 전자우편 주소를 적어 주세요."))
    _must_see(subject, by)
    with transaction.atomic():
        row = following(by, subject)
        if row is None:
            row = _start(subject=subject, person_id=by.person_id, language=_language_of(by))
        row.mail = mail
        row.save(update_fields=["mail"])
    return row


def unfollow(*, by: Viewer, subject: str) -> None:
    """Stop following; nothing happens where the person did not follow."""
    if by.person_id is None:
        raise Refused("not_signed_in", _("로그인해 주세요."))
    active().filter(subject=subject, person_id=by.person_id).update(ended_at=clock.now(), mail_due_at=None)


def following(viewer: Viewer, subject: str) -> Follow | None:
    if viewer.person_id is None:
        return None
    return active().filter(subject=subject, person_id=viewer.person_id).first()


def follower_count(subject: str) -> int:
    return active().filter(subject=subject).count()


def follow_by_email(*, by: Viewer, subject: str, email: str, client: str = "") -> Confirmation:
    """Send a link to the address; following begins when it is confirmed. Whether the address follows already is not
    told. Refused: `invalid`, `too_many`, `not_found` where not everybody may see the subject.
    """
    _must_see(subject, Viewer.anonymous())
    return confirmation_start(channel="email", address=email, purpose=PURPOSE, thing=subject, client=client)


def begin_by_email(confirmation: Confirmation) -> None:
    """What waits for a confirmation with the purpose `core.follow`."""
    if active().filter(subject=confirmation.thing, email=confirmation.address).exists():
        return
    _start(subject=confirmation.thing, email=confirmation.address, language=confirmation.language)


def page_of(confirmation: Confirmation) -> str:
    row = active().filter(subject=confirmation.thing, email=confirmation.address).first()
    return path_of(row) if row else "/"


def path_of(row: Follow) -> str:
    """The follow link without the site."""
    return f"/f/{tokens.token_of('follow', row.pk)}/"


def follow_of(token: str) -> Follow:
    """The follow a link opens, also an ended one. Refused `not_found`."""
    row = Follow.objects.filter(token_hash=tokens.token_hash(token)).select_related("person").first()
    if row is None:
        raise Refused("not_found", _("이런 따라보기 링크가 없습니다. 주소를 끝까지 옮겼는지 보아 주세요."))
    return row


def viewer_of(row: Follow) -> Viewer:
    """What the holder of the link may see: what everybody may."""
    return Viewer.link(row.subject)


def stop_by_link(token: str) -> Follow:
    """The holder of the link wants no more letters: a follow by address ends, a person's goes on without mail.
    A second time changes nothing."""
    row = follow_of(token)
    if row.ended_at is None:
        if row.person_id:
            Follow.objects.filter(pk=row.pk).update(mail=False, mail_due_at=None)
        else:
            Follow.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.now(), mail_due_at=None)
    row.refresh_from_db()
    return row


def resume_by_link(token: str) -> Follow:
    """Undo `stop_by_link`."""
    row = follow_of(token)
    try:
        with transaction.atomic():
            if row.person_id:
                Follow.objects.filter(pk=row.pk).update(mail=True)
            else:
                Follow.objects.filter(pk=row.pk).update(ended_at=None, mailed_seq=_last_seq())
    except IntegrityError as error:
        raise Refused("conflict", _("이미 다른 링크로 따라보고 있습니다.")) from error
    row.refresh_from_db()
    return row


def _start(*, subject: str, person_id: object = None, email: str = "", language: str = "ko") -> Follow:
    id, now = uuid7(), clock.now()
    return Follow.objects.create(
        id=id,
        subject=subject,
        person_id=person_id,
        email=email,
        language=language,
        token_hash=tokens.token_hash(tokens.token_of("follow", id)),
        created_at=now,
        confirmed_at=now,
        mailed_seq=_last_seq(),
    )


def _last_seq() -> int:
    return Event.objects.aggregate(last=Max("seq"))["last"] or 0


def _must_see(subject: str, viewer: Viewer) -> None:
    if resolve_one(subject, viewer) is None:
        raise Refused("not_found", _("따라볼 것이 없습니다."))


def _language_of(viewer: Viewer) -> str:
    return get_language() or settings.LANGUAGE_CODE
