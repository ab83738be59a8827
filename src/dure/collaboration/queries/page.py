"""One collaboration as one viewer may read it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.collaboration import parties, policy
from dure.collaboration.models import Call, Collaboration, Invitation, Offer, Opinion, PartnerKind, Party, Stage
from dure.core import clock
from dure.core.keyset import Page
from dure.core.keyset import page as page_of
from dure.core.links import Link, resolve
from dure.core.models import Confirmation, Withholding
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld, withheld_fields

OPINIONS_A_PAGE = 30


@dataclass(frozen=True)
class Item:
    """One thing brought or lacking, with the number of offers that answer it (withheld ones counted)."""

    id: UUID
    resource: str
    resource_label: str
    text: str
    offers: int


@dataclass(frozen=True)
class CallView:
    """A call with `Withheld` in the place of each part the viewer may not read; `parts` has the keys of Call.PARTS."""

    id: UUID
    urn: str
    receipt: str
    stage: str
    stage_label: str
    body: Body
    title: str
    field: str
    field_label: str
    target: str
    target_label: str
    attribute: str
    attribute_label: str
    technology: str
    technology_label: str
    partner_kinds: tuple[str, ...]
    partner_kind_labels: tuple[str, ...]
    join_until: date | None
    days_left: int | None
    asked_at: datetime | None
    changed_at: datetime
    end_reason: str
    parts: dict[str, Any]
    withheld: dict[str, Withheld]
    areas: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.stage == Stage.ASKED and (self.days_left is None or self.days_left >= 0)

    @property
    def step(self) -> int:
        """1 asked · 2 partners chosen, an agreement in the making · 3 work · 4 ended."""
        return {Stage.AGREEING: 2, Stage.WORKING: 3, Stage.ENDED: 4}.get(Stage(self.stage), 1)


@dataclass(frozen=True)
class OfferView:
    """An offer, or what may be known of a withheld one (`withheld` set, the rest empty)."""

    id: UUID
    at: datetime
    withheld: Withheld | None = None
    body: Body | None = None
    resource_label: str = ""
    what: str = ""
    how_much: str = ""
    available: str = ""
    conditions: str = ""
    answers: tuple[str, ...] = ()
    state: str = ""
    withdrawn_reason: str = ""
    changed: bool = False
    narrowed: Withheld | None = None
    mine: bool = False
    answer: str = ""
    uses: tuple[datetime, datetime, int] | None = None
    """From when until when and how many of a registered resource it puts in; `resource` leads there if it is seen."""
    resource: Link | None = None


@dataclass(frozen=True)
class OpinionView:
    """An opinion with its replies, or what may be known of a withheld, hidden or removed one."""

    id: UUID
    at: datetime
    who: str = ""
    body: Body | None = None
    text: str = ""
    state: str = ""
    withheld: Withheld | None = None
    narrowed: Withheld | None = None
    hidden_reason: str = ""
    changed_at: datetime | None = None
    revisions: int = 0
    mine: bool = False
    can_moderate: bool = False
    can_withhold: bool = False
    flags: int = 0
    parent_id: UUID | None = None
    replies: tuple[OpinionView, ...] = ()


@dataclass(frozen=True)
class InvitationView:
    id: UUID
    body: Body
    reason: str
    state: str
    state_label: str
    answer: str
    mine: bool
    suggests: Body | None = None


@dataclass(frozen=True)
class CollaborationPage:
    call: CallView
    offers: tuple[OfferView, ...]
    opinions: tuple[OpinionView, ...]
    opinion_count: int
    opinions_more: bool
    invitations: tuple[InvitationView, ...]
    owns: bool
    may_offer: bool
    why_not_offer: str
    may_choose: bool
    my_offer: OfferView | None = None
    my_invitation: InvitationView | None = None
    revisions: tuple[dict[str, Any], ...] = field(default_factory=tuple)


def access(viewer: Viewer, receipt: str) -> Collaboration:
    """The published collaboration with this receipt number, or Refused `not_found`."""
    found = (
        Collaboration.objects.visible_to(viewer)
        .exclude(stage=Stage.DRAFT)
        .select_related("call", "body")
        .filter(receipt=receipt)
        .first()
    )
    if found is None:
        raise Refused("not_found", _("이 번호의 협업이 없습니다."))
    return found


def access_draft(viewer: Viewer, id: UUID) -> Collaboration | None:
    """A collaboration of the viewer's own body, draft or not, for its form; None when there is none yet."""
    found = Collaboration.objects.select_related("call", "body").filter(pk=id).first()
    if found is not None:
        policy.must_own(viewer, found)
    return found


