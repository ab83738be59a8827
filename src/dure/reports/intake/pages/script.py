"""What the form's script asks for: a piece of map, whether the line is there, and the worker that keeps the form."""

from __future__ import annotations

import hashlib
import json
import math

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dure.core.refused import Refused
from dure.reports.intake import around, place

ASSETS = ("dure/dure.css", "dure/dure.js", "vendor/htmx.min.js", "dure/icons.svg", "dure/favicon.svg", "dure/intake.js")


@never_cache
@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """The line is there; with the token that a kept form needs to be sent."""
    return JsonResponse({"csrf": get_token(request)})


@require_GET
def map_around(request: HttpRequest) -> HttpResponse:
    """A piece of map around `lon`, `lat` that is `span` metres wide; without a point, the country."""
    try:
        lon, lat = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
        span = float(request.GET.get("span", "2000"))
    except ValueError:
        lon, lat, span = around.MIDDLE
    if not all(map(math.isfinite, (lon, lat, span))) or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("invalid", "", "lon")
    drawn = around.draw(lon, lat, span)
    context = {"map": drawn, "name": place.name_of(lon, lat) if span < around.COUNTRY_M else ""}
    response = render(request, "reports/intake/around.html", context)
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: keeps the form and what it needs, so that it opens without a line. Only below /reports/."""
    assets = [static(name) for name in ASSETS]
    form = reverse("reports:intake")
    name = "dure-reports-" + hashlib.sha256(json.dumps([assets, get_language()]).encode()).hexdigest()[:12]
    context = {"name": json.dumps(name), "assets": json.dumps(assets), "form": json.dumps(form)}
    response = render(request, "reports/intake/worker.js", context, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
