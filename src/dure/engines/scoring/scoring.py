"""How marks are made.

1. The raw mark of a sheet: Σ points · weight / 100, so that 10 points everywhere and weights of 1000 ‰ give 100.
2. Per judge it is normalised: `none` leaves it; `zscore` gives 50 + 10 · (raw − mean) / sd over all entries that judge
   marked (sd of the population; 50 where sd is 0); `rank` gives 100 · (entries below + ½ of those level) / (n − 1),
   50 where the judge marked one entry only (Borda with ties averaged).
   Each normalised mark is rounded to 10 decimals, half to even.
3. The final mark is the mean over the judges who marked the entry, rounded to 10 decimals, half to even. `trimmed`
   leaves out the highest and the lowest normalised mark where there are at least `TRIM_FROM`.
4. Ranks by final mark; ties are broken by the mean points on the heaviest criterion (all that weigh most, together),
   then by the median normalised mark; what is still level shares its rank.

Everything is reckoned in fractions; only the square root is a decimal, of `DIGITS` significant figures.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

METHODS = ("none", "zscore", "rank")
EDGES = ("vote", "all")
PLACES = 10
"""Decimals of every normalised and final mark."""
DIGITS = 60
TRIM_FROM = 4
HIGHEST = 10
WHOLE = 1000
_EXACT = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
_STEP = Fraction(1, 10**PLACES)


class BadRule(ValueError):
    """The weights or the choices of a rule make no sense."""


class BadSheet(ValueError):
    """A sheet has another criterion, a missing one, a mark out of range, or stands twice."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`weights` in per-mille by criterion, summing to 1000. `least` judges an entry needs; `select` how many win."""

    weights: Mapping[str, int]
    method: str = "none"
    trimmed: bool = False
    least: int = 1
    select: int = 1
    edge: str = "all"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One judge's points (0–10) for one entry, by criterion."""

    judge: str
    entry: str
    points: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class JudgeMark:
    """What one judge's sheet came to. `counted` is False where trimming left it out."""

    judge: str
    raw: Fraction
    normalised: Fraction
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry's result. `final` and `rank` are None without any sheet. `short`: fewer judges than the rule asks for.

    `tie` says what put it apart from others of the same final mark: '', 'heaviest', 'median' or 'shared'.
    """

    entry: str
    judges: tuple[JudgeMark, ...]
    final: Fraction | None
    heaviest: Fraction
    median: Fraction
    rank: int | None
    tie: str
    short: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """Marks by rank. `level` are the entries that share the last place, where there are more of them than `seats`
    left; `open` while the panel has to vote on them."""

    marks: tuple[Mark, ...]
    selected: tuple[str, ...]
    level: tuple[str, ...] = ()
    seats: int = 0
    open: bool = False

    def of(self, entry: str) -> Mark:
        return next(mark for mark in self.marks if mark.entry == entry)


def rounded(value: Fraction) -> Fraction:
    """To `PLACES` decimals, half to even."""
    return Fraction(round(value / _STEP)) * _STEP


def compute(rule: Rule, entries: Iterable[str], sheets: Iterable[Sheet]) -> Outcome:
    """Marks, ranks and the selection. The order of entries and sheets does not matter.

    BadRule, or BadSheet also for a sheet of an entry that is not in `entries`.
    """
    _check_rule(rule)
    names = sorted(set(entries))
    found = list(sheets)
    _check_sheets(rule, names, found)
    raw = {(s.judge, s.entry): Fraction(sum(s.points[k] * w for k, w in rule.weights.items()), 100) for s in found}
    by_judge: dict[str, dict[str, Fraction]] = {}
    for (judge, entry), value in raw.items():
        by_judge.setdefault(judge, {})[entry] = value
    normalised = {judge: normalise(rule.method, marks) for judge, marks in by_judge.items()}
    marks = [_mark(rule, entry, [s for s in found if s.entry == entry], raw, normalised) for entry in names]
    ranked = _rank(marks)
    return _select(rule, ranked)


def normalise(method: str, raw: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """One judge's raw marks by entry, put on the scale of the method, each rounded."""
    if method == "none":
        return {entry: rounded(value) for entry, value in raw.items()}
    if method == "rank":
        return {entry: rounded(_place(value, list(raw.values()))) for entry, value in raw.items()}
    count = len(raw)
    mean = sum(raw.values(), Fraction(0)) / count
    variance = sum(((value - mean) ** 2 for value in raw.values()), Fraction(0)) / count
    if not variance:
        return dict.fromkeys(raw, Fraction(50))
    sd = _EXACT.sqrt(_EXACT.divide(Decimal(variance.numerator), Decimal(variance.denominator)))
    return {entry: rounded(50 + 10 * (value - mean) / Fraction(sd)) for entry, value in raw.items()}


def _place(value: Fraction, among: Sequence[Fraction]) -> Fraction:
    if len(among) == 1:
        return Fraction(50)
    below = sum(other < value for other in among)
    level = sum(other == value for other in among) - 1
    return 100 * (below + Fraction(level, 2)) / (len(among) - 1)


