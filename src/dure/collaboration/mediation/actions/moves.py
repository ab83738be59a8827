"""How a mediation moves from step to step. The verbs call these inside their transaction, the periodic job when a
deadline has passed; the dispute and its collaboration are locked then."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from dure.bodies.models import Membership
from dure.collaboration import parties
from dure.collaboration.mediation import terms
from dure.collaboration.mediation.models import (
    ChairVote,
    CommitteeDraw,
    CommitteeMember,
    ContestedPart,
    Dispute,
    DisputeParty,
    DisputeStatement,
    MediationAnswer,
    MediationProposal,
    Mediator,
    Result,
    Step,
)
from dure.collaboration.models import Collaboration, Party
from dure.collaboration.parts import NAMES
from dure.core import clock
from dure.core.events import record
from dure.core.models import Audience
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.engines import draw as engine

SIZES = (5, 3)
"""Seats of a committee: five, or three where the roster has not enough people without a tie to a party."""
HOLDS = (CommitteeMember.State.DRAWN, CommitteeMember.State.ACCEPTED)


def locked(id: UUID) -> Dispute:
    """The dispute, its collaboration locked before it. Refused `not_found`."""
    of = Dispute.objects.filter(pk=id).values_list("collaboration_id", flat=True).first()
    collaboration = Collaboration.objects.select_for_update().filter(pk=of).first() if of else None
    if collaboration is None:
        raise Refused("not_found", _("이런 조정이 없습니다."))
    dispute = Dispute.objects.select_for_update().get(pk=id)
    dispute.collaboration = collaboration
    return dispute


def rest(collaboration: Collaboration) -> None:
    """Make `paused` what it must be: the parts that open disputes are about, in the order of a collaboration's life.

    The only function that writes `paused`; the collaboration is locked.
    """
    rows = ContestedPart.objects.filter(collaboration=collaboration, open=True).values_list("part", flat=True)
    contested = set(rows)
    collaboration.paused = [name for name in NAMES if name in contested]
    collaboration.save(update_fields=["paused"])


def begin_round(dispute: Dispute, number: int) -> CommitteeDraw:
    """A new secret under a seal that is public from now on."""
    secret = secrets.token_hex(32)
    return CommitteeDraw.objects.create(dispute=dispute, round=number, secret=secret, seal=engine.seal(secret))


def current_draw(dispute: Dispute) -> CommitteeDraw:
    return CommitteeDraw.objects.filter(dispute=dispute).latest("round")


def go(dispute: Dispute, step: Step, due: Any) -> None:
    dispute.step, dispute.due = step, due
    dispute.save()


def bodies_concerned(dispute: Dispute) -> set[UUID]:
    """All parties of the collaboration, also those that left within the year, and those of the dispute."""
    since = clock.now() - timedelta(days=terms.YEAR)
    rows = Party.objects.filter(collaboration=dispute.collaboration_id).filter(Q(left_at=None) | Q(left_at__gte=since))
    sides = DisputeParty.objects.filter(dispute=dispute).values_list("body_id", flat=True)
    return {*rows.values_list("body_id", flat=True), *sides}


def candidates_for(dispute: Dispute, *, known_by: Any = None) -> list[tuple[Mediator, engine.Candidate]]:
    """Everybody on the roster today, with the bodies they are tied to. `known_by`: only who had accepted by then.

    Who did not sit when asked in an earlier round of this dispute carries the ground `asked`.
    """
    today = clock.today()
    rows = Mediator.objects.filter(state=Mediator.State.ACTIVE, starts_on__lte=today, ends_on__gte=today)
    if known_by is not None:
        rows = rows.filter(accepted_at__lte=known_by)
    mediators = list(rows.prefetch_related("interests"))
    belongs = _memberships([m.person_id for m in mediators])
    asked = set(
        CommitteeMember.objects.filter(dispute=dispute)
        .exclude(state__in=[*HOLDS, CommitteeMember.State.RELEASED])
        .values_list("mediator_id", flat=True)
    )
    return [
        (
            m,
            engine.Candidate(
                id=str(m.pk),
                field=m.field,
                member_of=frozenset(
                    {*belongs.get(m.person_id, ()), *([str(m.affiliation_id)] if m.affiliation_id else [])}
                ),
                interests=frozenset(str(one.body_id) for one in m.interests.all()),
                refused="asked" if m.pk in asked else "",
            ),
        )
        for m in mediators
    ]


def _memberships(people: list[UUID]) -> dict[UUID, set[str]]:
    """The bodies each person belongs to or belonged to within the year."""
    day = clock.today() - timedelta(days=terms.YEAR)
    since = clock.now() - timedelta(days=terms.YEAR)
    rows = Membership.objects.filter(person_id__in=people)
    rows = rows.filter(Q(ended_at=None) | Q(ended_at__gte=since), Q(valid_to=None) | Q(valid_to__gte=day))
    found: dict[UUID, set[str]] = {}
    for person, body in rows.values_list("person_id", "body_id"):
        found.setdefault(person, set()).add(str(body))
    return found


def tie_of(dispute: Dispute, mediator: Mediator) -> bool:
    """The person is tied to a party: belongs or belonged to it within the year, or has declared an interest."""
    bodies = {str(body) for body in bodies_concerned(dispute)}
    found = next((c for m, c in candidates_for(dispute) if m.pk == mediator.pk), None)
    return found is None or bool((found.member_of | found.interests) & bodies)


def draw_now(dispute: Dispute, by: Viewer) -> None:
    """Open the seals, make the seed, draw. Ends with seats to be taken, or with what is missing for a committee."""
    draw = current_draw(dispute)
    people = candidates_for(dispute, known_by=draw.begun_at)
    bodies = [str(body) for body in bodies_concerned(dispute)]
    may, excluded = engine.eligible([one for _m, one in people], bodies)
    statements = sorted(DisputeStatement.objects.filter(dispute=dispute).values_list("last_event", flat=True))
    draw.seed = engine.seed_of(
        dispute=str(dispute.pk),
        round=draw.round,
        beacon=dispute.beacon,
        secret=draw.secret,
        statements=statements,
        words=draw.words,
    )
    order = engine.order_of([one.id for one in may], draw.seed)
    fields = {one.id: one.field for one in may}
    found: list[str] | engine.Shortage = engine.Shortage(0, 0)
    for size in SIZES:
        draw.size, found = size, engine.seats(order, fields, size)
        if isinstance(found, list):
            break
    why = {one.id: one for one in excluded}
    draw.drawn_at = clock.now()
    draw.facts = {
        "statements": statements,
        "parties": sorted(bodies),
        "order": order,
        "candidates": [
            {"id": one.id, "name": m.name, "field": one.field}
            | ({"excluded": why[one.id].reason} if one.id in why else {})
            for m, one in sorted(people, key=lambda pair: pair[1].id)
        ],
    }
    if isinstance(found, engine.Shortage):
        draw.missing_people, draw.missing_fields = found.people, found.fields
        draw.save()
        _short(dispute, by, draw)
        return
    draw.save()
    go(dispute, Step.SEATING, terms.due("seating", clock.today()))
    _ask(dispute, draw, found)
    data = {"round": draw.round, "size": draw.size, "seed": draw.seed}
    record(by=by, type="collaboration.dispute.drawn", subject=dispute.about, thing=dispute.urn, data=data)


def _ask(dispute: Dispute, draw: CommitteeDraw, ids: list[str]) -> None:
    due = terms.due("seating", clock.today())
    place = {id: number for number, id in enumerate(draw.facts["order"])}
    for mediator in Mediator.objects.filter(pk__in=ids):
        CommitteeMember.objects.create(
            dispute=dispute,
            draw=draw,
            mediator=mediator,
            person_id=mediator.person_id,
            field=mediator.field,
            place=place[str(mediator.pk)],
            due=due,
        )


def _short(dispute: Dispute, by: Viewer, draw: CommitteeDraw) -> None:
    for member in CommitteeMember.objects.filter(dispute=dispute, state__in=HOLDS):
        vacate(member, CommitteeMember.State.RELEASED, "")
    go(dispute, Step.SHORT, None)
    data = {"round": draw.round, "people": draw.missing_people, "fields": draw.missing_fields}
    record(by=by, type="collaboration.dispute.short", subject=dispute.about, thing=dispute.urn, data=data)


def vacate(member: CommitteeMember, state: CommitteeMember.State, reason: str) -> None:
    """The seat is empty, and its holder reads no more than everybody."""
    member.state, member.reason, member.chair, member.answered_at = state, reason, False, clock.now()
    member.save()
    Audience.objects.filter(subject=member.dispute_id, kind="partner", person_id=member.person_id).delete()


def take_seat(member: CommitteeMember) -> None:
    """The seat is taken, and its holder reads what is for partners only in this dispute."""
    member.state, member.answered_at = CommitteeMember.State.ACCEPTED, clock.now()
    member.save()
    Audience.objects.get_or_create(subject=member.dispute_id, kind="partner", person_id=member.person_id)


def fill(dispute: Dispute, by: Viewer) -> None:
    """Ask the next in the drawn order for each empty seat; where nobody is left, the committee cannot be formed.

    A committee that is already at work goes on with fewer as long as three sit, of three fields.
    """
    draw = current_draw(dispute)
    members = list(CommitteeMember.objects.filter(draw=draw))
    kept = [str(m.mediator_id) for m in members if m.state in HOLDS]
    bodies = [str(body) for body in bodies_concerned(dispute)]
    still, _out = engine.eligible([one for _m, one in candidates_for(dispute)], bodies)
    now = {one.id for one in still}
    gone = {id for id in draw.facts["order"] if id not in now} | {str(m.mediator_id) for m in members}
    fields = {one["id"]: one["field"] for one in draw.facts["candidates"]}
    found = engine.seats(draw.facts["order"], fields, draw.size, kept=kept, gone=gone)
    if isinstance(found, list):
        new = [id for id in found if id not in kept]
        if new:
            _ask(dispute, draw, new)
            if dispute.step == Step.SEATING:
                go(dispute, Step.SEATING, terms.due("seating", clock.today()))
            data = {"seats": len(new)}
            record(by=by, type="collaboration.dispute.replaced", subject=dispute.about, thing=dispute.urn, data=data)
        return
    if dispute.step in (Step.ELECTING, Step.WORKING) and _enough(members):
        return
    draw.missing_people, draw.missing_fields = found.people, found.fields
    draw.save(update_fields=["missing_people", "missing_fields"])
    _short(dispute, by, draw)


def _enough(members: list[CommitteeMember]) -> bool:
    there = [m for m in members if m.state == CommitteeMember.State.ACCEPTED]
    return len(there) >= min(SIZES) and len({m.field for m in there}) >= engine.FIELDS_NEEDED


def seated(dispute: Dispute, by: Viewer) -> None:
    """Once all seats are taken the members elect their chair, or go on where they have one; a ballot that waited only
    for an empty seat is counted."""
    if dispute.step == Step.ELECTING and all_voted(dispute):
        count_ballot(dispute, by)
    members = list(CommitteeMember.objects.filter(dispute=dispute, state__in=HOLDS))
    if dispute.step != Step.SEATING or any(m.state != CommitteeMember.State.ACCEPTED for m in members):
        return
    if any(m.chair for m in members):
        go(dispute, Step.WORKING, dispute.work_due)
    else:
        go(dispute, Step.ELECTING, terms.due("electing", clock.today()))


def standing_for_chair(dispute: Dispute) -> list[CommitteeMember]:
    """Whom the members may vote for: all of them, in a second ballot those who were equal in the first."""
    rows = CommitteeMember.objects.filter(dispute=dispute, state=CommitteeMember.State.ACCEPTED)
    members = list(rows.select_related("mediator"))
    if dispute.ballot % 2 == 0:
        first = _leading(dispute, dispute.ballot - 1, members)
        return [m for m in members if m.pk in first]
    return members


def _leading(dispute: Dispute, ballot: int, members: list[CommitteeMember]) -> set[int]:
    there = {m.pk for m in members}
    rows = ChairVote.objects.filter(dispute=dispute, ballot=ballot, voter__in=there, choice__in=there)
    count = Counter(rows.values_list("choice_id", flat=True))
    most = max(count.values(), default=0)
    return {pk for pk in there if count[pk] == most}


def count_ballot(dispute: Dispute, by: Viewer) -> None:
    """Who has most voices is chair; equal voices lead to one second ballot, then to the lot from the draw's seed."""
    members = standing_for_chair(dispute)
    first = _leading(dispute, dispute.ballot, members) & {m.pk for m in members}
    voted = ChairVote.objects.filter(dispute=dispute, ballot=dispute.ballot).exists()
    if len(first) > 1 and dispute.ballot % 2 and voted:
        dispute.ballot += 1
        go(dispute, Step.ELECTING, terms.due("electing", clock.today()))
        record(by=by, type="collaboration.dispute.ballot", subject=dispute.about, thing=dispute.urn)
        return
    by_id = {str(m.mediator_id): m for m in members if m.pk in first}
    drawn = len(by_id) > 1
    chosen = by_id[engine.lot(by_id, current_draw(dispute).seed, f"chair-{dispute.ballot}")]
    chosen.chair = True
    chosen.save(update_fields=["chair"])
    if dispute.work_due is None:
        dispute.work_due = terms.due("proposing", clock.today())
        dispute.hearing_due = terms.due("hearing", clock.today())
    go(dispute, Step.WORKING, dispute.work_due)
    record(by=by, type="collaboration.dispute.chair", subject=dispute.about, thing=dispute.urn, data={"lot": drawn})


