"""Outcomes together: which benefits stand in each other's way, what is taken off what, and what it comes to.

Benefits that exclude each other, or reduce each other, form a knot. Of each knot that choice counts which comes
to most in a year: nobody need apply for what would cost them more than it brings. So another benefit, or a
larger one, never makes the year's sum smaller, and what is unknown lies between two sums that can be said. All
sums are whole won.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from dure.engines.rules.explain import Amount, Outcome

TIMES = {"month": 12, "quarter": 4, "year": 1, "once": 1, "in_kind": 0}
MOST_CHOICES = 4096
ENDLESS = 10**17
"""Stands for an amount without a known limit."""

Key = tuple[str, int | None]
"""A benefit and the member it is of (None: the household)."""
Sum = tuple[int, int]
"""Won a month, won a year."""


@dataclass(frozen=True, slots=True)
class Applied:
    """An interaction that bites: `kind` excludes, choose_one, offset or reduces.

    `loser` is not paid because of `winner` (excludes, choose_one), or gets `won` less a year because of it
    (offset, reduces). `certain` False: it depends on something unknown. `rule`: what the file says of it, by
    language.
    """

    kind: str
    winner: Key
    loser: Key
    won: int | None
    certain: bool
    rule: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Interactions:
    """`month` and `year` are (lowest, highest) in won, None as highest where an amount has no known limit.

    `month`: what is paid each month. `year`: twelve months, four quarters and what is paid once or yearly, all
    at most as often as the benefit is paid. `told`: other relations between benefits that are, or may be, both
    received.
    """

    applied: tuple[Applied, ...]
    told: tuple[tuple[str, Key, Key, Mapping[str, str]], ...]
    paid: tuple[Key, ...]
    """Those that are certainly eligible and of the choice that counts, in the order of the outcomes."""
    month: tuple[int, int | None]
    year: tuple[int, int | None]


def combine(outcomes: Iterable[Outcome]) -> Interactions:
    """What outcomes of one household come to together. The order of the outcomes makes no difference to sums.

    Two benefits of which one is a person's and the other the household's meet; two persons' benefits meet where
    they are the same person's. Ties: the choice of more benefits, then of those first by id and member.
    """
    all_of = {(one.benefit, one.member): one for one in outcomes}
    maybe = [key for key, one in all_of.items() if one.eligible is not False]
    ties = _Ties(all_of, sorted(maybe, key=_order))
    month, year = [0, 0], [0, 0]
    paid: set[Key] = set()
    applied: list[Applied] = []
    for keys in ties.knots():
        sure = [key for key in keys if all_of[key].eligible]
        kept = ties.best(sure, ties.low)
        most = ties.best(keys, ties.high)
        paid |= kept
        low_year, high_year = ties.net(kept, ties.low)[1], ties.net(most, ties.high)[1]
        year = [year[0] + low_year, year[1] + max(low_year, high_year)]
        ends = ties.months(keys, kept, low_year)
        month = [month[0] + ends[0], month[1] + ends[1]]
        certain = {(one.kind, one.winner, one.loser): one for one in ties.applied(sure, kept, ties.low, True)}
        applied += certain.values()
        for one in ties.applied(keys, most, ties.high, False):
            if (one.kind, one.winner, one.loser) not in certain:
                applied.append(one)
    told = tuple(
        (relation.kind, key, other, relation.rule)
        for key in maybe
        for relation in all_of[key].plan.benefit.interactions
        if relation.kind not in {"excludes", "choose_one", "offset", "reduces"}
        for other in maybe
        if other[0] in relation.with_ and _meet(key, other)
    )
    order = tuple(key for key in all_of if key in paid)
    return Interactions(tuple(applied), told, order, (month[0], _limit(month[1])), (year[0], _limit(year[1])))


def _limit(won: int) -> int | None:
    return None if won >= ENDLESS else won


def _order(key: Key) -> tuple[str, int]:
    return key[0], -1 if key[1] is None else key[1]


def _meet(one: Key, two: Key) -> bool:
    return one != two and (one[1] is None or two[1] is None or one[1] == two[1])


def often(outcome: Outcome, amount: Amount) -> int:
    """How often an amount is paid in a year: as often as `per` says, and at most its `times` where these are known."""
    times = outcome.outputs.get(f"{amount.id}_times")
    most = TIMES[amount.per]
    return min(most, times) if isinstance(times, int) and times >= 0 else most


def worth(outcome: Outcome, *, highest: bool) -> tuple[int | None, int | None]:
    """What a benefit comes to in a month and in a year (won), at the lowest or highest; None where there is no
    limit.
    """
    month: int | None = 0
    year: int | None = 0
    for amount in outcome.amounts:
        if amount.per == "in_kind":
            continue
        ends = amount.range
        won = (None if highest else 0) if ends is None else max(0, ends[highest])
        times = often(outcome, amount)
        if not highest and amount.per != "in_kind" and outcome.outputs.get(f"{amount.id}_times", 1) is None:
            times = 0
        if won is None:
            month, year = (None if amount.per == "month" else month), None
            continue
        if amount.per == "month" and month is not None:
            month += won
        year = None if year is None else year + won * times
    return month, year


class _Ties:
    """Who stands in whose way, and what is taken off whom, among benefits of which one is or may be eligible."""

    def __init__(self, all_of: Mapping[Key, Outcome], keys: list[Key]) -> None:
        self.keys = keys
        self.low: dict[Key, Sum] = {}
        self.high: dict[Key, Sum] = {}
        self.monthly: set[Key] = set()
        """Those of which the year is twelve times the month, whatever it is."""
        self.against: dict[Key, dict[Key, tuple[str, Mapping[str, str]]]] = {key: {} for key in keys}
        self.off: dict[tuple[Key, Key], tuple[str, Mapping[str, str]]] = {}
        """(who gets less, by whom)."""
        for key in keys:
            low, high = worth(all_of[key], highest=False), worth(all_of[key], highest=True)
            sure = all_of[key].eligible
            if all(
                one.per in {"month", "in_kind"} and often(all_of[key], one) in {0, 12} for one in all_of[key].amounts
            ):
                self.monthly.add(key)
            self.low[key] = ((low[0] or 0), (low[1] or 0)) if sure else (0, 0)
            self.high[key] = (ENDLESS if high[0] is None else high[0], ENDLESS if high[1] is None else high[1])
            for relation in all_of[key].plan.benefit.interactions:
                for other in keys:
                    if other[0] in relation.with_ and _meet(key, other):
                        self.tie(relation.kind, key, other, relation.rule)

    def tie(self, kind: str, key: Key, other: Key, rule: Mapping[str, str]) -> None:
        if kind in {"excludes", "choose_one"}:
            self.against[key].setdefault(other, (kind, rule))
            self.against[other].setdefault(key, (kind, rule))
        elif kind in {"offset", "reduces"}:
            less, by = (key, other) if kind == "offset" else (other, key)
            if (by, less) not in self.off:
                self.off.setdefault((less, by), (kind, rule))

    def knots(self) -> Iterator[list[Key]]:
        near: dict[Key, set[Key]] = {key: set(self.against[key]) for key in self.keys}
        for less, by in self.off:
            near[less].add(by)
            near[by].add(less)
        seen: set[Key] = set()
        for start in self.keys:
            if start in seen:
                continue
            seen.add(start)
            knot, todo = [], [start]
            while todo:
                one = todo.pop()
                knot.append(one)
                todo += sorted(near[one] - seen, key=_order)
                seen |= near[one]
            yield sorted(knot, key=_order)

    def net(self, chosen: Iterable[Key], worths: Mapping[Key, Sum]) -> Sum:
        """What a choice comes to: everything less what one takes off the other, never below nothing for anyone."""
        picked = set(chosen)
        left = {key: list(worths[key]) for key in picked}
        for less, by in self.off:
            if less in picked and by in picked:
                for place in (0, 1):
                    left[less][place] = max(0, left[less][place] - worths[by][place])
        return sum(one[0] for one in left.values()), sum(one[1] for one in left.values())

    def choices(self, keys: list[Key]) -> Iterator[set[Key]]:
        """Every choice that may be best: nobody in another's way, and nobody more could be added but for good reason.

        The reason: one that takes off from several, or is itself taken off from, may cost more than it brings, and may
        also be left out.
        """
        inside = [(less, by) for less, by in self.off if less in keys and by in keys]
        lessened = {less for less, _ in inside}
        takes = [key for key in keys if sum((by == key) + (by == key in lessened) for _, by in inside) > 1][:6]
        count = 0
        for size in range(len(takes) + 1):
            for gone in combinations(takes, size):
                for choice in self.largest([key for key in keys if key not in gone]):
                    count += 1
                    yield choice
                    if count >= MOST_CHOICES:
                        return

    def largest(self, keys: list[Key]) -> Iterator[set[Key]]:
        """The largest sets in which nobody stands in another's way (Bron and Kerbosch 1973, with a pivot)."""
        todo: list[tuple[set[Key], set[Key], set[Key]]] = [(set(), set(keys), set())]
        friends = {key: {one for one in keys if one != key and one not in self.against[key]} for key in keys}
        while todo:
            chosen, open_, done = todo.pop()
            if not open_ and not done:
                yield chosen
                continue
            pivot = max(sorted(open_ | done, key=_order), key=lambda one: len(friends[one] & open_))
            for one in sorted(open_ - friends[pivot], key=_order):
                todo.append((chosen | {one}, open_ & friends[one], done & friends[one]))
                open_, done = open_ - {one}, done | {one}

    def best(self, keys: list[Key], worths: Mapping[Key, Sum]) -> set[Key]:
        """The choice that comes to most in a year."""
        found: set[Key] = set()
        best: tuple[int, int, list[tuple[str, int]]] | None = None
        for choice in self.choices(keys):
            rank = (-self.net(choice, worths)[1], -len(choice), sorted(map(_order, choice)))
            if best is None or rank < best:
                best, found = rank, choice
        return found

    def months(self, keys: list[Key], kept: set[Key], low_year: int) -> Sum:
        """Lowest and highest month of a knot, over every choice that may come to most in a year."""
        if all(self.low[key] == self.high[key] for key in keys):
            month = self.net(kept, self.low)[0]
            return month, month
        months: list[Sum] = []
        for choice in self.choices(keys):
            if sum(self.high[key][1] for key in choice) < low_year or self.beaten(choice, keys, kept):
                continue
            low = sum(self.low[key][0] for key in choice)
            high = sum(self.high[key][0] for key in choice)
            for less in choice:
                by = [other for one, other in self.off if one == less and other in choice]
                low -= min(self.low[less][0], sum(self.high[one][0] for one in by))
                high -= min(self.low[less][0], sum(self.low[one][0] for one in by))
            # A choice that comes to most in a year, and all of it by the month, comes to a twelfth of that a month.
            least = -(-low_year // 12) if choice <= self.monthly else 0
            if high >= least:
                months.append((max(least, low), high))
        months = months or [(0, sum(self.high[key][0] for key in keys))]
        return min(one[0] for one in months), max(one[1] for one in months)

    def beaten(self, choice: set[Key], keys: list[Key], kept: set[Key]) -> bool:
        """Whether a choice is worth less than `kept`, or than itself with one more in place of those in its way."""
        better = ((choice - set(self.against[key])) | {key} for key in keys if key not in choice)
        return any(self.ahead(choice, other) < 0 for other in (kept, *better))

    def ahead(self, choice: set[Key], other: set[Key]) -> int:
        """By how many won a year a choice may at most be better than another: what both hold is no difference, but for
        what is taken off it in the other only."""
        gain = sum(self.high[key][1] for key in choice - other)
        for key in other - choice:
            gain -= max(
                0, self.low[key][1] - sum(self.high[by][1] for less, by in self.off if less == key and by in other)
            )
        for key in choice & other:
            cut = sum(self.high[by][1] for less, by in self.off if less == key and by in other - choice)
            gain += min(self.high[key][1], cut)
        return gain

    def applied(self, keys: list[Key], kept: set[Key], worths: Mapping[Key, Sum], certain: bool) -> Iterator[Applied]:
        for key in keys:
            if key in kept:
                continue
            for other in sorted(self.against[key], key=_order):
                if other in kept:
                    kind, rule = self.against[key][other]
                    yield Applied(kind, other, key, _limit(worths[key][1]), certain, rule)
                    break
        left = {key: worths[key][1] for key in kept}
        for (less, by), (kind, rule) in self.off.items():
            if less in kept and by in kept:
                cut = min(left[less], worths[by][1])
                left[less] -= cut
                yield Applied(kind, by, less, _limit(cut), certain, rule)


__all__ = ["Applied", "Interactions", "combine", "often", "worth"]
