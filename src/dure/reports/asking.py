"""Asking the routing engine about a report, and writing its answer down."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core import clock
from dure.engines.routing import Ask, Route, Router
from dure.places.road_queries import road_network
from dure.reports.models import Report, RouteDecision
from dure.reports.routing import gather
from dure.reports.rules.reading import live


def ask_of(report: Report) -> Ask:
    """The report as the engine takes it."""
    return Ask(
        lon=report.lon,
        lat=report.lat,
        accuracy_m=report.accuracy_m,
        category=report.category,
        road_class=report.road_class,
        road_no=report.road_no,
        road_name="",
        km=report.road_km,
        text=" ".join(filter(None, [report.address, report.words])),
        on=clock.local(report.created_at).date(),
        heading=report.heading,
    )


def router_on(day: date) -> Router:
    """The router of a day over the areas and roads that are loaded."""
    return gather.router(day, roads=road_network(day))


def route_for(report: Report) -> Route:
    """Where this report belongs as far as is known now. Never raises for what people typed."""
    return live(router_on(clock.local(report.created_at).date())).route(ask_of(report))


def write_down(report: Report, route: Route, cause: str) -> RouteDecision:
    """One more decision on the report's record. The report's own fields are the caller's to change."""
    return RouteDecision.objects.create(
        report=report,
        at=clock.now(),
        cause=cause,
        body=Body.objects.filter(code=route.body).first() if route.body else None,
        unit=route.unit[:120],
        rule=route.rule,
        reason=route.reason or _("맡을 기관을 찾지 못했습니다."),
        reason_en=route.reason_in("en"),
        law=list(route.law),
        others=[asdict(one) for one in route.others],
        clarify=asdict(route.clarify) if route.clarify else {},
        confidence=min(max(route.confidence, 0.0), 1.0),
        versions=dict(route.versions),
        facts={name: value for name, value in route.facts.items() if _plain(value)} | _area(route),
        faults=list(route.faults),
    )


def _area(route: Route) -> dict[str, Any]:
    """The municipality it lies in, or its province where no more is known."""
    found = route.facts.get("sigungu") or route.facts.get("muni") or route.facts.get("sido")
    return {"sigungu": found} if found else {}


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float | str)
