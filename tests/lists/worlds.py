"""What each group of lists in `tests/test_lists.py` is filled with: `Filled.more()` adds one more of everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from dure.benefits import actions as entitled
from dure.bodies.actions import create_key
from dure.bodies.models import Body
from dure.collaboration import actions as room
from dure.collaboration import parties
from dure.collaboration.agreement import actions as agreements
from dure.collaboration.closing import actions as lasting
from dure.collaboration.decisions import actions as decisions
from dure.collaboration.mediation import actions as mediation
from dure.collaboration.models import Case, Collaboration, Party
from dure.collaboration.workspace import actions as workspace
from dure.contests import actions as contests
from dure.contests.models import Support
from dure.core import clock, follow
from dure.core.events import deliver_due
from dure.core.ids import uuid7
from dure.core.models import Person
from dure.core.viewer import Viewer
from dure.needs import actions as needs
from dure.needs.models import Need
from dure.resources import actions as resources
from tests.collaboration.agreement.conftest import fields as content_of
from tests.collaboration.agreement.conftest import proposed, sign, signed
from tests.collaboration.closing.conftest import INDICATOR, begin
from tests.collaboration.mediation.panel import make_panel
from tests.collaboration.workspace import work
from tests.collaboration.world import World, make_world, officer, person
from tests.contests.world import make_world as contest_world
from tests.core.people import give_totp
from tests.learning.world import make_world as learning_world
from tests.lists.filled import NOBODY, NUMBERS, TEXTS, Filled, another, email_of, file
from tests.lists.reports import (  # noqa: F401
    company_desk,
    company_meeting,
    company_open,
    company_own,
    reports_desk,
    reports_desk_api,
    reports_open,
)
from tests.lists.simulation import scenarios, scenarios_own  # noqa: F401
from tests.needs.world import make_world as needs_world
from tests.resources.world import day_at, picture
from tests.resources.world import make_world as resource_world


def joined(collaboration: Collaboration) -> Viewer:
    viewer = another()
    assert viewer.body_id
    parties.join(collaboration, viewer.body_id, Party.Role.PARTNER)
    return viewer


def calls(patch: pytest.MonkeyPatch) -> Filled:
    world = make_world()

    def more() -> None:
        call = world.call()
        world.offer(call)
        room.opinion_say(by=world.citizen, id=call.pk, text="좋아요")
        world.draft()
        world.together()

    return Filled({}, more, [NOBODY, world.asker, world.offerer])


def call(patch: pytest.MonkeyPatch) -> Filled:
    world = make_world()
    made = world.call()

    def more() -> None:
        for by in (another(), another("company")):
            offer = room.offer_make(by=by, id=made.pk, fields=TEXTS)
        room.offer_take(by=world.asker, id=offer.pk)
        guest = another()
        assert guest.body_id
        room.partner_invite(by=world.asker, id=made.pk, body_id=guest.body_id, reason="이웃입니다.")
        said = room.opinion_say(by=Viewer.person(person("주민").pk), id=made.pk, text="의견")
        room.opinion_say(by=world.asker, id=made.pk, text="답", parent_id=said.pk)
        room.opinion_say(by=another(), id=made.pk, text="기관의 의견")
        room.file_add(by=world.asker, id=made.pk, uploaded=file())

    return Filled({"receipt": made.receipt, "id": str(made.pk)}, more, [NOBODY, world.asker, world.citizen])


def joining(patch: pytest.MonkeyPatch) -> Filled:
    """Ever more parties in one collaboration, with a proposal, a version to be signed, work, a dispute and figures."""
    world = make_world()
    made = world.together()
    proposal = decisions.proposal_make(by=world.asker, id=made.pk, title="매달 모입니다", text="첫 월요일")
    line = work.line(world.asker, made)
    task = work.task(world.asker, made)
    meeting = work.meeting(world.asker, made, bodies=[world.asker.body_id, world.other.body_id])
    agreements.agreement_compose(by=world.asker, id=made.pk)

    def more() -> None:
        viewer = joined(made)
        decisions.vote_cast(by=viewer, id=proposal.pk, choice="abstain")
        joined(made)
        work.spend(viewer, line, 7)
        workspace.task_move(by=viewer, id=task.pk, to="doing")
        workspace.task_move(by=viewer, id=task.pk, to="todo")
        work.task(viewer, made)
        work.meeting(viewer, made, bodies=[viewer.body_id, world.asker.body_id])

    names = {"receipt": made.receipt, "proposal": str(proposal.pk), "task": str(task.pk), "line": str(line.pk)}
    return Filled(names | {"meeting": str(meeting.pk)}, more, [NOBODY, world.other])


def agreement_list(patch: pytest.MonkeyPatch) -> Filled:
    world = make_world()
    return Filled({"body": str(world.asker.body_id)}, lambda: signed(world), [NOBODY, world.asker])


def agreement(patch: pytest.MonkeyPatch) -> Filled:
    """Ever more parties, signatures, versions and comments of one agreement."""
    world = make_world()
    made = world.together()
    proposed(world, made)

    def more() -> None:
        by = joined(made)
        version = agreements.agreement_revise(by=by, id=made.pk)
        version = agreements.agreement_save(by=by, id=version.pk, edit=version.edit, fields=content_of(made))
        version = agreements.agreement_propose(by=by, id=version.pk, edit=version.edit)
        sign(version, world.asker, by)
        for viewer in (by, world.offerer):
            for clause in ("cost", "term"):
                agreements.clause_comment(by=viewer, id=uuid7(), version_id=version.pk, clause=clause, text="말")

    return Filled({"receipt": made.receipt}, more, [NOBODY, world.other])


def working(patch: pytest.MonkeyPatch) -> Filled:
    """Work of every kind, by several parties."""
    world = make_world()
    made = world.together(stage="working")

    def more() -> None:
        point = work.milestone(world.asker, made)
        for by in (world.asker, world.offerer):
            work.task(by, made, milestone=point.pk, assignee=by.person_id, due_on=clock.today())
            work.task(by, made, visibility=work.narrow())
            work.meeting(by, made, bodies=[world.asker.body_id, world.offerer.body_id])
            work.spend(by, work.line(by, made, milestone=point.pk), 7)
            workspace.workspace_file_add(by=by, id=made.pk, uploaded=file())

    return Filled({"receipt": made.receipt}, more, [NOBODY, world.other])


def deciding(patch: pytest.MonkeyPatch) -> Filled:
    world = make_world()
    made = world.together()

    def more() -> None:
        for by in (world.asker, world.other):
            one = decisions.proposal_make(by=by, id=made.pk, title="매달", text="첫 월요일")
            decisions.vote_cast(by=world.offerer, id=one.pk, choice="abstain")

    return Filled({"receipt": made.receipt}, more, [NOBODY, world.other])


def disputes(patch: pytest.MonkeyPatch) -> Filled:
    world = make_world()
    panel = make_panel(world, 7)
    made = world.together()
    mine = panel.people[0]
    entry = mine.person_id

    def more() -> None:
        one = panel.refer(made)
        mediation.dispute_withdraw(by=world.asker, id=one.pk, reason="풀렸습니다.")
        panel.add(2)
        panel.add(accept=False)
        far = another().body_id
        assert far
        mediation.interest_declare(by=mine, id=mediator.pk, body_id=far, what="자문")

    from dure.collaboration.mediation.models import Mediator

    mediator = Mediator.objects.get(person_id=entry)
    names = {"receipt": made.receipt, "mediator": str(mediator.pk)}
    return Filled(names, more, [NOBODY, mine, panel.centre, world.asker])


def committees(patch: pytest.MonkeyPatch) -> Filled:
    """One mediator sits in ever more committees."""
    world = make_world()
    panel = make_panel(world, 5)

    def more() -> None:
        panel.sitting()

    return Filled({}, more, [panel.people[0]])


def dispute(patch: pytest.MonkeyPatch) -> Filled:
    world = make_world()
    panel = make_panel(world)
    made = panel.proposed()

    def more() -> None:
        for by in (world.asker, world.offerer):
            mediation.evidence_add(by=by, id=made.pk, note="자료", uploaded=file())

    return Filled({"receipt": made.collaboration.receipt, "id": str(made.pk)}, more, [NOBODY, world.asker])


def closing(patch: pytest.MonkeyPatch) -> Filled:
    life = begin(make_world())
    days = count(1)

    def more() -> None:
        life.answer("unit", "partial", f"{next(NUMBERS)}명")
        life.answer("funding", "no", f"{next(NUMBERS)}명", by=life.world.other)
        for _time in range(2):
            made = life.agreed(name=f"지표 {next(NUMBERS)}")
            life.measure(made, ago=next(days))
            life.measure(made, ago=next(days))
        lasting.citizen_rate(by=Viewer.person(person("주민").pk), id=life.row.pk, score=4, text="좋아요")
        guest = another()
        assert guest.body_id
        made = lasting.handover_ask(by=life.world.asker, id=life.row.pk, body_id=guest.body_id, reason="이어받습니다.")
        lasting.handover_withdraw(by=life.world.asker, id=made.pk)

    return Filled({"receipt": life.row.receipt}, more, [NOBODY, life.world.other])


def library(patch: pytest.MonkeyPatch) -> Filled:
    def more() -> None:
        for _time in range(2):
            number = next(NUMBERS)
            Case.objects.create(
                no=f"A{number:03}",
                title=f"사례 {number}",
                government="가람군",
                level=Case._meta.get_field("level").choices[0][0],  # type: ignore[index]
                partner_type=Case._meta.get_field("partner_type").choices[0][0],  # type: ignore[index]
                service_field="교육",
                tech_applied="yes",
                tech_applicable="yes",
                resource_shared="no",
                sustainable="yes",
                subtype="environment",
                subtype_level="high",
            )

    return Filled({}, more, [NOBODY])


def lending(patch: pytest.MonkeyPatch) -> Filled:
    """Ever more resources, and bookings, photos and entries of one of them."""
    world = resource_world()
    made = world.resource(quantity=50, longest=0)

    def more() -> None:
        world.resource(title=f"버스 {next(NUMBERS)}")
        world.hall()
        world.days(made, 1)
        world.days(made, 2, 3, by=world.other, purpose="행사")
        world.days(made, 1, by=another())
        back = world.lent(made)
        resources.booking_return(by=world.owner, id=back.pk)
        back = world.lent(made, by=world.other)
        resources.booking_return(by=world.owner, id=back.pk)
        resources.photo_add(by=world.owner, id=made.pk, uploaded=picture(), note="앞")

    day = f"{day_at(1):%Y-%m-%d}"
    names = {"id": str(made.pk), "day": day, "until": f"{day_at(20):%Y-%m-%d}", "month": day[:7]}
    return Filled(names, more, [NOBODY, world.owner, world.borrower])


def lending_own(patch: pytest.MonkeyPatch) -> Filled:
    filled = lending(patch)
    return replace(filled, viewers=filled.viewers[1:])


def lending_key(patch: pytest.MonkeyPatch) -> Filled:
    filled = lending(patch)
    lender = Body.objects.get(pk=filled.viewers[1].body_id)
    head = officer(lender, "최책임", "head")
    give_totp(Person.objects.get(pk=head.person_id))
    until = clock.today() + timedelta(days=9)
    _row, token = create_key(by=head, body_id=lender.pk, purpose="빌려주기", scopes=["read"], expires_on=until)
    return replace(filled, viewers=[], keys=[token])


def holding(patch: pytest.MonkeyPatch) -> Filled:
    """Ever more contests, each with published results and a support."""
    world = contest_world(patch)

    def more() -> None:
        world.go(0)
        world.draft()
        world.contest()
        world.published()

    return Filled({}, more, [NOBODY, world.organiser, world.entrants[0], world.judges[0]])


def contest_of(world: Any, viewers: list[Viewer], *, published: bool) -> Filled:
    """Not one contest that grows, but ever greater ones: entries are closed once the judging has begun."""
    filled = Filled({}, lambda: None, viewers, times=1)
    sizes = iter((3, 9))

    def more() -> None:
        number = next(sizes)
        world.go(0)
        if published:
            points = [[(n + k) % 9 + 1 for n in range(number)] for k in range(3)]
            made, rows = world.published(points, select=number - 1)
            support = Support.objects.filter(entry__contest=made).latest("pk")
            filled.names["support"] = str(support.entry_id)
        else:
            made, rows = world.judging(number)
        filled.names |= {"receipt": made.receipt, "entry": str(rows[0].pk)}

    filled.more = more
    return filled


def judged(patch: pytest.MonkeyPatch) -> Filled:
    world = contest_world(patch, entrants=9)
    return contest_of(world, [NOBODY, world.organiser, world.entrants[0]], published=False)


def organised(patch: pytest.MonkeyPatch) -> Filled:
    world = contest_world(patch, entrants=9)
    return contest_of(world, [world.organiser], published=False)


def judging(patch: pytest.MonkeyPatch) -> Filled:
    world = contest_world(patch, entrants=9)
    return contest_of(world, [world.judges[0]], published=False)


def published(patch: pytest.MonkeyPatch) -> Filled:
    world = contest_world(patch, entrants=9)
    return contest_of(world, [NOBODY, world.organiser, world.entrants[0], world.judges[0]], published=True)


def supported(patch: pytest.MonkeyPatch) -> Filled:
    world = contest_world(patch)
    made, entries = world.published(support_years=5)
    support = Support.objects.filter(entry__contest=made).select_related("entry").get(entry=entries[0])
    reports = list(support.reports.order_by("year"))
    goals: list[tuple[int, str]] = []
    years = iter((1, 2, 3, 4, 5))

    def more() -> None:
        year = next(years)
        goals.append((year, "목표"))
        contests.goals_set(by=world.organiser, support_id=support.pk, goals=goals)
        contests.support_agree(by=world.entrants[0], support_id=support.pk)
        contests.payment_save(by=world.organiser, support_id=support.pk, year=year, planned=1000)
        report = reports[year - 1]
        contests.report_file_add(by=world.entrants[0], report_id=report.pk, uploaded=file())
        contests.report_hand_in(by=world.entrants[0], report_id=report.pk, text="했습니다.")

    names = {"receipt": made.receipt, "support": str(support.entry_id)}
    return Filled(names, more, [NOBODY, world.organiser, world.entrants[0]])


def surveys(patch: pytest.MonkeyPatch) -> Filled:
    world = needs_world(patch)
    start = clock.now()

    def more() -> None:
        patch.setattr(clock, "now", lambda: start)
        world.draft()
        world.survey()
        world.sorting()

    return Filled({}, more, [NOBODY, world.asker, world.one])


def survey(patch: pytest.MonkeyPatch) -> Filled:
    """Ever greater surveys: bodies asked, needs listed and written, merges, objections, verdicts."""
    world = needs_world(patch)
    filled = Filled({}, lambda: None, [NOBODY, world.asker, world.one], times=1)
    sizes = iter((2, 6))

    def more() -> None:
        number = next(sizes)
        bodies = [another() for _n in range(number)]
        named = [viewer.body_id for viewer in (world.one, *bodies)]
        listed = [f"필요 {n}" for n in range(number)]
        taking, made = (world.survey(named=named, needs=listed) for _twice in range(2))
        for row in (taking, made):
            for by in bodies:
                world.give(by, row, [5] * number, f"택시 {by.body_id}", f"버스 {by.body_id}")
        world.give(world.one, made, [4], "우리 필요")
        needs.survey_sort(by=world.asker, id=made.pk)
        for by in bodies:
            titles = (f"택시 {by.body_id}", f"버스 {by.body_id}")
            into = world.merge(made, *titles, title=f"합친 것 {by.body_id}").result_id
            source = Need.objects.get(survey=made, title=titles[0])
            needs.merge_object(by=by, need_id=source.pk, text="다릅니다.")
        tied = [world_of(world).together() for _n in range(number)]
        for one in tied:
            needs.need_link(by=world.asker, id=into, urn=one.urn)
        filled.names |= {"open": taking.receipt, "receipt": made.receipt, "need": str(into), "source": str(source.pk)}

    filled.more = more
    return filled


def sorting(patch: pytest.MonkeyPatch) -> Filled:
    filled = survey(patch)
    return replace(filled, viewers=filled.viewers[1:2])


def answering(patch: pytest.MonkeyPatch) -> Filled:
    filled = survey(patch)
    return replace(filled, viewers=filled.viewers[2:])


def world_of(world: Any) -> World:
    """Collaborations that the asker of a survey calls for."""
    return World(asker=world.asker, offerer=world.one, other=world.two, citizen=world.citizen)


def learning(patch: pytest.MonkeyPatch) -> tuple[Any, Callable[[], None]]:
    world = learning_world()

    def more() -> None:
        for number in range(2):
            world.finish(officer(world.garam, f"담당 {number}"))
        world.finish(world.one, wrong=len(world.course.questions))
        world.finish(world.one)

    return world, more


def learners(patch: pytest.MonkeyPatch) -> Filled:
    world, more = learning(patch)
    return Filled({}, more, [world.head])


def courses(patch: pytest.MonkeyPatch) -> Filled:
    world, more = learning(patch)
    return Filled({}, more, [NOBODY, world.one])


def learning_own(patch: pytest.MonkeyPatch) -> Filled:
    world, more = learning(patch)
    return Filled({}, more, [world.one])


def benefits(patch: pytest.MonkeyPatch) -> Filled:
    """The list is as long as there are rule files; what grows is what a person keeps."""
    someone = Viewer.person(person("지켜보는 이").pk)

    def more() -> None:
        entitled.watch_start(by=someone, births=["1962-01-10"], residence="", benefits=["basic-pension", "ctc"])

    return Filled({}, more, [someone])


def desk(patch: pytest.MonkeyPatch) -> Filled:
    """Something of every room that waits for one officer, a mediator and a judge, and what they are told."""
    world = make_world()
    panel = make_panel(world, 5)
    lenders = resource_world()
    lenders.owner = world.asker
    asks = needs_world(patch)
    holds = contest_world(patch)
    mine, head = world.asker, officer(Body.objects.get(pk=world.asker.body_id), "최책임", "head")

    def more() -> None:
        call = world.call()
        world.offer(call)
        room.opinion_say(by=world.citizen, id=call.pk, text="좋아요")
        world.together()
        proposed(world, world.together())
        made = world.together(stage="working")
        follow.follow(by=mine, subject=made.urn)
        decisions.proposal_make(by=world.other, id=made.pk, title="매달", text="첫 월요일")
        work.task(world.other, made, owner=mine.body_id, assignee=mine.person_id, due_on=clock.today())
        work.milestone(world.asker, made, days=1)
        work.meeting(world.other, made, bodies=[mine.body_id, world.other.body_id])
        panel.refer(made, by=world.offerer, against=[mine.body_id])
        panel.drawn()
        lasting.indicator_propose(by=world.other, id=made.pk, fields=indicator())
        lenders.days(lenders.resource(), 3)
        lenders.lent(lenders.resource())
        contest = holds.contest()
        holds.enter(contest, mine)
        email = email_of(mine)
        contests.judge_invite(by=holds.organiser, contest_id=contest.pk, email=email)
        asks.survey(named=[mine.body_id, asks.one.body_id])
        while deliver_due():
            pass

    return Filled({}, more, [mine, head, panel.people[0], holds.organiser, asks.asker])


def indicator() -> dict[str, Any]:
    return {**INDICATOR, "due_on": clock.today() + timedelta(days=30)}
