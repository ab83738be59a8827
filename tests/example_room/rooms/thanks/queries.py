from __future__ import annotations

from dataclasses import dataclass

from dure.bodies.models import Body
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld
from dure.thanks.models import Thanks

NEWEST = 50


@dataclass(frozen=True)
class ThanksPage:
    """The newest words of thanks to a body, and what stands in the place of those that are not for this viewer."""

    body: Body
    said: list[Thanks]
    closed: list[Withheld]


def thanks_page(viewer: Viewer, body: Body) -> ThanksPage:
    rows = Thanks.objects.filter(body=body).order_by("-created_at")
    closed = [row.withheld for row in rows.withheld_from(viewer)[:NEWEST]]
    return ThanksPage(body, list(rows.visible_to(viewer).select_related("person")[:NEWEST]), closed)
