"""What follows for the selected: goals, yearly reports, money, and the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from dure.contests import policy
from dure.contests.models import Support, SupportGoal, SupportPayment, YearReport
from dure.core import clock
from dure.core.attachments import attach, take_in
from dure.core.events import record
from dure.core.models import Attachment
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

MOST_GOALS = 30
MOST_FILES = 10
MOST_WON = 10**13


def goals_set(*, by: Viewer, support_id: UUID, goals: Sequence[tuple[int, str]]) -> Support:
    """Put the goals (year, text) anew. The side that does so agrees to them; the other has to."""
    with transaction.atomic():
        support = _locked(support_id)
        side = policy.must_be_side(by, support.entry)
        policy.must_run_support(support)
        years = support.entry.contest.support_years
        rows = []
        for place, (year, said) in enumerate(goals):
            text = tidy(said, longest=500, field="goals", one_line=True)
            if not text:
                continue
            if not 1 <= year <= years:
                raise Refused("invalid", _("1년차부터 %(n)d년차까지 적을 수 있습니다.") % {"n": years}, "goals")
            rows.append(SupportGoal(support=support, year=year, text=text, place=place))
        if not rows:
            raise Refused("invalid", _("목표를 한 가지 이상 적어 주세요."), "goals")
        if len(rows) > MOST_GOALS:
            raise Refused("invalid", _("목표는 %(n)d가지까지 적을 수 있습니다.") % {"n": MOST_GOALS}, "goals")
        support.goals.all().delete()
        SupportGoal.objects.bulk_create(rows)
        support.state = Support.State.AGREEING
        support.organiser_agreed_at = clock.now() if side == "organiser" else None
        support.entrant_agreed_at = clock.now() if side == "entrant" else None
        support.save(update_fields=["state", "organiser_agreed_at", "entrant_agreed_at"])
        record(by=by, type="contests.goals.set", subject=support.about, thing=support.urn, data={"goals": len(rows)})
    return support


def support_agree(*, by: Viewer, support_id: UUID) -> Support:
    """Agree to the goals as they stand. Once both sides have, the support runs."""
    with transaction.atomic():
        support = _locked(support_id)
        side = policy.must_be_side(by, support.entry)
        policy.must_run_support(support)
        if not support.goals.exists():
            raise Refused("conflict", _("아직 적은 목표가 없습니다."))
        name = f"{side}_agreed_at"
        if getattr(support, name) is not None:
            raise Refused("conflict", _("이미 동의했습니다."))
        setattr(support, name, clock.now())
        if support.organiser_agreed_at and support.entrant_agreed_at:
            support.state = Support.State.RUNNING
        support.save(update_fields=["state", name])
        record(by=by, type="contests.goals.agreed", subject=support.about, thing=support.urn)
    return support


def report_hand_in(*, by: Viewer, report_id: UUID, text: str) -> YearReport:
    """Hand in a year's report, also after its day and again after it was returned."""
    with transaction.atomic():
        report = _locked_report(report_id)
        policy.must_take_part(by, report.support.entry)
        policy.must_run_support(report.support)
        if report.state == YearReport.State.ACCEPTED:
            raise Refused("conflict", _("이미 받아들인 보고입니다."))
        said = tidy(text, longest=5000, field="text", needed=_("한 해 동안 무엇을 했고 무엇이 달라졌는지 적어 주세요."))
        report.text, report.state, report.handed_in_at = said, YearReport.State.HANDED_IN, clock.now()
        report.person_id, report.answer, report.answered_at = by.person_id, "", None
        report.save()
        record(
            by=by, type="contests.report.handed_in", subject=report.about, thing=report.urn, data={"year": report.year}
        )
    return report


def report_file_add(*, by: Viewer, report_id: UUID, uploaded: UploadedFile, note: str = "") -> Attachment:
    """Put a file to a year's report that is not accepted yet; everybody can read it."""
    report = _report(report_id)
    policy.must_take_part(by, report.support.entry)
    taken = take_in(uploaded)
    with transaction.atomic():
        report = _locked_report(report_id)
        policy.must_run_support(report.support)
        if report.state == YearReport.State.ACCEPTED:
            raise Refused("conflict", _("이미 받아들인 보고입니다."))
        if Attachment.objects.filter(subject=report.urn, removed_at=None).count() >= MOST_FILES:
            raise Refused("invalid", _("파일은 %(n)d개까지 낼 수 있습니다.") % {"n": MOST_FILES}, "file")
        said = tidy(note, longest=300, field="note", one_line=True)
        body_id = report.support.entry.body_id
        row = attach(
            by=by, subject=report.urn, circle=report.support.entry_id, uploaded=taken, body_id=body_id, note=said
        )
        record(
            by=by, type="contests.report.file_added", subject=report.about, thing=report.urn, data={"year": report.year}
        )
    return row


