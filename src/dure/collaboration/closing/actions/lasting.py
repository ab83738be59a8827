"""Staying alive: the checklist and its yearly look, and a standing body that takes over."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies import queries as bodies
from dure.bodies.models import Body
from dure.collaboration.actions.call import _locked
from dure.collaboration.closing import evidence, policy, reckoning
from dure.collaboration.closing.casework import follow_checklist
from dure.collaboration.closing.items import items
from dure.collaboration.closing.models import Handover, Sustainability, SustainabilityAnswer
from dure.collaboration.closing.once import made_before
from dure.collaboration.models import Collaboration, Outcome, Stage
from dure.collaboration.models.case import Verdict
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer


def year_after(day: date) -> date:
    """The same day a year on; 1 March after 29 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def checklist_answer(
    *,
    by: Viewer,
    id: UUID,
    item: str,
    mark: str,
    text: str = "",
    link: str = "",
    uploaded: Any = None,
    answer_id: UUID | None = None,
) -> SustainabilityAnswer:
    """Say of one item of the checklist whether it is so (`mark` yes, partial, no), with evidence: text, link, file.

    Any party may, from when partners are settled, also after the end. The former answer stays readable. Refused:
    not_allowed, conflict, invalid (`item`, `mark`, `text` where yes or partly comes without any evidence, `link`,
    `file`). With `answer_id` a doubled request answers once.
    """
    file = evidence.taken(uploaded)
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_check(by, collaboration)
        known, answer_id = made_before(SustainabilityAnswer, answer_id, collaboration=collaboration, body=by.body_id)
        if known:
            return known
        if item not in items():
            raise Refused("invalid", _("점검표에 없는 항목입니다."), "item")
        if mark not in Verdict.values:
            raise Refused("invalid", _("그렇다, 일부, 아니다 가운데 골라 주세요."), "mark")
        text = tidy(text, longest=1000, field="text")
        link = evidence.link_of(link)
        if mark != Verdict.NO and not (text or link or file):
            raise Refused(
                "invalid", _("무엇을 보고 그렇게 판단했는지 글, 링크, 파일 가운데 하나로 남겨 주세요."), "text"
            )
        now = clock.now()
        collaboration.sustainability_answers.filter(item=item, replaced_at=None).update(replaced_at=now)
        answer = SustainabilityAnswer.objects.create(
            pk=answer_id,
            collaboration=collaboration,
            item=item,
            mark=mark,
            text=text,
            link=link,
            file=evidence.hang(by, collaboration, file, str(items()[item].ko)),
            body_id=by.body_id,
            person_id=by.person_id,
            at=now,
        )
        _reckon(by, collaboration)
        record(
            by=by,
            type="collaboration.lasting.answered",
            subject=collaboration.urn,
            thing=answer.urn,
            data={"item": item},
        )
    return answer


def _reckon(by: Viewer, collaboration: Collaboration) -> None:
    """The mark of the whole, and the day to look again: a year after the oldest answer that stands."""
    standing = list(collaboration.sustainability_answers.filter(replaced_at=None).values_list("item", "mark", "at"))
    checked_on = min(clock.local(at).date() for _item, _mark, at in standing)
    mark = reckoning.overall({item: mark for item, mark, _at in standing})
    row, _made = Sustainability.objects.update_or_create(
        collaboration=collaboration,
        defaults={"mark": mark, "checked_on": checked_on, "due_on": year_after(checked_on)},
    )
    if row.told_on is not None and row.due_on > clock.today():
        row.told_on = None
        row.save(update_fields=["told_on"])
    if collaboration.stage == Stage.ENDED:
        follow_checklist(collaboration, row.mark)


def rechecks_tell(*, by: Viewer) -> int:
    """Tell the parties of every checklist that is due for its yearly look, once; returns how many. Run each day."""
    told = 0
    rows = Sustainability.objects.filter(due_on__lte=clock.today(), told_on=None)
    rows = rows.filter(collaboration__stage__in=[Stage.AGREEING, Stage.WORKING, Stage.ENDED])
    for pk in rows.exclude(collaboration__outcome=Outcome.FAILED).values_list("pk", flat=True):
        with transaction.atomic():
            row = Sustainability.objects.select_for_update(of=("self",)).filter(pk=pk, told_on=None).first()
            if row is None or row.due_on > clock.today():
                continue
            row.told_on = clock.today()
            row.save(update_fields=["told_on"])
            subject = f"dure:collaboration:{pk}"
            record(by=by, type="collaboration.lasting.due", subject=subject, data={"due": row.due_on})
            told += 1
    return told


