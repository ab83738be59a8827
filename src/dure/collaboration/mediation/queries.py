"""Every read of mediation, narrowed to the viewer; what is withheld stands as withheld."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from dure.collaboration import parties
from dure.collaboration.mediation import policy
from dure.collaboration.mediation.actions import moves
from dure.collaboration.mediation.actions.narrowing import KINDS
from dure.collaboration.mediation.actions.refer import text_mark
from dure.collaboration.mediation.actions.work import draft_mark, needed
from dure.collaboration.mediation.models import (
    ChairVote,
    CommitteeDraw,
    CommitteeMember,
    ContestedPart,
    Dispute,
    DisputeParty,
    DisputeStatement,
    Evidence,
    Expertise,
    Hearing,
    HearingRecord,
    MediationAnswer,
    MediationProposal,
    Mediator,
    MediatorInterest,
    OfDispute,
    Step,
)
from dure.collaboration.mediation.words import PARTS, WHY_CLOSED, WHY_OUT
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.attachments import address_of
from dure.core.models import Attachment
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld
from dure.engines import draw as engine

STEP_AT = {"stating": 1, "seating": 2, "short": 2, "again": 2, "electing": 3, "working": 4, "answering": 5, "closed": 6}


@dataclass(frozen=True)
class SideView:
    """One party of the dispute: what it said (a statement, Withheld, or None), and what it has done since."""

    body: Any
    side: str
    left: bool
    statement: Any
    withheld: Withheld | None
    revisions: tuple[Any, ...]
    seal: str
    agreed_at: Any
    answer: Any
    answer_withheld: Withheld | None


@dataclass(frozen=True)
class Closed:
    """A row that may be read, or what stands in its place; `parts` belong to it."""

    row: Any
    withheld: Withheld | None
    parts: tuple[Any, ...] = ()
    more: Any = None


@dataclass
class DisputePage:
    """All that the page of a dispute shows to one viewer, and what this viewer may do next."""

    dispute: Dispute
    parts: list[str]
    at: int
    sides: list[SideView]
    members: list[CommitteeMember]
    others: list[CommitteeMember]
    draws: list[dict[str, Any]]
    hearings: list[Closed]
    evidence: list[Closed]
    proposals: list[Closed]
    draft: MediationProposal | None
    draft_mark: str
    approvals: int
    needed: int
    waiting_for: list[str]
    candidates: list[CommitteeMember]
    voted: int
    agreed_mark: str
    why_closed: str
    may: set[str] = field(default_factory=set)
    answers_for: set[UUID] = field(default_factory=set)
    """Ids of the statements, evidence and records whose visibility this viewer decides."""
    seat: CommitteeMember | None = None


def dispute_rows(viewer: Viewer, collaboration: Collaboration) -> list[Closed]:
    """The disputes of a collaboration, newest first; a withheld one as Withheld with what rests because of it."""
    rows = Dispute.objects.filter(collaboration=collaboration).order_by("-opened_at", "-pk")
    rows = rows.select_related("body", "collaboration")
    return list(_closed(rows.prefetch_related("contested", "sides__body"), viewer))


def open_count(viewer: Viewer, collaboration: Collaboration) -> int | None:
    """How many disputes are open, for the number beside the tab; None for none."""
    rows = Dispute.objects.filter(collaboration=collaboration).exclude(step=Step.CLOSED)
    return rows.knowable_to(viewer).count() or None


def dispute_of(viewer: Viewer, collaboration: Collaboration, id: UUID) -> Dispute:
    """Refused `not_found` where there is none that this viewer may read."""
    rows = Dispute.objects.visible_to(viewer).filter(collaboration=collaboration, pk=id)
    found = rows.select_related("body", "collaboration__call").first()
    if found is None:
        raise Refused("not_found", _("이런 조정이 없습니다."))
    return found


def _closed(rows: Any, viewer: Viewer) -> Iterable[Closed]:
    """The rows in their order, each readable or as what stands in its place. Two queries."""
    seen = set(rows.visible_to(viewer).values_list("pk", flat=True))
    for row in rows.knowable_to(viewer):
        yield Closed(row, None) if row.pk in seen else Closed(row, row.withheld)


def part_words(dispute: Dispute) -> list[str]:
    return [str(PARTS.get(row.part, row.part)) for row in dispute.contested.all()]


def dispute_page(viewer: Viewer, dispute: Dispute) -> DisputePage:
    draws = list(CommitteeDraw.objects.filter(dispute=dispute))
    rows = CommitteeMember.objects.filter(dispute=dispute).select_related("mediator", "mediator__affiliation")
    everybody = list(rows.order_by("draw__round", "place", "pk"))
    members = [m for m in everybody if m.state in moves.HOLDS]
    seat = next((m for m in reversed(everybody) if viewer.person_id and m.person_id == viewer.person_id), None)
    proposals = list(_proposals(viewer, dispute))
    draft = next((one.row for one in proposals if one.row.put_at is None), None)
    sides = _sides(viewer, dispute, draws[-1])
    candidates = moves.standing_for_chair(dispute) if dispute.step == Step.ELECTING else []
    votes = ChairVote.objects.filter(dispute=dispute, ballot=dispute.ballot) if candidates else None
    voters = set(votes.values_list("voter_id", flat=True)) if votes is not None else set()
    page = DisputePage(
        dispute=dispute,
        parts=part_words(dispute),
        at=STEP_AT[dispute.step],
        sides=sides,
        members=members,
        others=[m for m in everybody if m.state not in moves.HOLDS],
        draws=[_draw_view(draw) for draw in draws],
        hearings=list(_hearings(viewer, dispute)),
        evidence=list(_evidence(viewer, dispute)),
        proposals=[one for one in proposals if one.row.put_at],
        draft=draft,
        draft_mark=draft_mark(draft) if draft else "",
        approvals=draft.approvals.count() if draft else 0,
        needed=needed(dispute) if draft else 0,
        waiting_for=_waiting_for(dispute, sides, members, voters),
        candidates=candidates,
        voted=len(voters),
        agreed_mark=text_mark(dispute.agreed_text) if dispute.agreed_text else "",
        why_closed=str(WHY_CLOSED.get(dispute.close_reason, dispute.close_reason)),
        seat=seat,
    )
    page.may = _may(viewer, dispute, page)
    page.answers_for = _answers_for(viewer, page)
    return page


def _sides(viewer: Viewer, dispute: Dispute, draw: CommitteeDraw) -> list[SideView]:
    rows = DisputeStatement.objects.filter(dispute=dispute).select_related("body")
    rows = rows.prefetch_related("revisions")
    said = {one.row.body_id: one for one in _closed(rows, viewer)}
    answers = {one.row.body_id: one for one in _closed(MediationAnswer.objects.filter(dispute=dispute), viewer)}
    there = parties.party_bodies(dispute.collaboration)
    found = []
    for side in DisputeParty.objects.filter(dispute=dispute).select_related("body"):
        one, answer = said.get(side.body_id), answers.get(side.body_id)
        word = draw.words.get(str(side.body_id))
        found.append(
            SideView(
                body=side.body,
                side=str(side.get_side_display()),
                left=side.body_id not in there,
                statement=one.row if one and not one.withheld else None,
                withheld=one.withheld if one else None,
                revisions=tuple(one.row.revisions.all()) if one and not one.withheld else (),
                seal=engine.seal(draw.secret, str(side.body_id), word) if word else "",
                agreed_at=side.agreed_at,
                answer=answer.row if answer and not answer.withheld else None,
                answer_withheld=answer.withheld if answer else None,
            )
        )
    return found


def _hearings(viewer: Viewer, dispute: Dispute) -> Iterable[Closed]:
    records = {one.row.hearing_id: one for one in _closed(HearingRecord.objects.filter(dispute=dispute), viewer)}
    for one in _closed(Hearing.objects.filter(dispute=dispute), viewer):
        yield Closed(one.row, one.withheld, more=records.get(one.row.pk))


def _evidence(viewer: Viewer, dispute: Dispute) -> Iterable[Closed]:
    rows = list(_closed(Evidence.objects.filter(dispute=dispute).select_related("body", "person"), viewer))
    urns = [one.row.urn for one in rows if not one.withheld]
    files: dict[str, list[Any]] = {}
    for file in Attachment.objects.filter(subject__in=urns).visible_to(viewer).select_related("blob"):
        files.setdefault(file.subject, []).append({"row": file, "url": address_of(file)})
    for one in rows:
        yield Closed(one.row, one.withheld, tuple(files.get(one.row.urn, ())))


def _proposals(viewer: Viewer, dispute: Dispute) -> Iterable[Closed]:
    rows = MediationProposal.objects.filter(dispute=dispute).prefetch_related("duties__body")
    for one in _closed(rows, viewer):
        yield Closed(one.row, one.withheld, () if one.withheld else tuple(one.row.duties.all()))


def _draw_view(draw: CommitteeDraw) -> dict[str, Any]:
    people = draw.facts.get("candidates", [])
    known = {one["id"]: one for one in people}
    return {
        "round": draw.round,
        "seal": draw.seal,
        "begun_at": draw.begun_at,
        "drawn_at": draw.drawn_at,
        "seed": draw.seed,
        "size": draw.size,
        "people": draw.missing_people,
        "fields": draw.missing_fields,
        "candidates": len(people),
        "order": [
            {"name": known[id]["name"], "field": Expertise(known[id]["field"]).label}
            for id in draw.facts.get("order", [])
        ],
        "out": [{"name": one["name"], "why": WHY_OUT.get(one["excluded"], "")} for one in people if "excluded" in one],
    }


def _waiting_for(
    dispute: Dispute, sides: Sequence[SideView], members: Sequence[CommitteeMember], voters: set[int]
) -> list[str]:
    """The names of those whose turn it is."""
    step = dispute.step
    if step == Step.STATING:
        return [
            s.body.name for s in sides if not s.left and s.withheld is None and not (s.statement and s.statement.final)
        ]
    if step == Step.AGAIN:
        return [s.body.name for s in sides if not s.left and not s.seal]
    if step == Step.SEATING:
        return [m.mediator.name for m in members if m.state == CommitteeMember.State.DRAWN]
    if step == Step.ELECTING:
        return [m.mediator.name for m in members if m.pk not in voters]
    if step == Step.WORKING:
        return [m.mediator.name for m in members]
    if step == Step.ANSWERING:
        return [s.body.name for s in sides if not s.left and s.answer is None and s.answer_withheld is None]
    return []


def _may(viewer: Viewer, dispute: Dispute, page: DisputePage) -> set[str]:
    """Which of the page's small forms this viewer gets. The actions ask policy again."""
    if not dispute.is_open:
        return set()
    found: set[str] = set()
    step = dispute.step
    if policy.is_side(viewer, dispute):
        found |= {"evidence", "agree"}
        own = next((s for s in page.sides if s.body.pk == viewer.body_id), None)
        if step == Step.STATING and not (own and own.statement and own.statement.final):
            found.add("state")
        if step in (Step.STATING, Step.AGAIN):
            found.add("word")
        if step == Step.ANSWERING and own and own.answer is None:
            found.add("answer")
        if step == Step.SHORT:
            found.add("again")
        if viewer.body_id == dispute.body_id:
            found.add("withdraw")
        if own and own.agreed_at is None and dispute.agreed_text:
            found.add("confirm")
    elif step == Step.SHORT and policy.may_keep_roster(viewer):
        found.add("again")
    seat = page.seat
    if seat and seat.state == CommitteeMember.State.DRAWN:
        found.add("seat")
    if seat and seat.state == CommitteeMember.State.ACCEPTED:
        found |= {"evidence", "leave"}
        if step == Step.ELECTING:
            found.add("vote")
        if step == Step.WORKING:
            found |= {"draft", "record"} | ({"hearing"} if seat.chair else set())
            if page.draft and not page.draft.approvals.filter(member=seat).exists():
                found.add("approve")
    return found


