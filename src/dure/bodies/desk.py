"""What waits for an official in the list of today's work."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.bodies import queries
from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer

MOST = 50


def waiting(viewer: Viewer) -> Iterator[DeskItem]:
    """Requests to join the own body, and registrations of the own area; those elsewhere are on the room's own page."""
    for request in queries.join_requests(viewer):
        yield DeskItem(
            title=_("%(person)s 님의 소속 요청") % {"person": request.person.name},
            url=reverse("bodies:join_request", args=[request.pk]),
            kind=_("소속 요청"),
            state=str(request.get_state_display()),
            why=request.body.name,
            since=request.created_at,
        )
    for registration in queries.registrations_waiting(viewer).filter(near=0)[:MOST]:
        yield DeskItem(
            title=_("%(body)s의 등록 확인") % {"body": registration.body.name},
            url=reverse("bodies:registration", args=[registration.body_id]),
            kind=_("기관 등록"),
            state=str(registration.body.get_state_display()),
            why=registration.area.name if registration.area else "",
            since=registration.handed_in_at,
        )
