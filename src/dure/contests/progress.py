"""How far the judging is, without any mark."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dure.contests.models import Contest, Declaration, Entry, Judge, Sheet


@dataclass(frozen=True)
class JudgeProgress:
    """Of `of` entries this judge may mark `done` are finished; `tied` are left out for ties."""

    judge: Judge
    of: int
    done: int
    tied: int


def progress_of(contest: Contest) -> list[JudgeProgress]:
    """Every judge who has taken it on, by number."""
    entries = set(contest.entries.filter(state=Entry.State.HANDED_IN).values_list("pk", flat=True))
    tied = _pairs(
        Declaration.objects.filter(entry__in=entries, judge__contest=contest)
        .exclude(kind=Declaration.Kind.NONE)
        .values_list("judge_id", "entry_id")
    )
    done = _pairs(
        Sheet.objects.filter(entry__in=entries, judge__contest=contest, finished_at__isnull=False).values_list(
            "judge_id", "entry_id"
        )
    )
    found = []
    for judge in contest.judges.filter(state=Judge.State.ACCEPTED).select_related("person"):
        left_out = tied.get(judge.pk, set())
        finished = done.get(judge.pk, set()) - left_out
        found.append(JudgeProgress(judge, len(entries - left_out), len(finished), len(left_out)))
    return found


def all_in(contest: Contest) -> bool:
    """Every judge has finished every entry that is left to them."""
    rows = progress_of(contest)
    return bool(rows) and all(row.done == row.of for row in rows)


def _pairs(rows: object) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for judge, entry in rows:  # type: ignore[attr-defined]
        found.setdefault(judge, set()).add(entry)
    return found
