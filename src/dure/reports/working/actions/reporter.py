"""What whoever reported does in answer."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.attachments import Taken
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import deadlines, policy
from dure.reports.models import Extension, Report, Rest, Word
from dure.reports.working import policy as rules
from dure.reports.working.actions.common import MOST_REPLIES, end_rest, locked, public, reopen, say


def report_reply(*, by: Viewer, id: UUID, text: str, files: Sequence[Taken] = ()) -> Word:
    """Answer what was asked, or add something while it is open. The term runs again with the answer."""
    with transaction.atomic():
        report = locked(by, id)
        policy.must_be_reporter(by, report)
        policy.must_be_open(report)
        if report.words_said.filter(from_reporter=True).count() >= MOST_REPLIES:
            raise Refused("too_many", _("한 신고에 스무 번까지 적을 수 있습니다. 맡은 기관에 전화해 주세요."))
        said = public(text, needed=_("답을 적어 주세요."))
        word = say(by, report, Word.Kind.REPLY, said, files, from_reporter=True)
        asked = report.state == Report.State.ASKED
        if asked:
            end_rest(report, Rest.End.REPLY)
            report.state = Report.State.TAKEN if report.officer_id else Report.State.RECEIVED
            report.save()
        record(by=by, type="reports.replied", subject=report.urn, thing=word.urn, data={"asked": asked})
    return word


def report_extension_answer(*, by: Viewer, id: UUID, agree: bool) -> Extension:
    """Agree, or not, that the term is made longer a second time."""
    with transaction.atomic():
        report = locked(by, id)
        policy.must_be_reporter(by, report)
        policy.must_be_open(report)
        row = report.extensions.select_for_update().filter(state=Extension.State.WAITING).first()
        if row is None:
            raise Refused("conflict", _("동의를 기다리는 것이 없습니다."))
        row.state = Extension.State.RUNS if agree else Extension.State.REFUSED
        row.decided_at = clock.now()
        row.save()
        deadlines.set_due(report)
        report.save(update_fields=["due_at", "due_law"])
        record(by=by, type="reports.extension.answered", subject=report.urn, data={"agreed": agree})
    return row


def report_not_solved(*, by: Viewer, id: UUID, text: str, files: Sequence[Taken] = ()) -> Report:
    """Say once, within 30 days, that it is not solved: another person looks again, with a term of its own."""
    with transaction.atomic():
        report = locked(by, id)
        rules.must_ask_again(by, report)
        said = public(text, needed=_("무엇이 풀리지 않았는지 적어 주세요."))
        word = say(by, report, Word.Kind.NOT_SOLVED, said, files, from_reporter=True)
        report.second_look_at = clock.now()
        reopen(report, keep_officer=False)
        record(by=by, type="reports.not_solved", subject=report.urn, thing=word.urn)
    return report
