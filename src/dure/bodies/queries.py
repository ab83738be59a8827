"""Questions about bodies: finding, resolving, who belongs where. All narrowed to what the viewer may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from dure.bodies import names, policy
from dure.bodies.models import (
    ApiKey,
    Body,
    BodyAlias,
    BodySuccession,
    Invitation,
    JoinRequest,
    Membership,
    Registration,
)
from dure.bodies.models.body import BodyQuerySet
from dure.bodies.succession import Change, Span, follow
from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer

WITH_NAMES = ("parent", "province")


def get(body_id: UUID, viewer: Viewer) -> Body:
    """The body with this row id; Refused `not_found`."""
    body = Body.objects.visible_to(viewer).select_related(*WITH_NAMES).filter(pk=body_id).first()
    if body is None:
        raise Refused("not_found", _not_there())
    return body


def by_key(key: str, viewer: Viewer) -> Body:
    """The body whose short address, code, old code or row id this is; Refused `not_found`."""
    rows = Body.objects.visible_to(viewer).select_related(*WITH_NAMES)
    code = names.code_of(key)
    named = rows.filter(Q(slug=key) | Q(code=code) if code else Q(slug=key))
    # A short address goes before a code that reads the same.
    body = min(named, key=lambda row: row.slug != key, default=None)
    if body is None and code:
        body = rows.filter(aliases__kind="code", aliases__key=code).first()
    if body is None:
        try:
            body = rows.filter(pk=UUID(key)).first()
        except ValueError:
            body = None
    if body is None:
        raise Refused("not_found", _not_there())
    return body


def find(
    viewer: Viewer,
    *,
    text: str = "",
    kinds: Sequence[str] = (),
    province: UUID | None = None,
    on: date | None = None,
    ended_too: bool = False,
) -> BodyQuerySet:
    """Bodies by name, kind and province, best match first; order by `match`, `full_name_ko`, `id`.

    Each word of `text` must occur in a name of the body, of its province or of what it came from ('가평', '경기 가평',
    'Gapyeong', '환경부'). `match` is 0 where the name itself is the text, 1 where it begins with it, 2 otherwise.
    Without `ended_too` only bodies that are valid on the day `on` (today when left out).
    """
    rows = Body.objects.visible_to(viewer)
    rows = rows.filter(state__in=[Body.State.CONFIRMED, Body.State.ENDED])
    if not ended_too:
        rows = rows.filter(state=Body.State.CONFIRMED).valid_on(on or clock.today())
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if province:
        rows = rows.filter(Q(province=province) | Q(pk=province))
    for word in text.split():
        key = names.normal(word)
        if code := names.code_of(word):
            coded = BodyAlias.objects.filter(kind="code", key=code).values("body_id")
            rows = rows.filter(Q(code=code) | Q(pk__in=coded) | Q(search_text__contains=key))
        elif key:
            rows = rows.filter(search_text__contains=key)
    whole = " ".join(text.split())
    best = [
        When(Q(name_ko=whole) | Q(full_name_ko=whole), then=Value(0)),
        When(Q(name_ko__startswith=whole) | Q(full_name_ko__startswith=whole), then=Value(1)),
    ]
    match = Case(*(best if whole else ()), default=Value(2), output_field=IntegerField())
    return rows.annotate(match=match).select_related(*WITH_NAMES).order_by("match", "full_name_ko", "id")


def provinces(on: date | None = None) -> BodyQuerySet:
    return Body.objects.filter(kind=Body.Kind.SIDO).valid_on(on or clock.today()).order_by("code")


def province(key: str) -> Body:
    """The province, also one of former times, with this code or short address; Refused `invalid` (field `province`)."""
    rows = Body.objects.filter(kind=Body.Kind.SIDO, state=Body.State.CONFIRMED)
    found = rows.filter(Q(slug=key) | Q(code=names.code_of(key) or "-")).first()
    if found is None:
        raise Refused("invalid", _("그런 시도가 없습니다."), "province")
    return found


def named(text: str) -> list[Body]:
    """Public rows of the table and confirmed partners called exactly this by code, name, old name or short name.

    With or without the province before it ('충남 아산시', '아산시'); several where the name is shared.
    """
    rows = Body.objects.filter(state__in=[Body.State.CONFIRMED, Body.State.ENDED]).select_related(*WITH_NAMES)
    if code := names.code_of(text):
        found = list(rows.filter(code=code)) or list(rows.filter(aliases__kind="code", aliases__key=code))
        if found:
            return found
    key = names.normal(text)
    if not key:
        return []
    by_alias = set(BodyAlias.objects.exclude(kind="code").filter(key=key).values_list("body_id", flat=True))
    found = [body for body in rows.filter(Q(search_text__contains=key) | Q(pk__in=by_alias)) if _is_called(body, key)]
    found += [body for body in rows.filter(pk__in=by_alias) if body not in found]
    for province_id, before in _province_names():
        if key.startswith(before) and len(key) > len(before):
            rest = key[len(before) :]
            within = rows.filter(province_id=province_id, search_text__contains=rest)
            old = BodyAlias.objects.filter(key=rest, body__province_id=province_id).values_list("body_id", flat=True)
            found += [b for b in within if b not in found and (names.normal(b.name_ko) == rest or b.pk in old)]
    return sorted(found, key=lambda body: (body.full_name_ko, str(body.pk)))


def names_by_code(codes: Iterable[str]) -> dict[str, str]:
    """{code: full name in the reader's language} for the ten-figure codes that are bodies'."""
    rows = Body.objects.filter(code_scheme="mois-10", code__in=set(codes)).select_related(*WITH_NAMES)
    return {body.code: body.name for body in rows}


def _is_called(body: Body, key: str) -> bool:
    return key in {
        names.normal(text) for text in (body.name_ko, body.full_name_ko, body.name_en, body.full_name_en) if text
    }


def _province_names() -> set[tuple[UUID, str]]:
    """What may stand before a municipality's name: its province's short names and its name before a renaming."""
    aliases = BodyAlias.objects.exclude(kind="code").filter(body__kind=Body.Kind.SIDO)
    renamed = BodySuccession.objects.filter(kind=BodySuccession.Kind.RENAME, new__kind=Body.Kind.SIDO)
    return set(aliases.values_list("body_id", "key")) | {
        (new_id, names.normal(name)) for new_id, name in renamed.values_list("new_id", "old__name_ko")
    }


def resolve(code_or_name: str, *, on: date | None = None) -> list[Body]:
    """The bodies that a code or a name means on the day `on` (today when left out).

    Both sides of a change resolve: an old code or name leads to what took its place, a new one asked for an earlier day
    to what was there before. Several where a body was split or a name is shared, none where nothing fits.
    """
    day = on or clock.today()
    found: dict[UUID, Body] = {}
    for body in named(code_or_name):
        for successor in what_became_of(body, on=day):
            found.setdefault(successor.pk, successor)
    return list(found.values())


def what_became_of(body: Body, *, on: date | None = None) -> list[Body]:
    """The bodies that stand for `body` on the day `on`: itself, its successors or its predecessors."""
    day = on or clock.today()
    if body.span.holds(day):
        return [body]
    changes = [Change(old, new, when) for old, new, when in BodySuccession.objects.values_list("old", "new", "on")]
    touched = {body.pk} | {c.old for c in changes} | {c.new for c in changes}
    spans = {
        pk: Span(start, end)
        for pk, start, end in Body.objects.filter(pk__in=touched).values_list("pk", "valid_from", "valid_to")
    }
    ids = [found.id for found in follow(body.pk, spans, changes, day)]
    rows = Body.objects.select_related(*WITH_NAMES).in_bulk(ids)
    return [rows[pk] for pk in ids]


@dataclass(frozen=True, slots=True)
class History:
    """What a body came from and became, and the other names it is known by."""

    origins: list[BodySuccession]
    successions: list[BodySuccession]
    aliases: list[BodyAlias]
    today: list[Body]


def history(body: Body) -> History:
    return History(
        origins=list(body.origins.select_related("old", "old__province").order_by("on", "old__full_name_ko")),
        successions=list(body.successions.select_related("new", "new__province").order_by("on", "new__full_name_ko")),
        aliases=list(body.aliases.order_by("kind", "value")),
        today=[] if body.is_active() else [b for b in what_became_of(body) if b.pk != body.pk],
    )


def memberships_of(person_id: UUID | None, on: date | None = None) -> list[Membership]:
    """The memberships of a person that hold on the day, by the body's name."""
    rows = Membership.objects.valid_on(on or clock.today()).filter(person_id=person_id)
    return list(rows.select_related("body", "body__province").order_by("body__full_name_ko", "body_id"))


def _not_there() -> str:
    return _("그런 기관이 없거나 아직 공개되지 않았습니다.")


def check_invitation(invitation: Invitation | None, viewer: Viewer) -> None:
    """Refused unless this invitation is open and was sent to the viewer's own, confirmed address."""
    if invitation is None or invitation.withdrawn_at is not None:
        raise Refused("not_found", _("초대가 없거나, 보낸 쪽에서 거두었습니다."))
    if invitation.accepted_at is not None:
        raise Refused("gone", _("이미 받아들인 초대입니다."))
    if invitation.expires_at <= clock.now():
        raise Refused("gone", _("초대 기간이 지났습니다. 기관의 책임자에게 다시 초대해 달라고 해 주세요."))
    if viewer.person_id is None:
        raise Refused("not_signed_in", _("초대를 받은 주소로 로그인해 주세요."))
    if not _owns_address(viewer.person_id, invitation.email):
        raise Refused("not_allowed", _("다른 주소로 받은 초대입니다. 초대 받은 주소의 계정으로 로그인해 주세요."))


def _owns_address(person_id: UUID, email: str) -> bool:
    """The address is one of the person's, and they showed that letters to it reach them."""
    from allauth.account.models import EmailAddress

    return EmailAddress.objects.filter(user_id=person_id, email__iexact=email, verified=True).exists()


def invitation_by_token(token: str) -> Invitation | None:
    digest = sha256(token.encode()).hexdigest()
    return Invitation.objects.select_related("body", "body__province").filter(token_hash=digest).first()


def members(body: Body, viewer: Viewer) -> list[Membership]:
    """Who belongs to the body today, heads first. Refused for outsiders: names of officials are not public here."""
    if not (viewer.reads_for(body.pk) and viewer.person_id) and not viewer.operator:
        raise Refused("not_allowed", _("이 기관에 속한 사람만 볼 수 있습니다."))
    order = Case(When(role="head", then=Value(0)), When(role="officer", then=Value(1)), default=Value(2))
    rows = body.memberships.valid_on(clock.today()).select_related("person")
    return list(rows.annotate(rank=order).order_by("rank", "person__name", "pk"))


def open_invitations(body: Body, viewer: Viewer) -> list[Invitation]:
    """Invitations that wait for an answer, newest first. For who manages the body's people."""
    if not policy.may_manage_members(viewer, body.pk):
        raise Refused("not_allowed", _("기관의 책임자만 볼 수 있습니다."))
    rows = body.invitations.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    return list(rows.select_related("invited_by").order_by("-created_at"))


def join_requests(viewer: Viewer) -> list[JoinRequest]:
    """Open requests the viewer may decide on: of the own body, and of bodies below it that have no head yet."""
    rows = JoinRequest.objects.filter(state=JoinRequest.State.OPEN).select_related("body", "person")
    if not viewer.operator:
        if viewer.person_id is None or not viewer.may_act_for(viewer.body_id):
            return []
        near = Q(body_id=viewer.body_id) | Q(body__parent_id=viewer.body_id) | Q(body__province_id=viewer.body_id)
        rows = rows.filter(near)
    return [request for request in rows.order_by("created_at") if policy.may_decide_joining(viewer, request.body)]


def registrations_waiting(viewer: Viewer) -> QuerySet[Registration]:
    """Undecided registrations for an official to look at, of the own area first, the oldest first within each."""
    rows = Registration.objects.filter(decided_at__isnull=True, body__state=Body.State.REGISTERED)
    own = Q(area_id=viewer.body_id) | Q(area__province_id=viewer.body_id) | Q(area__parent_id=viewer.body_id)
    near = Case(When(own, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = rows.annotate(near=near).select_related("body", "area", "area__province", "applicant")
    if not viewer.operator and not policy.acts_for_public_body(viewer):
        return rows.none()
    return rows.order_by("near", "handed_in_at", "pk")


def registrations_of(viewer: Viewer) -> list[Registration]:
    """What the viewer handed in, newest first."""
    if viewer.person_id is None:
        return []
    rows = Registration.objects.filter(applicant_id=viewer.person_id).select_related("body", "area", "decided_for")
    return list(rows.order_by("-handed_in_at"))


def join_requests_of(viewer: Viewer) -> list[JoinRequest]:
    if viewer.person_id is None:
        return []
    rows = JoinRequest.objects.filter(person_id=viewer.person_id).select_related("body", "body__province")
    return list(rows.order_by("-created_at"))


def keys_of(body_id: UUID, viewer: Viewer) -> list[ApiKey]:
    """The body's keys, running ones first. Its people only."""
    if viewer.person_id is None or not viewer.reads_for(body_id):
        raise Refused("not_allowed", _("이 기관에 속한 사람만 볼 수 있습니다."))
    rows = ApiKey.objects.filter(body_id=body_id).select_related("created_by")
    return sorted(rows, key=lambda key: (not key.is_running, -key.created_at.timestamp()))


def own_registration(body_id: UUID, viewer: Viewer) -> Registration:
    """What the viewer handed in for this body; Refused `not_found` for everybody else's."""
    found = next((row for row in registrations_of(viewer) if row.body_id == body_id), None)
    if found is None:
        raise Refused("not_found", _("그런 등록 신청이 없습니다."))
    return found


def registration(body_id: UUID, viewer: Viewer) -> Registration:
    """A registration for an official to decide on, also a decided one. Refused `not_found` for others."""
    if not viewer.operator and not policy.acts_for_public_body(viewer):
        raise Refused("not_allowed", _("공공기관의 책임자나 담당자만 볼 수 있습니다."))
    rows = Registration.objects.select_related(
        "body", "area", "area__province", "applicant", "decided_by", "decided_for"
    )
    found = rows.filter(body_id=body_id).first()
    if found is None:
        raise Refused("not_found", _("그런 등록 신청이 없습니다."))
    return found


def alike(found: Registration) -> list[Body]:
    """Bodies that bear a name like the applicant's, so that an official sees a double before confirming it."""
    key = names.normal(found.body.name_ko)
    rows = Body.objects.filter(search_text__contains=key).exclude(pk=found.body_id).exclude(state=Body.State.REFUSED)
    return list(rows.select_related(*WITH_NAMES).order_by("full_name_ko")[:10])


def is_last_head(membership: Membership) -> bool:
    heads = membership.body.memberships.valid_on(clock.today()).filter(role="head")
    return heads.filter(pk=membership.pk).exists() and not heads.exclude(pk=membership.pk).exists()


def is_old_code(body: Body, key: str) -> bool:
    """`key` is a code that the body bore before, not its present one."""
    code = names.code_of(key)
    return code is not None and code != body.code and body.aliases.filter(kind="code", key=code).exists()


def officers_of(body_id: UUID, on: date | None = None) -> list[UUID]:
    """The people who may act for a body on the day: its heads and officers."""
    rows = Membership.objects.valid_on(on or clock.today()).filter(body_id=body_id, role__in=["head", "officer"])
    return list(rows.order_by("person_id").values_list("person_id", flat=True))
