"""Rules as data: what cannot be read shows, what fails shows and the next decides; two sets beside each other."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engines.routing import Ask, Route, RuleError, RuleSet, compare
from dure.engines.routing.korean import Name
from tests.engines.routing.world import BEFORE, PLACES, TODAY, ask, categories, plain, point, router, rules


def changed(*first: dict[str, Any]) -> RuleSet:
    """The rules of the checkout with others before them."""
    new = copy.deepcopy(plain("roads", "rules.yaml"))
    new["rules"] = [*first, *new["rules"]]
    return RuleSet.parse(new, plain("roads", "authority.yaml"))


RULE = {
    "id": "mine",
    "when": {"duty": "road"},
    "body": "province",
    "unit": "u",
    "law": ["법"],
    "ko": "까닭",
    "en": "why",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": "nobody"},
        {"when": {"colour": "red"}},
        {"when": {"road": {"over": 3}}},
        {"confidence": 3},
        {"from": "yesterday"},
        {"surprise": 1},
        {"ko": "{body:를}"},
        {"ko": "{nothing}"},
        {"unit": "{0}"},
    ],
)
def test_a_faulty_rule_shows_and_the_next_decides(wrong: dict[str, Any]) -> None:
    by = router().with_rules(changed(RULE | wrong))
    question = ask("아산 동", road="si-road")
    found, right = by.route(question), router().route(question)
    assert found.body == right.body
    assert found.confidence < right.confidence
    assert len(found.faults) == 1
    assert found.faults[0].startswith("mine: ")


def test_a_rule_that_is_no_mapping_shows() -> None:
    assert len(changed("rule").problems) == 1  # type: ignore[arg-type]


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(RuleError, match="twice"):
        changed(RULE, RULE)


def test_rules_hold_on_their_days_only() -> None:
    by = router().with_rules(changed(RULE | {"from": TODAY.isoformat()}))
    assert by.route(ask("아산 동", road="si-road")).body == "4400000000"
    assert by.route(ask("아산 동", road="si-road", on=BEFORE)).body == "4420000000"
    by = router().with_rules(changed(RULE | {"to": BEFORE.isoformat()}))
    assert by.route(ask("아산 동", road="si-road")).body == "4420000000"
    assert by.route(ask("아산 동", road="si-road", on=BEFORE)).body == "4400000000"


def test_the_bench_names_what_would_go_elsewhere() -> None:
    asks = [ask(place, road=road) for place in PLACES for road in ("si-road", "expressway", "local-road")]
    rule = RULE | {"when": {"duty": "road", "road": "si-road", "place": "si"}}
    found = compare(router(), router().with_rules(changed(rule)), asks)
    assert found
    for question, before, after in found:
        assert question.road_class == "si-road"
        assert before.body != after.body
        assert after.rule == "mine"
        assert before.versions["rules"] != after.versions["rules"]
    assert compare(router(), router().with_rules(rules()), asks) == []


def test_names_bring_their_particles() -> None:
    def all_of(word: str) -> str:
        name = Name(word)
        return f"{name:이} {name:은} {name:을} {name:과} {name:으로}"

    assert all_of("아산시") == "아산시가 아산시는 아산시를 아산시와 아산시로"
    assert all_of("울주군") == "울주군이 울주군은 울주군을 울주군과 울주군으로"
    assert all_of("길") == "길이 길은 길을 길과 길로"
    assert all_of("LH") == "LH가 LH는 LH를 LH와 LH로"


HANGUL = re.compile("[가-힣]")
TOWN_NAMES = [town for _old, _new, town, _kind in PLACES.values()]

words = st.text(
    st.sampled_from("가나다시군구동읍면로 국도고속지방호선중천안아산대전0123456789|,\u202e\n🙂-"), max_size=40
)
numbers = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.floats(125, 128), st.floats(34, 37))
asks = st.builds(
    Ask,
    lon=st.one_of(numbers, st.floats(126.0, 126.6)),
    lat=st.one_of(numbers, st.floats(35.0, 35.4)),
    accuracy_m=st.one_of(numbers, st.floats(0, 20_000)),
    category=st.one_of(st.just(""), st.sampled_from(list(categories().by_id)), words),
    road_class=st.one_of(st.just(""), st.sampled_from(list(rules().kinds)), words),
    road_no=words,
    road_name=words,
    km=st.none(),
    text=st.one_of(words, st.sampled_from(["중구", "아산시 배방읍 국도", "고속도로 옆 농로", "살아 있는 고라니"])),
    on=st.dates(),
    heading=numbers,
)


def in_english(found: Route) -> list[str]:
    """Everything of an answer that an English page shows in sentences."""
    asked = [found.clarify.words_en] if found.clarify else []
    answers = [text for one in found.clarify.choices for text in (one.words_en, one.reason_en)] if found.clarify else []
    return [found.reason_in("en"), *(other.when_en for other in found.others), *asked, *answers]


def bare(english: str) -> str:
    """Without names that have no English: of laws, which stand in brackets, and of towns."""
    for town in TOWN_NAMES:
        english = english.replace(town, "")
    return re.sub(r"\([^()]*(?:법|령|규칙|조례|훈령|고시|조|항)[^()]*\)", "", english)


@given(asks)
def test_any_question_gets_an_explained_answer(question: Ask) -> None:
    found = router().route(question)
    assert not found.faults
    assert found.reason.strip()
    assert found.reason_in("en").strip()
    assert 0.0 <= found.confidence <= 1.0
    assert found.body not in {other.body for other in found.others}
    assert len({other.body for other in found.others}) == len(found.others)
    assert all(other.when and other.body for other in found.others)
    assert not {one for one in in_english(found) if not one or HANGUL.search(bare(one))}
    assert not found.body or (found.rule and found.law)
    assert set(found.versions) >= {"areas", "roads", "rules", "bodies", "categories"}
    assert router().route(question) == found
    assert router().route_many([question, question]) == [found, found]


@given(st.sampled_from(list(PLACES)), st.sampled_from(list(categories().by_id)), st.sampled_from(list(rules().kinds)))
def test_a_known_place_category_and_road_is_always_answered(place: str, category: str, road: str) -> None:
    lon, lat = point(place)
    found = router().route(Ask(lon, lat, 5, category, road, "", "", None, "", TODAY))
    assert found.body
    assert found.law
    assert found.confidence >= 0.3


def test_every_runner_up_is_in_english_too() -> None:
    every = [*rules().extras, *(other for rule in rules().rules for other in rule.others)]
    assert every
    assert not [other.when for other in every if not other.when_en or HANGUL.search(bare(other.when_en))]
    mine = {**RULE, "others": [{"body": "municipality", "when": "다리이면 시가 맡습니다."}]}
    found = router().with_rules(changed(mine)).route(ask("아산 읍"))
    (said,) = [other for other in found.others if other.when == "다리이면 시가 맡습니다."]
    assert said.when_en == "Under a condition that the rule names in Korean only, Asan-si is responsible."
