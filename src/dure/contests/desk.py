"""What waits: for the officers of an organiser or an entrant, and for judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.contests.models import Contest, Entry, Judge, State, Support, YearReport
from dure.contests.progress import progress_of
from dure.core import clock
from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer

AHEAD = timedelta(days=60)
"""How long before its day a report stands on the desk."""


def desk_items(viewer: Viewer) -> Iterable[DeskItem]:
    """Contests to prepare, clear and decide; entries to judge; goals to settle; reports to hand in and to answer."""
    if viewer.person_id is not None:
        yield from _judging(viewer)
    if not viewer.may_act_for(viewer.body_id):
        return
    yield from _organised(viewer)
    yield from _supports(viewer)
    yield from _reports(viewer)


def _judging(viewer: Viewer) -> Iterator[DeskItem]:
    rows = Judge.objects.filter(person_id=viewer.person_id, state=Judge.State.ACCEPTED, contest__state=State.JUDGING)
    for judge in rows.select_related("contest"):
        contest = judge.contest
        if contest.tied_at:
            state, waits = _("투표를 기다림"), not judge.votes.exists()
        else:
            mine = next(row for row in progress_of(contest) if row.judge.pk == judge.pk)
            state = _("%(done)d / %(of)d건 채점함") % {"done": mine.done, "of": mine.of}
            waits = mine.done < mine.of
        if waits:
            yield DeskItem(
                title=contest.title,
                url=reverse("contests:judge", args=[contest.receipt]),
                kind=_("심사"),
                state=state,
                due=contest.judging_until,
                since=contest.judging_at,
            )


def _organised(viewer: Viewer) -> Iterator[DeskItem]:
    rows = Contest.objects.visible_to(viewer).filter(body_id=viewer.body_id)
    rows = rows.exclude(state__in=[State.PUBLISHED, State.WITHDRAWN])
    standing = Q(entries__state=Entry.State.HANDED_IN)
    rows = rows.annotate(
        there=Count("entries", filter=standing, distinct=True),
        uncleared=Count("entries", filter=standing & Q(entries__cleared_at=None), distinct=True),
    )
    today = clock.today()
    for row in rows.order_by("entries_until", "pk"):
        if row.state == State.DRAFT:
            yield DeskItem(
                title=row.title or _("제목 없는 공모"),
                url=reverse("contests:prepare", args=[row.pk]),
                kind=_("쓰던 공모"),
                state=_("아직 열지 않음"),
                since=row.changed_at,
            )
            continue
        state, why, due = _("응모 %(n)d건") % {"n": row.there}, "", row.entries_until
        if row.state == State.OPEN and row.entries_until < today:
            why = (
                _("살펴볼 응모가 %(n)d건 있습니다.") % {"n": row.uncleared}
                if row.blind and row.uncleared
                else _("심사를 시작할 수 있습니다.")
            )
        elif row.state == State.JUDGING:
            state, due = str(row.get_state_display()), row.judging_until
        elif row.state == State.DECIDED:
            state, due, why = str(row.get_state_display()), row.results_on, _("말을 살펴보고 결과를 발표해 주세요.")
        yield DeskItem(
            title=row.title,
            url=reverse("contests:organise", args=[row.receipt]),
            kind=_("공모"),
            state=state,
            why=why,
            due=due,
            since=row.opened_at,
        )


def _supports(viewer: Viewer) -> Iterator[DeskItem]:
    """Goals that the other side has written and this one has not agreed to, or nobody has written."""
    rows = Support.objects.visible_to(viewer).filter(state=Support.State.AGREEING).select_related("entry__contest")
    ours = Q(entry__contest__body_id=viewer.body_id, organiser_agreed_at=None)
    theirs = Q(entry__bodies__body_id=viewer.body_id, entrant_agreed_at=None)
    for row in rows.filter(ours | theirs).distinct().order_by("starts_on", "pk"):
        yield DeskItem(
            title=row.entry.title,
            url=row.get_absolute_url(),
            kind=_("지원 목표"),
            state=str(row.get_state_display()),
            why=_("공모를 연 기관과 뽑힌 쪽이 함께 목표를 정해야 지원이 시작됩니다."),
        )


def _reports(viewer: Viewer) -> Iterator[DeskItem]:
    rows = YearReport.objects.visible_to(viewer).exclude(support__state__in=[Support.State.STOPPED, Support.State.DONE])
    waiting = Q(state__in=[YearReport.State.DUE, YearReport.State.RETURNED], due_on__lte=clock.today() + AHEAD)
    theirs = waiting & Q(support__entry__bodies__body_id=viewer.body_id)
    ours = Q(support__entry__contest__body_id=viewer.body_id) & (
        Q(state=YearReport.State.HANDED_IN) | (waiting & Q(due_on__lt=clock.today()))
    )
    rows = rows.filter(theirs | ours).distinct().select_related("support__entry__contest")
    for row in rows.order_by("due_on", "pk"):
        yield DeskItem(
            title=row.support.entry.title,
            url=row.get_absolute_url(),
            kind=_("지원 보고"),
            state=str(row.get_state_display()),
            why=_("보고가 아직 없습니다. 모두에게 보입니다.") if row.missing else "",
            due=row.due_on,
        )
