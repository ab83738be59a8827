"""Places with the real areas: the list of municipalities, and the map."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from dure.core.rooms import rooms
from dure.places import queries as places
from dure.places.models import Area
from dure.reports.intake import around, place
from dure.reports.intake.forms import area_choices

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
GAPYEONG = (127.5096, 37.8315)


@pytest.fixture(autouse=True)
def areas(db: None) -> None:
    for room in rooms():
        for loader in room.loaders:
            if loader.name == "areas":
                loader.load(lambda done, total, note: None)


def test_a_municipality_from_the_list_is_a_point_with_a_wide_circle() -> None:
    choices = area_choices()
    names = {name: code for _province, rows in choices[1:] for code, name in rows}
    assert len(choices) - 1 == places.areas(level="sido").count()
    assert any("세종" in name for name in names)
    assert len(names) > 200
    area = Area.objects.light().filter(code=names["가평군"]).first()
    assert area
    spot = place.spot_of({"area": area.code, "address": "장터"})
    assert (spot.lon, spot.lat, spot.address) == (area.lon, area.lat, "경기도 가평군 장터")
    assert spot.accuracy_m
    assert 10_000 < spot.accuracy_m < 40_000
    html = Client().get("/reports/").content.decode()
    assert '<optgroup label="경기도">' in html


@pytest.mark.parametrize("span", [1.0, 400.0, 2_000.0, 50_000.0, 600_000.0, 1e9])
def test_the_map_has_borders_names_and_a_scale(span: float) -> None:
    drawn = around.draw(*GAPYEONG, span)
    assert "<path fill=" in drawn.svg
    assert re.search(r"\d (k?m)</text>", drawn.svg)
    assert "style=" not in drawn.svg
    assert drawn.nearer < drawn.span
    assert len(drawn.svg) < 120_000
    if span == 50_000.0:
        assert "가평군" in drawn.svg


def test_the_map_of_the_sea_and_the_poles() -> None:
    for lon, lat in ((0.0, 0.0), (180.0, 90.0), (-180.0, -90.0)):
        assert around.draw(lon, lat, 2_000.0).svg
    assert place.name_of(*GAPYEONG).startswith("경기도 가평군")
    assert place.name_of(0.0, 0.0) == ""
