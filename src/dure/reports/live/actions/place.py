"""'Wrong place!': one press of the reporter reaches dispatcher and crew."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.engines.masking import mask
from dure.reports import policy as room
from dure.reports.actions import report_reroute
from dure.reports.models import Dispatch, Report, RouteDecision, WrongPlace


def wrong_place(
    *,
    by: Viewer,
    report_id: UUID,
    id: UUID,
    lon: float | None = None,
    lat: float | None = None,
    accuracy_m: float | None = None,
    address: str = "",
    note: str = "",
) -> WrongPlace:
    """Say where it really is: by a point, in words, or both. The report is sent to whoever answers for that place, and
    the alert stands on top of the dispatcher's page and on the crew's until it was seen.

    A place in words alone takes the old point away: it is known to be wrong. The same `id` again changes nothing.
    Refused: `not_allowed` (not the reporter), `conflict` (closed), `invalid` (neither point nor words, outside).
    """
    address = mask(tidy(address, longest=200, field="address", one_line=True)).text[:200]
    note = mask(tidy(note, longest=300, field="note", one_line=True)).text[:300]
    if (lon is None) != (lat is None):
        raise Refused("invalid", _("경도와 위도를 모두 적어 주세요."), "lon")
    if lon is None and not address:
        raise Refused("invalid", _("지도에서 고르거나, 어디인지 말로 적어 주세요."), "address")
    if lon is not None and lat is not None and not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("invalid", _("자리가 지구 밖입니다. 경도와 위도를 다시 확인해 주세요."), "lon")
    if accuracy_m is not None and not 0 <= accuracy_m <= 100_000:
        raise Refused("invalid", _("자리의 정확도를 다시 확인해 주세요."), "accuracy_m")
    with transaction.atomic():
        report = Report.objects.select_for_update().filter(pk=report_id).first()
        if report is None:
            raise Refused("not_found", _("없는 신고입니다."))
        room.must_be_reporter(by, report)
        if known := WrongPlace.objects.filter(pk=id, report=report).first():
            return known
        row = WrongPlace(
            pk=id,
            report=report,
            body_id=report.body_id,
            lon=lon,
            lat=lat,
            before_lon=report.lon,
            before_lat=report.lat,
            note=note,
            at=clock.now(),
        )
        changes = {"lon": lon, "lat": lat, "accuracy_m": accuracy_m, "address": address}
        report_reroute(by=by, id=report.pk, cause=RouteDecision.Cause.PLACE, changes=changes)
        row.save(force_insert=True)
        Dispatch.objects.filter(report=report, state__in=Dispatch.OPEN).update(not_found_at=None)
        record(by=by, type="reports.wrong_place.said", subject=report.urn, data={"alert": row.pk})
    return row


def wrong_place_seen(*, by: Viewer, id: UUID) -> WrongPlace:
    """The dispatcher has seen it: an officer of the body that had the report, or has it now. A second time changes
    nothing. Refused: `not_found`, `not_allowed`."""
    with transaction.atomic():
        row = WrongPlace.objects.select_for_update(of=("self",)).select_related("report").filter(pk=id).first()
        if row is None:
            raise Refused("not_found", _("이런 알림이 없습니다."))
        if not by.may_act_for(row.body_id):
            room.must_work(by, row.report)
        if row.seen_at is None:
            row.seen_at, row.seen_by_id = clock.now(), by.person_id
            row.save(update_fields=["seen_at", "seen_by_id"])
            record(by=by, type="reports.wrong_place.seen", subject=row.report.urn, data={"alert": row.pk})
    return row
