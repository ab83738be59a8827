"""Feeds: what anybody may read, and nothing more."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dure.collaboration.queries import access, feed_rows
from dure.collaboration.queries.page import CallView
from dure.core.feeds import Entry, feed, timeline_feed
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld


@require_safe
def of_list(request: HttpRequest) -> HttpResponse:
    """The newest calls."""
    address = reverse("collaboration:list")
    entries = [_entry(call) for call in feed_rows(Viewer.anonymous())]
    return feed(request, name=address, title=_("두레: 함께 푸는 일"), url=address, entries=entries)


def _entry(call: CallView) -> Entry:
    assert call.asked_at is not None
    problem = call.parts["problem"]
    text = problem.reason_label if isinstance(problem, Withheld) else problem
    title = f"{call.body.name}: {call.title}"
    return Entry(call.id, title, reverse("collaboration:page", args=[call.receipt]), call.asked_at, text)


@require_safe
def of_one(request: HttpRequest, receipt: str) -> HttpResponse:
    """What happened in one collaboration."""
    return timeline_feed(request, access(Viewer.anonymous(), receipt).urn)
