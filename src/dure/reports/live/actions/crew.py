"""What a crew does with its telephone. `by` is the holder of the crew's link (`Viewer.link(dispatch.urn)`)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.attachments import Taken
from dure.core.events import record
from dure.core.jobs import enqueue
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.engines.masking import mask
from dure.reports.actions.pictures import hang
from dure.reports.live import policy
from dure.reports.live.actions.common import end_sharing, locked, settle_state
from dure.reports.models import CrewPosition, Dispatch, Word
from dure.reports.models.live import SLOTS

SLOT_SECONDS = 4
"""A telephone sends every five seconds; within four a newer position takes the place of the last."""
MOST_PHOTOS = 5
WATCH = "reports.crew_watch"


def crew_start(*, by: Viewer, id: UUID, share: bool = True) -> Dispatch:
    """On the way; with `share` the position is shared from now on. Again while under way: sharing begins anew
    where it had stopped.

    Refused: `not_allowed`, `conflict` (arrived, ended, the report is closed or another body has it).
    """
    with transaction.atomic():
        dispatch, report = locked(id)
        policy.must_be_crew(by, dispatch)
        policy.must_be_open(dispatch)
        if dispatch.state == Dispatch.State.ARRIVED:
            raise Refused("conflict", _("이미 현장에 도착했습니다."))
        if not report.open:
            raise Refused("conflict", _("이미 마친 신고입니다."))
        now = clock.now()
        if dispatch.state == Dispatch.State.UNDER_WAY and share is (dispatch.sharing_since is not None):
            # Pressed again, or sent again by a telephone that got no answer.
            dispatch.heard_at = now
            dispatch.save(update_fields=["heard_at"])
            return dispatch
        dispatch.state = Dispatch.State.UNDER_WAY
        dispatch.under_way_at = dispatch.under_way_at or now
        dispatch.heard_at, dispatch.stopped_why = now, ""
        dispatch.sharing_since = (dispatch.sharing_since or now) if share else None
        dispatch.save()
        settle_state(report)
        if share:
            due = now + timedelta(minutes=settings.CREW_SILENT_MINUTES)
            enqueue(by=Viewer.anonymous(), kind=WATCH, args={"dispatch": str(dispatch.pk)}, due_at=due)
        record(
            by=by, type="reports.crew.under_way", subject=report.urn, thing=dispatch.urn, data={"shares": bool(share)}
        )
    return dispatch


def position_set(
    *, by: Viewer, dispatch: Dispatch, lon: float, lat: float, accuracy_m: float | None = None
) -> CrewPosition:
    """Where the crew is now. One row written over another: no event, no transaction, no lock, so that hundreds of
    telephones can send every few seconds. `dispatch` is as just read by its token.

    Refused: `not_allowed`, `gone` where nothing is shared (any more), `invalid` for what is no place.
    """
    policy.must_be_crew(by, dispatch)
    now = clock.now()
    if dispatch.sharing_since is None or dispatch.frozen or too_long(dispatch, now):
        raise Refused("gone", _("위치를 더 나누지 않습니다."))
    if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("invalid", _("자리가 지구 밖입니다. 경도와 위도를 다시 확인해 주세요."), "lon")
    known = accuracy_m is not None and math.isfinite(accuracy_m) and 0 <= accuracy_m <= 100_000
    row = CrewPosition(
        dispatch=dispatch,
        slot=int(now.timestamp()) // SLOT_SECONDS % SLOTS,
        lon=round(lon, 5),
        lat=round(lat, 5),
        accuracy_m=accuracy_m if known else None,
        at=now,
    )
    fields = ["lon", "lat", "accuracy_m", "at"]
    CrewPosition.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["dispatch", "slot"], update_fields=fields
    )
    # Sharing may have ended between the reading and the writing: nothing is left behind then.
    if not Dispatch.objects.filter(pk=dispatch.pk, sharing_since__isnull=False).exists():
        CrewPosition.objects.filter(dispatch=dispatch).delete()
        raise Refused("gone", _("위치를 더 나누지 않습니다."))
    return row


def too_long(dispatch: Dispatch, now: object) -> bool:
    """Shared for longer than it may be."""
    since = dispatch.sharing_since
    return since is not None and not dispatch.frozen and since + timedelta(hours=settings.CREW_SHARE_HOURS) <= now


def place_say(*, by: Viewer, id: UUID, text: str) -> Dispatch:
    """Where the crew is, in words, for telephones that do not tell. Kept and shown like a position, without event."""
    text = tidy(text, longest=120, field="place", needed=_("지금 어디쯤인지 적어 주세요."), one_line=True)
    with transaction.atomic():
        dispatch, _report = locked(id)
        policy.must_be_crew(by, dispatch)
        if dispatch.state != Dispatch.State.UNDER_WAY:
            raise Refused("conflict", _("가는 중일 때만 알릴 수 있습니다."))
        dispatch.place_said, dispatch.heard_at = mask(text).text[:120], clock.now()
        dispatch.save(update_fields=["place_said", "heard_at"])
    return dispatch


def sharing_stop(*, by: Viewer, id: UUID, why: str) -> Dispatch:
    """The telephone no longer tells (`denied`, `battery`), or the crew does not want to (`asked`): both ends are told.
    Nothing changes where nothing was shared."""
    if why not in (Dispatch.Stopped.DENIED, Dispatch.Stopped.BATTERY, Dispatch.Stopped.ASKED):
        raise Refused("invalid", _("멈춘 까닭을 골라 주세요."), "why")
    with transaction.atomic():
        dispatch, report = locked(id)
        policy.must_be_crew(by, dispatch)
        if dispatch.sharing_since is not None:
            stop(by, dispatch, report.urn, why)
    return dispatch


def stop(by: Viewer, dispatch: Dispatch, subject: str, why: str) -> None:
    """End sharing in the running transaction, with its event."""
    end_sharing(dispatch, why)
    dispatch.save()
    record(by=by, type="reports.crew.sharing_ended", subject=subject, thing=dispatch.urn, data={"why": why})


def crew_arrive(*, by: Viewer, id: UUID) -> Dispatch:
    """At the place: sharing ends and all positions go. The report is 'taken' again: closing it is the officer's."""
    with transaction.atomic():
        dispatch, report = locked(id)
        policy.must_be_crew_or_body(by, dispatch)
        policy.must_be_open(dispatch)
        if dispatch.state == Dispatch.State.ARRIVED:
            return dispatch
        end_sharing(dispatch, Dispatch.Stopped.ARRIVED)
        now = clock.now()
        dispatch.state, dispatch.arrived_at, dispatch.heard_at = Dispatch.State.ARRIVED, now, now
        dispatch.save()
        settle_state(report)
        record(by=by, type="reports.crew.arrived", subject=report.urn, thing=dispatch.urn)
    return dispatch


