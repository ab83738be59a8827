"""Verbs of the company desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies.models import Body, Membership
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.core.visibility import Level, Reason, Visible, withhold
from dure.engines.masking import mask
from dure.reports import policy
from dure.reports.actions import Said, report_hand_in
from dure.reports.company import policy as desk_policy
from dure.reports.models import CompanyCare, Report, RuleChange, Visit

SECRET_FOR = timedelta(days=365)


def company_report(*, by: Viewer, id: UUID, fields: Mapping[str, Any], client: str = "") -> Report:
    """Hand in a company's difficulty; the same `id` again gives the report that is there already.

    An official of a company acts for it; anybody else names the company (`company`). `fields`: difficulty, rule, wish,
    address, email, secret. With `secret` the report is open to the body that answers and, by its status link, to the
    company alone (영업상 비밀), for a year. Refused `invalid`, `not_allowed`.
    """
    name = ""
    if by.is_official:
        desk_policy.must_speak_for_company(by)
    else:
        missing = _("회사 이름을 적어 주세요.")
        name = tidy(fields.get("company"), longest=100, field="company", needed=missing, one_line=True)
    difficulty = tidy(
        fields.get("difficulty"), longest=2000, field="difficulty", needed=_("무엇이 어려운지 적어 주세요.")
    )
    rule = tidy(fields.get("rule"), longest=500, field="rule")
    wish = tidy(fields.get("wish"), longest=1000, field="wish")
    said = [(_("회사"), name), ("", difficulty), (_("걸림돌이 되는 규정"), rule), (_("바라는 것"), wish)]
    words = "\n\n".join(f"{label}: {text}" if label else text for label, text in said if text)
    email = str(fields.get("email") or "").strip()
    with transaction.atomic():
        known = Report.objects.filter(pk=id).first()
        if known:
            return known
        report = report_hand_in(
            by=by,
            id=id,
            client=client,
            said=Said(
                words=words,
                kind="company",
                address=str(fields.get("address") or ""),
                sender_id=by.body_id,
                channel="email" if email else "",
                address_of=email,
                name=name[:60],
            ),
        )
        if fields.get("secret"):
            _keep_secret(by, report)
    return report


def _keep_secret(by: Viewer, thing: Visible) -> None:
    on = clock.today() + SECRET_FOR
    withhold(by=by, thing=thing, level=Level.BODY, reason=Reason.TRADE_SECRET, review_on=on)


def care_assign(*, by: Viewer, company_id: UUID, officer_id: UUID) -> CompanyCare:
    """Name the one official of the own body who cares for a company, or hand over to another; by the body's head.

    What was before stays on record. Refused `not_found`, `not_allowed`, `invalid` at `officer`.
    """
    body_id = desk_policy.must_lead(by)
    with transaction.atomic():
        # The company's row guards 'one at a time' before the first row of care exists.
        company = _company(company_id, lock=True)
        members = Membership.objects.valid_on(clock.today())
        if not members.filter(body_id=body_id, person_id=officer_id, role__in=["head", "officer"]).exists():
            raise Refused("invalid", _("우리 기관의 담당자 가운데에서 골라 주세요."), "officer")
        now = CompanyCare.objects.filter(company=company, body_id=body_id, until=None).first()
        if now and now.officer_id == officer_id:
            return now
        if now:
            now.until = clock.now()
            now.save(update_fields=["until"])
        care = CompanyCare.objects.create(company=company, body_id=body_id, officer_id=officer_id)
        record(
            by=by,
            type="reports.company.care_assigned",
            subject=company.urn,
            data={"care": str(care.pk), "before": str(now.pk) if now else ""},
        )
    return care


def visit_log(*, by: Viewer, id: UUID, company_id: UUID, fields: Mapping[str, Any]) -> Visit:
    """Write down a visit. `fields`: on, place, who, heard, promised, next, report (receipt of a report of a company
    that the own body has), secret. The same `id` again gives the visit that is there. Personal numbers are masked."""
    body_id = desk_policy.must_act(by)
    on = fields.get("on")
    if not isinstance(on, date) or on > clock.today():
        raise Refused("invalid", _("찾아간 날을 오늘까지의 날로 적어 주세요."), "on")
    texts = {
        "place": tidy(fields.get("place"), longest=200, field="place", one_line=True),
        "who": tidy(
            fields.get("who"),
            longest=200,
            field="who",
            one_line=True,
            needed=_("누가 있었는지 이름 없이 직책으로 적어 주세요."),
        ),
        "heard": tidy(fields.get("heard"), longest=4000, field="heard", needed=_("들은 것을 적어 주세요.")),
        "promised": tidy(fields.get("promised"), longest=2000, field="promised"),
        "next": tidy(fields.get("next"), longest=500, field="next", one_line=True),
    }
    with transaction.atomic():
        company = _company(company_id, lock=True)
        known = Visit.objects.filter(pk=id).first()
        if known:
            desk_policy.must_own(by, known.body_id)
            return known
        visit = Visit(pk=id, company=company, body_id=body_id, person_id=by.person_id, on=on)
        visit.report = _report(by, str(fields.get("report") or ""))
        for name, text in texts.items():
            setattr(visit, name, mask(text).text)
        visit.save(force_insert=True)
        if fields.get("secret"):
            _keep_secret(by, visit)
        about = visit.report.urn if visit.report else company.urn
        record(by=by, type="reports.company.visited", subject=about, thing=visit.urn)
    return visit


def rule_collect(*, by: Viewer, id: UUID, fields: Mapping[str, Any]) -> RuleChange:
    """Collect the proposal to change a rule. `fields`: title, law, problem, wording, report (receipt)."""
    body_id = desk_policy.must_act(by)
    texts = {
        "title": tidy(fields.get("title"), longest=200, field="title", one_line=True, needed=_("제목을 적어 주세요.")),
        "law": tidy(
            fields.get("law"),
            longest=300,
            field="law",
            one_line=True,
            needed=_("법령·조례의 조항을 적어 주세요."),
        ),
        "problem": tidy(fields.get("problem"), longest=4000, field="problem", needed=_("무엇이 문제인지 적어 주세요.")),
        "wording": tidy(fields.get("wording"), longest=4000, field="wording"),
    }
    with transaction.atomic():
        known = RuleChange.objects.filter(pk=id).first()
        if known:
            desk_policy.must_own(by, known.body_id)
            return known
        rule = RuleChange(pk=id, body_id=body_id, person_id=by.person_id)
        rule.report = _report(by, str(fields.get("report") or ""))
        if rule.report and rule.report.visibility != Level.PUBLIC:
            raise Refused("invalid", _("비공개 신고는 공개 제안에 걸 수 없습니다."), "report")
        for name, text in texts.items():
            setattr(rule, name, mask(text).text)
        rule.save(force_insert=True)
        _told(by, rule)
    return rule


def rule_send(*, by: Viewer, id: UUID, to_id: UUID) -> RuleChange:
    """The proposal goes to the body in charge of the rule. Refused `conflict` unless it is only collected."""
    with transaction.atomic():
        rule = _rule(by, id)
        if rule.state != RuleChange.State.COLLECTED:
            raise Refused("conflict", _("이미 보낸 제안입니다."))
        to = Body.objects.filter(pk=to_id).exclude(kind=Body.Kind.COMPANY).first()
        if to is None:
            raise Refused("invalid", _("소관 기관을 골라 주세요."), "to")
        rule.state, rule.sent_to, rule.sent_on = RuleChange.State.SENT, to, clock.today()
        rule.save()
        _told(by, rule)
    return rule


def rule_decide(*, by: Viewer, id: UUID, state: str, reason: str, on: date | None) -> RuleChange:
    """What the body in charge said: accepted, changed or refused, with its reason and date."""
    reason = tidy(reason, longest=1000, field="reason", needed=_("까닭을 적어 주세요."))
    with transaction.atomic():
        rule = _rule(by, id)
        if rule.state != RuleChange.State.SENT:
            raise Refused("conflict", _("소관 기관에 보낸 제안만 결과를 적을 수 있습니다."))
        if state not in ("accepted", "changed", "refused"):
            raise Refused("invalid", _("결과를 골라 주세요."), "state")
        if on is None or rule.sent_on is None or not rule.sent_on <= on <= clock.today():
            raise Refused("invalid", _("보낸 날부터 오늘까지의 날을 적어 주세요."), "on")
        rule.state, rule.decided_on, rule.reason = state, on, mask(reason).text
        rule.save()
        _told(by, rule)
    return rule


def _told(by: Viewer, rule: RuleChange) -> None:
    about = rule.report.urn if rule.report else rule.body.urn
    record(by=by, type="reports.company.rule", subject=about, thing=rule.urn, data={"state": str(rule.state)})


def _rule(by: Viewer, id: UUID) -> RuleChange:
    rule = RuleChange.objects.select_for_update(of=("self",)).select_related("body", "report").filter(pk=id).first()
    if rule is None:
        raise Refused("not_found", _("없는 제안입니다."))
    desk_policy.must_own(by, rule.body_id)
    found: RuleChange = rule
    return found


def _company(id: UUID, *, lock: bool) -> Body:
    rows = Body.objects.select_for_update(of=("self",)) if lock else Body.objects
    found = rows.filter(pk=id, kind=Body.Kind.COMPANY).first()
    if found is None:
        raise Refused("not_found", _("없는 회사입니다."))
    return found


def _report(by: Viewer, receipt: str) -> Report | None:
    if not receipt.strip():
        return None
    found = Report.objects.filter(receipt=receipt.strip().upper(), kind="company").first()
    if found is None or not policy.may_work(by, found):
        raise Refused("invalid", _("우리 기관이 맡은 기업 신고의 접수번호를 적어 주세요."), "report")
    return found


__all__ = ["care_assign", "company_report", "rule_collect", "rule_decide", "rule_send", "visit_log"]
