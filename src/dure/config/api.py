"""The public API, version 1: the ground of `core.api` and the routers of all rooms."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.http import HttpRequest

from dure.bodies import apikeys
from dure.core.api import Api
from dure.core.viewer import Viewer

ROOT = "/api/v1/"
ROUTERS = {
    "dure.bodies.api": "",
    "dure.places.api": "",
    "dure.places.road_api": "",
    "dure.collaboration.api": "collaborations",
    "dure.collaboration.library.api": "library",
    "dure.collaboration.decisions.api": "collaborations",
    "dure.collaboration.agreement.api": "collaborations",
    "dure.collaboration.workspace.api": "collaborations",
    "dure.collaboration.mediation.api": "collaborations",
    "dure.collaboration.closing.api": "collaborations",
    "dure.resources.api": "resources",
    "dure.contests.api": "contests",
    "dure.needs.api": "needs",
    "dure.reports.company.api": "reports",
    "dure.reports.working.api": "reports",
    "dure.learning.api": "learning",
    "dure.reports.open311.api": "reports",
    "dure.simulation.api": "simulation",
    "dure.benefits.api": "benefits",
}
"""Each room's router and the path before its addresses; a room that has none yet is left out."""


def knock(request: HttpRequest, viewer: Viewer) -> None:
    """Count the call by key, else by network address; Refused beyond the minute's limit."""
    if viewer.key_id:
        apikeys.count_knock(f"key:{viewer.key_id}", settings.API_PER_MINUTE_WITH_KEY)
    else:
        apikeys.count_knock(f"address:{request.META.get('REMOTE_ADDR', '')}", settings.API_PER_MINUTE)


api = Api(
    root=ROOT,
    authenticate=apikeys.authenticate,
    knock=knock,
    title="Dure (두레)",
    version="1",
    description=(
        "Everything public of this installation, readable without a key; a body's system writes with the body's key. "
        "Times are UTC, days are days in Seoul, money is whole won. Lists are paged by key: put `next` into `after`. "
        "Every answer that can be cached has an `ETag`. A refusal is problem JSON (RFC 9457)."
    ),
    urls_namespace="api",
    servers=[{"url": settings.SITE_URL}],
)

for module, prefix in ROUTERS.items():
    if find_spec(module):
        api.add_router(prefix, import_module(module).router)
