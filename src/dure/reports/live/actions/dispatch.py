"""Crews of a body, and sending one out."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import clock, ports, tokens
from dure.core.events import record
from dure.core.ids import uuid7
from dure.core.links import urn
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.reports import policy as room
from dure.reports.live import links, policy
from dure.reports.live.actions.common import end_sharing, locked, settle_state
from dure.reports.models import Crew, Dispatch, Report

LINK_LASTS = timedelta(hours=24)
"""How long the crew's link opens; a dispatch that ends earlier closes it earlier."""
MOST_CREWS = 200


def crew_save(*, by: Viewer, id: UUID, name: str, phone: str = "") -> Crew:
    """Name a crew of one's body, or change it. Refused: `not_allowed`, `conflict` (name in use), `invalid`."""
    policy.must_dispatch_for(by)
    name = tidy(name, longest=40, field="name", needed=_("부르는 이름을 적어 주세요."), one_line=True)
    phone = tidy(phone, longest=20, field="phone", one_line=True)
    if phone:
        _must_be_phone(phone)
    with transaction.atomic():
        crew = Crew.objects.select_for_update().filter(pk=id).first()
        if crew is not None and (crew.body_id != by.body_id or crew.ended_at):
            raise Refused("not_found", _("이런 출동조가 없습니다."))
        others = Crew.objects.filter(body_id=by.body_id, ended_at=None).exclude(pk=id)
        if others.filter(name=name).exists():
            raise Refused("conflict", _("같은 이름의 출동조가 있습니다. 다른 이름을 적어 주세요."), "name")
        if crew is None and others.count() >= MOST_CREWS:
            raise Refused("conflict", _("출동조는 %(n)s곳까지 둘 수 있습니다.") % {"n": MOST_CREWS}, "name")
        crew = crew or Crew(pk=id, body_id=by.body_id)
        crew.name, crew.phone = name, phone
        crew.save()
        record(by=by, type="reports.crew.saved", subject=urn("body", crew.body_id), data={"crew": crew.pk})
    return crew


def _must_be_phone(phone: str) -> None:
    try:
        ports.phone_number(phone)
    except Refused as no:
        raise Refused("invalid", _("전화번호를 다시 확인해 주세요."), "phone") from no


def crew_end(*, by: Viewer, id: UUID) -> Crew:
    """A crew is no longer sent out. Refused: `not_found`, `conflict` while it is out."""
    policy.must_dispatch_for(by)
    with transaction.atomic():
        crew = Crew.objects.select_for_update().filter(pk=id, body_id=by.body_id, ended_at=None).first()
        if crew is None:
            raise Refused("not_found", _("이런 출동조가 없습니다."))
        if crew.dispatches.filter(state__in=Dispatch.OPEN).exists():
            raise Refused("conflict", _("나가 있는 출동조는 없앨 수 없습니다. 출동을 먼저 마쳐 주세요."))
        crew.ended_at = clock.now()
        crew.save(update_fields=["ended_at"])
        record(by=by, type="reports.crew.ended", subject=urn("body", crew.body_id), data={"crew": crew.pk})
    return crew


def dispatch_send(
    *, by: Viewer, report_id: UUID, crew_id: UUID, id: UUID | None = None, note: str = "", share_contact: bool = False
) -> Dispatch:
    """Send a crew of one's body out for a report it has; the same `id` again gives the dispatch that is there.

    Who sends takes the report, if nobody has. The reporter hears of it by the confirmed address, with the link. The
    crew sees how to reach the reporter only with `share_contact`. Refused: `not_allowed`, `not_found`, `conflict`
    (closed; this crew is out for it already).
    """
    note = tidy(note, longest=300, field="note")
    id = id or uuid7()
    with transaction.atomic():
        report = Report.objects.select_for_update().filter(pk=report_id).first()
        if report is None:
            raise Refused("not_found", _("없는 신고입니다."))
        room.must_work(by, report)
        if known := Dispatch.objects.filter(pk=id, report=report).first():
            return known
        room.must_be_open(report)
        crew = Crew.objects.select_for_update().filter(pk=crew_id, body_id=report.body_id, ended_at=None).first()
        if crew is None:
            raise Refused("invalid", _("우리 기관의 출동조를 골라 주세요."), "crew")
        if crew.dispatches.filter(report=report, state__in=Dispatch.OPEN).exists():
            raise Refused("conflict", _("이 출동조는 이 신고에 이미 나가 있습니다."), "crew")
        now = clock.now()
        dispatch = Dispatch.objects.create(
            pk=id,
            report=report,
            crew=crew,
            body_id=report.body_id,
            sent_by_id=by.person_id,
            note=note,
            contact_shared=share_contact,
            token_hash=tokens.token_hash(tokens.token_of("dispatch", id)),
            sent_at=now,
            expires_at=now + LINK_LASTS,
        )
        if report.state == Report.State.RECEIVED:
            report.state, report.officer_id, report.taken_at = Report.State.TAKEN, by.person_id, now
            report.save(update_fields=["state", "officer_id", "taken_at"])
        links.tell(report, links.DISPATCHED, once=str(id))
        record(by=by, type="reports.dispatched", subject=report.urn, thing=dispatch.urn, data={"crew": crew.pk})
    return dispatch


def dispatch_cancel(*, by: Viewer, id: UUID) -> Dispatch:
    """Call a crew back. Its link says so at once. Refused: `not_found`, `not_allowed`, `conflict` when it has ended."""
    with transaction.atomic():
        dispatch, report = locked(id)
        by.must_act_for(dispatch.body_id, _("이 출동을 보낸 기관의 담당자만 할 수 있습니다."))
        policy.must_be_open(dispatch)
        end_sharing(dispatch, Dispatch.Stopped.ENDED)
        dispatch.state, dispatch.ended_at = Dispatch.State.CANCELLED, clock.now()
        dispatch.save()
        settle_state(report)
        record(by=by, type="reports.dispatch.cancelled", subject=report.urn, thing=dispatch.urn)
    return dispatch
