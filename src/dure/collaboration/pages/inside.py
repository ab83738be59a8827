"""What every page inside a collaboration shows around its own: title, stage, and the way to the other pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.collaboration import parties
from dure.collaboration.models import Collaboration, Stage
from dure.collaboration.pages.common import crumbs
from dure.collaboration.parts import tabs
from dure.collaboration.queries import access, call_view
from dure.core.viewer import Viewer

GUIDELINE = {
    "decisions:page": "decisions",
    "agreement:page": "agreement",
    "workspace:page": "workspace",
    "mediation:page": "mediation",
    "closing:page": "sustaining",
    "closing:evaluation": "evaluation",
}
"""Beside the first page of each tab stand the guideline's pieces for that step (`core.rooms.hints`)."""


def inside(
    request: HttpRequest, receipt: str, here: str, *more: tuple[str, str]
) -> tuple[Collaboration, dict[str, Any]]:
    """The collaboration and the context of `collaboration/inside.html`.

    `here` is the url_name of the tab the page belongs to ('' for the first); `more` are crumbs below it, the last
    without an address. Refused `not_found`.
    """
    viewer = request.viewer
    collaboration = access(viewer, receipt)
    view = call_view(viewer, collaboration)
    shown = tab_items(viewer, collaboration, here)
    current = next((item for item in shown if item["current"]), shown[0])
    trail = [(view.title, reverse("collaboration:page", args=[receipt]))]
    if here:
        trail.append((current["label"], current["url"] if more else ""))
    context = {
        "call": view,
        "collaboration": collaboration,
        "tabs": shown,
        "life": life_of(collaboration),
        "is_party": parties.is_party(viewer, collaboration),
        "crumbs": crumbs(*trail, *more),
        "urn": collaboration.urn,
        "step": "" if more else GUIDELINE.get(here, ""),
    }
    return collaboration, context


def tab_items(viewer: Viewer, collaboration: Collaboration, here: str) -> list[dict[str, Any]]:
    """For `<c-tabs>`. The parts of the life open once the partners are settled."""
    first = {"label": _("요청과 제안"), "url": reverse("collaboration:page", args=[collaboration.receipt])}
    items: list[dict[str, Any]] = [{**first, "current": not here, "count": None}]
    if collaboration.settled_at is None:
        return items
    for tab in tabs():
        count = tab.count(viewer, collaboration) if tab.count else None
        url = reverse(tab.url_name, args=[collaboration.receipt])
        items.append({"label": str(tab.label), "url": url, "current": tab.url_name == here, "count": count})
    return items


def life_of(collaboration: Collaboration) -> dict[str, Any]:
    """For `<c-steps>`: the four steps of a collaboration's life and the number of the current one."""
    at = {Stage.AGREEING: 2, Stage.WORKING: 3, Stage.ENDED: 4}.get(Stage(collaboration.stage), 1)
    return {"items": [_("요청과 제안"), _("협약"), _("함께 일하기"), _("평가와 사례")], "at": at}
