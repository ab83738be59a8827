"""Visits, meetings and calls with a company: planned, made, and the answer that was promised there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import open_up, withhold
from dure.reports.company import policy as rules
from dure.reports.company.actions.common import LEVEL, company_of, concerns, day, own_report, public
from dure.reports.models import Report, Visit

SECRET_FOR = timedelta(days=365)
FARTHEST = timedelta(days=366)


def visit_plan(*, by: Viewer, id: UUID, company_id: UUID, fields: Mapping[str, Any]) -> Visit:
    """Agree on a day with a company. `fields`: kind, on, starts, place, purpose, report. The company hears of it.

    The same `id` again gives the visit that is there.
    """
    on = _day_ahead(fields.get("on"))
    texts = _plan_texts(fields)
    with transaction.atomic():
        visit, known = _new(by, id, company_id, fields)
        if known:
            return visit
        visit.state, visit.on, visit.starts = Visit.State.PLANNED, on, _hour(fields.get("starts"))
        for name, text in texts.items():
            setattr(visit, name, text)
        visit.save(force_insert=True)
        concerns(visit, visit.company_id)
        _happened(by, visit, "visit_planned")
    return visit


def visit_move(*, by: Viewer, id: UUID, fields: Mapping[str, Any]) -> Visit:
    """Another day, place or purpose for a planned visit. The company hears of it."""
    on = _day_ahead(fields.get("on"))
    texts = _plan_texts(fields)
    with transaction.atomic():
        visit = _planned(by, id)
        visit.on, visit.starts = on, _hour(fields.get("starts"))
        for name, text in texts.items():
            setattr(visit, name, text)
        visit.save()
        _happened(by, visit, "visit_moved")
    return visit


def visit_drop(*, by: Viewer, id: UUID, reason: str) -> Visit:
    """A planned visit does not take place; why stays on record and the company hears of it."""
    why = public(reason, longest=300, field="reason", needed=_("왜 가지 않는지 적어 주세요."), one_line=True)
    with transaction.atomic():
        visit = _planned(by, id)
        visit.state, visit.why_dropped = Visit.State.DROPPED, why
        visit.save()
        _happened(by, visit, "visit_dropped")
    return visit


def visit_log(*, by: Viewer, id: UUID, company_id: UUID | None = None, fields: Mapping[str, Any]) -> Visit:
    """Write down what was heard on a visit: a planned one (`id`), or a new one at `company_id`. `fields`: kind, on,
    place, who, heard, promised, next, answer_due, report (receipt of a report of a company that the own body has),
    secret, review_on. The same `id` again gives the visit that is there. Personal numbers are masked.
    """
    rules.must_act(by)
    on = day(fields.get("on"))
    if on is None or on > clock.today():
        raise Refused("invalid", _("찾아간 날을 오늘까지의 날로 적어 주세요."), "on")
    texts = {
        "place": public(fields.get("place"), longest=200, field="place", one_line=True),
        "who": public(
            fields.get("who"),
            longest=200,
            field="who",
            one_line=True,
            needed=_("누가 있었는지 이름 없이 직책으로 적어 주세요."),
        ),
        "heard": public(fields.get("heard"), longest=4000, field="heard", needed=_("들은 것을 적어 주세요.")),
        "promised": public(fields.get("promised"), longest=2000, field="promised"),
        "next": public(fields.get("next"), longest=500, field="next", one_line=True),
    }
    due = _due(fields.get("answer_due"), on, texts["promised"])
    with transaction.atomic():
        visit = _locked(id)
        if visit is not None:
            rules.must_own(by, visit.body_id)
            if visit.state == Visit.State.MADE:
                return visit
            if visit.state == Visit.State.DROPPED:
                raise Refused("conflict", _("하지 않기로 한 방문입니다. 새로 적어 주세요."))
            visit.report = own_report(by, fields.get("report")) or visit.report
        else:
            if company_id is None:
                raise Refused("not_found", _("없는 방문입니다."))
            visit, _known = _new(by, id, company_id, fields)
        _must_be_its(visit)
        visit.state, visit.on, visit.answer_due = Visit.State.MADE, on, due
        for name, text in texts.items():
            setattr(visit, name, text)
        visit.save()
        concerns(visit, visit.company_id)
        if fields.get("secret"):
            until = fields.get("review_on") or clock.today() + SECRET_FOR
            withhold(by=by, thing=visit, level=LEVEL, reason="trade_secret", review_on=until)
        _happened(by, visit, "visited")
    return visit


def visit_answer(*, by: Viewer, id: UUID, text: str) -> Visit:
    """The answer that was promised on a visit. Refused `conflict` where none is owed, or it was given."""
    said = public(text, longest=4000, field="text", needed=_("약속한 것에 대한 답을 적어 주세요."))
    with transaction.atomic():
        visit = _own(by, id)
        if visit.state != Visit.State.MADE or not visit.promised:
            raise Refused("conflict", _("답을 드리기로 한 것이 없는 방문입니다."))
        if visit.answered_at is not None:
            raise Refused("conflict", _("이미 답을 드렸습니다."))
        visit.answer, visit.answered_at = said, clock.now()
        visit.save()
        _happened(by, visit, "visit_answered")
    return visit


def visit_withhold(*, by: Viewer, id: UUID, reason: str, review_on: date | None) -> Visit:
    """Keep a visit to the own body and the company, with a reason of the law and a day to look again."""
    with transaction.atomic():
        visit = _own(by, id)
        withhold(by=by, thing=visit, level=LEVEL, reason=reason, review_on=review_on)
    return visit


def visit_open(*, by: Viewer, id: UUID) -> Visit:
    """Let everybody read a visit again."""
    with transaction.atomic():
        visit = _own(by, id)
        if visit.withheld is None:
            raise Refused("conflict", _("이미 공개되어 있습니다."))
        open_up(by=by, thing=visit)
    return visit


def _new(by: Viewer, id: UUID, company_id: UUID, fields: Mapping[str, Any]) -> tuple[Visit, bool]:
    body_id = rules.must_act(by)
    company = company_of(company_id, lock=True)
    known = _locked(id)
    if known:
        rules.must_own(by, known.body_id)
        return known, True
    rules.must_care(body_id, company.pk)
    kind = str(fields.get("kind") or Visit.Kind.VISIT)
    if kind not in Visit.Kind.values:
        raise Refused("invalid", _("어떻게 만났는지 골라 주세요."), "kind")
    visit = Visit(pk=id, company=company, body_id=body_id, person_id=by.person_id, kind=kind)
    visit.report = own_report(by, fields.get("report"))
    _must_be_its(visit)
    return visit, False


def _must_be_its(visit: Visit) -> None:
    """A report that came from another company does not belong on this company's page."""
    report: Report | None = visit.report
    if report and report.sender_id and report.sender_id != visit.company_id and rules.is_company(report.sender_id):
        raise Refused("invalid", _("다른 회사가 알린 신고입니다. 접수번호를 다시 확인해 주세요."), "report")


