"""What the verbs of this part share."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from dure.core import attachments, clock
from dure.core.attachments import Taken
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.engines.masking import mask
from dure.reports import deadlines, policy, queries
from dure.reports.models import Report, Rest, Word
from dure.reports.working import policy as rules

LONGEST = 4000
MOST_FILES = 5
MOST_REPLIES = 20


def locked(by: Viewer, id: UUID) -> Report:
    """The report, held until the transaction ends. Refused `not_found` where this viewer does not see it."""
    report: Report | None = Report.objects.select_for_update(of=("self",)).filter(pk=id).first()
    if report is None:
        raise Refused("not_found", _("없는 신고입니다."))
    known = policy.may_work(by, report) or policy.is_reporter(by, report) or rules.concerns(by, report)
    # Also a withheld one that nobody has: their list shows it, so that it can be given to somebody.
    known = known or (report.body_id is None and rules.may_see_nobodys(by))
    if not (known or queries.visible(by).filter(pk=id).exists()):
        raise Refused("not_found", _("없는 신고입니다."))
    return report


def public(text: object, *, field: str = "text", longest: int = LONGEST, needed: str = "") -> str:
    """What is typed for all to read: tidied, with personal numbers masked. Refused `invalid` at `field`."""
    said = tidy(text, longest=longest, field=field, needed=needed or _("무엇을 알릴지 적어 주세요."))
    return mask(said).text[:longest]


def say(
    by: Viewer, report: Report, kind: str, text: str, files: Sequence[Taken] = (), *, from_reporter: bool = False
) -> Word:
    """One more word on the report, with its pictures."""
    if len(files) > MOST_FILES:
        raise Refused("invalid", _("사진은 %(n)s장까지 올릴 수 있습니다.") % {"n": MOST_FILES}, "files")
    word = Word.objects.create(
        report=report,
        kind=kind,
        text=text,
        from_reporter=from_reporter,
        body_id=None if from_reporter else by.body_id,
        person_id=by.person_id,
    )
    for taken in files:
        attachments.attach(by=by, subject=report.urn, circle=report.pk, uploaded=taken, body_id=report.body_id)
    return word


def end_rest(report: Report, how: str) -> None:
    """The term runs again. The caller saves the report."""
    if report.rests.filter(ended_at=None).update(ended_at=clock.now(), ended_by=how):
        deadlines.set_due(report)


def go_on(report: Report) -> None:
    """Leave the state of asking, because the body goes on without a reply."""
    end_rest(report, Rest.End.WENT_ON)


def close(report: Report, outcome: str) -> None:
    """Finish it whole, and what it was split from with its last piece. The caller records the event."""
    go_on(report)
    report.state, report.outcome, report.closed_at = Report.State.CLOSED, outcome, clock.now()
    report.save()
    whole_follows(report)


def reopen(report: Report, *, keep_officer: bool) -> None:
    """Open again. The caller records the event."""
    if not keep_officer:
        report.officer, report.taken_at = None, None
    report.state = Report.State.TAKEN if report.officer_id else Report.State.RECEIVED
    report.outcome, report.closed_at = "", None
    deadlines.set_due(report)
    report.save()
    whole_follows(report)


def whole_follows(piece: Report) -> None:
    """What was split is open as long as one of its pieces is."""
    if piece.split_from_id is None:
        return
    whole = Report.objects.select_for_update(of=("self",)).get(pk=piece.split_from_id)
    open_ones = whole.pieces.exclude(state=Report.State.CLOSED).exists()
    if whole.open and not open_ones:
        end_rest(whole, Rest.End.WENT_ON)
        whole.state, whole.outcome, whole.closed_at = Report.State.CLOSED, Report.Outcome.SPLIT, clock.now()
        whole.save()
    elif not whole.open and whole.outcome == Report.Outcome.SPLIT and open_ones:
        whole.state = Report.State.TAKEN if whole.officer_id else Report.State.RECEIVED
        whole.outcome, whole.closed_at = "", None
        whole.save()
