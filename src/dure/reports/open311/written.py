"""Reports and what was told about them, as GeoReport v2 writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from dure.core import attachments
from dure.core.events import Line
from dure.core.models import Attachment
from dure.core.viewer import Viewer
from dure.reports import categories
from dure.reports.models import Report, Word
from dure.reports.open311 import queries
from dure.reports.open311.queries import Update
from dure.reports.open311.wire import moment

CLOSED, OPEN = "closed", "open"


def agency(report: Report) -> str:
    return report.body.name if report.body else _("맡을 기관을 찾는 중")


def requests(viewer: Viewer, rows: Sequence[Report], *, extensions: bool) -> list[dict[str, Any]]:
    """The entries of a list; the number of queries does not grow with it."""
    changed = queries.changed_at(rows)
    pictures = queries.pictures(viewer, rows)
    words = queries.words_on(viewer, rows)
    lines = queries.lines_on(viewer, rows) if extensions else {}
    found = []
    for row in rows:
        entry = _request(row, pictures.get(row.urn, []), words.get(row.pk, []))
        entry["updated_datetime"] = moment(changed.get(row.urn, row.created_at))
        if extensions:
            entry["extended_attributes"] = _more(row, pictures.get(row.urn, []))
            entry["notes"] = _notes(lines.get(row.urn, []), words.get(row.pk, []))
        found.append(entry)
    return found


def _request(report: Report, pictures: Sequence[Attachment], words: Sequence[Word]) -> dict[str, Any]:
    return {
        "service_request_id": report.receipt,
        "status": OPEN if report.open else CLOSED,
        "status_notes": status_notes(report, words),
        "service_name": categories.name_of(report.category) or _("종류를 정하는 중"),
        "service_code": report.category,
        "description": report.words,
        "agency_responsible": agency(report),
        "service_notice": report.due_law,
        "requested_datetime": moment(report.created_at),
        "updated_datetime": moment(report.created_at),
        "expected_datetime": moment(report.due_at),
        "address": report.address,
        "address_id": None,
        "zipcode": None,
        "lat": report.lat,
        "long": report.lon,
        "media_url": media_url(pictures[0]) if pictures else None,
    }


def status_notes(report: Report, words: Sequence[Word]) -> str:
    """The finer state behind open and closed, how it ended, and what the body said last."""
    parts = [report.get_state_display()]
    if report.outcome:
        parts = [f"{report.get_outcome_display()}"]
    if report.joined_to:
        parts.append(report.joined_to.receipt)
    said = [word.text for word in words if not word.from_reporter]
    return " · ".join([*parts, *said[-1:]])


def media_url(picture: Attachment) -> str:
    return settings.SITE_URL + attachments.address_of(picture)


def _more(report: Report, pictures: Sequence[Attachment]) -> Mapping[str, Any]:
    route = report.route
    return {
        "url": settings.SITE_URL + report.get_absolute_url(),
        "state": report.state,
        "outcome": report.outcome,
        "unit": report.unit,
        "source": report.source,
        "accuracy": report.accuracy_m,
        "heading": report.heading,
        "road_class": report.road_class,
        "road_no": report.road_no,
        "road_km": report.road_km,
        "times_passed_on": report.moves_count,
        "joined_to": report.joined_to.receipt if report.joined_to else None,
        "split_from": report.split_from.receipt if report.split_from else None,
        "why": route.why if route else "",
        "laws": list(route.law) if route else [],
        "photos": [{"media_url": media_url(one), "created_at": moment(one.created_at)} for one in pictures],
    }


def _notes(lines: Sequence[Line], words: Sequence[Word]) -> list[dict[str, Any]]:
    notes = [(line.at, line.text, line.type.partition(".")[2]) for line in lines]
    notes += [(word.at, word.text, word.kind) for word in words]
    return [
        {"datetime": moment(at), "description": text, "type": kind}
        for at, text, kind in sorted(notes, key=lambda note: note[0])
    ]


def updates(found: Sequence[Update]) -> list[dict[str, Any]]:
    return [
        {
            "update_id": one.id,
            "service_request_id": one.report.receipt,
            "status": one.status,
            "external_status_code": one.code,
            "updated_datetime": moment(one.at),
            "description": one.text,
            "media_url": None,
        }
        for one in found
    ]
