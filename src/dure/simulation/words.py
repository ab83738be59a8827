"""Names of groups and figures for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.benefits.reading import library
from dure.simulation import populations, spec
from dure.simulation.models import Scenario

GROUPINGS: Mapping[str, Any] = {
    "region": gettext_lazy("지역"),
    "age_band": gettext_lazy("가구주 나이"),
    "household_type": gettext_lazy("가구 유형"),
    "income_decile": gettext_lazy("소득 10분위"),
}
KEYS: Mapping[str, Any] = {
    "under_30": gettext_lazy("30세 미만"),
    "30s": gettext_lazy("30대"),
    "40s": gettext_lazy("40대"),
    "50s": gettext_lazy("50대"),
    "60_64": gettext_lazy("60~64세"),
    "65_74": gettext_lazy("65~74세"),
    "75_over": gettext_lazy("75세 이상"),
    "one_person": gettext_lazy("1인 가구"),
    "couple": gettext_lazy("부부"),
    "couple_children": gettext_lazy("부부와 자녀"),
    "single_parent": gettext_lazy("한부모"),
    "three_generations": gettext_lazy("3세대"),
    "grandparent": gettext_lazy("조손"),
    "other": gettext_lazy("그 밖"),
    "unknown": gettext_lazy("알 수 없음"),
    "few": gettext_lazy("표본이 적은 묶음"),
}
MARGINS: Mapping[str, Any] = {
    "met": gettext_lazy("맞춤"),
    "drawn": gettext_lazy("확률로 뽑음"),
    "check": gettext_lazy("견주기만 함"),
}

MARGIN_NAMES: Mapping[str, Any] = {
    "residents_by_region": gettext_lazy("지역별 거주자"),
    "residents_by_age": gettext_lazy("성·나이별 거주자"),
    "residents_by_region_and_age": gettext_lazy("지역·성·나이별 거주자"),
    "household_size": gettext_lazy("가구원 수"),
    "household_type": gettext_lazy("가구 유형"),
    "one_person_age": gettext_lazy("1인 가구의 나이"),
    "one_person_age_by_sex": gettext_lazy("1인 가구의 성·나이"),
    "one_person_by_province": gettext_lazy("시·도별 1인 가구"),
    "single_parent_under_40": gettext_lazy("40세 미만 한부모"),
    "single_parent_from_40": gettext_lazy("40세 이상 한부모"),
    "tenure_by_zone": gettext_lazy("권역별 점유 형태"),
    "rent_kind": gettext_lazy("전세와 월세"),
    "income_bands": gettext_lazy("소득 구간"),
    "income_band_by_age": gettext_lazy("나이별 소득 구간"),
    "income_means": gettext_lazy("소득과 그 출처의 평균"),
    "income_mean_by_province": gettext_lazy("시·도별 평균 소득"),
    "net_asset_bands": gettext_lazy("순자산 구간"),
    "asset_means": gettext_lazy("자산과 부채의 평균"),
    "disability": gettext_lazy("등록장애인"),
    "households_total": gettext_lazy("가구 수"),
    "mean_household_size": gettext_lazy("평균 가구원 수"),
    "income_quintile_means": gettext_lazy("소득 5분위의 평균"),
    "asset_share_of_quintile": gettext_lazy("소득 5분위의 자산과 부채의 몫"),
}


def key_name(grouping: str, key: str) -> str:
    """What a group is called."""
    if grouping == "income_decile" and key.isdigit():
        return _("%s분위") % key
    if grouping == "region":
        return populations.region_names().get(key) or str(KEYS.get(key, key))
    return str(KEYS.get(key, key))


def benefit_name(id: str, texts: Mapping[str, str | None] | None = None) -> str:
    """What a benefit is called; `texts` of the scenario, for one that it adds."""
    one = library().rules.benefits.get(id)
    names = one.names if one is not None else spec.names_in((texts or {}).get(id) or "")
    return names.get(spec.lang()) or names.get("ko") or id


def benefit_names(scenario: Scenario) -> list[str]:
    return [benefit_name(id, scenario.texts) for id in scenario.benefits]


def population_name(scenario: Scenario) -> str:
    """Whose households a scenario is computed on; an own population has no name for others."""
    if scenario.own_id is not None:
        return _("기관이 올린 인구 자료")
    return populations.region_names().get(scenario.area) or _("전국")


def fact_name(code: str) -> str:
    one = library().rules.catalogue.facts.get(code)
    return code if one is None else one.names.get(spec.lang()) or one.ko


def parameter_name(code: str) -> str:
    one = library().rules.parameters.by_code.get(code)
    return code if one is None else one.names.get(spec.lang()) or one.ko


def fact_value(code: str, value: Any) -> str:
    """A value of a fact as people read it."""
    one = library().rules.catalogue.facts.get(code)
    if isinstance(value, bool):
        return _("예") if value else _("아니오")
    if one is not None:
        chosen = next((choice for choice in one.choices if choice.code == value), None)
        if chosen is not None:
            return chosen.names.get(spec.lang()) or chosen.ko
    return f"{value:,}" if isinstance(value, int) else str(value)


def money(won: int) -> str:
    """Won, in 억원 from ten of them up and in 만원 below (English: millions), whole numbers."""
    sign, size = "-" if won < 0 else "", abs(won)
    if spec.lang() == "en":
        return f"{sign}{(size + 500_000) // 1_000_000:,} million won" if size >= 10_000_000 else f"{sign}{size:,} won"
    if size >= 1_000_000_000:
        return f"{sign}{(size + 50_000_000) // 100_000_000:,}억 원"
    return f"{sign}{(size + 5_000) // 10_000:,}만 원" if size >= 10_000_000 else f"{sign}{size:,}원"


def signed(won: int) -> str:
    return ("+" if won > 0 else "") + money(won)