OFFICIALLY = frozenset({Body.State.CONFIRMED})


def handover_ask(*, by: Viewer, id: UUID, body_id: UUID, reason: str, handover_id: UUID | None = None) -> Handover:
    """Ask a body that stays (a council, a union, a corporation) to take the collaboration over. Any party may.

    It is done only once the body has accepted and all parties have agreed (effect `handover`). Refused: not_allowed,
    conflict (one is under way), not_found, invalid (`body`, `reason`).
    """
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_run(by, collaboration)
        known, handover_id = made_before(Handover, handover_id, collaboration=collaboration, asked_by=by.body_id)
        if known:
            return known
        body = bodies.get(body_id, by)
        if body.state not in OFFICIALLY or not body.is_active():
            raise Refused("invalid", _("확인된 기관에만 맡길 수 있습니다."), "body")
        if body.pk == collaboration.body_id:
            raise Refused("invalid", _("이미 이 협업을 맡고 있는 기관입니다."), "body")
        if collaboration.handovers.filter(state__in=["asked", "accepted"]).exists():
            raise Refused("conflict", _("답을 기다리거나 정하고 있는 이어받기가 이미 있습니다."))
        handover = Handover.objects.create(
            pk=handover_id,
            collaboration=collaboration,
            to_body=body,
            asked_by_id=by.body_id,
            person_id=by.person_id,
            reason=tidy(reason, longest=500, field="reason", needed=_("왜 이 기관이 이어받는지 적어 주세요.")),
            asked_at=clock.now(),
        )
        record(by=by, type="collaboration.handover.asked", subject=collaboration.urn, thing=handover.urn)
    return handover


def handover_accept(*, by: Viewer, id: UUID, answer: str = "") -> Handover:
    """The body is ready to take over; it does so when all parties agree. Refused: not_allowed, conflict."""
    return _answer(by, id, Handover.State.ACCEPTED, tidy(answer, longest=500, field="answer"))


def handover_decline(*, by: Viewer, id: UUID, answer: str) -> Handover:
    """The body does not take over, with a reason that everybody can read."""
    needed = _("사양하는 까닭을 적어 주세요.")
    return _answer(by, id, Handover.State.DECLINED, tidy(answer, longest=500, field="answer", needed=needed))


def _answer(by: Viewer, id: UUID, state: str, answer: str) -> Handover:
    with transaction.atomic():
        handover = locked_handover(id)
        policy.must_answer_handover(by, handover)
        handover.state, handover.answer, handover.answered_at = state, answer, clock.now()
        handover.save(update_fields=["state", "answer", "answered_at"])
        accepted = state == Handover.State.ACCEPTED
        record(
            by=by,
            type="collaboration.handover.accepted" if accepted else "collaboration.handover.declined",
            subject=handover.about,
            thing=handover.urn,
        )
    return handover


def handover_withdraw(*, by: Viewer, id: UUID) -> Handover:
    """The party that asked takes its request back, before it is done."""
    with transaction.atomic():
        handover = locked_handover(id)
        policy.must_withdraw_handover(by, handover)
        handover.state, handover.answered_at = Handover.State.WITHDRAWN, clock.now()
        handover.save(update_fields=["state", "answered_at"])
        record(by=by, type="collaboration.handover.withdrawn", subject=handover.about, thing=handover.urn)
    return handover


def locked_handover(id: UUID) -> Handover:
    """The row, held to the end of the transaction together with its collaboration. Refused `not_found`."""
    found = Handover.objects.filter(pk=id).values_list("collaboration_id", flat=True).first()
    if found is None:
        raise Refused("not_found", _("그런 이어받기가 없습니다."))
    collaboration = _locked(found)
    handover = Handover.objects.select_for_update(of=("self",)).get(pk=id)
    handover.collaboration = collaboration
    return handover
