"""A company's difficulty comes in, and opens again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from dure.core import clock
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.core.visibility import Reason, open_up, withhold
from dure.reports.actions import Said, report_hand_in
from dure.reports.company import policy as rules
from dure.reports.company.actions.common import LEVEL, concerns
from dure.reports.company.queries.care import choices_for
from dure.reports.models import Report, RouteDecision

SECRET_FOR = timedelta(days=365)


def company_report(*, by: Viewer, id: UUID, fields: Mapping[str, Any], client: str = "", source: str = "web") -> Report:
    """Hand in a company's difficulty; the same `id` with the same words again gives the report that is there already.

    Whoever acts for a company speaks for it; anybody else, also another body's system, names the company (`company`).
    `fields`: difficulty, rule, wish, address, to (id of a body that cares for the company or holds its seat; then no
    address is needed), email, secret, review_on. With `secret` the report is open to the body that has it and to the
    company alone (영업상 비밀), for a year or until `review_on`. Refused `invalid`, `not_allowed`.
    """
    name, sender = "", None
    if by.kind == "system":
        by.must_act_for(by.body_id, _("이 열쇠로는 읽기만 할 수 있습니다."))
        sender = by.body_id
    elif by.is_official:
        sender = rules.must_speak_for_company(by)
    if sender is None or not rules.is_company(sender):
        missing = _("회사 이름을 적어 주세요.")
        name = tidy(fields.get("company"), longest=100, field="company", needed=missing, one_line=True)
    difficulty = tidy(
        fields.get("difficulty"), longest=2000, field="difficulty", needed=_("무엇이 어려운지 적어 주세요.")
    )
    rule = tidy(fields.get("rule"), longest=500, field="rule")
    wish = tidy(fields.get("wish"), longest=1000, field="wish")
    said = [("", difficulty), (_("걸림돌이 되는 규정"), rule), (_("바라는 것"), wish), (_("회사"), name)]
    words = "\n\n".join(f"{label}: {text}" if label else text for label, text in said if text)
    decide = _to(sender, fields.get("to"))
    address = str(fields.get("address") or "")
    if decide is None and not address.strip():
        raise Refused("invalid", _("회사가 있는 곳을 시·군·구까지 적어 주세요. 맡을 기관을 찾습니다."), "address")
    email = str(fields.get("email") or "").strip()
    with transaction.atomic():
        known = Report.objects.filter(pk=id).first()
        if known and (known.original or known.words) == tidy(words, longest=4000, field="difficulty"):
            return known
        # Other words under the same id: somebody went back in the browser and wrote on. That is another difficulty.
        id = uuid5(id, words) if known else id
        report = report_hand_in(
            by=by,
            id=id,
            client=client,
            decide=decide,
            said=Said(
                words=words,
                kind="company",
                source=source,
                address=address,
                sender_id=sender,
                channel="email" if email else "",
                address_of=email,
                name=name[:60],
            ),
        )
        if sender:
            concerns(report, sender)
        if fields.get("secret"):
            on = fields.get("review_on") or clock.today() + SECRET_FOR
            withhold(by=by, thing=report, level=LEVEL, reason=Reason.TRADE_SECRET, review_on=on)
    return report


def _to(company_id: UUID | None, to: Any) -> Callable[[Report], RouteDecision] | None:
    if not to:
        return None
    known = {str(id) for id in choices_for(company_id)} if company_id else set()
    if str(to) not in known:
        raise Refused("invalid", _("회사를 돌보는 기관이나 회사가 있는 곳의 기관에서 골라 주세요."), "to")

    def decide(report: Report) -> RouteDecision:
        with override("ko"):
            why = _("회사를 돌보거나 회사가 있는 곳의 기관 가운데에서 회사가 고른 기관입니다.")
        with override("en"):
            english = _("회사를 돌보거나 회사가 있는 곳의 기관 가운데에서 회사가 고른 기관입니다.")
        return RouteDecision.objects.create(
            report=report, body_id=UUID(str(to)), rule="company", reason=why, reason_en=english, confidence=1.0
        )

    return decide


def company_report_withhold(*, by: Viewer, id: UUID, review_on: date | None) -> Report:
    """The company keeps its own difficulty to itself and the body that has it, as its trade secret."""
    with transaction.atomic():
        report = _own(by, id)
        withhold(by=by, thing=report, level=LEVEL, reason=Reason.TRADE_SECRET, review_on=review_on)
    return report


def company_report_open(*, by: Viewer, id: UUID) -> Report:
    """The company lets everybody read its difficulty again. What the body withheld, the body opens."""
    with transaction.atomic():
        report = _own(by, id)
        if report.withheld is None:
            raise Refused("conflict", _("이미 공개되어 있습니다."))
        if report.withheld_by_body != by.body_id:
            raise Refused("not_allowed", _("가린 기관만 다시 공개할 수 있습니다."))
        open_up(by=by, thing=report)
    return report


def _own(by: Viewer, id: UUID) -> Report:
    company_id = rules.must_speak_for_company(by)
    rows = Report.objects.select_for_update(of=("self",)).filter(pk=id, kind="company", sender_id=company_id)
    found: Report | None = rows.first()
    if found is None:
        raise Refused("not_found", _("없는 신고입니다."))
    return found
