"""The body's own work on a report: take, assign, set out, ask, tell, answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies.models import Membership
from dure.core import clock
from dure.core.attachments import Taken
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import actions as room
from dure.reports import categories, deadlines, policy
from dure.reports.models import Extension, Report, Rest, RouteDecision, Word
from dure.reports.working import policy as rules
from dure.reports.working.actions.common import close, go_on, locked, public, reopen, say

WAIT_DAYS = 7
MOST_WAIT_DAYS = 30
OUTCOMES = ("solved", "answered", "nothing_found", "cannot")


def report_take(*, by: Viewer, id: UUID) -> Report:
    """Take a report oneself. Refused `conflict` when somebody has taken it."""
    with transaction.atomic():
        report = locked(by, id)
        rules.must_work_open(by, report)
        if by.person_id is None:
            raise Refused("invalid", _("사람만 맡을 수 있습니다. 담당자를 정해 주세요."), "person")
        if report.officer_id is not None:
            raise Refused("conflict", _("이미 담당자가 맡았습니다."))
        rules.must_be_new_to_it(by, report)
        _to(report, by.person_id)
        record(by=by, type="reports.taken", subject=report.urn)
    return report


def report_assign(*, by: Viewer, id: UUID, person_id: UUID) -> Report:
    """Give a report to an officer of the body: by a head, by who has it, or by anybody while nobody has."""
    with transaction.atomic():
        report = locked(by, id)
        rules.must_work_open(by, report)
        if by.role == "officer" and report.officer_id not in (None, by.person_id):
            raise Refused("not_allowed", _("다른 담당자가 맡은 신고는 책임자가 다시 정할 수 있습니다."))
        members = Membership.objects.valid_on(clock.today()).filter(body=report.body_id, role__in=["head", "officer"])
        if not members.filter(person=person_id).exists():
            raise Refused("invalid", _("우리 기관의 담당자 가운데에서 골라 주세요."), "person")
        if report.officer_id == person_id:
            raise Refused("conflict", _("이미 그분이 맡고 있습니다."))
        _to(report, person_id)
        record(by=by, type="reports.assigned", subject=report.urn, data={"person": str(person_id)})
    return report


def _to(report: Report, person_id: UUID) -> None:
    report.officer_id = person_id
    if report.state == Report.State.RECEIVED:
        report.state = Report.State.TAKEN
    report.taken_at = report.taken_at or clock.now()
    report.save()


def report_start(*, by: Viewer, id: UUID) -> Report:
    """Somebody is on the way to the place."""
    with transaction.atomic():
        report = locked(by, id)
        rules.must_work_open(by, report)
        rules.must_be_still(report)
        rules.must_not_be_split(report)
        if report.state == Report.State.UNDER_WAY:
            raise Refused("conflict", _("이미 현장으로 가는 중입니다."))
        go_on(report)
        if report.officer_id is None and by.person_id:
            rules.must_be_new_to_it(by, report)
            report.officer_id = by.person_id
        report.state, report.taken_at = Report.State.UNDER_WAY, report.taken_at or clock.now()
        report.save()
        record(by=by, type="reports.started", subject=report.urn)
    return report


def report_ask(*, by: Viewer, id: UUID, text: str, days: int = WAIT_DAYS) -> Word:
    """Ask whoever reported to make something clear; the term rests until the reply, for `days` days at most."""
    with transaction.atomic():
        report = locked(by, id)
        rules.must_work_open(by, report)
        rules.must_be_still(report)
        if report.state == Report.State.ASKED:
            raise Refused("conflict", _("이미 물은 것이 있습니다. 답을 기다려 주세요."))
        if not 1 <= days <= MOST_WAIT_DAYS:
            raise Refused("invalid", _("1일에서 30일 사이로 정해 주세요."), "days")
        said = public(text, needed=_("무엇을 여쭐지 적어 주세요."))
        word = say(by, report, Word.Kind.QUESTION, said)
        now = clock.now()
        if report.officer_id is None and by.person_id:
            rules.must_be_new_to_it(by, report)
            report.officer_id = by.person_id
        Rest.objects.create(report=report, question=word, started_at=now, until=now + timedelta(days=days))
        report.state, report.taken_at = Report.State.ASKED, report.taken_at or now
        deadlines.set_due(report)
        report.save()
        record(by=by, type="reports.asked", subject=report.urn, thing=word.urn, data={"days": days})
    return word


def report_extend(*, by: Viewer, id: UUID, reason: str) -> Extension:
    """Make the term longer by as much as it is: once with a reason, a second time when whoever reported agrees.

    Too much work or too few people are no reason (시행령 제21조): refused where nothing else is said.
    """
    with transaction.atomic():
        report = locked(by, id)
        rules.must_work_open(by, report)
        rules.must_be_still(report)
        if report.overdue:
            raise Refused("conflict", _("기한이 지난 뒤에는 늘릴 수 없습니다."))
        round = 1 if report.second_look_at else 0
        number = report.extensions.filter(round=round).count() + 1
        if number > 2:
            raise Refused("conflict", _("기한은 두 번까지만 늘릴 수 있습니다."))
        said = public(reason, field="reason", longest=1000, needed=_("왜 더 걸리는지 적어 주세요."))
        if len(said) < 10:
            raise Refused("invalid", _("왜 더 걸리는지 열 자 넘게 적어 주세요. 신고하신 분이 읽습니다."), "reason")
        state = Extension.State.RUNS if number == 1 else Extension.State.WAITING
        made = Extension.objects.create(
            report=report,
            round=round,
            number=number,
            reason=said,
            body_id=report.body_id,
            person_id=by.person_id,
            state=state,
        )
        deadlines.set_due(report)
        report.save(update_fields=["due_at", "due_law"])
        happened = "reports.extended" if number == 1 else "reports.extension.asked"
        record(by=by, type=happened, subject=report.urn, data={"number": number})
    return made


def report_update(*, by: Viewer, id: UUID, text: str, files: Sequence[Taken] = ()) -> Word:
    """Tell how far it is."""
    with transaction.atomic():
        report = locked(by, id)
        rules.must_work_open(by, report)
        word = say(by, report, Word.Kind.UPDATE, public(text), files)
        record(by=by, type="reports.updated", subject=report.urn, thing=word.urn)
    return word


def report_answer(*, by: Viewer, id: UUID, outcome: str, text: str, files: Sequence[Taken] = ()) -> Word:
    """Answer and finish it, with what came of it. Also waited-for replies are waited for no longer."""
    with transaction.atomic():
        report = locked(by, id)
        rules.must_work_open(by, report)
        rules.must_be_still(report)
        rules.must_not_be_split(report)
        rules.must_be_new_to_it(by, report)
        if outcome not in OUTCOMES:
            raise Refused("invalid", _("어떻게 되었는지 골라 주세요."), "outcome")
        said = public(text, needed=_("신고하신 분께 드릴 답을 적어 주세요."))
        word = say(by, report, Word.Kind.ANSWER, said, files)
        if report.officer_id is None and by.person_id:
            report.officer_id = by.person_id
        report.taken_at = report.taken_at or clock.now()
        close(report, outcome)
        record(by=by, type="reports.closed", subject=report.urn, thing=word.urn, data={"outcome": outcome})
    return word


def report_recategorise(*, by: Viewer, id: UUID, category: str) -> Report:
    """Put the kind of matter right and ask again where it belongs."""
    with transaction.atomic():
        report = locked(by, id)
        rules.must_work_open(by, report)
        rules.must_be_still(report)
        rules.must_not_be_split(report)
        found = categories.category(category)
        if found is None:
            raise Refused("invalid", _("없는 종류입니다. 다시 골라 주세요."), "category")
        if category == report.category:
            raise Refused("conflict", _("이미 그 종류입니다."))
        changes = {"category": category, "category_by": Report.CategoryBy.OFFICIAL}
        report = room.report_reroute(by=by, id=id, cause=RouteDecision.Cause.CATEGORY, changes=changes)
        report.safety = found.safety
        report.save(update_fields=["safety"])
    return report


def report_mark_abuse(*, by: Viewer, id: UUID, reason: str) -> Report:
    """What is no report at all is kept for its body alone; the reason stays on record and it can be undone."""
    with transaction.atomic():
        report = locked(by, id)
        rules.must_work_open(by, report)
        rules.must_be_still(report)
        rules.must_not_be_split(report)
        said = public(reason, field="reason", longest=1000, needed=_("왜 신고가 아닌지 적어 주세요."))
        word = say(by, report, Word.Kind.ANSWER, said)
        close(report, Report.Outcome.ABUSE)
        record(by=by, type="reports.abuse.marked", subject=report.urn, thing=word.urn)
    return report


def report_unmark_abuse(*, by: Viewer, id: UUID) -> Report:
    """It was a report after all: open and public again."""
    with transaction.atomic():
        report = locked(by, id)
        policy.must_work(by, report)
        if report.outcome != Report.Outcome.ABUSE:
            raise Refused("conflict", _("신고가 아니라고 한 적이 없습니다."))
        reopen(report, keep_officer=True)
        record(by=by, type="reports.abuse.undone", subject=report.urn)
    return report