def _answers_for(viewer: Viewer, page: DisputePage) -> set[UUID]:
    sits = page.seat is not None and page.seat.state == CommitteeMember.State.ACCEPTED
    found = {side.statement.pk for side in page.sides if side.statement and viewer.may_act_for(side.body.pk)}
    for one in page.evidence:
        if not one.withheld and (viewer.may_act_for(one.row.body_id) if one.row.body_id else sits):
            found.add(one.row.pk)
    return found | {one.more.row.pk for one in page.hearings if sits and one.more and not one.more.withheld}


def narrowed_thing(viewer: Viewer, dispute: Dispute, kind: str, id: UUID) -> OfDispute:
    """A statement, piece of evidence or record of this dispute that the viewer may read. Refused `not_found`."""
    model = KINDS.get(kind)
    row = model.objects.visible_to(viewer).filter(pk=id, dispute=dispute).first() if model else None
    if row is None:
        raise Refused("not_found", _("이런 것이 없습니다."))
    return row


def own_referral(viewer: Viewer, collaboration: Collaboration, id: UUID) -> bool:
    """The viewer's body has referred the dispute of that id already: the form was sent twice."""
    rows = Dispute.objects.filter(pk=id, collaboration=collaboration, body_id=viewer.body_id)
    return viewer.body_id is not None and rows.exists()


