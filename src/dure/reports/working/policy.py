"""Who may do what while a report is worked on; beside the room's own rules."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from dure.bodies.models import Body, Membership
from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import policy
from dure.reports.models import Move, Report, Word
from dure.reports.working import arbiters

SECOND_LOOK = timedelta(days=30)
SECOND_OUTCOMES = ("solved", "answered", "nothing_found", "cannot")


def must_work_open(by: Viewer, report: Report) -> None:
    """The body that has it, while it is open."""
    policy.must_work(by, report)
    policy.must_be_open(report)


def must_be_still(report: Report) -> None:
    """It is not on its way to another body."""
    if report.moves.filter(state=Move.State.OFFERED).exists():
        raise Refused("conflict", _("넘기는 중인 신고입니다. 먼저 넘기기를 거두거나 답을 기다려 주세요."))


def must_not_be_split(report: Report) -> None:
    if report.pieces.exists():
        raise Refused("conflict", _("나눈 신고입니다. 나뉜 신고마다 따로 해 주세요."))


def must_be_new_to_it(by: Viewer, report: Report) -> None:
    """A second look is another person's or a head's, unless the body has nobody else."""
    if report.second_look_at is None or by.role == "head" or by.person_id is None:
        return
    first = (
        Word.objects.filter(report=report, kind=Word.Kind.ANSWER, at__lt=report.second_look_at).order_by("-at").first()
    )
    if first is None or first.person_id != by.person_id:
        return
    others = Membership.objects.valid_on(clock.today()).filter(body=report.body_id, role__in=["head", "officer"])
    if others.exclude(person=by.person_id).exists():
        raise Refused("not_allowed", _("다시 살피는 신고입니다. 처음 답한 분이 아닌 다른 담당자나 책임자가 해 주세요."))


def concerns(by: Viewer, report: Report) -> bool:
    """Whether the report was offered to the viewer's body, or waits for its decision."""
    if not by.may_act_for(by.body_id):
        return False
    mine = Q(target=by.body_id) | Q(arbiter=by.body_id)
    return bool(report.moves.filter(mine, state=Move.State.OFFERED).exists())


def may_answer_move(by: Viewer, move: Move) -> bool:
    """Accepting or returning: the body it was offered to, unless an arbiter decides."""
    return move.state == Move.State.OFFERED and move.number < 3 and by.may_act_for(move.target_id)


def must_answer_move(by: Viewer, move: Move) -> None:
    if move.number >= 3:
        raise Refused("conflict", _("세 번째 넘김은 조정자가 정합니다."))
    by.must_act_for(move.target_id, _("넘겨받을 기관의 담당자만 답할 수 있습니다."))


def may_decide_move(by: Viewer, move: Move) -> bool:
    """The arbiter; the operator where the arbiter is not known or has nobody here."""
    if move.state != Move.State.OFFERED or move.number < 3:
        return False
    return by.may_act_for(move.arbiter_id) or (by.operator and not arbiters.has_people(move.arbiter))


def must_decide_move(by: Viewer, move: Move) -> None:
    if not may_decide_move(by, move):
        raise Refused("not_allowed", _("이 넘김은 조정자만 정할 수 있습니다."))


def may_see_nobodys(by: Viewer) -> bool:
    """Reports without a body: the operator and officers of provinces."""
    return by.operator or province_of(by) is not None


def province_of(by: Viewer) -> Body | None:
    if not by.may_act_for(by.body_id):
        return None
    return Body.objects.filter(pk=by.body_id, kind=Body.Kind.SIDO).first()


def may_ask_again(by: Viewer, report: Report) -> bool:
    """Whether whoever reported may still say that it is not solved."""
    return (
        policy.is_reporter(by, report)
        and report.closed_at is not None
        and report.second_look_at is None
        and report.outcome in SECOND_OUTCOMES
        and clock.now() <= report.closed_at + SECOND_LOOK
    )


def must_ask_again(by: Viewer, report: Report) -> None:
    policy.must_be_reporter(by, report)
    if report.open or report.outcome not in SECOND_OUTCOMES:
        raise Refused("conflict", _("답을 받은 신고만 다시 살펴 달라고 할 수 있습니다."))
    if report.second_look_at is not None:
        raise Refused("conflict", _("이미 한 번 다시 살핀 신고입니다. 새로 알려 주시면 처음부터 봅니다."))
    if report.closed_at is None or clock.now() > report.closed_at + SECOND_LOOK:
        raise Refused("conflict", _("마친 뒤 30일이 지났습니다. 새로 알려 주시면 처음부터 봅니다."))


def must_know_the_officers(by: Viewer) -> None:
    by.must_act_for(by.body_id, _("기관의 담당자만 볼 수 있습니다. 위에서 기관을 골라 주세요."))
