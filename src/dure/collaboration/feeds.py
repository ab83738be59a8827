"""Feeds: what anybody may read, and nothing more."""

from __future__ import annotations

from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from dure.collaboration.models import Collaboration
from dure.collaboration.queries import access, feed_rows
from dure.collaboration.queries.page import CallView
from dure.core.events import Line, timeline
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld


class ListFeed(Feed):
    """The newest calls."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("두레: 함께 푸는 일")

    def link(self) -> str:
        return reverse("collaboration:list")

    def subtitle(self) -> str:
        return _("새로 올라온 협업 요청")

    def items(self) -> list[CallView]:
        return feed_rows(Viewer.anonymous())

    def item_title(self, item: CallView) -> str:
        return item.title

    def item_description(self, item: CallView) -> str:
        problem = item.parts["problem"]
        return problem.reason_label if isinstance(problem, Withheld) else problem

    def item_link(self, item: CallView) -> str:
        return reverse("collaboration:page", args=[item.receipt])

    def item_guid(self, item: CallView) -> str:
        return f"urn:uuid:{item.id}"

    def item_pubdate(self, item: CallView) -> Any:
        return item.asked_at

    def item_author_name(self, item: CallView) -> str:
        return item.body.name


class CollaborationFeed(Feed):
    """What happened in one collaboration."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, receipt: str) -> Collaboration:
        return access(Viewer.anonymous(), receipt)

    def title(self, obj: Collaboration) -> str:
        return obj.call.title

    def link(self, obj: Collaboration) -> str:
        return reverse("collaboration:page", args=[obj.receipt])

    def items(self, obj: Collaboration) -> list[Line]:
        return timeline(obj.urn, Viewer.anonymous(), limit=50)

    def item_title(self, item: Line) -> str:
        said = f"{item.text} ({item.withheld.reason_label})" if item.withheld else item.text
        return f"{item.actor}: {said}" if item.actor else said

    def item_description(self, item: Line) -> str:
        return ""

    def item_link(self, item: Line) -> str:
        return item.url

    def item_guid(self, item: Line) -> str:
        return f"tag:dure,2026:event-{item.seq}"

    def item_pubdate(self, item: Line) -> Any:
        return item.at