def own_statement(viewer: Viewer, dispute: Dispute) -> DisputeStatement | None:
    return DisputeStatement.objects.filter(dispute=dispute, body_id=viewer.body_id).first() if viewer.body_id else None


def draft_of(viewer: Viewer, dispute: Dispute) -> MediationProposal | None:
    rows = MediationProposal.objects.visible_to(viewer).filter(dispute=dispute, put_at=None)
    return rows.prefetch_related("duties").first()


def hearing_of(viewer: Viewer, dispute: Dispute, id: UUID) -> Hearing:
    row = Hearing.objects.visible_to(viewer).filter(dispute=dispute, pk=id).first()
    if row is None:
        raise Refused("not_found", _("이런 자리가 없습니다."))
    return row


def record_of(viewer: Viewer, hearing: Hearing) -> HearingRecord | None:
    return HearingRecord.objects.visible_to(viewer).filter(hearing=hearing).first()


def side_bodies(dispute: Dispute) -> list[Any]:
    rows = DisputeParty.objects.filter(dispute=dispute, body_id__in=moves.sides_left(dispute))
    return [row.body for row in rows.select_related("body")]


def contested_of(collaboration: Collaboration) -> set[str]:
    """The parts that an open dispute is about."""
    rows = ContestedPart.objects.filter(collaboration=collaboration, open=True)
    return set(rows.values_list("part", flat=True))