def all_voted(dispute: Dispute) -> bool:
    members = CommitteeMember.objects.filter(dispute=dispute, state=CommitteeMember.State.ACCEPTED)
    votes = ChairVote.objects.filter(dispute=dispute, ballot=dispute.ballot, voter__in=members)
    waiting = CommitteeMember.objects.filter(dispute=dispute, state=CommitteeMember.State.DRAWN)
    return votes.count() == members.count() and not waiting.exists()


def sides_left(dispute: Dispute) -> set[UUID]:
    """The parties of the dispute that are still parties of the collaboration: those whose answer counts."""
    sides = set(DisputeParty.objects.filter(dispute=dispute).values_list("body_id", flat=True))
    return sides & parties.party_bodies(dispute.collaboration)


def finish(dispute: Dispute, by: Viewer) -> None:
    """Settled where every party has accepted the proposal; else not settled, with what remains."""
    proposal = MediationProposal.objects.filter(dispute=dispute, put_at__isnull=False).latest("number")
    answers = dict(MediationAnswer.objects.filter(proposal=proposal).values_list("body_id", "accepts"))
    wanted = sides_left(dispute)
    if wanted and all(answers.get(body) for body in wanted):
        close(dispute, by, Result.SETTLED)
    elif wanted <= answers.keys():
        close(dispute, by, Result.NOT_SETTLED, "rejected")
    else:
        close(dispute, by, Result.NOT_SETTLED, "unanswered")


