"""What `./dure manage check` says about the shell: a menu entry must name a page that is there."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch, reverse

from dure.core import rooms


@register()
def menu_entries_lead_somewhere(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for room in rooms.rooms():
        for entry in room.menu:
            try:
                reverse(entry.url_name)
            except NoReverseMatch:
                found.append(Error(f"the menu entry {entry.url_name} of {room.name} names no page", id="web.E001"))
    return found
