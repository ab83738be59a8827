"""Passing a report on: offered with a reason, accepted or returned once; the third time an arbiter decides."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dure.bodies.models import PUBLIC_KINDS, Body
from dure.core import clock, workdays
from dure.core.events import record
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import deadlines, policy
from dure.reports.actions.following import follow
from dure.reports.models import Move, Report, RouteDecision
from dure.reports.working import policy as rules
from dure.reports.working.actions.common import go_on, locked, public
from dure.reports.working.arbiters import arbiter_of

ARBITER_FROM = 3
"""The number of the move from which an arbiter decides."""


def held_since(report: Report) -> object:
    """Since when the body has the report."""
    last = report.moves.filter(state__in=[Move.State.ACCEPTED, Move.State.DECIDED], target=report.body_id)
    moved = last.order_by("-decided_at").values_list("decided_at", flat=True).first()
    sent = report.route.at if report.route_id else None
    return max(filter(None, [moved, sent, report.created_at]))


def in_time(report: Report) -> bool:
    """Whether the working hours in which a report is passed on are not over yet."""
    since = held_since(report)
    return clock.now() <= workdays.add_working_hours(since, deadlines.MOVE_HOURS)  # type: ignore[arg-type]


def report_pass_on(*, by: Viewer, id: UUID, target_id: UUID, reason: str) -> Move:
    """Offer the report to the body it belongs to. Until that body accepts, it stays where it is, and its term runs."""
    with transaction.atomic():
        report = locked(by, id)
        rules.must_work_open(by, report)
        rules.must_be_still(report)
        rules.must_not_be_split(report)
        if _decided_for_good(report):
            raise Refused("conflict", _("조정자가 정한 신고입니다. 자리나 종류가 바로잡히면 다시 넘길 수 있습니다."))
        target = _other(target_id)
        if target.pk == report.body_id:
            raise Refused("invalid", _("다른 기관을 골라 주세요."), "target")
        said = public(reason, field="reason", longest=1000, needed=_("왜 그 기관의 일인지 적어 주세요."))
        number = report.moves.count() + 1
        assert report.body is not None
        arbiter = arbiter_of(report.body, target) if number >= ARBITER_FROM else None
        move = Move.objects.create(
            report=report,
            number=number,
            source=report.body,
            target=target,
            reason=said,
            person_id=by.person_id,
            arbiter=arbiter,
            at=clock.now(),
        )
        late = not in_time(report)
        data = {"body": str(target.pk), "number": number, "late": late, "arbiter": str(arbiter.pk if arbiter else "")}
        record(by=by, type="reports.move.offered", subject=report.urn, data=data)
    return move


def move_withdraw(*, by: Viewer, id: UUID) -> Move:
    """Take an offer back before it is answered."""
    with transaction.atomic():
        report = locked(by, id)
        policy.must_work(by, report)
        move = _offered(report)
        with translation.override("ko"):
            words = _("넘긴 기관이 거두었습니다.")
        _answer(move, Move.State.RETURNED, words)
        record(by=by, type="reports.move.withdrawn", subject=report.urn, data={"number": move.number})
    return move


def move_accept(*, by: Viewer, id: UUID) -> Report:
    """Take the report over. It is untaken there; the receipt, the status link and the term stay."""
    with transaction.atomic():
        report = locked(by, id)
        move = _offered(report)
        rules.must_answer_move(by, move)
        _answer(move, Move.State.ACCEPTED, "")
        _go(report, move.source, move.target, move.reason)
        data = {"body": str(move.target_id), "before": str(move.source_id or ""), "number": move.number}
        record(by=by, type="reports.move.accepted", subject=report.urn, data=data)
    return report


def move_return(*, by: Viewer, id: UUID, reason: str) -> Report:
    """Give it back with the reason: once for each body and report."""
    with transaction.atomic():
        report = locked(by, id)
        move = _offered(report)
        rules.must_answer_move(by, move)
        # An offer that was taken back was not returned by them.
        given_back = Event.objects.filter(subject=report.urn, type="reports.move.returned")
        numbers = [event.data["number"] for event in given_back]
        if report.moves.filter(target=move.target_id, number__in=numbers).exists():
            raise Refused("conflict", _("한 번 돌려보낸 신고입니다. 넘겨받은 뒤에 다시 넘길 수 있습니다."))
        said = public(reason, field="reason", longest=1000, needed=_("왜 돌려보내는지 적어 주세요."))
        _answer(move, Move.State.RETURNED, said)
        record(by=by, type="reports.move.returned", subject=report.urn, data={"number": move.number})
    return report


def move_decide(*, by: Viewer, id: UUID, body_id: UUID, reason: str) -> Report:
    """The arbiter names the body that has it from now on: the one it is with, the one proposed, or another."""
    with transaction.atomic():
        report = locked(by, id)
        move = _offered(report)
        rules.must_decide_move(by, move)
        chosen = _other(body_id, field="body")
        said = public(reason, field="reason", longest=1000, needed=_("왜 그렇게 정했는지 적어 주세요."))
        _answer(move, Move.State.DECIDED, said)
        if chosen.pk not in (report.body_id, move.target_id):
            # What was proposed stays as it was; what the arbiter chose instead is a move of its own.
            Move.objects.create(
                report=report,
                number=move.number + 1,
                source_id=report.body_id,
                target=chosen,
                reason=said,
                person_id=by.person_id,
                state=Move.State.DECIDED,
                arbiter=move.arbiter,
                decided_at=clock.now(),
            )
        if chosen.pk != report.body_id:
            _go(report, move.source, chosen, said)
        data = {"body": str(chosen.pk), "before": str(move.source_id or ""), "number": move.number}
        record(by=by, type="reports.move.decided", subject=report.urn, data=data)
    return report


def report_give(*, by: Viewer, id: UUID, body_id: UUID, reason: str) -> Report:
    """Find a body for a report that has none: the operator, or an officer of a province."""
    with transaction.atomic():
        report = locked(by, id)
        if not rules.may_see_nobodys(by):
            raise Refused("not_allowed", _("운영자와 시·도의 담당자만 정할 수 있습니다."))
        policy.must_be_open(report)
        if report.body_id is not None:
            raise Refused("conflict", _("이미 맡은 기관이 있습니다."))
        province = rules.province_of(by)
        if not by.operator and province and report.area_code and report.area_code[:2] != province.code[:2]:
            raise Refused("not_allowed", _("다른 시·도의 신고입니다."))
        target = _other(body_id, field="body")
        said = public(reason, field="reason", longest=1000, needed=_("왜 그 기관의 일인지 적어 주세요."))
        _go(report, None, target, said, moved=False)
        record(by=by, type="reports.given", subject=report.urn, data={"body": str(target.pk)})
    return report


def _other(id: UUID, *, field: str = "target") -> Body:
    found = Body.objects.filter(pk=id, kind__in=PUBLIC_KINDS).valid_on(clock.today()).first()
    if found is None or found.state != Body.State.CONFIRMED:
        raise Refused("invalid", _("지금 있는 공공기관을 골라 주세요."), field)
    return found


def _offered(report: Report) -> Move:
    found = report.moves.select_related("source", "target", "arbiter").filter(state=Move.State.OFFERED).first()
    if found is None or found.source_id != report.body_id:
        raise Refused("conflict", _("넘기는 중인 신고가 아닙니다."))
    move: Move = found
    return move


def _answer(move: Move, state: str, words: str) -> None:
    """A move is answered once; who passed what to whom and why is never changed."""
    now = clock.now()
    if not Move.objects.filter(pk=move.pk, state=Move.State.OFFERED).update(state=state, answer=words, decided_at=now):
        raise Refused("conflict", _("이미 답한 넘김입니다."))
    move.state, move.answer, move.decided_at = state, words, now


def _go(report: Report, source: Body | None, target: Body, reason: str, *, moved: bool = True) -> None:
    why = {}
    for language in ("ko", "en"):
        with translation.override(language):
            whence = _("‘%(body)s’에서 넘겨받았습니다.") % {"body": source.name} if source else ""
            why[language] = " ".join(filter(None, [whence, reason]))
    decision = RouteDecision.objects.create(
        report=report,
        cause=RouteDecision.Cause.AGAIN,
        at=clock.now(),
        body=target,
        rule="move",
        reason=why["ko"],
        reason_en=why["en"],
        confidence=1.0,
        facts={"sigungu": report.area_code},
    )
    go_on(report)
    before = report.body_id
    report.route, report.body, report.unit = decision, target, ""
    follow(report, before)
    report.state, report.officer, report.taken_at = Report.State.RECEIVED, None, None
    report.moves_count += moved
    report.save()


def _decided_for_good(report: Report) -> bool:
    last = report.moves.filter(state=Move.State.DECIDED).order_by("-decided_at").first()
    if last is None:
        return False
    better = [RouteDecision.Cause.PLACE, RouteDecision.Cause.CATEGORY, RouteDecision.Cause.ANSWER]
    return not report.routes.filter(cause__in=better, at__gt=last.decided_at).exists()
