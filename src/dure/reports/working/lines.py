"""What happens to a report while it is worked on, in words for its timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core.models import Event
from dure.reports.models import DeadlineNotice, Report

EVENTS_OUT = {
    "reports.taken": gettext_lazy("담당자가 신고를 맡음"),
    "reports.assigned": gettext_lazy("신고의 담당자를 정함"),
    "reports.started": gettext_lazy("현장으로 출발함"),
    "reports.asked": gettext_lazy("신고하신 분께 물음"),
    "reports.replied": gettext_lazy("신고하신 분이 답함"),
    "reports.extended": gettext_lazy("기한을 늘림"),
    "reports.extension.asked": gettext_lazy("기한을 한 번 더 늘려도 되는지 물음"),
    "reports.extension.answered": gettext_lazy("기한을 늘리는 데 답함"),
    "reports.updated": gettext_lazy("진행을 알림"),
    "reports.closed": gettext_lazy("신고를 마침"),
    "reports.move.offered": gettext_lazy("다른 기관에 넘기자고 함"),
    "reports.move.withdrawn": gettext_lazy("넘기기를 거둠"),
    "reports.move.accepted": gettext_lazy("신고를 넘겨받음"),
    "reports.move.returned": gettext_lazy("신고를 돌려보냄"),
    "reports.move.decided": gettext_lazy("조정자가 맡을 기관을 정함"),
    "reports.given": gettext_lazy("맡을 기관을 찾아 줌"),
    "reports.split": gettext_lazy("신고를 나눔"),
    "reports.joined": gettext_lazy("같은 신고에 합침"),
    "reports.unjoined": gettext_lazy("합친 신고를 되돌림"),
    "reports.not_solved": gettext_lazy("풀리지 않았다고 함"),
    "reports.collaboration": gettext_lazy("신고를 협업에 이음"),
    "reports.abuse.marked": gettext_lazy("신고가 아니라고 함"),
    "reports.abuse.undone": gettext_lazy("신고가 아니라는 것을 되돌림"),
    "reports.undone": gettext_lazy("여럿을 한꺼번에 한 일을 되돌림"),
    "reports.batch.done": gettext_lazy("여러 신고를 한꺼번에 처리함"),
    "reports.batch.undone": gettext_lazy("여러 신고에 한 일을 되돌림"),
    "reports.template.saved": gettext_lazy("답 틀을 적음"),
    "reports.template.removed": gettext_lazy("답 틀을 뺌"),
    "reports.deadline": gettext_lazy("신고의 기한을 알림"),
}


def _closed(event: Event) -> str:
    outcome = str(Report.Outcome(event.data["outcome"]).label)
    return _("마쳤습니다: %(outcome)s") % {"outcome": outcome}


def _offered(event: Event) -> str:
    if event.data.get("arbiter") or event.data.get("number", 0) >= 3:
        return _("세 번째 넘김이라 조정자에게 물었습니다.")
    if event.data.get("late"):
        return _("다른 기관에 넘기자고 했습니다. 넘길 수 있는 근무시간 8시간이 지난 뒤입니다.")
    return _("다른 기관에 넘기자고 했습니다.")


def _agreed(event: Event) -> str:
    if event.data.get("agreed"):
        return _("기한을 한 번 더 늘리는 데 동의했습니다.")
    return _("기한을 한 번 더 늘리는 데 동의하지 않았습니다.")


def _deadline(event: Event) -> str:
    """Only what is over is for everybody; the rest is between the body and its officers."""
    stage = event.data.get("stage")
    if stage == DeadlineNotice.Stage.DUE:
        return _("답할 기한이 되었습니다.")
    if stage == DeadlineNotice.Stage.DAY_AFTER:
        return _("답할 기한이 하루 넘게 지났습니다.")
    if stage == DeadlineNotice.Stage.DAY_BEFORE:
        return _("답할 기한이 하루 남았습니다.")
    return _("답할 기한의 반이 지났습니다.")


def _tied(event: Event) -> str:
    return _("협업에 이었습니다.") if event.data.get("to") else _("협업과의 이음을 풀었습니다.")


def lines() -> Mapping[str, Callable[[Event], str]]:
    return {
        "reports.taken": lambda event: _("담당자가 맡았습니다."),
        "reports.assigned": lambda event: _("담당자를 정했습니다."),
        "reports.started": lambda event: _("현장으로 출발했습니다."),
        "reports.asked": lambda event: _("신고하신 분께 물었습니다. 답을 기다리는 동안 기한이 쉽니다."),
        "reports.replied": lambda event: _("신고하신 분이 답했습니다."),
        "reports.extended": lambda event: _("기한을 한 차례 늘렸습니다."),
        "reports.extension.asked": lambda event: _("기한을 한 번 더 늘려도 되는지 신고하신 분께 물었습니다."),
        "reports.extension.answered": _agreed,
        "reports.updated": lambda event: _("진행을 알렸습니다."),
        "reports.closed": _closed,
        "reports.move.offered": _offered,
        "reports.move.withdrawn": lambda event: _("넘기기를 거두었습니다."),
        "reports.move.accepted": lambda event: _("신고를 넘겨받았습니다."),
        "reports.move.returned": lambda event: _("신고를 돌려보냈습니다."),
        "reports.move.decided": lambda event: _("조정자가 맡을 기관을 정했습니다."),
        "reports.given": lambda event: _("맡을 기관을 찾았습니다."),
        "reports.split": lambda event: _("여러 기관의 일이라 나누었습니다."),
        "reports.joined": lambda event: _("같은 신고에 합쳤습니다."),
        "reports.unjoined": lambda event: _("합친 것을 되돌렸습니다."),
        "reports.not_solved": lambda event: _("풀리지 않았다고 하셔서 다시 살핍니다."),
        "reports.collaboration": _tied,
        "reports.abuse.marked": lambda event: _("신고가 아니라고 보았습니다."),
        "reports.abuse.undone": lambda event: _("신고가 맞다고 되돌렸습니다."),
        "reports.undone": lambda event: _("방금 한 일을 되돌렸습니다."),
        "reports.deadline": _deadline,
    }
