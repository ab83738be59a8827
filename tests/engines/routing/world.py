"""A small country of squares, each a real place by its codes; with the bodies, categories and rules of the checkout."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import shapely
import yaml

from dure.engines.routing import Ask, Bodies, Body, Categories, Cell, Ground, Layer, Route, Router, RuleSet
from dure.engines.routing.ground import Meaning, Towns

DATA = Path(__file__).resolve().parents[3] / "data"
REFORM = date(2026, 7, 1)
TODAY = date(2026, 11, 21)
BEFORE = date(2026, 6, 30)
SIDE = 0.1
# name → (code before the reform, code after it, town, kind)
PLACES: dict[str, tuple[str, str, str, str]] = {
    "아산 동": ("4420000000", "4420000000", "온양4동", "dong"),
    "아산 읍": ("4420000000", "4420000000", "배방읍", "eup"),
    "예산 면": ("4481000000", "4481000000", "대술면", "myeon"),
    "천안 동": ("4413100000", "4413100000", "신안동", "dong"),
    "천안 읍": ("4413100000", "4413100000", "목천읍", "eup"),
    "유성 동": ("3020000000", "3020000000", "온천1동", "dong"),
    "종로 동": ("1111000000", "1111000000", "사직동", "dong"),
    "울주 읍": ("3171000000", "3171000000", "범서읍", "eup"),
    "세종 동": ("3611000000", "3611000000", "한솔동", "dong"),
    "세종 읍": ("3611000000", "3611000000", "조치원읍", "eup"),
    "제주 동": ("5011000000", "5011000000", "이도2동", "dong"),
    "제주 읍": ("5011000000", "5011000000", "애월읍", "eup"),
    "목포 동": ("4611000000", "1211000000", "용당1동", "dong"),
    "여수 읍": ("4613000000", "1213000000", "돌산읍", "eup"),
    "광주 동": ("2915500000", "1227000000", "봉선1동", "dong"),
    "담양 읍": ("4671000000", "1271000000", "담양읍", "eup"),
    "춘천 동": ("5111000000", "5111000000", "교동", "dong"),
    "춘천 읍": ("5111000000", "5111000000", "신북읍", "eup"),
    "가평 읍": ("4182000000", "4182000000", "가평읍", "eup"),
    "인천 동": ("2811000000", "2812500000", "신포동", "dong"),
    "창원 동": ("4812500000", "4812500000", "월영동", "dong"),
    "의정부 동": ("4115000000", "4115000000", "의정부1동", "dong"),
}


def lines(*parts: str) -> list[dict[str, str]]:
    with DATA.joinpath(*parts).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def plain(*parts: str) -> Any:
    return yaml.load(
        DATA.joinpath(*parts).read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.Loader)
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def bodies() -> Bodies:
    rows = [
        Body(
            r["code"],
            r["type"],
            r["name_ko"],
            r["name_en"],
            r["parent_code"],
            _day(r["valid_from"]),
            _day(r["valid_to"]),
        )
        for r in lines("bodies", "bodies.csv")
    ]
    same = {r["value"]: r["code"] for r in lines("bodies", "aliases.csv") if r["kind"] == "code"}
    return Bodies(rows, [(r["old_code"], r["new_code"]) for r in lines("bodies", "successions.csv")], same)


@cache
def categories() -> Categories:
    return Categories.parse(plain("services", "categories.yaml"))


@cache
def rules() -> RuleSet:
    return RuleSet.parse(plain("roads", "rules.yaml"), plain("roads", "authority.yaml"))


def corner(name: str) -> tuple[float, float]:
    number = list(PLACES).index(name)
    return 126.0 + SIDE * (number % 6), 35.0 + SIDE * (number // 6)


def point(name: str) -> tuple[float, float]:
    """The middle of the square of that name."""
    x, y = corner(name)
    return x + SIDE / 2, y + SIDE / 2


def _means(day: date) -> Meaning:
    return tuple((Cell(new if day >= REFORM else old, town, kind),) for old, new, town, kind in PLACES.values())


def _towns(day: date) -> Towns:
    found: dict[str, list[tuple[str, str]]] = {}
    for old, new, town, kind in PLACES.values():
        found.setdefault(new if day >= REFORM else old, []).append((town, kind))
    return found


@cache
def ground() -> Ground:
    squares = [shapely.box(*corner(name), *(c + SIDE for c in corner(name))) for name in PLACES]
    days = (date(2000, 1, 1), REFORM)
    return Ground([Layer.build("squares", squares, days, _means)], eras=days, towns=_towns, version="squares")


@cache
def router() -> Router:
    short = [(r["code"], r["value"]) for r in lines("bodies", "aliases.csv") if r["kind"] == "short"]
    return Router(
        areas=ground(), roads=None, bodies=bodies(), categories=categories(), rules=rules(), short_names=tuple(short)
    )


@dataclass(frozen=True)
class Road:
    road_class: str
    number: str = ""
    owner: str = ""
    multi: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Snap:
    road: Road
    distance_m: float = 3.0
    weight: float = 1.0


@dataclass
class Network:
    """Answers with the same roads everywhere."""

    snaps: Sequence[Snap] = field(default_factory=list)
    version: str = "made up"

    def near(self, lon: float, lat: float, *, accuracy_m: float, heading: float | None = None) -> Sequence[Snap]:
        return self.snaps


def with_roads(*snaps: Snap) -> Router:
    return Router(
        areas=ground(), roads=Network(snaps), bodies=bodies(), categories=categories(), rules=rules(), short_names=()
    )


def ask(
    place: str = "",
    *,
    category: str = "roads.pothole",
    road: str = "",
    road_no: str = "",
    road_name: str = "",
    text: str = "",
    on: date = TODAY,
    accuracy: float | None = 10.0,
    at: tuple[float, float] | None = None,
) -> Ask:
    lon, lat = at or (point(place) if place else (None, None))
    return Ask(lon, lat, accuracy, category, road, road_no, road_name, None, text, on)


def route(place: str = "", *, by: Router | None = None, **given: Any) -> Route:
    return (by or router()).route(ask(place, **given))


def codes(found: Route) -> set[str]:
    return {other.body for other in found.others}
