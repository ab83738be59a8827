"""Households of which not all members are listed: what counts or adds up those who are not is unknown, in every way."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from dure.engines.rules import Household, Outcome, ir
from dure.engines.rules.columns import Columns, compiled
from dure.engines.rules.deciding import OTHERS, Deciding
from dure.engines.rules.evaluate import Frame
from dure.engines.rules.households import known
from dure.engines.rules.ranges import MOST_MEMBERS, Bounds
from dure.engines.rules.scalar import Writer
from dure.engines.rules.scalar import compiled as written
from tests.engines.rules import world
from tests.engines.rules.columns import making

YES, NO = ir.Const(True), ir.Const(False)
RICH = ir.Fact("couple", "bool", "household")
ASSETS = ir.Fact("assets", "int", "household", 0, 100)
ILL = ir.Fact("disabled", "bool", "member")
WAGE = ir.Fact("wage", "int", "member", 0, 100)
SAID: dict[str, Any] = {"couple": True, "assets": 7}
LISTED: tuple[dict[str, Any], ...] = ({"disabled": True, "wage": 3}, {"disabled": False, "wage": 5})

# A node, its value where two are listed of a household that is whole, where it is not, and then its range.
CASES: list[tuple[ir.Over, int | bool | None, int | bool | None, tuple[int, int] | None]] = [
    (ir.Over("count", YES), 2, None, (2, MOST_MEMBERS)),
    (ir.Over("count", NO), 0, 0, (0, 0)),
    (ir.Over("count", RICH), 2, None, (2, MOST_MEMBERS)),
    (ir.Over("count", ir.Not(RICH)), 0, 0, (0, 0)),
    (ir.Over("count", ILL), 1, None, (1, MOST_MEMBERS)),
    (ir.Over("count", ir.Or((ILL, YES))), 2, None, (2, MOST_MEMBERS)),
    (ir.Over("sum", ir.Const(100)), 200, None, (200, 100 * MOST_MEMBERS)),
    (ir.Over("sum", ir.Const(-3)), -6, None, (-3 * MOST_MEMBERS, -6)),
    (ir.Over("sum", ir.Const(0)), 0, 0, (0, 0)),
    (ir.Over("sum", ASSETS), 14, None, (14, 7 * MOST_MEMBERS)),
    (ir.Over("sum", WAGE), 8, None, None),
    (ir.Over("sum", ir.Const(100), RICH), 200, None, (200, 100 * MOST_MEMBERS)),
    (ir.Over("sum", ir.Const(100), ir.Not(RICH)), 0, 0, (0, 0)),
    (ir.Over("sum", WAGE, ir.Not(RICH)), 0, 0, (0, 0)),
    (ir.Over("sum", ir.Const(100), ILL), 100, None, (100, 100 + 98 * 100)),
    # One who is not listed is as good as many for these.
    (ir.Over("any", YES), True, True, (1, 1)),
    (ir.Over("all", YES), True, True, (1, 1)),
    (ir.Over("max", ASSETS, None, ir.Const(0)), 7, 7, None),
    (ir.Over("min", ASSETS, None, ir.Const(0)), 7, 7, None),
]


def said(whole: bool) -> Household:
    return Household(LISTED, SAID, world.DAY, whole)


@pytest.mark.parametrize(("node", "full", "open_", "reach"), CASES)
def test_all_ways_agree(
    node: ir.Over, full: int | bool | None, open_: int | bool | None, reach: tuple[int, int] | None
) -> None:
    kind = ir.kind(node)
    program = ir.Program("made", "household", (), YES, (), (ir.Let("x", node, kind, "", False),))
    columns = Columns([program], world.catalogue().facts, outputs=True)
    for whole, wanted in ((True, full), (False, open_)):
        told = known(said(whole), world.catalogue())
        assert (told.passed[-1] is ir.UNLISTED) is not whole
        frame = Frame((), told.facts, told.passed, {})
        assert frame.of(node) == wanted
        writer = Writer(())
        # Negated or added to, so that what is written after it minds that it may be unknown.
        after = writer.value(ir.Not(node) if kind == "bool" else ir.Sum((node, ir.Const(1))))
        run = written("run(h, members)", writer, f"return {writer.value(node)}, {after}", {})
        then = None if wanted is None else not wanted if kind == "bool" else wanted + 1
        assert run(told.facts.get, told.passed) == (wanted, then)
        homes = [one for one in world.catalogue().facts.values() if one.scope == "household"]
        people = [one for one in world.catalogue().facts.values() if one.scope == "member"]
        results = columns.run(*making.tables([said(whole)], homes, people))
        assert results.households.column("made/output/x").to_pylist() == [wanted]
        ends = Bounds((), told.facts, told.passed, {}, not whole).of(node)
        if not whole:
            assert ends == reach
        elif wanted is not None:
            assert ends == (int(wanted), int(wanted))
        deciding = Deciding((), frame, -1, len(told.members), lambda _: (1, 1))
        if wanted is None:
            assert deciding.sets(node) == (frozenset({OTHERS}),)
            assert list(deciding.matter(node)) == [OTHERS]
        else:
            assert deciding.sets(node) == (frozenset(),)
            assert not deciding.matter(node)


def test_what_decides_where_it_hangs_on_the_household() -> None:
    """That nobody counts may be said of the household; that somebody does, only with who they are."""
    told = known(Household(LISTED, {}, world.DAY, whole=False), world.catalogue())
    deciding = Deciding((), Frame((), told.facts, told.passed, {}), -1, 2, lambda _: (1, 1))
    couple, assets = ("couple", -1), ("assets", -1)
    # Named, for Deciding knows nodes by where they lie.
    count, total, gone = ir.Over("count", RICH), ir.Over("sum", ASSETS), ir.Over("count", ir.Unset("gone", "bool"))
    assert deciding.sets(count) == (frozenset({couple}),)
    assert set(deciding.matter(count)) == {couple, OTHERS}
    assert deciding.sets(total) == (frozenset({assets, OTHERS}),)
    assert (deciding.sets(gone), deciding.matter(gone), deciding.unset) == ((), {}, {"gone"})


def livelihood(whole: bool, **facts: Any) -> tuple[Outcome, list[str]]:
    rules = making.real()
    day = rules.on(world.DAY)
    home = Household(({}, {}), {"recognized_income": 1_600_000, **facts}, world.DAY, whole)
    outcome = day.explain(home, only=["livelihood-benefit"])[0]
    return outcome, [one.code for one in day.questions(home, only=["livelihood-benefit"])]


def test_livelihood_benefit_of_two_listed() -> None:
    """1,600,000 won are too much for two (2026: 1,343,773 at most), and not for three."""
    outcome, asked = livelihood(whole=False)
    assert (outcome.eligible, outcome.amounts[0].won, outcome.outputs["threshold"]) == (None, None, None)
    # Whoever says how many they are says, too, whether somebody is missing; that question is the cheaper one.
    assert asked == ["household_size", "members"]
    assert {code for one in outcome.deciding() for code, _ in one} == {"household_size", "members"}
    outcome, asked = livelihood(whole=True)
    assert (outcome.eligible, asked) == (False, [])
    assert outcome.outputs["threshold"] == 1_343_773
    outcome, asked = livelihood(whole=False, household_size=3)
    assert (outcome.eligible, asked) == (True, [])


def test_livelihood_benefit_over_columns() -> None:
    day = making.real().on(world.DAY)
    columns = compiled(day, ["livelihood-benefit"])
    homes = pa.RecordBatch.from_pydict(
        {"household": [1, 2], "whole": [False, True], "recognized_income": [1_600_000, 1_600_000]}
    )
    people = pa.RecordBatch.from_pydict({"household": [1, 1, 2, 2]})
    found = columns.run(homes, people).households.column("livelihood-benefit/eligible").to_pylist()
    assert found == [None, False]


def test_ranges_hold_the_cell_for_all_other_choices() -> None:
    """Also where the key is not the fact itself but a name, or something that stands in for it."""
    table = ir.Table("t", (ir.Axis(codes=("zone1", ""), other=1),), (1, 50))
    zone = ir.Fact("zone", "code", "household", choices=("zone1", "zone2"))
    other = ir.Fact("zone", "code", "household", choices=("zone2",))
    named = ir.Let("z", ir.Coalesce(zone, ir.Const("zone1")), "code", "zone", False)
    for key in (zone, named.expr, ir.Ref("z", "code"), ir.If(RICH, zone, ir.Const("zone1"))):
        assert Bounds((named,)).of(ir.Lookup(table, (key,))) == (1, 50)
        assert Bounds((named,), {}).of(ir.Lookup(table, (key,))) == (1, 50)
    assert Bounds(()).of(ir.Lookup(table, (other,))) == (50, 50)
    assert Bounds((named,), {"zone": "zone1"}).of(ir.Lookup(table, (zone,))) == (1, 1)
    assert Bounds(()).of(ir.Lookup(table, (ir.Fact("home", "area", "household"),))) == (1, 50)
