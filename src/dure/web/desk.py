"""오늘의 일: everything that waits for the viewer or the body the viewer acts for, from every room."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dure.core import clock
from dure.core.links import resolve
from dure.core.refused import Refused
from dure.core.rooms import DeskItem, rooms
from dure.core.tables import table_response
from dure.core.viewer import Viewer
from dure.core.visibility import reviews_due

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """`failed`: rooms that could not say what waits; shown, so that nothing is missed in silence."""

    items: tuple[DeskItem, ...]
    kinds: tuple[str, ...]
    today: int
    tomorrow: int
    failed: tuple[str, ...]


def day_of(due: date | datetime | None) -> date | None:
    return clock.local(due).date() if isinstance(due, datetime) else due


def _reviews(viewer: Viewer) -> list[DeskItem]:
    """What the body withheld and must look at again today or before."""
    due = reviews_due(viewer, clock.today())
    links = resolve({thing.about for thing in due}, viewer)
    return [
        DeskItem(
            title=links[thing.about].title,
            url=links[thing.about].url,
            kind=_("공개 다시 보기"),
            state=str(thing.withheld.reason_label) if thing.withheld else "",
            why=_("다시 볼 날이 되었습니다. 공개하거나, 까닭과 날을 새로 정해 주세요."),
            due=thing.review_on,
        )
        for thing in due
        if thing.about in links
    ]


def desk(viewer: Viewer, kind: str = "") -> Desk:
    """Everything that waits, by deadline; what has none comes last, the oldest first."""
    found, failed = _reviews(viewer), []
    for room in rooms():
        if room.desk is None:
            continue
        try:
            found += list(room.desk(viewer))
        except Exception:
            log.exception("the desk of room %s failed", room.name)
            failed.append(room.name)
    far = date.max
    found.sort(key=lambda item: (day_of(item.due) or far, item.since.timestamp() if item.since else 0.0, item.title))
    today = clock.today()
    days = [day_of(item.due) for item in found]
    shown = [item for item in found if not kind or item.kind == kind]
    return Desk(
        items=tuple(shown),
        kinds=tuple(sorted({str(item.kind) for item in found})),
        today=sum(day is not None and day <= today for day in days),
        tomorrow=sum(day is not None and (day - today).days == 1 for day in days),
        failed=tuple(failed),
    )


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    if not viewer.is_person:
        raise Refused("not_signed_in", _("오늘의 일을 보려면 로그인해 주세요."))
    kind = request.GET.get("kind", "")
    context = {"desk": desk(viewer, kind), "kind": kind, "crumbs": [(_("오늘의 일"), "")]}
    return render(request, "web/desk.html", context)


@require_GET
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    if not request.viewer.is_person:
        raise Refused("not_signed_in", _("오늘의 일을 보려면 로그인해 주세요."))
    heads = [_("기한"), _("일"), _("종류"), _("상태"), _("까닭"), _("주소")]
    rows = [
        [str(day_of(i.due) or ""), i.title, i.kind, i.state, i.why, request.build_absolute_uri(i.url)]
        for i in desk(request.viewer, request.GET.get("kind", "")).items
    ]
    return table_response("today", kind, heads, rows)
