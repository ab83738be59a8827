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
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.engines.masking import mask
from dure.reports import asking, deadlines, policy
from dure.reports.actions.following import follow
from dure.reports.actions.hand_in import send_to
from dure.reports.models import Move, Report, Rest, RouteDecision

PLACED = ("lon", "lat", "accuracy_m", "address", "road_class", "road_no", "road_km")


def report_reroute(
    *, by: Viewer, id: UUID, cause: str, changes: Mapping[str, Any], chosen: tuple[str, int] | None = None
) -> Report:
    """Correct the place or the category, or answer the question that decides, and send the report where it belongs.

    By whoever reported, or by the body that has it; while it is open. `changes` may hold the fields in `PLACED`,
    `category` and `category_by`; `chosen` is the answer to the question: the id of the decision that asked it, and
    which of its choices. What was decided before stays on record. Refused: `invalid`, `not_allowed`, `conflict`
    (closed, or another question stands there by now).
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
        answer = _answer(report, *chosen) if chosen else {}
        if answer.get("category"):
            changes = {**changes, "category": answer["category"], "category_by": Report.CategoryBy.PERSON}
        if {"lon", "lat"} & changes.keys():
            # What was known of the road belongs to the old place.
            changes = {**NO_ROAD, **changes}
        for name, value in changes.items():
            setattr(report, name, _public(name, value))
        before = report.body_id
        decision = asking.write_down(report, asking.route_for(report), cause)
        if answer and not answer.get("category"):
            _settle(decision, answer)
        send_to(report, decision)
        if report.body_id != before:
            follow(report, before)
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


NO_ROAD = {"road_class": "", "road_no": "", "road_km": None}
LONGEST = {"address": 200, "road_no": 20}


def _public(name: str, value: Any) -> Any:
    """What is typed is for all to read: tidied, with personal numbers masked."""
    if name not in LONGEST:
        return value
    return mask(tidy(value, longest=LONGEST[name], field=name, one_line=True)).text[: LONGEST[name]]


def _answer(report: Report, asked: str, chosen: int) -> dict[str, Any]:
    """The choice of the question that stands on the report now."""
    choices = report.route.clarify.get("choices", []) if report.route else []
    if report.route is None or str(report.route.pk) != asked:
        raise Refused("conflict", _("그사이 신고가 바뀌어 이 물음은 없어졌습니다. 지금 있는 물음에 답해 주세요."))
    if not 0 <= chosen < len(choices):
        raise Refused("invalid", _("물음에 있는 답 가운데에서 골라 주세요."), "choice")
    answer: dict[str, Any] = choices[chosen]
    return answer


def _settle(decision: RouteDecision, answer: Mapping[str, Any]) -> None:
    """The decision as it is now that the answer is known, with the reason and the law of that answer."""
    decision.body = Body.objects.filter(code=answer["body"]).first()
    decision.unit = answer.get("unit", "")[:120]
    decision.rule, decision.law = answer.get("rule", ""), answer.get("law", [])
    decision.confidence = answer.get("confidence") or decision.confidence
    decision.others = [other for other in decision.others if other["body"] != answer["body"]]
    decision.clarify = {}
    if answer.get("area"):
        decision.facts = {**decision.facts, "sigungu": answer["area"]}
    why = {}
    for language, reason in (("ko", answer.get("reason")), ("en", answer.get("reason_en"))):
        with override(language):
            said = _("물음에 답해 주신 대로 이 기관으로 보냈습니다.")
            why[language] = f"{said} {reason}" if reason else said
    decision.reason, decision.reason_en = why["ko"], why["en"]
    decision.save()
