"""Which questions come, and what follows by itself: with the real rules, no page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dure.benefits import guide, shown
from dure.benefits.reading import library
from dure.benefits.told import STEPS, Told, key_of

ON = date(2026, 11, 26)


def day() -> Any:
    return library().rules.on(ON)


def told(*members: tuple[str, str], **facts: Any) -> Told:
    people = [{"who": who, "birth_date": born} for who, born in members]
    return Told(members=people, facts=facts, done=list(STEPS))


MOTHER = (("self", "1993-04-03"), ("child", "2022-03-01"), ("child", "2018-05-05"))


@pytest.mark.parametrize(
    ("place", "city", "region"),
    [
        ("1168000000", "large_city", "capital_area"),
        ("4182000000", "rural", None),
        ("5175000000", "rural", None),
        ("2671000000", None, None),
        ("4812000000", "mid_city", None),
        ("1221000000", None, None),
    ],
)
def test_the_place_says_which_tables_hold(place: str, city: str | None, region: str | None) -> None:
    common, _own = guide.inferred(told(*MOTHER, residence=place), ON, day().catalogue)
    assert (common.get("city_class"), common.get("allowance_region")) == (city, region)


def test_what_was_told_is_never_overwritten_by_what_follows() -> None:
    said = told(*MOTHER, residence="1168000000", city_class="rural", children=5)
    common, own = guide.inferred(said, ON, day().catalogue)
    assert "city_class" not in common
    assert "children" not in common
    assert own[1]["pregnant"] is False
    assert "pregnant" not in own[0]
    assert guide.household_of(said, ON, day().catalogue).facts["children"] == 5


def test_what_follows_is_not_asked() -> None:
    said = told(*MOTHER, home_value=0, deposit=5, general_assets=7, single_parent_family=True)
    said.members[0]["earned_income"] = 1_500_000
    common, own = guide.inferred(said, ON, day().catalogue)
    assert common["household_assets"] == 12
    assert (common["children"], common["earner_household"], common["youth_parent"]) == (2, "one_earner", True)
    assert own[0]["employed"] is True
    asked = {(one.code, one.member) for one in guide.asking(said, day()).open}
    assert not asked & {("earned_income", 1), ("recognized_income", None), ("care", 0), ("age", 0)}


def test_only_what_can_still_change_something_is_asked_and_nothing_twice() -> None:
    said = told(*MOTHER, residence="5175000000")
    for step in ("situation", "money"):
        guide.settle(said, step, {"single_parent", "savings"}, guide.asking(said, day()), day(), library().spoken.usual)
    asked: list[str] = []
    for _number in range(90):
        asking = guide.asking(said, day())
        if not asking.open:
            break
        one = asking.open[0]
        key = key_of(one.code, one.member)
        assert key not in asked
        asked.append(key)
        said.passes(one.code, one.member)
    else:
        raise AssertionError(asked)
    assert guide.asking(said, day()).open == ()
    assert not any(key.startswith(("birth_date", "household_size", "weekly_hours")) for key in asked)


def test_what_is_not_ticked_is_no_and_what_is_ticked_is_asked() -> None:
    said = told(*MOTHER, residence="5175000000")
    usual = library().spoken.usual
    before = guide.asking(said, day())
    guide.settle(said, "situation", {"single_parent", "disability"}, before, day(), usual)
    assert said.facts["single_parent_family"] is True
    assert said.facts["receives_livelihood"] is False
    assert "disability" not in said.members[1]
    assert said.members[1]["nationality"] == "korean"
    guide.settle(said, "money", set(), guide.asking(said, day()), day(), usual)
    assert said.facts["deposit"] == 0
    assert said.members[0]["earned_income"] == 0
    after = guide.asking(said, day())
    assert {one.code for one in after.open} >= {"disability"}
    assert len(after.open) < len(before.open) / 2


def test_a_mother_sees_amounts_documents_and_what_it_depends_on() -> None:
    said = told(*MOTHER, residence="5175000000")
    usual = library().spoken.usual
    for step, ticked in (("situation", {"single_parent"}), ("money", {"earned", "deposit"})):
        guide.settle(said, step, ticked, guide.asking(said, day()), day(), usual)
    result = shown.result(said, guide.asking(said, day()), day(), "ko")
    child = next(card for card in result.yes if card.id == "child-allowance")
    assert [line.who for line in child.lines] == ["자녀 1 (만 4세)", "자녀 2 (만 8세)"]
    assert child.facts.documents
    assert child.facts.channels
    support = next(card for card in result.open if card.id == "single-parent-support")
    assert support.ask
    assert support.lines[0].ask_path in {"deposit/", "earned_income/0/"}
    assert support.lines[0].money[0].kind == "range"
    said.members[0]["earned_income"], said.facts["deposit"] = 1_500_000, 10_000_000
    sure = shown.result(said, guide.asking(said, day()), day(), "ko")
    support = next(card for card in sure.yes if card.id == "single-parent-support")
    assert support.lines[0].money[0].low == "660,000원"
    said.facts |= {"tenure": "rent", "actual_rent": 250_000}
    every = shown.result(said, guide.asking(said, day()), day(), "ko")
    assert [card.id for card in every.replaced] == ["near-poor-certificate"]
    assert "near-poor-certificate" not in {card.id for card in every.yes}
    assert any("함께 받지 못합니다" in note for note in every.replaced[0].notes)


def test_the_distance_to_a_limit_is_said_in_words() -> None:
    said = told(("self", "1993-04-03"), residence="1168000000")
    usual = library().spoken.usual
    for step in ("situation", "money"):
        guide.settle(said, step, {"earned"}, guide.asking(said, day()), day(), usual)
    said.members[0]["earned_income"] = 4_000_000
    result = shown.result(said, guide.asking(said, day()), day(), "ko")
    said_of = {card.id: " ".join(why.distance for why in card.lines[0].why) for card in [*result.near, *result.no]}
    assert "원 많습니다" in said_of["livelihood-benefit"]
    assert said_of["basic-pension"].startswith("기준까지 32년 모자랍니다")


@pytest.mark.slow
def test_twelve_strangers_of_whom_nothing_is_known() -> None:
    said = Told(members=[{"who": "other"} for _one in range(12)], done=list(STEPS))
    asking = guide.asking(said, day())
    assert asking.open
    assert shown.result(said, asking, day(), "en").open
