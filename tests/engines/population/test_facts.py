"""The population as facts of the catalogue: nothing that adds up is lost, and what is not known stays null."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import yaml

from dure.engines.population import HOUSEHOLD_FACTS, PERSON_FACTS, Facts, Fitted, generate
from dure.engines.population import facts as facts_module
from dure.engines.population.schema import WORD

CATALOGUE = Path(__file__).resolve().parents[3] / "data" / "benefits" / "facts.yaml"
OURS = {"household", "person", "weight"}


@pytest.fixture(scope="module")
def both(fitted: Fitted) -> tuple[Any, Any, list[dict[str, Any]], dict[int, list[dict[str, Any]]]]:
    batch = generate(fitted, seed=4, households=3000).block(0)
    facts = Facts(fitted.margins).batch(batch)
    members = defaultdict(list)
    for row, fact in zip(batch.persons.to_pylist(), facts.persons.to_pylist(), strict=True):
        members[row["household"]].append({**row, **{f"fact_{k}": v for k, v in fact.items()}})
    return batch, facts, facts.households.to_pylist(), members


def test_columns_are_as_said(both: Any) -> None:
    _, facts, _, _ = both
    assert facts.households.schema == HOUSEHOLD_FACTS
    assert facts.persons.schema == PERSON_FACTS
    assert not any(pa.types.is_floating(field.type) for field in [*HOUSEHOLD_FACTS, *PERSON_FACTS])


def test_money_is_the_populations(both: Any) -> None:
    batch, _, facts, members = both
    for row, fact in zip(batch.households.to_pylist(), facts, strict=True):
        people = members[row["household"]]
        work = row["earned_income_month"] + row["business_income_month"]
        assert sum(p["fact_earned_income"] for p in people) == work
        assert fact["home_value"] + fact["deposit"] + fact["general_assets"] == fact["household_assets"]
        assert fact["household_assets"] + fact["financial_assets"] == fact["assets_june1"] == row["assets"]
        assert work <= work + fact["other_income"] <= fact["household_income"]
        assert fact["total_income_year"] == 12 * (work + row["property_income_month"])
        assert fact["has_work_income"] == (work > 0)
        assert (fact["actual_rent"] > 0) == (row["tenure"] == "monthly_rent")


def test_who_is_whose(both: Any) -> None:
    batch, _, facts, members = both
    for row, fact in zip(batch.households.to_pylist(), facts, strict=True):
        people = members[row["household"]]
        couple = [p for p in people if p["relation"] in {"head", "spouse"}]
        children = sorted((p["birth_date"], p["person"]) for p in people if p["relation"] == "child")
        orders = {p["person"]: p["fact_birth_order"] for p in people if p["relation"] == "child"}
        assert [orders[number] for _, number in children] == list(range(1, len(children) + 1))
        assert fact["dependent_children"] == sum(p["age"] < 18 for p in people) == row["children"]
        assert fact["single_parent_family"] == (
            row["household_type"] in {"single_parent", "grandparent"} and row["children"] > 0
        )
        if len(couple) == 2:
            one, other = couple
            assert one["fact_spouse_earned_income"] == other["fact_earned_income"]
            assert {p["fact_pension_household"] for p in couple} == {"couple"}
            assert all(p["fact_married"] for p in couple)
            lesser = min(p["fact_earned_income"] for p in couple) * 12
            assert (fact["earner_household"] == "two_earner") == (lesser >= 3_000_000)
        else:
            assert couple[0]["fact_spouse_earned_income"] == 0
            assert couple[0]["fact_pension_household"] == "single"
            assert fact["earner_household"] != "two_earner"


def test_what_is_not_known_stays_null(both: Any) -> None:
    _, _, facts, members = both
    for fact in facts:
        assert fact["allowance_region"] in {"capital_area", None}
        assert fact["single_parent_kind"] in {"grandparent", None}
    for person in (person for people in members.values() for person in people):
        if person["relation"] not in {"head", "spouse"}:
            assert person["fact_couple_assets"] is None
            assert person["fact_pension_household"] is None
            assert person["fact_married"] in {None, False}
        if person["age"] >= 19:
            assert person["fact_school_level"] is None
        assert person["fact_preschool"] == (person["age"] < 7)


def test_places_of_municipalities(fitted: Fitted, margins: Any) -> None:
    facts = Facts(margins)
    places = np.arange(len(margins.regions))
    city = facts.city(places, places)
    found = {r.name: (city[at], facts.zone[at]) for at, r in enumerate(margins.regions)}
    assert found["서울특별시 종로구"] == (0, 0)
    assert found["경기도 수원시"] == (1, 1)
    assert found["인천광역시 강화군"] == (2, 1)
    assert found["경상남도 창원시"] == (1, 2)
    assert found["경상북도 울릉군"] == (2, 3)


def test_a_province_has_as_many_in_cities_and_counties_as_live_there(margins: Any) -> None:
    whole = margins.by_province()
    facts = Facts(whole)
    for at, region in enumerate(whole.regions):
        drawn = facts.city(np.full(20_000, at), np.arange(20_000) * 7)
        counts = np.bincount(drawn[drawn >= 0], minlength=3) / 20_000
        assert sum(region.cities) in {0, region.residents}, region.name
        assert counts == pytest.approx(np.array(region.cities) / region.residents, abs=0.01), region.name
    most = {region.name: int(np.argmax(region.cities)) for region in whole.regions}
    assert [most[name] for name in ("서울특별시", "부산광역시", "경기도", "전라남도")] == [0, 0, 1, 1]


@pytest.mark.skipif(not CATALOGUE.exists(), reason="no catalogue of facts in the repository yet")
def test_codes_and_words_are_those_of_the_catalogue() -> None:
    catalogue = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    kinds = {fact["code"]: fact for fact in catalogue["facts"]}
    words = {code: {c["code"] for c in entry["choices"]} for code, entry in catalogue["enumerations"].items()}
    types = {"won": pa.int64(), "bool": pa.bool_(), "date": pa.date32(), "number": pa.int16(), "years": pa.int16()}
    for scope, schema in (("household", HOUSEHOLD_FACTS), ("member", PERSON_FACTS)):
        for name in set(schema.names) - OURS:
            assert kinds[name]["scope"] == scope, name
            assert schema.field(name).type == types.get(kinds[name]["type"], WORD), name
    assert "recognized_income" not in HOUSEHOLD_FACTS.names, "rules work it out"
    assert set(facts_module.CITIES) == words["city_class"]
    assert set(facts_module.ZONE) == words["rent_zone"]
    assert set(facts_module.SCHOOL) < words["school_level"]
    assert set(facts_module.EARNERS) == words["earner_household"]
