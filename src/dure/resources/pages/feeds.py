"""A resource's calendar for other calendars (iCalendar, RFC 5545), as anybody may see it."""

from __future__ import annotations

from datetime import time, timedelta
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from dure.core import clock
from dure.core.viewer import Viewer
from dure.resources.models import Booking
from dure.resources.queries import resource_of
from dure.resources.when import wall

BACK = timedelta(days=90)
MOST = 2000
STATUS = {
    Booking.State.ASKED: "TENTATIVE",
    Booking.State.CANCELLED: "CANCELLED",
    Booking.State.REFUSED: "CANCELLED",
    Booking.State.NO_SHOW: "CANCELLED",
}


@require_safe
def calendar(request: HttpRequest, id: UUID) -> HttpResponse:
    """Busy times from three months back on, with the booking body's name unless it is withheld. Ids stay the same;
    what was called off is sent as cancelled, so that calendars take it out."""
    anybody = Viewer.anonymous()
    resource = resource_of(anybody, id)
    made = Calendar()
    made.add("prodid", "-//Dure//resources//KO")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"{resource.title} · {resource.body.name}")
    made.add("x-wr-timezone", "Asia/Seoul")
    rows = Booking.objects.filter(resource=resource, ends_at__gte=clock.now() - BACK).order_by("starts_at", "pk")
    seen = {row.pk: row for row in rows.visible_to(anybody).select_related("body")[:MOST]}
    for row in rows[:MOST]:
        made.add_component(_event(row, seen.get(row.pk), request))
    content = made.to_ical()
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = f'inline; filename="{resource.pk}.ics"'
    response["ETag"], response["Cache-Control"] = tag, "no-cache"
    return response


def _event(row: Booking, seen: Booking | None, request: HttpRequest) -> Event:
    event = Event()
    event.add("uid", f"{row.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", row.revision)
    event.add("dtstamp", row.changed_at)
    event.add("last-modified", row.changed_at)
    start, end = wall(row.starts_at), wall(row.ends_at)
    if start.time() == end.time() == time():
        event.add("dtstart", start.date())
        event.add("dtend", end.date())
    else:
        event.add("dtstart", row.starts_at)
        event.add("dtend", row.ends_at)
    event.add("status", STATUS.get(row.state, "CONFIRMED"))  # type: ignore[call-overload]
    name = seen.body.name if seen else _("공개되지 않음")
    event.add("summary", f"{name} ({row.quantity})" if row.quantity > 1 else name)
    if seen:
        event.add("url", request.build_absolute_uri(seen.get_absolute_url()))
    return event
