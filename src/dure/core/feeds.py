"""Atom feeds (RFC 4287): of a subject's timeline, and of a room's public list. Always as anybody sees them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dure.core.events import timeline
from dure.core.links import resolve_one
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer

ENTRIES = 50
# Names of feeds that are no row: version 5 UUIDs under this one (RFC 9562 §5.5).
_FEEDS = UUID("018f0c1e-0000-7000-8000-64757265f00d")
_BEGINNING = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Entry:
    """`id` is the row's UUID; `url` a path of this site; `text` is plain."""

    id: UUID
    title: str
    url: str
    at: datetime
    text: str = ""


class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """Without entries Django says 'now', and the feed would change with every look."""
        return max((item["updateddate"] for item in self.items), default=_BEGINNING)


def _plain(text: str) -> str:
    """Without the signs that XML 1.0 cannot hold."""
    return "".join(sign for sign in text if sign in "\t\n" or (sign >= " " and sign not in "\ufffe\uffff"))


def timeline_feed(request: HttpRequest, subject: str) -> HttpResponse:
    """What happened around a subject, newest first. Refused `not_found` where not everybody may see it."""
    anybody = Viewer.anonymous()
    link = resolve_one(subject, anybody)
    if link is None:
        raise Refused("not_found", _("이런 소식이 없습니다."))
    lines = timeline(subject, anybody, limit=ENTRIES)
    ids = dict(Event.objects.filter(seq__in=[line.seq for line in lines]).values_list("seq", "id"))
    entries = []
    for line in lines:
        text = " · ".join(filter(None, [line.actor, str(line.text)]))
        if line.withheld:
            text = _("%(what)s (비공개: %(reason)s, 다시 볼 날 %(on)s)") % {
                "what": text,
                "reason": line.withheld.reason_label,
                "on": line.withheld.review_on.isoformat(),
            }
        entries.append(Entry(ids[line.seq], text, line.url or link.url, line.at))
    return feed(request, name=subject, title=link.title, url=link.url, entries=entries)


def feed(request: HttpRequest, *, name: str, title: str, url: str, entries: Sequence[Entry]) -> HttpResponse:
    """An Atom feed of entries anybody may see, or 304 where the reader has it already.

    `name` never changes for one feed (a URN, or a list's path); `url` is the page it belongs to.
    """
    made = _Feed(
        title=f"{_plain(title)} — {_('두레')}",
        link=settings.SITE_URL + url,
        description="",
        language=get_language() or settings.LANGUAGE_CODE,
        author_name=_("두레"),
        feed_url=settings.SITE_URL + request.get_full_path(),
        feed_guid=f"urn:uuid:{uuid5(_FEEDS, name)}",
    )
    for entry in entries[:ENTRIES]:
        made.add_item(
            title=_plain(entry.title),
            link=settings.SITE_URL + entry.url,
            # Django marks a summary as HTML.
            description=escape(_plain(entry.text)) or None,  # type: ignore[arg-type]
            unique_id=f"urn:uuid:{entry.id}",
            pubdate=entry.at,
            updateddate=entry.at,
        )
    body = made.writeString("utf-8").encode()
    response = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    changed = int(made.latest_post_date().timestamp())
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed)
    # What it tells of may be withheld a minute from now.
    response["Cache-Control"] = "no-cache"
    return get_conditional_response(request, etag=etag, last_modified=changed, response=response) or response