def draw_facts(dispute: Dispute) -> dict[str, Any]:
    """Everything needed to draw the committee again: public as the dispute is. A round that has not been drawn shows
    only its seals."""
    rounds = []
    for draw in CommitteeDraw.objects.filter(dispute=dispute):
        seals = {body: engine.seal(draw.secret, body, word) for body, word in sorted(draw.words.items())}
        one: dict[str, Any] = {"round": draw.round, "begun_at": draw.begun_at.isoformat(), "seal": draw.seal}
        one["word_seals"] = seals
        if draw.drawn_at:
            one |= {
                "drawn_at": draw.drawn_at.isoformat(),
                "secret": draw.secret,
                "words": dict(sorted(draw.words.items())),
                "seed": draw.seed,
                "size": draw.size,
                "missing": {"people": draw.missing_people, "fields": draw.missing_fields},
                **draw.facts,
            }
        rounds.append(one)
    return {
        "version": engine.VERSION,
        "dispute": str(dispute.pk),
        "beacon": dispute.beacon,
        "fields_needed": engine.FIELDS_NEEDED,
        "sizes": list(moves.SIZES),
        "rounds": rounds,
    }


@dataclass(frozen=True)
class Redrawn:
    """A round drawn again from its published facts. `matches`: seals, seed, order are what was published."""

    round: int
    matches: bool
    seed: str
    order: list[str]
    seats: list[str] | None