def call_view(viewer: Viewer, collaboration: Collaboration, *, area_names: dict[str, str] | None = None) -> CallView:
    return call_views(viewer, [collaboration], area_names=area_names)[0]


def call_views(
    viewer: Viewer, collaborations: Sequence[Collaboration], *, area_names: dict[str, str] | None = None
) -> list[CallView]:
    """Views of several calls with a fixed number of queries. Needs `call` and `body` selected with the rows."""
    hidden = withheld_fields([c.pk for c in collaborations], viewer)
    answered = _answered([c.pk for c in collaborations])
    today = clock.today()
    over = _agreements_over(viewer, collaborations)
    views = [_call_view(c, hidden.get(c.pk, {}), answered, today, area_names or {}) for c in collaborations]
    return [replace(view, stage_label=over.get(view.id, view.stage_label)) for view in views]


def _agreements_over(viewer: Viewer, collaborations: Sequence[Collaboration]) -> dict[UUID, str]:
    """What is said instead of the stage where work goes on under an agreement that has lapsed or was ended."""
    from dure.collaboration.agreement.queries import state_of

    words = {"lapsed": _("협약 기간이 갱신 없이 끝남"), "terminated": _("협약을 해지함")}
    working = [c.pk for c in collaborations if c.stage == Stage.WORKING]
    return {id: words[state] for id, state in state_of(viewer, working).items()} if working else {}


def _call_view(
    c: Collaboration, hidden: dict[str, Withheld], answered: Counter[UUID], today: date, area_names: dict[str, str]
) -> CallView:
    call = c.call

    def items(kind: str) -> list[Item]:
        return [
            Item(i.pk, i.resource, str(i.get_resource_display()), i.text, answered[i.pk])
            for i in call.items.all()
            if i.kind == kind
        ]

    parts: dict[str, Any] = {
        "problem": call.problem,
        "for_whom": call.for_whom,
        "goal": call.goal,
        "brings": () if "brings" in hidden else items("brings"),
        "lacks": () if "lacks" in hidden else items("lacks"),
        "place": call.place,
        "term": (call.starts_on, call.ends_on) if call.starts_on or call.ends_on else None,
    }
    areas = () if "place" in hidden else tuple(area_names.get(code, code) for code in call.areas)
    return CallView(
        id=c.pk,
        urn=c.urn,
        receipt=c.receipt,
        stage=c.stage,
        stage_label=_stage_label(c, today),
        body=c.body,
        title=call.title or str(_("제목 없는 요청")),
        field=call.field,
        field_label=str(call.get_field_display()),
        target=call.target,
        target_label=str(call.get_target_display()),
        attribute=call.attribute,
        attribute_label=str(call.get_attribute_display()),
        technology=call.technology,
        technology_label=str(call.get_technology_display()),
        partner_kinds=tuple(call.partner_kinds),
        partner_kind_labels=tuple(str(PartnerKind(kind).label) for kind in call.partner_kinds),
        join_until=call.join_until,
        days_left=(call.join_until - today).days if call.join_until else None,
        asked_at=c.asked_at,
        changed_at=c.changed_at,
        end_reason=c.end_reason,
        parts={name: hidden.get(name, value) for name, value in parts.items()},
        withheld=hidden,
        areas=areas,
    )


def _stage_label(c: Collaboration, today: date) -> str:
    if c.stage == Stage.ASKED and c.call.join_until and c.call.join_until < today:
        return str(_("제안 마감"))
    return str(c.get_stage_display())


