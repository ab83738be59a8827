"""Questions from the rows of a CSV file, and answers as rows of one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dure.engines.routing import Ask, Categories, Route, RuleSet

IN = ("id", "lon", "lat", "accuracy_m", "category", "road_class", "road_no", "text", "on_date")
OUT = ("id", "body_code", "alternatives", "clarify", "unit", "confidence", "reason", "law")
DAY = re.compile(r"(\d{4})[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})\.?")
PLAIN_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
KM = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(?:km|㎞|킬로(?:미터)?)(?:\s*(?:지점|이정))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be asked, and the column that is wrong with what is wrong about it."""

    id: str
    reason: str


class _Wrong(Exception):
    pass


def ask_of(
    row: Mapping[str | None, Any], number: int, today: date, categories: Categories, rules: RuleSet
) -> Ask | Bad:
    """The question of one row; `number` stands for a missing id. `today` is taken where `on_date` is empty."""
    cells = {name: str(row.get(name) or "").strip() for name in IN}
    try:
        if row.get(None):
            raise _Wrong("열이 머리글보다 많습니다.")
        lon, lat = _number(cells, "lon", -180, 180), _number(cells, "lat", -90, 90)
        if (lon is None) != (lat is None):
            raise _Wrong(f"{'lat' if lat is None else 'lon'} 열이 비어 있습니다. lon과 lat은 함께 있어야 합니다.")
        if cells["category"] and cells["category"] not in categories.by_id:
            raise _Wrong(f"category 열의 {cells['category']!r}: 모르는 분류입니다.")
        for part in re.split(r"[|,;+\s]+", cells["road_class"]):
            if part and part not in rules.kinds:
                raise _Wrong(f"road_class 열의 {part!r}: 모르는 도로 종류입니다.")
        km = KM.search(cells["text"])
        return Ask(
            lon=lon,
            lat=lat,
            accuracy_m=_number(cells, "accuracy_m", 0, 1_000_000),
            category=cells["category"],
            road_class=cells["road_class"],
            road_no=cells["road_no"],
            road_name="",
            km=float(km.group(1)) if km else None,
            text=cells["text"][:40_000],
            on=_day(cells["on_date"], today),
        )
    except _Wrong as wrong:
        return Bad(cells["id"] or str(number), str(wrong))


def _number(cells: Mapping[str, str], name: str, least: float, most: float) -> float | None:
    if not cells[name]:
        return None
    try:
        value = float(cells[name])
    except ValueError:
        raise _Wrong(f"{name} 열의 {cells[name][:40]!r}: 숫자가 아닙니다.") from None
    if not least <= value <= most:
        raise _Wrong(f"{name} 열의 {cells[name][:40]!r}: {least:g}에서 {most:g} 사이여야 합니다.")
    return value


def _day(text: str, today: date) -> date:
    if not text:
        return today
    match = re.fullmatch(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})\.?", text) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", text
    )
    try:
        if match is None:
            raise ValueError
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        raise _Wrong(f"on_date 열의 {text[:40]!r}: 날짜(YYYY-MM-DD)가 아닙니다.") from None


def line(name: str, found: Route | Bad) -> dict[str, str]:
    if isinstance(found, Bad):
        return dict.fromkeys(OUT, "") | {"id": name, "clarify": "no", "confidence": "0.00", "reason": found.reason}
    return {
        "id": name,
        "body_code": found.body,
        "alternatives": "|".join(other.body for other in found.others),
        "clarify": "yes" if found.clarify else "no",
        "unit": found.unit,
        "confidence": f"{found.confidence:.2f}",
        "reason": found.reason,
        "law": "; ".join(found.law),
    }
