"""Deciding, looking over the comments, publishing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.contests import policy, public_text, scoring
from dure.contests.actions.contest import locked
from dure.contests.actions.judging import find_ties, may_vote
from dure.contests.models import Contest, Entry, Judge, Sheet, State, Support, SupportPayment, Vote, YearReport
from dure.contests.progress import all_in
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.engines.scoring import settle

VOTING = timedelta(days=7)


def contest_decide(*, by: Viewer, id: UUID, short_reason: str = "") -> Contest:
    """Reckon the outcome once all sheets are in or the judging is over; from then on no mark changes.

    Where entries are level at the edge and the panel is to vote, this opens the vote (the contest stays in judging)
    and is called again afterwards. Refused: conflict too early, invalid (`short_reason`) where entries have fewer
    judges than the contest promised and nobody says why it goes on.
    """
    with transaction.atomic():
        contest = locked(id)
        policy.must_organise(by, contest)
        policy.must_be(contest, State.JUDGING)
        find_ties(contest)
        if not (contest.judging_over or all_in(contest)):
            raise Refused("conflict", _("채점이 다 끝나거나 심사 마감이 지난 뒤에 정할 수 있습니다."))
        outcome = scoring.outcome_of(contest)
        if all(mark.rank is None for mark in outcome.marks):
            raise Refused("conflict", _("채점된 응모가 없습니다. 심사 마감을 늘려 주세요."))
        said = tidy(short_reason, longest=500, field="short_reason")
        if any(mark.short for mark in outcome.marks) and not (said or contest.short_reason):
            words = _(
                "채점한 위원이 %(n)d명보다 적은 응모가 있습니다. 마감을 늘리거나, 그대로 정하는 까닭을 적어 주세요."
            )
            raise Refused("invalid", words % {"n": contest.least_judges}, "short_reason")
        contest.short_reason = said or contest.short_reason
        votes: dict[str, int] = {}
        if outcome.open:
            ids = {row.code: str(row.pk) for row in contest.entries.filter(code__in=outcome.level)}
            tie: dict[str, Any] = {"entries": [ids[code] for code in outcome.level], "seats": outcome.seats}
            voters = [judge for judge in _judges(contest) if may_vote(judge, tie["entries"])]
            if voters and not (contest.tied_at and (contest.result or {}).get("tie") == tie):
                return _open_vote(by, contest, tie)
            if voters:
                _voted(contest, voters)
            votes = scoring.votes_of(contest)
            outcome = settle(outcome, votes)
        contest.result = scoring.result_of(contest, outcome, votes)
        for mark in outcome.marks:
            contest.entries.filter(code=mark.entry).update(
                final=scoring.decimal(mark.final), rank=mark.rank, selected=mark.entry in outcome.selected
            )
        contest.state, contest.decided_at, contest.tied_at = State.DECIDED, clock.now(), None
        contest.save(update_fields=["state", "decided_at", "tied_at", "result", "short_reason"])
        record(by=by, type="contests.decided", subject=contest.urn, data={"selected": len(outcome.selected)})
    return contest


def _judges(contest: Contest) -> list[Judge]:
    return list(contest.judges.filter(state=Judge.State.ACCEPTED))


def _open_vote(by: Viewer, contest: Contest, tie: dict[str, Any]) -> Contest:
    Vote.objects.filter(entry__contest=contest).delete()
    contest.tied_at, contest.result = clock.now(), {"tie": tie}
    contest.save(update_fields=["tied_at", "result", "short_reason"])
    record(by=by, type="contests.tied", subject=contest.urn, data={"entries": len(tie["entries"])})
    return contest


def _voted(contest: Contest, voters: list[Judge]) -> None:
    there = set(Vote.objects.filter(judge__in=voters).values_list("judge_id", flat=True))
    assert contest.tied_at
    if len(there) < len(voters) and contest.tied_at + VOTING > clock.now():
        raise Refused("conflict", _("투표할 수 있는 위원이 모두 투표하거나 7일이 지난 뒤에 정할 수 있습니다."))
    if not there:
        raise Refused("conflict", _("아직 아무도 투표하지 않았습니다."))


def comment_hide(*, by: Viewer, sheet_id: UUID, reason: str) -> Sheet:
    """Take a judge's comment out of what is published, with a reason that is published in its place."""
    with transaction.atomic():
        sheet = _sheet(by, sheet_id)
        said = tidy(reason, longest=300, field="reason", needed=_("빼는 까닭을 적어 주세요."), one_line=True)
        if not sheet.comment:
            raise Refused("conflict", _("적은 말이 없습니다."))
        sheet.hidden_at, sheet.hidden_reason = clock.now(), said
        sheet.save(update_fields=["hidden_at", "hidden_reason"])
        contest = sheet.entry.contest
        record(by=by, type="contests.comment.hidden", subject=contest.urn, data={"sheet": sheet.pk})
    return sheet


def comment_restore(*, by: Viewer, sheet_id: UUID) -> Sheet:
    """Put a comment back into what is published."""
    with transaction.atomic():
        sheet = _sheet(by, sheet_id)
        if sheet.hidden_at is None:
            raise Refused("conflict", _("빼지 않은 말입니다."))
        sheet.hidden_at, sheet.hidden_reason = None, ""
        sheet.save(update_fields=["hidden_at", "hidden_reason"])
        record(by=by, type="contests.comment.restored", subject=sheet.entry.about, data={"sheet": sheet.pk})
    return sheet


def _sheet(by: Viewer, id: UUID) -> Sheet:
    row = Sheet.objects.select_related("entry").filter(pk=id).first()
    if row is None:
        raise Refused("not_found", _("없는 심사표입니다."))
    contest = locked(row.entry.contest_id)
    policy.must_organise(by, contest)
    policy.must_be(contest, State.DECIDED, State.PUBLISHED)
    row = Sheet.objects.select_related("entry", "judge").get(pk=id)
    row.entry.contest = contest
    return row


def contest_publish(*, by: Viewer, id: UUID) -> Contest:
    """Show the results, all entries and the comments to everybody; the support of the selected begins."""
    with transaction.atomic():
        contest = locked(id)
        policy.must_organise(by, contest)
        policy.must_be(contest, State.DECIDED)
        contest.state, contest.published_at = State.PUBLISHED, clock.now()
        contest.save(update_fields=["state", "published_at"])
        if contest.support_years:
            for entry in contest.entries.filter(selected=True):
                _begin(contest, entry)
        public_text.refresh(contest)
        record(by=by, type="contests.published", subject=contest.urn)
    return contest


def _begin(contest: Contest, entry: Entry) -> None:
    start = clock.today()
    support = Support.objects.create(entry=entry, starts_on=start)
    years = range(1, contest.support_years + 1)
    YearReport.objects.bulk_create(
        [YearReport(support=support, year=year, due_on=years_later(start, year)) for year in years]
    )
    if contest.support_won:
        SupportPayment.objects.bulk_create(
            [SupportPayment(support=support, year=year, planned=contest.support_won) for year in years]
        )


def years_later(day: date, years: int) -> date:
    """The same day of a later year; of 29 February the day before."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