def _answered(ids: Sequence[UUID]) -> Counter[UUID]:
    pairs = Offer.answers.through.objects.filter(
        offer__collaboration__in=ids, offer__state=Offer.State.MADE
    ).values_list("callitem_id", flat=True)
    return Counter(pairs)


def collaboration_page(
    viewer: Viewer, collaboration: Collaboration, *, opinions_page: int = 1, area_names: dict[str, str] | None = None
) -> CollaborationPage:
    """Everything about one collaboration but its timeline and files, which core gives."""
    offers = offers_of(viewer, collaboration)
    invitations = _invitations(viewer, collaboration)
    opinions, more = opinions_of(viewer, collaboration, page=opinions_page)
    why_not = _why_not_offer(viewer, collaboration)
    return CollaborationPage(
        call=call_view(viewer, collaboration, area_names=area_names),
        offers=offers,
        opinions=opinions,
        opinion_count=Opinion.objects.filter(collaboration=collaboration).knowable_to(viewer).count(),
        opinions_more=more,
        invitations=invitations,
        owns=viewer.may_act_for(collaboration.body_id),
        may_offer=not why_not,
        may_choose=viewer.may_act_for(collaboration.body_id) and collaboration.stage == Stage.ASKED,
        why_not_offer=why_not,
        my_offer=next((o for o in offers if o.mine and o.state in (Offer.State.MADE, Offer.State.TAKEN)), None),
        my_invitation=next((i for i in invitations if i.mine and i.state == Invitation.State.SENT), None),
        revisions=_revisions(viewer, collaboration),
    )


def _why_not_offer(viewer: Viewer, collaboration: Collaboration) -> str:
    try:
        policy.must_offer_for(viewer, collaboration)
    except Refused as refused:
        return str(refused.message)
    return ""


def offers_of(viewer: Viewer, collaboration: Collaboration) -> tuple[OfferView, ...]:
    rows = Offer.objects.filter(collaboration=collaboration)
    seen = rows.visible_to(viewer).select_related("body").prefetch_related("answers", "revisions")
    hidden = withheld_fields([collaboration.pk], viewer).get(collaboration.pk, {})
    registered = resolve([offer.resource_urn for offer in seen if offer.resource_urn], viewer)
    views = [_offer_view(viewer, offer, "lacks" in hidden, registered) for offer in seen]
    views += [OfferView(o.pk, o.created_at, withheld=o.withheld) for o in rows.withheld_from(viewer)]
    return tuple(sorted(views, key=lambda view: (view.at, str(view.id))))


def _offer_view(viewer: Viewer, offer: Offer, lacks_withheld: bool, registered: Mapping[str, Link]) -> OfferView:
    return OfferView(
        id=offer.pk,
        at=offer.created_at,
        body=offer.body,
        resource_label=str(offer.get_resource_display()),
        what=offer.what,
        how_much=offer.how_much,
        available=offer.available,
        conditions=offer.conditions,
        answers=() if lacks_withheld else tuple(item.text for item in offer.answers.all()),
        state=offer.state,
        withdrawn_reason=offer.withdrawn_reason,
        answer=offer.answer,
        resource=registered.get(offer.resource_urn),
        uses=(offer.uses_from, offer.uses_until, offer.uses_quantity) if offer.resource_urn else None,
        changed=bool(offer.revisions.all()),
        narrowed=offer.withheld,
        mine=viewer.may_act_for(offer.body_id),
    )


def offer_of(viewer: Viewer, collaboration: Collaboration, id: UUID) -> Offer:
    """One offer the viewer may change, or Refused."""
    offer = Offer.objects.visible_to(viewer).filter(collaboration=collaboration, pk=id).first()
    if offer is None:
        raise Refused("not_found", _("없는 제안입니다."))
    policy.must_hold_offer(viewer, offer)
    return offer