def _mark(
    rule: Rule,
    entry: str,
    sheets: Sequence[Sheet],
    raw: Mapping[tuple[str, str], Fraction],
    normalised: Mapping[str, Mapping[str, Fraction]],
) -> Mark:
    judges = sorted(sheet.judge for sheet in sheets)
    values = {judge: normalised[judge][entry] for judge in judges}
    short = len(judges) < rule.least
    if not judges:
        return Mark(entry, (), None, Fraction(0), Fraction(0), None, "", short)
    order = sorted(judges, key=lambda judge: (values[judge], judge))
    left_out = {order[0], order[-1]} if rule.trimmed and len(order) >= TRIM_FROM else set()
    counted = [values[judge] for judge in judges if judge not in left_out]
    heavy = [key for key, weight in rule.weights.items() if weight == max(rule.weights.values())]
    points = [sheet.points[key] for sheet in sheets for key in heavy]
    rows = tuple(JudgeMark(j, raw[j, entry], values[j], j not in left_out) for j in judges)
    final = rounded(sum(counted, Fraction(0)) / len(counted))
    return Mark(entry, rows, final, Fraction(sum(points), len(points)), _median(list(values.values())), None, "", short)


def _median(values: list[Fraction]) -> Fraction:
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _rank(marks: Sequence[Mark]) -> list[Mark]:
    def key(mark: Mark) -> tuple[Fraction, Fraction, Fraction]:
        return (-(mark.final or Fraction(0)), -mark.heaviest, -mark.median)

    there = sorted((mark for mark in marks if mark.final is not None), key=lambda mark: (key(mark), mark.entry))
    ranked = []
    for mark in there:
        rank = 1 + sum(key(other) < key(mark) for other in there)
        same = [other for other in there if other.final == mark.final and other.entry != mark.entry]
        if any(key(other) == key(mark) for other in same):
            tie = "shared"
        elif any(other.heaviest == mark.heaviest for other in same):
            tie = "median"
        else:
            tie = "heaviest" if same else ""
        ranked.append(_with(mark, rank, tie))
    return ranked + sorted((mark for mark in marks if mark.final is None), key=lambda mark: mark.entry)


def _with(mark: Mark, rank: int, tie: str) -> Mark:
    return Mark(mark.entry, mark.judges, mark.final, mark.heaviest, mark.median, rank, tie, mark.short)


def _select(rule: Rule, marks: Sequence[Mark]) -> Outcome:
    ranked = [mark for mark in marks if mark.rank is not None]
    if len(ranked) <= rule.select:
        return Outcome(tuple(marks), tuple(mark.entry for mark in ranked))
    last = ranked[rule.select - 1].rank
    sure = [mark.entry for mark in ranked if (mark.rank or 0) < (last or 0)]
    level = [mark.entry for mark in ranked if mark.rank == last]
    seats = rule.select - len(sure)
    if len(level) == seats:
        return Outcome(tuple(marks), (*sure, *level))
    if rule.edge == "all":
        return Outcome(tuple(marks), (*sure, *level), tuple(level), seats)
    return Outcome(tuple(marks), tuple(sure), tuple(level), seats, open=True)


def settle(outcome: Outcome, votes: Mapping[str, int]) -> Outcome:
    """The selection once the panel has voted on those that are level: most votes first; who has as many votes as the
    last one selected is selected, too. ValueError where nothing is open."""
    if not outcome.open:
        raise ValueError("there is nothing to vote on")
    order = sorted(outcome.level, key=lambda entry: (-votes.get(entry, 0), entry))
    edge = votes.get(order[outcome.seats - 1], 0)
    chosen = tuple(entry for entry in order if votes.get(entry, 0) >= edge)
    return Outcome(outcome.marks, (*outcome.selected, *chosen), outcome.level, outcome.seats)


def _check_rule(rule: Rule) -> None:
    if not rule.weights or sum(rule.weights.values()) != WHOLE or min(rule.weights.values()) < 1:
        raise BadRule(f"weights must be positive and add up to {WHOLE}")
    if rule.method not in METHODS or rule.edge not in EDGES:
        raise BadRule("unknown method")
    if rule.least < 1 or rule.select < 1:
        raise BadRule("at least one judge and one selected entry")


def _check_sheets(rule: Rule, names: Collection[str], sheets: Sequence[Sheet]) -> None:
    seen: set[tuple[str, str]] = set()
    for sheet in sheets:
        if sheet.entry not in names:
            raise BadSheet(f"{sheet.entry} is no entry")
        if (sheet.judge, sheet.entry) in seen:
            raise BadSheet("a judge marks an entry once")
        seen.add((sheet.judge, sheet.entry))
        if set(sheet.points) != set(rule.weights):
            raise BadSheet("a sheet has points for each criterion and no other")
        if any(not 0 <= points <= HIGHEST for points in sheet.points.values()):
            raise BadSheet(f"points go from 0 to {HIGHEST}")