def report_answer(*, by: Viewer, report_id: UUID, accept: bool, answer: str = "") -> YearReport:
    """The organiser accepts a report, or returns it with the reason. With the last one accepted the support is done."""
    with transaction.atomic():
        report = _locked_report(report_id)
        support = report.support
        policy.must_organise(by, support.entry.contest)
        policy.must_run_support(support)
        if report.state != YearReport.State.HANDED_IN:
            raise Refused("conflict", _("답을 기다리는 보고가 아닙니다."))
        said = tidy(answer, longest=1000, field="answer")
        if not accept and not said:
            raise Refused("invalid", _("무엇을 더해야 하는지 적어 주세요."), "answer")
        report.state = YearReport.State.ACCEPTED if accept else YearReport.State.RETURNED
        report.answer, report.answered_at = said, clock.now()
        report.save(update_fields=["state", "answer", "answered_at"])
        if accept and not support.reports.exclude(state=YearReport.State.ACCEPTED).exists():
            support.state, support.ended_at = Support.State.DONE, clock.now()
            support.save(update_fields=["state", "ended_at"])
        record(
            by=by,
            type="contests.report.accepted" if accept else "contests.report.returned",
            subject=report.about,
            thing=report.urn,
            data={"year": report.year},
        )
    return report


def payment_save(
    *, by: Viewer, support_id: UUID, year: int, planned: int, paid: int | None = None, paid_on: date | None = None
) -> SupportPayment:
    """What is planned for a year in whole won, and what was paid when."""
    with transaction.atomic():
        support = _locked(support_id)
        policy.must_organise(by, support.entry.contest)
        years = support.entry.contest.support_years
        if not 1 <= year <= years:
            raise Refused("invalid", _("1년차부터 %(n)d년차까지 적을 수 있습니다.") % {"n": years}, "year")
        for name, value in (("planned", planned), ("paid", paid)):
            if value is not None and not 0 <= value <= MOST_WON:
                raise Refused("invalid", _("0원 이상의 금액을 적어 주세요."), name)
        if (paid is None) != (paid_on is None):
            raise Refused(
                "invalid", _("준 금액과 준 날을 함께 적어 주세요."), "paid_on" if paid is not None else "paid"
            )
        if paid_on is not None and paid_on > clock.today():
            raise Refused("invalid", _("아직 오지 않은 날입니다."), "paid_on")
        values: dict[str, Any] = {"planned": planned, "paid": paid, "paid_on": paid_on}
        row, _made = SupportPayment.objects.update_or_create(support=support, year=year, defaults=values)
        record(
            by=by,
            type="contests.payment.saved",
            subject=support.about,
            thing=support.urn,
            data={"year": year, "planned": planned, "paid": paid},
        )
    return row


def support_stop(*, by: Viewer, support_id: UUID, reason: str) -> Support:
    """End a support before its time, by either side, with a reason that everybody can read."""
    with transaction.atomic():
        support = _locked(support_id)
        policy.must_be_side(by, support.entry)
        policy.must_run_support(support)
        said = tidy(reason, longest=500, field="reason", needed=_("멈추는 까닭을 적어 주세요."))
        support.state, support.ended_at, support.stopped_reason = Support.State.STOPPED, clock.now(), said
        support.save(update_fields=["state", "ended_at", "stopped_reason"])
        record(by=by, type="contests.support.stopped", subject=support.about, thing=support.urn)
    return support


def _locked(id: UUID) -> Support:
    rows = Support.objects.select_for_update(of=("self",)).select_related("entry__contest")
    row = rows.filter(pk=id).first()
    if row is None:
        raise Refused("not_found", _("없는 지원입니다."))
    return row


def _report(id: UUID) -> YearReport:
    row = YearReport.objects.select_related("support__entry__contest").filter(pk=id).first()
    if row is None:
        raise Refused("not_found", _("없는 보고입니다."))
    return row


def _locked_report(id: UUID) -> YearReport:
    _locked(_report(id).support_id)
    return _report(id)