def answerable_offer(viewer: Viewer, collaboration: Collaboration, id: UUID) -> Offer:
    """One offer that the viewer, who asked, may answer now, or Refused."""
    offer = Offer.objects.visible_to(viewer).select_related("body").filter(collaboration=collaboration, pk=id).first()
    if offer is None:
        raise Refused("not_found", _("없는 제안입니다."))
    policy.must_own(viewer, collaboration)
    policy.must_be_open(collaboration)
    if offer.state != Offer.State.MADE:
        raise Refused("conflict", _("이미 답했거나 거둔 제안입니다."))
    return offer


def ready_to_settle(viewer: Viewer, collaboration: Collaboration) -> list[Party]:
    """The parties there are, for whoever may settle them; or Refused."""
    policy.must_own(viewer, collaboration)
    policy.must_be_open(collaboration)
    return list(parties.parties_of(collaboration))


def invitation_of(viewer: Viewer, collaboration: Collaboration, id: UUID) -> Invitation:
    """One invitation of this collaboration, or Refused `not_found`."""
    found = Invitation.objects.visible_to(viewer).filter(collaboration=collaboration, pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 초대입니다."))
    return found


def _invitations(viewer: Viewer, collaboration: Collaboration) -> tuple[InvitationView, ...]:
    rows = Invitation.objects.filter(collaboration=collaboration).visible_to(viewer).select_related("body", "suggests")
    return tuple(
        InvitationView(
            i.pk,
            i.body,
            i.reason,
            i.state,
            str(i.get_state_display()),
            i.answer,
            viewer.may_act_for(i.body_id),
            i.suggests,
        )
        for i in rows.order_by("created_at", "pk")
    )


def opinions_of(viewer: Viewer, collaboration: Collaboration, *, page: int = 1) -> tuple[tuple[OpinionView, ...], bool]:
    """One page of threads (a thread is an opinion and all that answer it), oldest first, and whether more follow."""
    rows = Opinion.objects.filter(collaboration=collaboration)
    start = (max(page, 1) - 1) * OPINIONS_A_PAGE
    tops = list(
        rows.knowable_to(viewer).filter(parent=None).order_by("created_at", "pk")[start : start + OPINIONS_A_PAGE + 1]
    )
    more = len(tops) > OPINIONS_A_PAGE
    tops = tops[:OPINIONS_A_PAGE]
    replies = _replies(viewer, rows, [top.pk for top in tops])
    everything = [*tops, *(reply for thread in replies.values() for reply in thread)]
    views = opinion_views(viewer, collaboration, everything)
    threads = []
    for top in tops:
        answers = tuple(views[reply.pk] for reply in replies[top.pk])
        threads.append(OpinionView(**{**views[top.pk].__dict__, "replies": answers}))
    return tuple(threads), more


def opinions_flat(viewer: Viewer, collaboration: Collaboration, *, after: str, limit: int) -> Page[Opinion]:
    """Rows of opinions that may be known of, oldest first, paged by key; to be shown through `opinion_views`."""
    rows = Opinion.objects.filter(collaboration=collaboration).knowable_to(viewer)
    return page_of(rows, order=("created_at", "id"), after=after, limit=limit, name=f"opinions-{collaboration.pk}")


def _replies(viewer: Viewer, rows: Any, tops: list[UUID]) -> dict[UUID, list[Opinion]]:
    """All answers below each top opinion, in the order of time; answers to answers stand in the same thread."""
    thread_of = {top: top for top in tops}
    found: dict[UUID, list[Opinion]] = defaultdict(list)
    edge = list(tops)
    while edge:
        batch = list(rows.knowable_to(viewer).filter(parent__in=edge).order_by("created_at", "pk"))
        for reply in batch:
            thread_of[reply.pk] = thread_of[reply.parent_id]
            found[thread_of[reply.pk]].append(reply)
        edge = [reply.pk for reply in batch]
    for thread in found.values():
        thread.sort(key=lambda reply: (reply.created_at, str(reply.pk)))
    return found


def opinion_views(viewer: Viewer, collaboration: Collaboration, rows: Sequence[Opinion]) -> dict[UUID, OpinionView]:
    ids = [row.pk for row in rows]
    full = Opinion.objects.filter(pk__in=ids).visible_to(viewer)
    seen = {o.pk: o for o in full.select_related("person", "body").prefetch_related("revisions", "flags")}
    return {
        row.pk: _opinion_view(viewer, collaboration, seen[row.pk])
        if row.pk in seen
        else OpinionView(row.pk, row.created_at, withheld=row.withheld, parent_id=row.parent_id)
        for row in rows
    }


def _opinion_view(viewer: Viewer, collaboration: Collaboration, o: Opinion) -> OpinionView:
    o.collaboration = collaboration
    mine, moderates = policy.wrote(viewer, o), policy.may_moderate(viewer, o)
    readable = o.state == Opinion.State.PUBLISHED or (o.state == Opinion.State.HIDDEN and (mine or moderates))
    return OpinionView(
        id=o.pk,
        at=o.published_at or o.created_at,
        who=(o.person.name if o.person else o.alias) if readable else "",
        body=o.body if readable else None,
        text=o.text if readable else "",
        state=o.state,
        narrowed=o.withheld,
        hidden_reason=o.hidden_reason,
        changed_at=o.changed_at if readable else None,
        revisions=len(o.revisions.all()) if readable else 0,
        mine=mine,
        can_moderate=moderates,
        can_withhold=policy.may_decide_visibility(viewer, o),
        flags=sum(flag.settled_at is None for flag in o.flags.all()) if moderates else 0,
        parent_id=o.parent_id,
    )


def opinion_of(viewer: Viewer, collaboration: Collaboration, id: UUID) -> Opinion:
    """One opinion that can be read in full (its history, too), or Refused `not_found`."""
    opinion = (
        Opinion.objects.visible_to(viewer)
        .filter(collaboration=collaboration, pk=id)
        .select_related("person", "body")
        .first()
    )
    if opinion is None:
        raise Refused("not_found", _("없는 의견입니다."))
    opinion.collaboration = collaboration
    may = policy.wrote(viewer, opinion) or policy.may_moderate(viewer, opinion)
    if opinion.state != Opinion.State.PUBLISHED and not may:
        raise Refused("not_found", _("없는 의견입니다."))
    return opinion


def waiting_confirmation(collaboration: Collaboration, id: UUID) -> Confirmation | None:
    """The confirmation that an opinion on this collaboration waits for; its random id is known to its writer only."""
    return Confirmation.objects.filter(pk=id, opinions__collaboration=collaboration).first()


def _revisions(viewer: Viewer, collaboration: Collaboration) -> tuple[dict[str, Any], ...]:
    """Earlier words of the call, newest first, without the parts this viewer may not read."""
    hidden = withheld_fields([collaboration.pk], viewer).get(collaboration.pk, {})
    closed = {name for part in hidden for name in Call.PARTS[part]}
    found = []
    for revision in collaboration.revisions.all():
        shown = []
        for name, old in revision.before.items():
            label = _field_label(name)
            shown.append({"label": label, "old": None if name in closed else _as_text(old), "withheld": name in closed})
        found.append({"at": revision.at, "fields": shown})
    return tuple(found)


def _field_label(name: str) -> str:
    if name in ("brings", "lacks"):
        return str(_("가진 것") if name == "brings" else _("모자란 것"))
    return str(Call._meta.get_field(name).verbose_name)


def _as_text(old: Any) -> str:
    if isinstance(old, list):
        return " · ".join(item[1] if isinstance(item, list) else str(item) for item in old)
    return "" if old is None else str(old)


def part_label(part: str) -> str:
    """What people call a part of a call (a key of Call.PARTS)."""
    return str(_("언제부터 언제까지")) if part == "term" else _field_label(part)


def withheld_parts(collaboration: Collaboration) -> list[Withholding]:
    """The parts of one's own call that are withheld, by field."""
    return list(Withholding.objects.filter(subject=collaboration.pk).order_by("field"))
