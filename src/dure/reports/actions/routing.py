"""Asking again where a report belongs, after something about it became better known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from dure.bodies.models import Body
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import asking, deadlines, policy
from dure.reports.actions.hand_in import send_to
from dure.reports.models import Move, Report, Rest, RouteDecision

PLACED = ("lon", "lat", "accuracy_m", "address", "road_class", "road_no", "road_km")


def report_reroute(*, by: Viewer, id: UUID, cause: str, changes: Mapping[str, Any], chosen: str = "") -> Report:
    """Correct the place or the category, or answer the question that decides, and send the report where it belongs.

    By whoever reported, or by the body that has it; while it is open. `changes` may hold the fields in `PLACED`,
    `category` and `category_by`; `chosen` is the code of the body in answer to the question, one of those it offered.
    What was decided before stays on record. Refused: `invalid`, `not_allowed`, `conflict`.
    """
    if unknown := set(changes) - {*PLACED, "category", "category_by"}:
        raise ValueError(f"{sorted(unknown)} cannot be corrected")
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).select_related("route").filter(pk=id).first()
        if report is None:
            raise Refused("not_found", _("없는 신고입니다."))
        if not policy.may_work(by, report):
            policy.must_be_reporter(by, report)
        policy.must_be_open(report)
        for name, value in changes.items():
            setattr(report, name, value)
        before = report.body_id
        route = asking.route_for(report)
        decision = asking.write_down(report, route, cause)
        if chosen:
            _choose(report, decision, chosen)
        send_to(report, decision)
        if report.body_id != before:
            report.state, report.officer, report.taken_at = Report.State.RECEIVED, None, None
            report.moves.filter(state=Move.State.OFFERED).update(
                state=Move.State.RETURNED, answer=_("신고가 바로잡혀 다른 기관으로 갔습니다."), decided_at=clock.now()
            )
            report.rests.filter(ended_at=None).update(ended_at=clock.now(), ended_by=Rest.End.WENT_ON)
            deadlines.set_due(report)
        report.save()
        record(
            by=by,
            type="reports.rerouted",
            subject=report.urn,
            data={"cause": cause, "body": str(report.body_id or ""), "before": str(before or "")},
        )
    return report


def _choose(report: Report, decision: RouteDecision, chosen: str) -> None:
    offered = {choice["body"] for choice in (report.route.clarify if report.route else {}).get("choices", [])}
    body = Body.objects.filter(code=chosen).first() if chosen in offered else None
    if body is None:
        raise Refused("invalid", _("물음에 있는 답 가운데에서 골라 주세요."), "body")
    decision.body, decision.clarify = body, {}
    with override("ko"):
        decision.reason = _("물음에 답해 주신 대로 이 기관으로 보냈습니다.")
    with override("en"):
        decision.reason_en = _("물음에 답해 주신 대로 이 기관으로 보냈습니다.")
    decision.save(update_fields=["body", "clarify", "reason", "reason_en"])
