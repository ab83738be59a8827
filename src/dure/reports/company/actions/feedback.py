"""The quarterly feedback meeting: planned, gathered for, companies invited, everything answered, held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports.company import policy as rules
from dure.reports.company.actions.common import day, public
from dure.reports.company.actions.visits import FARTHEST
from dure.reports.company.quarters import Quarter
from dure.reports.company.queries.feedback import reports_for, rules_for
from dure.reports.models import FeedbackInvitation, FeedbackItem, FeedbackMeeting

State = FeedbackMeeting.State
MOST_INVITED = 200


def meeting_plan(*, by: Viewer, id: UUID, fields: Mapping[str, Any]) -> FeedbackMeeting:
    """Plan the meeting of a quarter and gather its list. `fields`: year, quarter, on, starts, place, about.

    The same `id` again gives the meeting that is there; Refused `conflict` where the quarter has one.
    """
    body_id = rules.must_act(by)
    quarter = _quarter(fields)
    texts = _texts(fields)
    on = day(fields.get("on"))
    if on is None or not quarter.first <= on <= clock.today() + FARTHEST:
        raise Refused("invalid", _("그 분기가 시작된 날부터 1년 안의 날을 적어 주세요."), "on")
    with transaction.atomic():
        Body.objects.select_for_update(of=("self",)).get(pk=body_id)
        known = FeedbackMeeting.objects.filter(pk=id).first()
        if known:
            rules.must_own(by, known.body_id)
            return known
        if FeedbackMeeting.objects.filter(body_id=body_id, year=quarter.year, quarter=quarter.number).exists():
            raise Refused("conflict", _("그 분기의 간담회가 이미 있습니다."), "quarter")
        meeting = FeedbackMeeting.objects.create(
            pk=id,
            body_id=body_id,
            person_id=by.person_id,
            year=quarter.year,
            quarter=quarter.number,
            on=on,
            starts=fields.get("starts"),
            **texts,
        )
        _gather(meeting)
        record(by=by, type="reports.company.meeting_planned", subject=meeting.urn, data={"on": str(on)})
    return meeting


def meeting_change(*, by: Viewer, id: UUID, fields: Mapping[str, Any]) -> FeedbackMeeting:
    """Another day, hour, place or notice; those invited hear of it."""
    texts = _texts(fields)
    with transaction.atomic():
        meeting = _planned(by, id)
        on = day(fields.get("on"))
        if on is None or not Quarter(meeting.year, meeting.quarter).first <= on <= clock.today() + FARTHEST:
            raise Refused("invalid", _("그 분기가 시작된 날부터 1년 안의 날을 적어 주세요."), "on")
        meeting.on, meeting.starts = on, fields.get("starts")
        meeting.place, meeting.about = texts["place"], texts["about"]
        meeting.save()
        record(by=by, type="reports.company.meeting_changed", subject=meeting.urn, data={"on": str(on)})
    return meeting


def meeting_gather(*, by: Viewer, id: UUID) -> int:
    """Take up what came in since; returns how many. What is on the list stays."""
    with transaction.atomic():
        meeting = _planned(by, id)
        added = _gather(meeting)
        meeting.gathered_at = clock.now()
        meeting.save(update_fields=["gathered_at"])
        if added:
            record(by=by, type="reports.company.meeting_gathered", subject=meeting.urn, data={"added": added})
    return added


def meeting_invite(*, by: Viewer, id: UUID, company_ids: Iterable[UUID]) -> list[FeedbackInvitation]:
    """Invite companies: each of them is told, once. Returns the new invitations."""
    wanted = list(dict.fromkeys(company_ids))
    with transaction.atomic():
        meeting = _planned(by, id)
        companies = set(
            Body.objects.filter(pk__in=wanted, kind__in=rules.COMPANY_KINDS, state=Body.State.CONFIRMED).values_list(
                "pk", flat=True
            )
        )
        if not wanted or companies != set(wanted):
            raise Refused("invalid", _("초대할 회사를 골라 주세요."), "companies")
        there = set(meeting.invitations.values_list("company_id", flat=True))
        if len(there | companies) > MOST_INVITED:
            words = _("한 번에 %(n)s곳까지 초대할 수 있습니다.") % {"n": MOST_INVITED}
            raise Refused("invalid", words, "companies")
        new = [FeedbackInvitation(meeting=meeting, company_id=one) for one in wanted if one not in there]
        FeedbackInvitation.objects.bulk_create(new)
        for row in new:
            record(
                by=by,
                type="reports.company.invited",
                subject=meeting.urn,
                data={"company": str(row.company_id), "on": str(meeting.on)},
            )
    return new


def invitation_answer(*, by: Viewer, id: UUID, coming: bool) -> FeedbackInvitation:
    """The company says whether it comes; it may say otherwise until the meeting was held. `id` of the meeting."""
    company_id = rules.must_speak_for_company(by)
    with transaction.atomic():
        meeting = FeedbackMeeting.objects.select_for_update(of=("self",)).filter(pk=id).first()
        row = FeedbackInvitation.objects.filter(meeting=meeting, company_id=company_id).first() if meeting else None
        if meeting is None or row is None:
            raise Refused("not_found", _("이 간담회에 초대받지 않았습니다."))
        if meeting.state != State.PLANNED:
            raise Refused("conflict", _("이미 마친 간담회입니다."))
        reply = FeedbackInvitation.Reply.COMING if coming else FeedbackInvitation.Reply.NOT_COMING
        if row.reply == reply:
            return row
        row.reply, row.replied_at = reply, clock.now()
        row.save()
        record(
            by=by,
            type="reports.company.invitation_answered",
            subject=meeting.urn,
            data={"company": str(company_id), "coming": coming},
        )
    return row


def item_answer(*, by: Viewer, id: UUID, text: str) -> FeedbackItem:
    """What is answered at the meeting to one thing on its list. Until the meeting was held it may be put better."""
    said = public(text, longest=2000, field="text", needed=_("무엇이라고 답했는지 적어 주세요."))
    with transaction.atomic():
        item = FeedbackItem.objects.select_related("meeting").filter(pk=id).first()
        if item is None:
            raise Refused("not_found", _("없는 안건입니다."))
        meeting = _planned(by, item.meeting_id)
        if item.answer == said:
            return item
        item.answer, item.answered_at = said, clock.now()
        item.save(update_fields=["answer", "answered_at"])
        record(by=by, type="reports.company.item_answered", subject=meeting.urn, data={"item": str(item.pk)})
    return item


def meeting_hold(*, by: Viewer, id: UUID, minutes: str, came: Iterable[UUID] = ()) -> FeedbackMeeting:
    """The meeting was held: its minutes, who came, and how everything on the list stood then. Nothing of it changes
    any more. Refused `conflict` before its day, or while something on the list has no answer."""
    text = public(minutes, longest=10000, field="minutes", needed=_("회의록을 적어 주세요."))
    present = set(came)
    with transaction.atomic():
        meeting = _planned(by, id)
        if meeting.on > clock.today():
            raise Refused("conflict", _("간담회 날이 되기 전에는 마칠 수 없습니다."))
        left = meeting.items.filter(answer="").count()
        if left:
            words = _("아직 답을 적지 않은 안건이 %(n)s건 있습니다. 모두 적은 뒤에 마쳐 주세요.")
            raise Refused("conflict", words % {"n": left})
        for item in meeting.items.select_related("report", "rule"):
            item.state_then = item.report.state if item.report else item.rule.state
            item.save(update_fields=["state_then"])
        for row in meeting.invitations.all():
            row.came = row.company_id in present
            row.save(update_fields=["came"])
        meeting.state, meeting.minutes, meeting.held_at = State.HELD, text, clock.now()
        meeting.save()
        record(by=by, type="reports.company.meeting_held", subject=meeting.urn, data={"items": meeting.items.count()})
    return meeting


def _quarter(fields: Mapping[str, Any]) -> Quarter:
    try:
        found = Quarter(int(fields.get("year") or 0), int(fields.get("quarter") or 0))
    except (TypeError, ValueError):
        found = Quarter(0, 0)
    this = Quarter.of(clock.today())
    if not found.valid or not this.before(8) <= found <= this.after(1):
        raise Refused("invalid", _("지난 2년부터 다음 분기까지에서 골라 주세요."), "quarter")
    return found


def _texts(fields: Mapping[str, Any]) -> dict[str, str]:
    needed = _("어디에서 만나는지 적어 주세요.")
    return {
        "place": public(fields.get("place"), longest=200, field="place", one_line=True, needed=needed),
        "about": public(fields.get("about"), longest=1000, field="about"),
    }


def _gather(meeting: FeedbackMeeting) -> int:
    quarter = Quarter(meeting.year, meeting.quarter)
    reports = set(meeting.items.exclude(report=None).values_list("report_id", flat=True))
    rules_there = set(meeting.items.exclude(rule=None).values_list("rule_id", flat=True))
    new = [
        FeedbackItem(meeting=meeting, report_id=id) for id in reports_for(meeting.body_id, quarter) if id not in reports
    ]
    new += [
        FeedbackItem(meeting=meeting, rule_id=id) for id in rules_for(meeting.body_id, quarter) if id not in rules_there
    ]
    FeedbackItem.objects.bulk_create(new)
    return len(new)


def _planned(by: Viewer, id: UUID) -> FeedbackMeeting:
    found = FeedbackMeeting.objects.select_for_update(of=("self",)).filter(pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 간담회입니다."))
    rules.must_own(by, found.body_id)
    if found.state != State.PLANNED:
        raise Refused("conflict", _("마친 간담회는 바꿀 수 없습니다."))
    meeting: FeedbackMeeting = found
    return meeting