def _locked(id: UUID) -> Visit | None:
    rows = Visit.objects.select_for_update(of=("self",)).select_related("company", "body", "report")
    found: Visit | None = rows.filter(pk=id).first()
    return found


def _own(by: Viewer, id: UUID) -> Visit:
    visit = _locked(id)
    if visit is None:
        raise Refused("not_found", _("없는 방문입니다."))
    rules.must_own(by, visit.body_id)
    return visit


def _planned(by: Viewer, id: UUID) -> Visit:
    visit = _own(by, id)
    if visit.state != Visit.State.PLANNED:
        raise Refused("conflict", _("이미 다녀왔거나 하지 않기로 한 방문입니다."))
    return visit


def _plan_texts(fields: Mapping[str, Any]) -> dict[str, str]:
    return {
        "place": public(fields.get("place"), longest=200, field="place", one_line=True),
        "purpose": public(
            fields.get("purpose"),
            longest=300,
            field="purpose",
            one_line=True,
            needed=_("무엇을 들으러 가는지 적어 주세요. 회사가 읽습니다."),
        ),
    }


def _day_ahead(value: Any) -> date:
    on = day(value)
    if on is None or not clock.today() <= on <= clock.today() + FARTHEST:
        raise Refused("invalid", _("오늘부터 1년 안의 날을 적어 주세요."), "on")
    return on


def _hour(value: Any) -> time | None:
    return value if isinstance(value, time) else None


def _due(value: Any, on: date, promised: str) -> date | None:
    due = day(value)
    if due is None:
        return None
    if not promised:
        raise Refused("invalid", _("언제까지 답할지 정하려면 무엇을 약속했는지 적어 주세요."), "promised")
    if not on <= due <= on + FARTHEST:
        raise Refused("invalid", _("답할 날을 찾아간 날부터 1년 안으로 적어 주세요."), "answer_due")
    return due


def _happened(by: Viewer, visit: Visit, what: str) -> None:
    record(
        by=by,
        type=f"reports.company.{what}",
        subject=visit.about,
        thing=visit.urn,
        data={"on": str(visit.on), "company": str(visit.company_id)},
    )
