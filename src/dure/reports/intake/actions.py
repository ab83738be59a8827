"""Verbs of coming in: sending, entering for somebody, joining, and looking at what was held back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dure.core import clock, limits
from dure.core.events import record
from dure.core.ids import normalise_receipt, uuid7
from dure.core.models import Attachment
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.core.visibility import Level, Reason, Visible, open_up, withhold
from dure.engines.masking import mask
from dure.reports import policy
from dure.reports import queries as room
from dure.reports.actions import Said, report_hand_in
from dure.reports.intake import queries
from dure.reports.models import Intake, Report

__all__ = ["report_enter", "report_join", "report_look", "report_part", "report_send"]

PER_HOUR = 20
"""Reports of one client in an hour that become public at once. Further ones are taken, too, but looked at first."""
PHOTOS_PER_HOUR = 100
HOLD = timedelta(days=3)
"""What nobody has looked at for so long becomes public by itself: no report may hang because somebody is busy."""


def report_send(
    *,
    by: Viewer,
    said: Said,
    id: UUID | None = None,
    client: str = "",
    network: str = "",
    photos_looked: bool = True,
    trapped: bool = False,
    same_asked: bool = False,
    join: str = "",
) -> Report:
    """Take a report in from the web form; the same `id` with the same words again changes nothing. With other words it
    is another report: somebody went back in the browser and wrote on.

    `client` is `limits.client(request)`, `network` the address for counting confirmations. Past `PER_HOUR`, or
    `trapped` (no person would have filled the form like that), it is taken but held until the body has looked. Photos
    nobody has looked at for faces stay with the body. `join` is the receipt of the report it joins. Refused as
    `report_hand_in`, and as `report_join`.
    """
    id = id or uuid7()
    known = Report.objects.filter(pk=id).select_related("intake").first()
    if known and known.intake.words_hash == _hash(said):
        return known
    id = uuid7() if known else id
    held = Intake.Held.TRAP if trapped else _flood(client)
    looked = photos_looked or not said.files
    row = Intake(client=client[:32], held=held, photos_looked=looked, same_asked=same_asked)
    return _take(by, said, id, network, row, join)


def report_enter(*, by: Viewer, said: Said, id: UUID, way: str, consent: bool) -> Report:
    """An official takes a report for somebody at the counter or on the telephone. With an address, the consent of
    whoever it belongs to is needed and recorded (개인정보 보호법 제15조제1항제1호). Refused `not_allowed`,
    `invalid`."""
    by.must_act_for(by.body_id, _("기관의 담당자만 대신 접수할 수 있습니다."))
    if way not in Intake.Way.values:
        raise Refused("invalid", _("창구인지 전화인지 골라 주세요."), "way")
    if said.address_of and not consent:
        raise Refused("invalid", _("연락처를 적으려면 그분의 동의를 받았다고 표시해 주세요."), "consent")
    now = clock.now()
    row = Intake(way=way, entered_by_id=by.person_id, consent_at=now if consent and said.address_of else None)
    return _take(by, replace(said, source="counter"), id, "", row, "")


def report_join(*, by: Viewer, id: UUID, to: str) -> Report:
    """Join a report to another one (`to`, its receipt): this one closes as joined, its words and pictures stay, and
    whoever reported follows the other. By whoever reported, or the body that has both. Refused: `not_found`, `invalid`
    for itself or a report of another body, `conflict` where one of the two is closed."""
    with transaction.atomic():
        root = _root(by, id, to)
        # Both at once and in one order, so that two that join one another cannot wait for each other.
        list(Report.objects.select_for_update().filter(pk__in=[id, root.pk]).order_by("pk").values_list("pk"))
        report = _mine(by, id)
        policy.must_be_open(report)
        root = _root(by, id, to)
        if not policy.is_reporter(by, report) and root.body_id != report.body_id:
            # Giving it to another body is passing on, which that body has to accept.
            raise Refused("invalid", _("우리 기관이 맡은 신고에만 합칠 수 있습니다."), "to")
        _close_as_joined(by, report, root)
    return report


def report_part(*, by: Viewer, id: UUID) -> Report:
    """Undo joining: the report is open again, on its own. Refused `conflict` where it is not joined."""
    with transaction.atomic():
        report = _mine(by, id)
        if report.outcome != Report.Outcome.JOINED:
            raise Refused("conflict", _("다른 신고와 합쳐진 신고가 아닙니다."))
        report.state, report.outcome = Report.State.RECEIVED, ""
        report.closed_at = report.joined_to = None
        report.save(update_fields=["state", "outcome", "closed_at", "joined_to"])
        Intake.objects.filter(report=report).update(counted_as_one=False)
        record(by=by, type="reports.unjoined", subject=report.urn)
    return report


def report_look(*, by: Viewer, id: UUID) -> Report:
    """Somebody of the body has looked at what was held back: the report and its pictures become public. Refused
    `not_allowed`, `conflict` where nothing waits."""
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).filter(pk=id).first()
        if report is None:
            raise Refused("not_found", _("없는 신고입니다."))
        policy.must_work(by, report)
        row = Intake.objects.filter(report=report).first()
        if row is None or not row.waiting:
            raise Refused("conflict", _("이미 살펴본 신고입니다."))
        row.looked_at, row.looked_by_id = clock.now(), by.person_id
        row.save(update_fields=["looked_at", "looked_by"])
        if row.held and report.visibility == Level.BODY:
            open_up(by=by, thing=report)
        if not row.photos_looked:
            for photo in _photos(report).filter(visibility=Level.BODY, withheld_reason=Reason.PERSONAL):
                open_up(by=by, thing=photo)
        record(by=by, type="reports.looked", subject=report.urn)
    return report


def let_go() -> int:
    """Make public what was held and nobody looked at in time; forget whom clients were. Returns how many reports."""
    now, count = clock.now(), 0
    for row in queries.unlooked(now - HOLD):
        with transaction.atomic():
            if row.photos_looked and not Intake.objects.filter(pk=row.pk, looked_at=None).update(looked_at=now):
                continue
            open_up(by=Viewer.anonymous(), thing=row.report)
            count += 1
    Intake.objects.filter(at__lt=now - timedelta(days=2)).exclude(client="").update(client="")
    return count


def count_photos(client: str, many: int) -> None:
    """Refused `too_many`, with what to do instead, past `PHOTOS_PER_HOUR` uploads of one client."""
    try:
        for _one in range(many):
            limits.count(f"reports.photos:{client}", times=PHOTOS_PER_HOUR, seconds=3600)
    except Refused as refused:
        words = _("한 시간에 올릴 수 있는 사진을 넘었습니다. 사진 없이 보내시거나, 한 시간 뒤에 다시 올려 주세요.")
        raise Refused("too_many", words, "photos") from refused


def _take(by: Viewer, said: Said, id: UUID, network: str, row: Intake, join: str) -> Report:
    same = None
    row.words_hash = _hash(said)
    if not join and not row.held and not row.way:
        same = queries.same_words(row.words_hash, client=row.client, lon=said.lon, lat=said.lat, address=said.address)
    try:
        return _take_once(by, said, id, network, row, join, same)
    except Refused as refused:
        if refused.code != "too_many" or not said.address_of:
            raise
    # Too many confirmations just now: the report counts, the address can be given again on the status link.
    row.contact_left_out = True
    return _take_once(by, replace(said, address_of="", channel=""), id, network, row, join, same)


def _take_once(by: Viewer, said: Said, id: UUID, network: str, row: Intake, join: str, same: Report | None) -> Report:
    with transaction.atomic():
        report = report_hand_in(by=by, said=said, id=id, client=network)
        if Intake.objects.filter(report=report).exists():
            return report
        row.report, row.at = report, report.created_at
        row.counted_as_one = same is not None
        row.save(force_insert=True)
        if not row.photos_looked:
            for photo in _photos(report):
                _hold(by, photo, Reason.PERSONAL, report.body_id)
        if row.held:
            _hold(by, report, Reason.DELIBERATION, report.body_id)
        if join or same:
            _close_as_joined(by, report, _root(by, report.pk, join or (same.receipt if same else "")))
    return report


def _hash(said: Said) -> str:
    """Of the words as they will be public."""
    return queries.words_hash(mask(tidy(said.words, longest=4000, field="words")).text)


def _flood(client: str) -> str:
    if not client:
        return ""
    try:
        limits.count(f"reports:{client}", times=PER_HOUR, seconds=3600)
    except Refused:
        return str(Intake.Held.MANY)
    return ""


def _hold(by: Viewer, thing: Visible, reason: str, body_id: UUID | None) -> None:
    review = clock.today() + HOLD
    withhold(by=by, thing=thing, level=Level.BODY, reason=reason, review_on=review)
    thing.withheld_by_body = body_id
    thing.save(update_fields=["withheld_by_body"])


def _photos(report: Report) -> QuerySet[Attachment]:
    return Attachment.objects.filter(subject=report.urn, removed_at=None)


def _mine(by: Viewer, id: UUID) -> Report:
    """The report, locked, of which the viewer is the reporter or the body."""
    report = Report.objects.select_for_update(of=("self",)).filter(pk=id).first()
    if report is None:
        raise Refused("not_found", _("없는 신고입니다."))
    if not policy.may_work(by, report):
        policy.must_be_reporter(by, report)
    return report


def _root(by: Viewer, id: UUID, to: str) -> Report:
    """The open report that `to` names, or the one which that was joined to itself."""
    found = room.visible(by).filter(receipt=normalise_receipt(to)).first()
    if found is not None and found.joined_to_id:
        found = room.visible(by).filter(pk=found.joined_to_id).first()
    if found is None:
        raise Refused("not_found", _("합칠 신고가 없습니다. 접수번호를 다시 확인해 주세요."), "to")
    if found.pk == id:
        raise Refused("invalid", _("같은 신고입니다. 다른 신고를 골라 주세요."), "to")
    if not found.open:
        raise Refused("conflict", _("그 신고는 이미 마쳤습니다. 이 신고를 따로 보내 주세요."), "to")
    root: Report = found
    return root


def _close_as_joined(by: Viewer, report: Report, root: Report) -> None:
    Report.objects.filter(joined_to=report).update(joined_to=root)
    report.joined_to, report.outcome = root, Report.Outcome.JOINED
    report.state, report.closed_at = Report.State.CLOSED, clock.now()
    report.save(update_fields=["joined_to", "outcome", "state", "closed_at"])
    record(by=by, type="reports.joined", subject=report.urn, data={"to": root.urn})
