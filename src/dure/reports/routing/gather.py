"""Placeholder until the engine is merged: the municipality of the point."""

from __future__ import annotations

from datetime import date

from dure.engines.routing import Ask, Choice, Clarify, Other, Route
from dure.places import queries


class _Router:
    def route(self, ask: Ask) -> Route:
        if ask.lon is None or ask.lat is None:
            return Route("", "", (), None, 0.0, "자리를 몰라 맡을 기관을 찾지 못했습니다.", (), "none")
        found = queries.locate(ask.lon, ask.lat, on=ask.on)
        if found is None:
            return Route("", "", (), None, 0.0, "우리나라 밖의 자리입니다.", (), "none")
        code = found.area.code
        others = (Other("x-ex", "", "고속국도 위라면 한국도로공사가 맡습니다."),)
        clarify = None
        if ask.category == "roads.pothole" and not ask.road_class:
            clarify = Clarify("어떤 길인가요?", (Choice(code, "동네 길"), Choice("x-ex", "고속국도")), "road")
        return Route(
            code,
            "",
            others,
            clarify,
            0.6,
            "자리가 이 시군구 안이라서 이 기관이 맡습니다.",
            ("지방자치법 제13조",),
            "municipality",
            {"areas": "x"},
            {"sigungu": code},
        )


def router(on: date) -> _Router:
    return _Router()