def redraw(facts: dict[str, Any]) -> list[Redrawn]:
    """Draw again from `draw_facts` alone, without looking at what is stored."""
    found = []
    for one in facts["rounds"]:
        if "seed" not in one:
            continue
        seed = engine.seed_of(
            dispute=facts["dispute"],
            round=one["round"],
            beacon=facts["beacon"],
            secret=one["secret"],
            statements=one["statements"],
            words=one["words"],
        )
        fields = {each["id"]: each["field"] for each in one["candidates"] if "excluded" not in each}
        order = engine.order_of(fields, seed)
        seats = engine.seats(order, fields, one["size"])
        sealed = one["seal"] == engine.seal(one["secret"]) and one["word_seals"] == {
            body: engine.seal(one["secret"], body, word) for body, word in one["words"].items()
        }
        matches = sealed and seed == one["seed"] and order == one["order"]
        found.append(Redrawn(one["round"], matches, seed, order, seats if isinstance(seats, list) else None))
    return found


def roster(viewer: Viewer, *, q: str = "", field: str = "", state: str = "") -> QuerySet[Mediator]:
    """The roster as this viewer may see it, by name; `state` active (today, the default), all."""
    rows: Any = Mediator.objects.visible_to(viewer).select_related("affiliation")
    rows = rows.prefetch_related(Prefetch("interests", MediatorInterest.objects.select_related("body")))
    if state != "all":
        rows = rows.exclude(state__in=[Mediator.State.RESIGNED, Mediator.State.DECLINED])
        rows = rows.filter(ends_on__gte=clock.today())
    if field:
        rows = rows.filter(field=field)
    for word in q.split()[:5]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(affiliation__search_text__icontains=word.lower())
            | Q(affiliation__name_ko__icontains=word)
        )
    return rows.order_by("name", "pk")


def mediator_of(viewer: Viewer, id: UUID) -> Mediator:
    row = roster(viewer, state="all").filter(pk=id).first()
    if row is None:
        raise Refused("not_found", _("명부에 없는 사람입니다."))
    return row


def own_entries(viewer: Viewer) -> list[Mediator]:
    """The viewer's own entries on the roster that are asked or active."""
    if viewer.person_id is None:
        return []
    states = [Mediator.State.ASKED, Mediator.State.ACTIVE]
    return list(Mediator.objects.filter(person_id=viewer.person_id, state__in=states))


def own_seats(viewer: Viewer, *, open_only: bool = True) -> list[CommitteeMember]:
    """The viewer's seats in committees, also those still to be answered; the nearest deadline first."""
    if viewer.person_id is None:
        return []
    rows = CommitteeMember.objects.filter(person_id=viewer.person_id, state__in=moves.HOLDS)
    if open_only:
        rows = rows.exclude(dispute__step=Step.CLOSED)
    rows = rows.select_related("dispute__collaboration__call", "dispute__body")
    return sorted(rows, key=lambda m: (m.dispute.due or date.max, m.pk))


def open_disputes_of(body_id: UUID) -> QuerySet[Dispute]:
    """Disputes that are open and of which the body is a party."""
    rows = Dispute.objects.exclude(step=Step.CLOSED).filter(sides__body_id=body_id)
    return rows.select_related("collaboration__call").prefetch_related("sides")
