"""One resource: its page and its calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dure.core import clock, live
from dure.core.attachments import address_of, list_for
from dure.core.events import timeline
from dure.engines.availability import DAY, say_hours
from dure.resources.forms import WEEKDAYS
from dure.resources.models import Resource
from dure.resources.pages.common import area_name, crumbs, day, price_of
from dure.resources.queries import may_book, month_of, resource_of, week_of
from dure.resources.when import next_free, say_span

LINES = 20


@require_GET
def page(request: HttpRequest, id: UUID) -> HttpResponse:
    viewer = request.viewer
    resource = resource_of(viewer, id)
    live_url = live.address([resource.urn])
    files, closed_files = list_for(resource.urn, viewer)
    photos = [(file, address_of(file)) for file in files if file.blob.media_type.startswith("image/")]
    context: dict[str, Any] = {
        "resource": resource,
        "price": price_of(resource.price, resource.price_per),
        "area": area_name(resource.area),
        "longest_hours": 0 if resource.by_day or resource.longest % 60 else resource.longest // 60,
        "hours": hours_of(resource),
        "month": month_of(resource, clock.today()),
        "photos": photos,
        "closed_files": closed_files,
        "why_not": may_book(viewer, resource),
        "owns": viewer.may_act_for(resource.body_id),
        "next": next_words(resource),
        "lines": timeline(resource.urn, viewer, limit=LINES),
        "live_url": live_url,
        "named": list(resource.named.order_by("full_name_ko")) if resource.who == Resource.Who.NAMED else [],
        "ics": request.build_absolute_uri(reverse("resources:ics", args=[resource.pk])),
        "weekdays": WEEKDAYS,
        "today": clock.today(),
        "crumbs": crumbs((resource.title, "")),
    }
    return render(request, "resources/page.html", context)


def hours_of(resource: Resource) -> list[tuple[str, str]]:
    """The weekdays with their opening hours in words; neighbours that are alike stand together: 월~금."""
    said: list[list[str]] = []
    for name, spans in zip(WEEKDAYS, resource.hours, strict=True):
        words = (_("엶") if resource.by_day else say_hours(spans)) if spans else _("쉼")
        if said and said[-1][2] == words:
            said[-1][1] = str(name)
        else:
            said.append([str(name), str(name), words])
    return [(first if first == last else f"{first}~{last}", words) for first, last, words in said]


def next_words(resource: Resource) -> str:
    """The next time at which one unit is free for a day or one step; '' for none within three months."""
    if resource.state != Resource.State.ACTIVE:
        return ""
    length = timedelta(minutes=DAY if resource.by_day else resource.step)
    slot = next_free(resource, after=clock.now(), length=length, quantity=1)
    return say_span(slot.start, slot.end, by_day=resource.by_day) if slot else ""


@require_GET
def calendar(request: HttpRequest, id: UUID) -> HttpResponse:
    """A month as a table of days, or (`week` in the address) a week with every booking."""
    viewer = request.viewer
    resource = resource_of(viewer, id)
    asked = day(request, "week")
    month = day(request, "month") or asked or clock.today()
    here = reverse("resources:calendar", args=[resource.pk])
    tabs = [
        {"label": _("달"), "url": f"{here}?month={month:%Y-%m}", "current": asked is None, "count": None},
        {
            "label": _("주"),
            "url": f"{here}?week={asked or max(month, clock.today())}",
            "current": asked is not None,
            "count": None,
        },
    ]
    context: dict[str, Any] = {
        "resource": resource,
        "tabs": tabs,
        "may_book": not may_book(viewer, resource),
        "weekdays": WEEKDAYS,
        "next": next_words(resource),
        "today": clock.today(),
        "crumbs": crumbs((resource.title, resource.get_absolute_url()), (_("달력"), "")),
    }
    if asked:
        week = week_of(viewer, resource, asked)
        context["week"] = week
        context["week_days"] = [_day_words(resource, one) for one in week.days]
    else:
        context["month"] = month_of(resource, month)
    return render(request, "resources/calendar.html", context)


def _day_words(resource: Resource, one: Any) -> dict[str, Any]:
    """One line of the week in words: what is free until when, and who has the rest."""

    def span(start: Any, end: Any) -> str:
        if resource.by_day:
            return ""
        until = "24:00" if end.time().isoformat() == "00:00:00" else f"{end:%H:%M}"
        return f"{start:%H:%M}~{until}"

    free = [(span(piece.start, piece.end), piece.free) for piece in one.pieces if piece.free]
    shown = [(say_span(row.start, row.end, by_day=resource.by_day), row) for row in one.shown]
    return {"day": one.day, "hours": one.hours, "free": free, "shown": shown}
