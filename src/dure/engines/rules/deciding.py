"""Which facts could still decide a result that is unknown: the few whose answers can settle it, and all that matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice, product

from dure.engines.rules import ir
from dure.engines.rules.evaluate import Frame

Ask = tuple[str, int]
"""A fact's code and the place of the member it is asked of; -1: of the household. (`members`, -1): who else
there is.
"""
Sets = tuple[frozenset[Ask], ...]

NOTHING: frozenset[Ask] = frozenset()
OTHERS: Ask = ("members", -1)
MOST_SETS = 12
NEVER = 100
"""Facts of this cost are taken where they are said, and never asked where they can be worked out from others."""


class Deciding:
    """For one benefit, household and member. Each set of `sets` can, with the right answers, make the node known.

    `listed`: how many of the members passed over are listed (one more is there where not all are).
    `cost`: of a fact, by code; cheaper sets come first, then those earlier in the catalogue.
    """

    def __init__(
        self,
        lets: Sequence[ir.Let],
        frame: Frame,
        place: int,
        listed: int,
        cost: Callable[[str], tuple[int, int]],
    ) -> None:
        self.exprs = {let.name: let.expr for let in lets}
        self.frame, self.place, self.listed, self.cost = frame, place, listed, cost
        self.passing = False
        """Whether a loop over the members is under way: only there may one be of those not listed."""
        self.values: dict[tuple[int, int], ir.Value | None] = {}
        self.kept: dict[tuple[int, int, bool | None], Sets] = {}
        self.unset: set[str] = set()
        """Parameters that are not known and stood in the way."""

    def value(self, node: ir.Expr) -> ir.Value | None:
        key = (id(node), self.place)
        if key not in self.values:
            self.values[key] = self.frame.of(node)
        return self.values[key]

    def best(self, sets: Iterable[frozenset[Ask]]) -> Sets:
        """The smallest and cheapest, each once, none that holds another."""
        found: list[frozenset[Ask]] = []
        for one in sorted(set(sets), key=self.order):
            if not any(other <= one for other in found):
                found.append(one)
        return tuple(found[:MOST_SETS])

    def order(self, one: frozenset[Ask]) -> tuple[int, int, list[tuple[int, int, str]]]:
        costs = [(*self.cost(code), place, code) for code, place in one]
        return len(one), sum(cost for cost, *_ in costs), sorted((rank, place, code) for _, rank, place, code in costs)

    def joined(self, parts: Sequence[Sets]) -> Sets:
        """All parts must become known: one set of each, together."""
        found: Sets = (NOTHING,)
        for part in parts:
            found = self.best(frozenset().union(*pair) for pair in islice(product(found, part), 400))
        return found

    def sets(self, node: ir.Expr, want: bool | None = None) -> Sets:
        """The sets for a node: those that can make it known, or, of a truth, those that can make it `want`.

        One empty set where it is so already, none where no answer can help.
        """
        value = self.value(node)
        if value is not None:
            return (NOTHING,) if want is None or value is want else ()
        key = (id(node), self.place, want)
        if key not in self.kept:
            self.kept[key] = self.open(node, want)
        return self.kept[key]

    def open(self, node: ir.Expr, want: bool | None) -> Sets:
        match node:
            case ir.Unset(parameter):
                self.unset |= {parameter} - {""}
                return ()
            case ir.Fact(code, _, scope):
                if scope == "member" and self.passing and self.place >= self.listed:
                    return (frozenset({OTHERS}),)
                return (frozenset({(code, self.place if scope == "member" else -1)}),)
            case ir.Coalesce(ir.Fact(code), second) if self.cost(code)[0] >= NEVER:
                return self.sets(second, want)
            case ir.Coalesce(first, second):
                return self.best((*self.sets(first, want), *self.sets(second, want)))
            case ir.Ref(name):
                return self.sets(self.exprs[name], want)
            case ir.Not(of):
                return self.sets(of, None if want is None else not want)
            case ir.And(args) | ir.Or(args):
                return self.joint([self.sets_of(arg) for arg in args], isinstance(node, ir.Or), want)
            case ir.If(test, then, other):
                decided = self.value(test)
                if decided is not None:
                    return self.sets(then if decided else other, want)
                ways = ((True, then), (False, other))
                return self.best(
                    one for way, branch in ways for one in self.joined([self.sets(test, way), self.sets(branch, want)])
                )
            case ir.Lookup(table, keys):
                values = [self.value(key) for key in keys]
                if None not in values:
                    self.unset.add(table.parameter)
                    return ()
                return self.joined([self.sets(key) for key in keys])
            case ir.Within(of, _) if self.value(of) is not None:
                return self.again(of)
            case ir.Over():
                return self.over(node, want)
        return self.joined([self.sets(part) for part in ir.parts(node)])

    def sets_of(self, node: ir.Expr) -> dict[bool, Sets]:
        return {want: self.sets(node, want) for want in (True, False)}

    def joint(self, parts: Sequence[dict[bool, Sets]], stops: bool, want: bool | None) -> Sets:
        """Of an And (`stops` False) or Or: one part can make it `stops`, only all together the other."""
        found: list[frozenset[Ask]] = []
        if want is not (not stops):
            found += [one for part in parts for one in part[stops]]
        if want is not stops:
            found += self.joined([part[not stops] for part in parts])
        return self.best(found)

    def again(self, of: ir.Expr) -> Sets:
        """An area that is known too coarsely is asked once more."""
        codes = [one for one in ir.walk(of) if isinstance(one, ir.Fact)]
        return self.best(frozenset({(one.code, self.place if one.scope == "member" else -1)}) for one in codes)

    def over(self, node: ir.Over, want: bool | None) -> Sets:
        place, member = self.place, self.frame.member
        self.passing = True
        parts: list[Sets] = []
        truths: list[dict[bool, Sets]] = []
        for number, one in enumerate(self.frame.members):
            self.place, self.frame.member = number, one
            if node.how in {"any", "all"}:
                truths.append(self.sets_of(node.value))
            elif number >= self.listed and node.how in {"count", "sum"}:
                parts.append(self.unlisted(node))
            elif node.where is None:
                parts.append(self.sets(node.value))
            elif self.value(node.where) is not False:
                inside = self.joined([self.sets(node.where, True), self.sets(node.value)])
                parts.append(self.best((*self.sets(node.where, False), *inside)))
        self.place, self.frame.member, self.passing = place, member, False
        if truths:
            return self.joint(truths, node.how == "any", want)
        if node.empty is not None and not any(self.counted(node)):
            parts.append(self.sets(node.empty))
        return self.joined(parts)

    def unlisted(self, node: ir.Over) -> Sets:
        """Of a count or sum, for the members who are not listed: they add nothing, or all of them become known."""
        value = self.value(node.value)
        who: Sets = (NOTHING,) if value is not None and not value else (frozenset({OTHERS}),)
        if node.how == "count":
            return self.best((*self.sets(node.value, False), *self.joined([self.sets(node.value, True), who])))
        where: list[Sets] = [] if node.where is None else [self.sets(node.where, True)]
        out = () if node.where is None else self.sets(node.where, False)
        return self.best((*out, *self.joined([*where, self.sets(node.value), who])))

    def counted(self, node: ir.Over) -> list[bool]:
        """Of each member whether it is certainly counted."""
        place, member = self.place, self.frame.member
        found = []
        for number, one in enumerate(self.frame.members):
            self.place, self.frame.member = number, one
            found.append(node.where is None or self.value(node.where) is True)
        self.place, self.frame.member = place, member
        return found

    def matter(self, node: ir.Expr) -> dict[Ask, None]:
        """Every fact whose answer could matter to a node that is unknown, in the order of the rule."""
        found: dict[Ask, None] = {}
        self._matter(node, found, set())
        return found

    def _matter(self, node: ir.Expr, found: dict[Ask, None], seen: set[tuple[int, int]]) -> None:
        key = (id(node), self.place)
        if self.value(node) is not None or key in seen:
            return
        seen.add(key)
        match node:
            case ir.Unset(parameter):
                self.unset |= {parameter} - {""}
            case ir.Coalesce(ir.Fact(code), second) if self.cost(code)[0] >= NEVER:
                self._matter(second, found, seen)
            case ir.Fact() | ir.Within():
                if isinstance(node, ir.Within) and self.value(node.of) is None:
                    self._matter(node.of, found, seen)
                    return
                for asks in self.again(node.of) if isinstance(node, ir.Within) else self.open(node, None):
                    found.update(dict.fromkeys(asks))
            case ir.Ref(name):
                self._matter(self.exprs[name], found, seen)
            case ir.If(test, then, other):
                decided = self.value(test)
                for part in (test, then, other) if decided is None else (then if decided else other,):
                    self._matter(part, found, seen)
            case ir.Over():
                place, member = self.place, self.frame.member
                self.passing = True
                for number, one in enumerate(self.frame.members):
                    self.place, self.frame.member = number, one
                    if node.where is not None:
                        self._matter(node.where, found, seen)
                        if self.value(node.where) is False:
                            continue
                    self._matter(node.value, found, seen)
                    if number >= self.listed and node.how in {"count", "sum"}:
                        value = self.value(node.value)
                        # Where no answer makes the value known, it does not matter how many have it.
                        if value or (value is None and self.sets(node.value)):
                            found[OTHERS] = None
                self.place, self.frame.member, self.passing = place, member, False
                if node.empty is not None:
                    self._matter(node.empty, found, seen)
            case _:
                if isinstance(node, ir.Lookup) and all(self.value(key) is not None for key in node.keys):
                    self.unset.add(node.table.parameter)
                for part in ir.parts(node):
                    self._matter(part, found, seen)