def crew_not_found(*, by: Viewer, id: UUID) -> Dispatch:
    """The crew cannot find it: dispatcher and reporter see it at once, and the reporter is asked for the place."""
    with transaction.atomic():
        dispatch, report = locked(id)
        policy.must_be_crew_or_body(by, dispatch)
        policy.must_be_open(dispatch)
        dispatch.not_found_at = dispatch.heard_at = clock.now()
        dispatch.save(update_fields=["not_found_at", "heard_at"])
        record(by=by, type="reports.crew.not_found", subject=report.urn, thing=dispatch.urn)
    return dispatch


def crew_done(*, by: Viewer, id: UUID, text: str = "", photos: Sequence[Taken] = ()) -> Dispatch:
    """Done at the place, with what was done and photos: they stand on the report as a word of the body. The report
    stays open: the officer answers and closes it. Refused: `not_allowed`, `conflict`, `invalid`."""
    text = mask(tidy(text, longest=1000, field="text")).text
    if len(photos) > MOST_PHOTOS:
        raise Refused("invalid", _("사진은 %(n)s장까지 올릴 수 있습니다.") % {"n": MOST_PHOTOS}, "photos")
    with transaction.atomic():
        dispatch, report = locked(id)
        policy.must_be_crew_or_body(by, dispatch)
        policy.must_be_open(dispatch)
        end_sharing(dispatch, Dispatch.Stopped.ENDED)
        now = clock.now()
        word = Word.objects.create(
            report=report,
            kind=Word.Kind.UPDATE,
            text=text or _("현장 일을 마쳤습니다."),
            body_id=dispatch.body_id,
            person_id=by.person_id,
            at=now,
        )
        hang(by, word.urn, word.pk, photos, dispatch.body_id)
        dispatch.state, dispatch.word = Dispatch.State.DONE, word
        dispatch.arrived_at, dispatch.ended_at, dispatch.heard_at = dispatch.arrived_at or now, now, now
        dispatch.save()
        settle_state(report)
        record(by=by, type="reports.crew.done", subject=report.urn, thing=dispatch.urn, data={"photos": len(photos)})
    return dispatch
