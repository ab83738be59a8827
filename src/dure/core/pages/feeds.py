"""The feed of one subject."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.core.feeds import timeline_feed
from dure.core.links import urn


@require_safe
def subject(request: HttpRequest, kind: str, id: UUID) -> HttpResponse:
    return timeline_feed(request, urn(kind, id))
