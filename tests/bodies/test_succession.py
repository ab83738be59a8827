from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dure.bodies.succession import Change, Found, Span, follow

DAY = date(2026, 7, 1)
EVE = DAY - timedelta(days=1)


def ids(found: list[Found[str]]) -> list[str]:
    return sorted(one.id for one in found)


def test_a_split_and_a_merger_are_followed_both_ways():
    spans = {"a": Span(end=EVE), "b": Span(end=EVE), "x": Span(start=DAY), "y": Span(start=DAY)}
    changes = [Change("a", "x", DAY), Change("a", "y", DAY), Change("b", "x", DAY)]
    assert ids(follow("a", spans, changes, DAY)) == ["x", "y"]
    assert ids(follow("b", spans, changes, DAY)) == ["x"]
    assert ids(follow("x", spans, changes, EVE)) == ["a", "b"]
    assert ids(follow("a", spans, changes, EVE)) == ["a"]


def test_a_chain_tells_the_way():
    later = date(2030, 1, 1)
    spans = {"a": Span(end=EVE), "b": Span(DAY, later - timedelta(days=1)), "c": Span(start=later)}
    changes = [Change("a", "b", DAY), Change("b", "c", later)]
    assert follow("a", spans, changes, later) == [Found("c", tuple(changes))]
    assert ids(follow("a", spans, changes, DAY)) == ["b"]
    assert ids(follow("c", spans, changes, EVE)) == ["a"]


def test_an_end_without_successor_leads_nowhere():
    assert follow("a", {"a": Span(end=EVE)}, [], DAY) == []


DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))


@given(st.data())
def test_any_graph_ends_and_only_valid_ones_are_found(data):
    count = data.draw(st.integers(1, 8))
    spans = {
        one: Span(*sorted([data.draw(DAYS), data.draw(DAYS)])) if data.draw(st.booleans()) else Span()
        for one in range(count)
    }
    one = st.integers(0, count - 1)
    changes = [Change(a, b, on) for a, b, on in data.draw(st.lists(st.tuples(one, one, DAYS), max_size=20))]
    on = data.draw(DAYS)
    start = data.draw(one)
    found = follow(start, spans, changes, on)
    assert all(spans[f.id].holds(on) for f in found)
    assert len({f.id for f in found}) == len(found)
    assert not spans[start].holds(on) or found == [Found(start)]
    assert follow(start, spans, list(reversed(changes)), on) == found or len(changes) != len(set(changes))