def close(dispute: Dispute, by: Viewer, result: Result, reason: str = "") -> None:
    """The mediation ends: what rested runs again, and the committee reads no more than everybody."""
    dispute.result, dispute.close_reason, dispute.closed_at = result, reason, clock.now()
    go(dispute, Step.CLOSED, None)
    ContestedPart.objects.filter(dispute=dispute).update(open=False)
    rest(dispute.collaboration)
    Audience.objects.filter(subject=dispute.pk, kind="partner").delete()
    data = {"result": str(result)}
    record(by=by, type="collaboration.dispute.closed", subject=dispute.about, thing=dispute.urn, data=data)


def move_on(id: UUID) -> bool:
    """What a passed deadline brings, and the warning before one; whether anything happened. In a transaction."""
    dispute, by, today = locked(id), Viewer.anonymous(), clock.today()
    if not dispute.is_open:
        return False
    moved = _expire(dispute, by)
    over = dispute.due is not None and dispute.due < today
    if over and dispute.step in (Step.STATING, Step.AGAIN):
        draw_now(dispute, by)
    elif over and dispute.step == Step.ELECTING:
        count_ballot(dispute, by)
    elif over and dispute.step == Step.WORKING:
        close(dispute, by, Result.NOT_SETTLED, "no_proposal")
    elif over and dispute.step == Step.ANSWERING:
        finish(dispute, by)
    else:
        return _warn(dispute, by) or moved
    return True


def _expire(dispute: Dispute, by: Viewer) -> bool:
    rows = CommitteeMember.objects.filter(dispute=dispute, state=CommitteeMember.State.DRAWN, due__lt=clock.today())
    late = list(rows)
    for member in late:
        vacate(member, CommitteeMember.State.EXPIRED, "")
    if late:
        fill(dispute, by)
        seated(dispute, by)
    return bool(late)


def _warn(dispute: Dispute, by: Viewer) -> bool:
    days = {str(dispute.step): dispute.due}
    if dispute.step == Step.WORKING and not dispute.hearings.exclude(state="cancelled").exists():
        days["hearing"] = dispute.hearing_due
    edge = terms.workdays.add_working_days(clock.today(), terms.WARN_DAYS)
    told = False
    for step, due in days.items():
        key = f"{step}:{due}"
        if due is None or due > edge or key in dispute.warned:
            continue
        dispute.warned = [*dispute.warned, key]
        dispute.save(update_fields=["warned"])
        data = {"step": step, "due": due.isoformat()}
        record(by=by, type="collaboration.dispute.due", subject=dispute.about, thing=dispute.urn, data=data)
        told = True
    return told
