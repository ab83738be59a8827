"""API keys of a body: made by its head, shown once, revoked at any time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies import apikeys, policy, queries
from dure.bodies.models import ApiKey
from dure.core import clock
from dure.core.accounts.factors import has_second_factor
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.viewer import Viewer

LONGEST = timedelta(days=366)
MOST = 20


def create_key(
    *, by: Viewer, body_id: UUID, purpose: str, scopes: Iterable[str], expires_on: date
) -> tuple[ApiKey, str]:
    """A new key and its token. The token is not kept and cannot be shown again.

    Scopes are of `ApiKey.Scope`; it runs out at the end of `expires_on`, a year from now at the latest. Refused
    `not_allowed` without being head with a second factor, `too_many` with twenty running keys.
    """
    wanted = sorted(set(scopes))
    _may_manage(by, body_id)
    if not purpose.strip():
        raise Refused("invalid", _("어디에 쓰는 열쇠인지 적어 주세요."), "purpose")
    if not wanted or not set(wanted) <= set(ApiKey.Scope.values):
        raise Refused("invalid", _("열쇠로 할 수 있는 일을 하나 이상 골라 주세요."), "scopes")
    if not clock.today() < expires_on <= clock.today() + LONGEST:
        raise Refused("invalid", _("끝나는 날은 내일부터 1년 안으로 정해 주세요."), "expires_on")
    with transaction.atomic():
        running = ApiKey.objects.filter(body_id=body_id, revoked_at__isnull=True, expires_on__gte=clock.today())
        if running.count() >= MOST:
            raise Refused("too_many", _("쓰고 있는 열쇠가 너무 많습니다. 안 쓰는 것을 먼저 없애 주세요."))
        prefix, token = apikeys.new_token()
        key = ApiKey.objects.create(
            body_id=body_id,
            purpose=purpose.strip(),
            prefix=prefix,
            digest=apikeys.digest(token),
            scopes=wanted,
            expires_on=expires_on,
            created_by_id=by.person_id,
        )
        record(
            by=by,
            type="bodies.key.created",
            subject=f"dure:body:{body_id}",
            data={"key": key.pk, "scopes": wanted, "expires_on": expires_on},
        )
    return key, token


def revoke_key(*, by: Viewer, key_id: UUID) -> ApiKey:
    """The key stops working at once. A second time changes nothing."""
    with transaction.atomic():
        key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
        if key is None or not by.reads_for(key.body_id):
            raise Refused("not_found", _("그런 열쇠가 없습니다."))
        _may_manage(by, key.body_id)
        if key.revoked_at is None:
            key.revoked_at, key.revoked_by_id = clock.now(), by.person_id
            key.save(update_fields=["revoked_at", "revoked_by"])
            record(by=by, type="bodies.key.revoked", subject=f"dure:body:{key.body_id}", data={"key": key.pk})
    return key


def _may_manage(by: Viewer, body_id: UUID) -> None:
    if by.person_id is None:
        raise Refused("not_signed_in", _("로그인해 주세요."))
    queries.get(body_id, by)
    if not policy.is_head(by, body_id):
        raise Refused("not_allowed", _("기관의 책임자만 열쇠를 만들고 없앨 수 있습니다."))
    if not has_second_factor(by.person_id):
        raise Refused("not_allowed", _("먼저 두 번째 인증 수단을 등록해 주세요. 열쇠는 그 뒤에 만들 수 있습니다."))
