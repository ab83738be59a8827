"""Judging: ties are declared, sheets filled in, votes cast where entries are level at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies.models import Membership
from dure.contests import policy
from dure.contests.actions.contest import locked
from dure.contests.models import Contest, Declaration, Entry, EntryBody, Judge, Score, Sheet, State, Vote
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer


def judging_start(*, by: Viewer, id: UUID) -> Contest:
    """Close the entries and let the judges begin, after the last day for entries.

    Refused `conflict`: too early, without entries, with fewer judges than an entry needs, or while a blind contest
    has entries that the organiser has not cleared.
    """
    with transaction.atomic():
        contest = locked(id)
        policy.must_organise(by, contest)
        policy.must_be(contest, State.OPEN)
        assert contest.entries_until
        if contest.entries_until >= clock.today():
            raise Refused("conflict", _("응모 마감이 지난 뒤에 심사를 시작할 수 있습니다."))
        there = contest.entries.filter(state=Entry.State.HANDED_IN)
        if not there.exists():
            raise Refused("conflict", _("들어온 응모가 없습니다. 마감을 늘리거나 공모를 거두어 주세요."))
        if contest.blind and there.filter(cleared_at=None).exists():
            raise Refused("conflict", _("아직 살펴보지 않은 응모가 있습니다. 모두 살펴본 뒤에 시작해 주세요."))
        judges = contest.judges.filter(state=Judge.State.ACCEPTED).count()
        if judges < contest.least_judges:
            words = _("심사를 맡은 위원이 %(n)d명 이상이어야 합니다. 지금은 %(m)d명입니다.")
            raise Refused("conflict", words % {"n": contest.least_judges, "m": judges})
        find_ties(contest)
        contest.state, contest.judging_at = State.JUDGING, clock.now()
        contest.save(update_fields=["state", "judging_at"])
        record(by=by, type="contests.judging.started", subject=contest.urn, data={"entries": there.count()})
    return contest


def conflict_declare(*, by: Viewer, contest_id: UUID, entry_id: UUID, kind: str, note: str = "") -> Declaration:
    """Say whether one has a tie with an entry, before marking it. With a tie the judge sees it no more; what that
    judge had marked of it is taken away. A tie that was found or declared cannot be taken back by the judge."""
    with transaction.atomic():
        contest = locked(contest_id)
        judge = policy.must_judge(by, contest)
        policy.must_be_judging(contest)
        entry = _entry(contest, entry_id)
        if kind not in Declaration.Kind.values:
            raise Refused("invalid", _("이해관계가 있는지 골라 주세요."), "kind")
        said = tidy(note, longest=300, field="note", one_line=True)
        row = Declaration.objects.filter(judge=judge, entry=entry).first()
        if row is not None and row.kind != Declaration.Kind.NONE:
            raise Refused("conflict", _("이미 이해관계가 있다고 알린 응모입니다. 공모를 연 기관에 물어봐 주세요."))
        automatic = kind == Declaration.Kind.NONE and policy.belongs_to(judge, entry)
        kind = Declaration.Kind.OWN_BODY if automatic else kind
        values = {"kind": kind, "note": said, "automatic": automatic, "at": clock.now()}
        row, _made = Declaration.objects.update_or_create(judge=judge, entry=entry, defaults=values)
        if kind != Declaration.Kind.NONE:
            Sheet.objects.filter(judge=judge, entry=entry).delete()
        record(
            by=by,
            type="contests.conflict.declared",
            subject=contest.urn,
            data={"judge": judge.pk, "entry": entry.pk, "kind": kind},
        )
    return row


def sheet_save(
    *, by: Viewer, contest_id: UUID, entry_id: UUID, points: Mapping[str, Any], comment: str | None = None
) -> Sheet:
    """Keep points by criterion (None takes one away) and the comment, as far as they are given.

    The sheet is finished once each criterion has its points. Refused: not_allowed for who is no judge now or has a
    tie; conflict before ties were declared and after the judging; invalid out of 0–10 (field `points_<criterion>`).
    """
    with transaction.atomic():
        contest = locked(contest_id)
        judge = policy.must_judge(by, contest)
        policy.must_be_judging(contest)
        entry = _entry(contest, entry_id)
        policy.must_have_no_tie(judge, entry)
        criteria = {one.key: one for one in contest.criteria.all()}
        if set(points) - set(criteria):
            raise Refused("invalid", _("이 공모의 기준이 아닙니다."), "points")
        for key, value in points.items():
            whole = isinstance(value, int) and not isinstance(value, bool)
            if value is not None and not (whole and 0 <= value <= 10):
                raise Refused("invalid", _("0부터 10까지의 점수를 골라 주세요."), f"points_{key}")
        sheet, _made = Sheet.objects.get_or_create(judge=judge, entry=entry)
        if comment is not None:
            sheet.comment = tidy(comment, longest=2000, field="comment")
        for key, value in points.items():
            if value is None:
                Score.objects.filter(sheet=sheet, criterion=criteria[key]).delete()
            else:
                Score.objects.update_or_create(sheet=sheet, criterion=criteria[key], defaults={"points": value})
        finished = sheet.scores.count() == len(criteria)
        before = sheet.finished_at
        sheet.finished_at = (before or clock.now()) if finished else None
        sheet.changed_at = clock.now()
        sheet.save()
        if finished and before is None:
            record(
                by=by,
                type="contests.sheet.finished",
                subject=contest.urn,
                data={"judge": judge.pk, "entry": entry.pk},
            )
    return sheet


def vote_cast(*, by: Viewer, contest_id: UUID, entry_ids: list[UUID]) -> list[Vote]:
    """Vote for as many of the level entries as there are places left; a later vote takes the place of the earlier."""
    with transaction.atomic():
        contest = locked(contest_id)
        judge = policy.must_judge(by, contest)
        policy.must_be(contest, State.JUDGING)
        tie = tie_of(contest)
        chosen = list(dict.fromkeys(str(id) for id in entry_ids))
        if set(chosen) - set(tie["entries"]):
            raise Refused("invalid", _("점수가 같은 응모에서 골라 주세요."), "entries")
        if len(chosen) != tie["seats"]:
            raise Refused("invalid", _("%(n)d건을 골라 주세요.") % {"n": tie["seats"]}, "entries")
        if not may_vote(judge, tie["entries"]):
            raise Refused("not_allowed", _("이해관계가 있는 응모가 들어 있어 이 투표에는 참여할 수 없습니다."))
        Vote.objects.filter(judge=judge).delete()
        votes = Vote.objects.bulk_create([Vote(judge=judge, entry_id=UUID(id)) for id in chosen])
        record(by=by, type="contests.vote.cast", subject=contest.urn, data={"judge": judge.pk})
    return votes


def tie_of(contest: Contest) -> dict[str, Any]:
    """The open vote: {entries: ids as text, seats}. Refused `conflict` where none is open."""
    if contest.tied_at is None or not contest.result:
        raise Refused("conflict", _("지금은 투표할 것이 없습니다."))
    return contest.result["tie"]


def may_vote(judge: Judge, entries: list[str]) -> bool:
    """Free of ties with all of the level entries."""
    tied = Declaration.objects.filter(judge=judge, entry_id__in=entries).exclude(kind=Declaration.Kind.NONE)
    member = Membership.objects.filter(
        person_id=judge.person_id,
        ended_at=None,
        body_id__in=EntryBody.objects.filter(entry_id__in=entries).values("body_id"),
    )
    return not (tied.exists() or member.exists())


def find_ties(contest: Contest) -> None:
    """Write down, for each judge, the entries of bodies that the judge is a member of."""
    judges = list(contest.judges.filter(state=Judge.State.ACCEPTED))
    taking = EntryBody.objects.filter(entry__contest=contest).values_list("entry_id", "body_id")
    by_body: dict[UUID, set[UUID]] = {}
    for entry_id, body_id in taking:
        by_body.setdefault(body_id, set()).add(entry_id)
    rows = Membership.objects.filter(person__in=[j.person_id for j in judges], ended_at=None, body_id__in=by_body)
    for person_id, body_id in rows.values_list("person_id", "body_id"):
        judge = next(one for one in judges if one.person_id == person_id)
        for entry_id in by_body[body_id]:
            values = {"kind": Declaration.Kind.OWN_BODY, "automatic": True}
            Declaration.objects.update_or_create(judge=judge, entry_id=entry_id, defaults=values)
            Sheet.objects.filter(judge=judge, entry_id=entry_id).delete()


def _entry(contest: Contest, id: UUID) -> Entry:
    entry = contest.entries.filter(pk=id, state=Entry.State.HANDED_IN).first()
    if entry is None:
        raise Refused("not_found", _("없는 응모입니다."))
    entry.contest = contest
    return entry
