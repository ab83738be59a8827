"""Conditions that nobody can meet: one that is never so, or several that cannot hold together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dure.engines.rules import ir
from dure.engines.rules.benefit import Benefit
from dure.engines.rules.faults import Fault
from dure.engines.rules.program import Lowered
from dure.engines.rules.ranges import Bounds

OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass
class Room:
    """What conditions leave of one fact, and who narrowed it last."""

    low: int | None = None
    high: int | None = None
    choices: set[ir.Value] | None = None
    areas: tuple[str, ...] | None = None
    """Beginnings of area codes that are left."""
    by: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        if self.areas == () or (self.choices is not None and not self.choices):
            return True
        return self.low is not None and self.high is not None and self.low > self.high


def contradictions(benefit: Benefit, lowered: Lowered) -> Iterator[Fault]:
    """A Fault, at the condition, for what can never be met by any household of the catalogue on this day.

    What hangs on the day alone (a season) is no contradiction: it is met on other days.
    """
    exprs = {let.name: let.expr for let in lowered.program.lets}
    bounds = Bounds(lowered.program.lets)
    places = {one.id: one.test.scalar.place(one.test.shift) for one in benefit.each_condition()}
    for condition in benefit.each_condition():
        node = plain(exprs[f"?{condition.id}"], exprs)
        never = (1, 1) if condition.excluding else (0, 0)
        if not isinstance(node, ir.Const) and bounds.of(node) == never:
            words = "누구도 받을 수 없습니다: 사실의 범위 안에서 이 조건은 언제나 " + (
                "예입니다." if condition.excluding else "아니오입니다."
            )
            yield Fault(*places[condition.id], "contradiction", words, "견주는 값과 방향을 살펴 주세요.", benefit.file)
            return
    rooms: dict[ir.Fact, Room] = {}
    for id, node in _together(lowered.program.eligible, exprs):
        if id in places and isinstance(node, ir.Or) and all(_never(one, exprs) for one in node.args):
            words = f"조건 `{id}`는 어느 쪽도 참일 수 없습니다: 누구도 받을 수 없습니다."
            yield Fault(*places[id], "contradiction", words, "견주는 값과 방향을 살펴 주세요.", benefit.file)
            return
        told = _narrow(node, rooms, exprs, id)
        if told is not None and told.empty and id in places:
            first = next((one for one in told.by if one != id), id)
            words = (
                f"조건 `{first}`와(과) `{id}`는 함께 참일 수 없습니다: 누구도 받을 수 없습니다."
                if first != id
                else f"조건 `{id}`는 참일 수 없습니다: 누구도 받을 수 없습니다."
            )
            yield Fault(*places[id], "contradiction", words, "하나를 고치거나 any로 묶어 주세요.", benefit.file)
            return


def _never(node: ir.Expr, exprs: Mapping[str, ir.Expr]) -> bool:
    """Whether a truth cannot be so, by itself."""
    return impossible([node], exprs)


def impossible(nodes: Sequence[ir.Expr], exprs: Mapping[str, ir.Expr]) -> bool:
    """Whether truths cannot all be so, as far as that is seen from the facts each compares."""
    rooms: dict[ir.Fact, Room] = {}
    for _id, one in (pair for node in nodes for pair in _together(node, exprs)):
        inner = plain(one, exprs)
        if isinstance(inner, ir.Const):
            if inner.value is False:
                return True
        elif isinstance(inner, ir.Or):
            if all(_never(arg, exprs) for arg in inner.args):
                return True
        elif (told := _narrow(one, rooms, exprs, "")) is not None and told.empty:
            return True
    return False


def plain(node: ir.Expr, exprs: Mapping[str, ir.Expr]) -> ir.Expr:
    """What a named value stands for."""
    while isinstance(node, ir.Ref):
        node = exprs[node.name]
    return node


def _together(
    node: ir.Expr, exprs: Mapping[str, ir.Expr], id: str = "", denied: bool = False
) -> Iterator[tuple[str, ir.Expr]]:
    """The plain truths that must all hold, each with the condition it stands in; denied ones under a Not."""
    match node:
        case ir.Ref(name):
            yield from _together(exprs[name], exprs, name[1:] if name.startswith("?") else id, denied)
        case ir.Not(of):
            yield from _together(of, exprs, id, not denied)
        case ir.And(args) if not denied:
            for arg in args:
                yield from _together(arg, exprs, id)
        case ir.Or(args) if denied:
            for arg in args:
                yield from _together(arg, exprs, id, True)
        case _:
            yield id, ir.Not(node) if denied else node


def _narrow(node: ir.Expr, rooms: dict[ir.Fact, Room], exprs: Mapping[str, ir.Expr], id: str) -> Room | None:
    denied = isinstance(node, ir.Not)
    inner = node.of if isinstance(node, ir.Not) else node
    if isinstance(inner, ir.Within):
        home = _fact(inner.of, exprs)
        if home is None or denied:
            return None
        room = rooms.setdefault(home, Room())
        room.by.append(id)
        if room.areas is None:
            room.areas = inner.areas
        else:
            pairs = [sorted((one, other), key=len) for one in room.areas for other in inner.areas]
            room.areas = tuple({narrow for wide, narrow in pairs if narrow.startswith(wide)})
        return room
    if isinstance(inner, ir.Compare):
        return _compare(inner, denied, rooms, exprs, id)
    fact = _fact(inner.of if isinstance(inner, ir.In) else inner, exprs)
    if fact is None:
        return None
    if isinstance(inner, ir.In):
        among = set(inner.among)
    elif fact.kind == "bool":
        among = {True}
    else:
        return None
    everything: set[ir.Value] = {True, False} if fact.kind == "bool" else set(fact.choices)
    if not everything and denied:
        return None
    room = rooms.setdefault(fact, Room())
    room.by.append(id)
    kept = everything - among if denied else among
    room.choices = kept if room.choices is None else room.choices & kept
    return room


def _compare(
    node: ir.Compare, denied: bool, rooms: dict[ir.Fact, Room], exprs: Mapping[str, ir.Expr], id: str
) -> Room | None:
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
    fact, op, limit = _fact(node.left, exprs), node.op, plain(node.right, exprs)
    if fact is None:
        fact, op, limit = _fact(node.right, exprs), turned.get(node.op, node.op), plain(node.left, exprs)
    if fact is None or not isinstance(limit, ir.Const):
        return None
    op = OPPOSITE[op] if denied else op
    value = limit.value
    room = rooms.setdefault(fact, Room(fact.low, fact.high) if fact.kind == "int" else Room())
    room.by.append(id)
    if isinstance(value, str | bool):
        everything: set[ir.Value] = {True, False} if fact.kind == "bool" else set(fact.choices)
        one: set[ir.Value] = {value}
        kept = one if op == "=" else everything - one
        room.choices = kept if room.choices is None else room.choices & kept
        return room
    if room.low is None or room.high is None:
        return None
    if op in {"<", "<=", "="}:
        room.high = min(room.high, value - (op == "<"))
    if op in {">", ">=", "="}:
        room.low = max(room.low, value + (op == ">"))
    return room


def _fact(node: ir.Expr, exprs: Mapping[str, ir.Expr]) -> ir.Fact | None:
    node = plain(node, exprs)
    if isinstance(node, ir.Coalesce):
        node = node.first
    return node if isinstance(node, ir.Fact) else None


__all__ = ["contradictions", "impossible", "plain"]
