"""Municipalities as the evidence needs them: names, what lies within a province, old codes, residents, roads."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from dure.core import clock
from dure.core.refused import Refused
from dure.places import queries, table
from dure.places.models import Area, Succession
from dure.places.svg import by_present_code

RESIDENTS_ON = "2024-12-31"


def provinces() -> list[Area]:
    """Today's provinces by code; none before any areas were loaded."""
    try:
        return list(queries.areas(level="sido"))
    except Refused:
        return []


def within(sido: str) -> list[Area]:
    """Today's municipalities of the province of these two digits, by code."""
    try:
        return list(queries.areas(level="sigungu").filter(code__startswith=sido))
    except Refused:
        return []


def named(code: str) -> Area | None:
    """Today's area of a ten-digit code, or None."""
    try:
        return queries.areas().filter(code=code).first()
    except Refused:
        return None


def present_codes() -> dict[str, str]:
    """{old code: the one code that it became}, for codes that became one area as it stands today."""
    changes = [table.Change(s.old, s.new, s.on, s.kind) for s in Succession.objects.all()]
    today = clock.today()
    found = {}
    for old in {change.old for change in changes}:
        became = table.follow(old, today, changes)
        if len(became) == 1 and became[0] != old:
            found[old] = became[0]
    return found


def in_area(code: str, field: str = "area_code") -> Q:
    """Reports of the area: two digits are a province, ten a municipality; old codes of it count as well."""
    olds = present_codes()
    if len(code) == 2:
        return Q(**{f"{field}__gte": code, f"{field}__lt": str(int(code) + 1).zfill(2)}) | Q(
            **{f"{field}__in": [old for old, new in olds.items() if new.startswith(code)]}
        )
    return Q(**{f"{field}__in": [code, *(old for old, new in olds.items() if new == code)]})


def to_present(counts: Mapping[str, int], olds: Mapping[str, str]) -> dict[str, int]:
    """Counts by any codes, added up by today's."""
    found: dict[str, int] = {}
    for code, count in counts.items():
        now = olds.get(code, code)
        found[now] = found.get(now, 0) + count
    return found


def names(codes: Iterable[str]) -> dict[str, str]:
    """{code: name}, a municipality's with its province before it; old codes too."""
    wanted = {code for code in codes if code}
    known = queries.names_of([*wanted, *(code[:2] + "00000000" for code in wanted)])
    return {
        code: " ".join(dict.fromkeys(filter(None, [known.get(code[:2] + "00000000"), known.get(code, code)])))
        for code in wanted
    }


@cache
def _residents() -> dict[str, float | None]:
    path = Path(settings.BASE_DIR) / "data/places/residents.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: float(row["residents"]) for row in csv.DictReader(file)}


def residents(codes: Iterable[str]) -> dict[str, float]:
    """{today's code: residents on RESIDENTS_ON}; a municipality that was split since has none."""
    return by_present_code(_residents(), set(codes))


def road_km(code: str) -> float | None:
    """Length of the roads whose body is the municipality, from the network that is loaded; None: not known.

    The room of places may hold no network at all: then nobody knows.
    """
    return road_lengths([code]).get(code)


def road_lengths(codes: Iterable[str]) -> dict[str, float]:
    """{code of a body: kilometres of road that it keeps}. Empty without a network, or with one drawn by hand: single
    approximate lines would make every rate look too high."""
    try:
        from dure.places.models import Road, RoadGeneration
    except ImportError:
        return {}
    from django.db.models import Sum

    active = RoadGeneration.objects.filter(active=True, approximate=False).first()
    if active is None:
        return {}
    rows = Road.objects.filter(generation=active, owner__in=list(codes)).values_list("owner").annotate(km=Sum("km"))
    return {owner: km for owner, km in rows if km}
