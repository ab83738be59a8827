"""Words on a report that come in through a machine door."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from dure.core.attachments import Taken
from dure.core.events import record
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.engines.masking import mask
from dure.reports import policy
from dure.reports.actions.pictures import hang
from dure.reports.models import Report, Word

LONGEST = 4000
MOST_WORDS = 200
"""Words that whoever reported may add to one report: more is no conversation any more."""


def own_id(body_id: UUID, what: str, key: str) -> UUID:
    """The id that a client's own key stands for. It depends on the client, so that no client can name, and so be told
    of, what another one made."""
    return uuid5(body_id, f"{what}:{key}")


def word_add(*, by: Viewer, report_id: UUID, text: str, id: UUID | None = None, files: Sequence[Taken] = ()) -> Word:
    """Say something on a report: as whoever reported (signed in, by the status link, or the service that passed the
    report on), or in the name of the body that has it. The same `id` again gives the word that is there already.

    An answer to a question of the body brings the report back to its desk. Refused: `not_found`, `not_allowed`,
    `invalid` at `text`, `too_many`.
    """
    said = mask(tidy(text, longest=LONGEST, field="text", needed=_("전할 말을 적어 주세요."))).text
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).filter(pk=report_id).first()
        if report is None:
            raise Refused("not_found", _("없는 신고입니다."))
        from_reporter = speaks_as_reporter(by, report)
        known = Word.objects.filter(pk=id, report=report).first() if id else None
        if known:
            return known
        if from_reporter and report.words_said.filter(from_reporter=True).count() >= MOST_WORDS:
            raise Refused("too_many", _("이 신고에는 더 적을 수 없습니다. 맡은 기관에 전화해 주세요."))
        asked = from_reporter and report.state == Report.State.ASKED
        word = Word.objects.create(
            pk=id or uuid7(),
            report=report,
            kind=Word.Kind.REPLY if asked else Word.Kind.UPDATE,
            text=said[:LONGEST],
            from_reporter=from_reporter,
            body_id=None if from_reporter else by.body_id,
            person_id=by.person_id,
        )
        hang(by, word.urn, report.pk, files, report.body_id)
        if asked:
            report.state = Report.State.TAKEN if report.officer_id else Report.State.RECEIVED
            report.save(update_fields=["state"])
        record(
            by=by,
            type="reports.word_added",
            subject=report.urn,
            thing=word.urn,
            data={"from_reporter": from_reporter, "kind": word.kind},
        )
    return word


def speaks_as_reporter(by: Viewer, report: Report) -> bool:
    """True for whoever reported and the service that passed it on, False for the body that has the report, also where
    that is the same one; Refused `not_allowed` for anybody else."""
    if policy.is_reporter(by, report):
        return True
    if policy.may_work(by, report):
        return False
    if by.may_act_for(report.sender_id):
        return True
    policy.must_be_reporter(by, report)
    return True
