"""Published results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dure.contests import policy, scoring
from dure.contests.models import Contest, Criterion, Entry, Judge, Sheet, State
from dure.core.refused import Refused
from dure.core.viewer import Viewer


@dataclass(frozen=True)
class Comment:
    """What a judge said. `hidden` is the reason where it was taken out."""

    sheet_id: Any
    judge: str
    text: str
    hidden: str


@dataclass(frozen=True)
class ResultRow:
    """`entry` is None where this viewer may not read it; its code, mark and rank stand all the same."""

    code: str
    entry: Entry | None
    final: str
    rank: int | None
    selected: bool
    why: str
    marks: tuple[dict[str, Any], ...]
    comments: tuple[Comment, ...]


def results_of(viewer: Viewer, contest: Contest) -> list[ResultRow]:
    """The rows of the result by rank. Refused `not_found` before it is published, but for the organiser once it is
    decided."""
    if contest.state == State.DECIDED:
        if not policy.is_organiser(viewer, contest):
            raise Refused("not_found", _("아직 결과를 발표하지 않았습니다."))
    elif contest.state != State.PUBLISHED:
        raise Refused("not_found", _("아직 결과를 발표하지 않았습니다."))
    result = contest.result
    rows = contest.entries.visible_to(viewer).select_related("body", "body__province", "contest", "support")
    entries = {row.code: row for row in rows.prefetch_related("bodies__body__province")}
    comments = _comments(contest, entries)
    count = sum(row["rank"] is not None for row in result["entries"])
    found = []
    for row in result["entries"]:
        code = row["code"]
        found.append(
            ResultRow(
                code=code,
                entry=entries.get(code),
                final=row["final"] or "",
                rank=row["rank"],
                selected=row["selected"],
                why=scoring.why(row, count),
                marks=tuple(sheet for sheet in result["sheets"] if sheet["entry"] == code),
                comments=tuple(comments.get(code, ())),
            )
        )
    return found


def _comments(contest: Contest, entries: dict[str, Entry]) -> dict[str, list[Comment]]:
    rows = Sheet.objects.filter(
        entry__in=list(entries.values()), judge__state=Judge.State.ACCEPTED, finished_at__isnull=False
    )
    found: dict[str, list[Comment]] = {}
    for sheet in rows.exclude(comment="").select_related("judge", "entry").order_by("judge__number"):
        said = Comment(
            sheet.pk, scoring.name_of(sheet.judge), "" if sheet.hidden_at else sheet.comment, sheet.hidden_reason
        )
        found.setdefault(sheet.entry.code, []).append(said)
    return found


def criteria_means(criteria: Sequence[Criterion], row: ResultRow) -> list[tuple[str, float]]:
    """The mean points on each criterion, for bars; the figures to the last decimal are in the file."""
    if not row.marks:
        return []
    return [
        (one.label, float(round(Fraction(sum(mark["points"][one.key] for mark in row.marks), len(row.marks)), 2)))
        for one in criteria
    ]
