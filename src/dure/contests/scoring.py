"""From the rows of a contest to the scoring engine, and from its outcome to the file everybody can recompute."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dure.contests.models import Contest, Entry, Judge, Sheet, Vote
from dure.engines import scoring
from dure.engines.scoring import Outcome, Rule

VERSION = 1


def rule_of(contest: Contest) -> Rule:
    return Rule(
        weights={one.key: one.weight for one in contest.criteria.all()},
        method=contest.method,
        trimmed=contest.trimmed,
        least=contest.least_judges,
        select=contest.select,
        edge=contest.edge,
    )


def counted_sheets(contest: Contest) -> list[Sheet]:
    """Finished sheets of those who are judges now, for entries that stand."""
    rows = Sheet.objects.filter(
        entry__contest=contest,
        entry__state=Entry.State.HANDED_IN,
        judge__state=Judge.State.ACCEPTED,
        finished_at__isnull=False,
    )
    return list(
        rows.select_related("judge", "entry")
        .prefetch_related("scores__criterion")
        .order_by("judge__number", "entry__code")
    )


def name_of(judge: Judge) -> str:
    """What a judge is called in everything that is published."""
    return f"J{judge.number}"


def outcome_of(contest: Contest) -> Outcome:
    """The marks as they stand, by the entries' codes."""
    entries = contest.entries.filter(state=Entry.State.HANDED_IN).values_list("code", flat=True)
    return scoring.compute(rule_of(contest), entries, [_sheet(row) for row in counted_sheets(contest)])


def votes_of(contest: Contest) -> dict[str, int]:
    rows = Vote.objects.filter(entry__contest=contest, judge__state=Judge.State.ACCEPTED)
    return dict(Counter(rows.values_list("entry__code", flat=True)))


def _sheet(row: Sheet) -> scoring.Sheet:
    points = {score.criterion.key: score.points for score in row.scores.all()}
    return scoring.Sheet(name_of(row.judge), row.entry.code, points)


def decimal(value: Fraction | None) -> Decimal | None:
    """A mark with its ten decimals; exact, because the engine has rounded it."""
    if value is None:
        return None
    whole = value * 10**scoring.PLACES
    return Decimal(whole.numerator // whole.denominator).scaleb(-scoring.PLACES)


def text(value: Fraction) -> str:
    return f"{decimal(scoring.rounded(value)):f}"


def result_of(contest: Contest, outcome: Outcome, votes: dict[str, int]) -> dict[str, Any]:
    """The file: rule, formula, anonymised points, and what they came to."""
    marks = {(judge.judge, mark.entry): judge for mark in outcome.marks for judge in mark.judges}
    return {
        "version": VERSION,
        "contest": contest.receipt,
        "method": contest.method,
        "trimmed": contest.trimmed,
        "least_judges": contest.least_judges,
        "select": contest.select,
        "edge": contest.edge,
        "decimals": scoring.PLACES,
        "criteria": [{"key": one.key, "weight": one.weight} for one in contest.criteria.all()],
        "sheets": [
            {
                "judge": sheet.judge,
                "entry": sheet.entry,
                "points": dict(sheet.points),
                "raw": text(marks[sheet.judge, sheet.entry].raw),
                "normalised": text(marks[sheet.judge, sheet.entry].normalised),
                "counted": marks[sheet.judge, sheet.entry].counted,
            }
            for sheet in (_sheet(row) for row in counted_sheets(contest))
        ],
        "entries": [
            {
                "code": mark.entry,
                "final": None if mark.final is None else text(mark.final),
                "rank": mark.rank,
                "tie": mark.tie,
                "short": mark.short,
                "judges": len(mark.judges),
                "selected": mark.entry in outcome.selected,
            }
            for mark in outcome.marks
        ],
        "level": list(outcome.level),
        "seats": outcome.seats,
        "votes": votes,
    }


def formula(method: str) -> str:
    """How the marks of one judge are put on a common scale, in words."""
    return {
        "none": _("위원이 준 점수(0–10)에 기준의 무게를 곱해 더한 100점 만점의 점수를 그대로 씁니다."),
        "zscore": _(
            "위원마다 50 + 10 × (점수 − 그 위원의 평균) ÷ 그 위원의 표준편차로 바꿉니다. "
            "후하거나 박한 위원의 차이가 사라집니다. 모두 같은 점수를 준 위원의 점수는 50이 됩니다."
        ),
        "rank": _(
            "위원마다 100 × (더 낮은 응모 수 + 같은 점수 응모 수 ÷ 2) ÷ (채점한 응모 수 − 1)로 바꿉니다. "
            "점수의 크기가 아니라 순서만 봅니다."
        ),
    }[method]


def tie_words(contest: Contest) -> str:
    """What happens to entries that are level."""
    edge = (
        _("뽑는 자리가 모자라면 위원들이 투표로 정하고, 표까지 같으면 모두 뽑습니다.")
        if contest.edge == "vote"
        else _("뽑는 자리의 끝에서 같으면 모두 뽑습니다.")
    )
    return (
        _(
            "점수가 같으면 가장 무거운 기준의 평균 점수, 그다음 위원 점수의 중앙값으로 가리고, "
            "그래도 같으면 같은 순위입니다."
        )
        + " "
        + edge
    )


def why(row: dict[str, Any], count: int) -> str:
    """One entry of the file in a sentence. `count`: how many entries were ranked."""
    if row["rank"] is None:
        return _("채점한 위원이 없어 순위가 없습니다.")
    said = _("위원 %(judges)d명의 점수를 모아 %(final)s점, %(count)d건 가운데 %(rank)d위입니다.") % {
        "judges": row["judges"],
        "final": row["final"],
        "count": count,
        "rank": row["rank"],
    }
    tie = {
        "heaviest": _("점수가 같은 응모와는 가장 무거운 기준의 점수로 갈렸습니다."),
        "median": _("점수가 같은 응모와는 중앙값으로 갈렸습니다."),
        "shared": _("점수가 같아 순위를 나눕니다."),
    }.get(row["tie"], "")
    short = _("채점한 위원이 정한 수보다 적습니다.") if row["short"] else ""
    return " ".join(part for part in (said, tie, short) if part)
