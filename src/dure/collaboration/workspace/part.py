from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.collaboration.parts import Kept, Part, Tab
from dure.collaboration.workspace import actions
from dure.collaboration.workspace.demo import demo
from dure.collaboration.workspace.desk import desk_items
from dure.collaboration.workspace.models import BudgetLine, Meeting, Milestone, Task
from dure.collaboration.workspace.queries import open_count
from dure.collaboration.workspace.subscribers import remind, tell_the_doer, tell_the_invited_to_meet
from dure.core.links import Link
from dure.core.models import Event
from dure.core.rooms import Noun, Periodic, Subscriber
from dure.core.viewer import Viewer
from dure.core.visibility import Visible


def _resolver(model: type[Visible], title: str) -> Any:
    def resolve(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
        rows = model._default_manager.visible_to(viewer).filter(pk__in=ids).select_related("collaboration__call")
        return {
            row.pk: Link(row.urn, getattr(row, title), row.get_absolute_url(), row.collaboration.call.title)
            for row in rows
        }

    return resolve


def _state(code: str) -> str:
    return str(Task.State(code).label) if code in Task.State.values else code


def _moved(event: Event, task: Task) -> str:
    said = {"title": task.title, "from": _state(event.data.get("from", "")), "to": _state(event.data.get("to", ""))}
    if event.data.get("to") == Task.State.DROPPED and task.reason:
        return _("할 일을 그만두기로 했습니다: %(title)s (%(why)s)") % {"title": task.title, "why": task.reason}
    return _("할 일을 옮겼습니다: %(title)s (%(from)s → %(to)s)") % said


PART = Part(
    name="workspace",
    nouns=(
        Noun("이정표", "milestone", "Milestone"),
        Noun("할 일", "task", "Task"),
        Noun("회의", "meeting", "Meeting"),
        Noun("초대한 기관", "invited party", "MeetingBody"),
        Noun("회의 안건", "agenda item", "AgendaItem"),
        Noun("참석", "attendance", "Attendance"),
        Noun("회의록의 옛 글", "minutes revision", "MinutesRevision"),
        Noun("예산 항목", "budget line", "BudgetLine"),
        Noun("쓴 돈", "spending", "Spending"),
        Noun("달력 열쇠", "calendar key", "CalendarKey"),
    ),
    verbs=tuple(actions.__all__),
    events_out={
        "collaboration.task.added": gettext_lazy("할 일을 더함"),
        "collaboration.task.changed": gettext_lazy("할 일을 고침"),
        "collaboration.task.moved": gettext_lazy("할 일을 옮김"),
        "collaboration.task.undone": gettext_lazy("할 일 옮기기를 되돌림"),
        "collaboration.task.due": gettext_lazy("할 일의 기한이 내일임"),
        "collaboration.milestone.added": gettext_lazy("이정표를 세움"),
        "collaboration.milestone.changed": gettext_lazy("이정표를 고침"),
        "collaboration.milestone.reached": gettext_lazy("이정표에 이름"),
        "collaboration.milestone.reopened": gettext_lazy("이정표를 다시 엶"),
        "collaboration.meeting.called": gettext_lazy("회의를 엶"),
        "collaboration.meeting.changed": gettext_lazy("회의를 바꿈"),
        "collaboration.meeting.cancelled": gettext_lazy("회의를 취소함"),
        "collaboration.meeting.answered": gettext_lazy("참석 여부를 답함"),
        "collaboration.meeting.attended": gettext_lazy("참석한 사람을 적음"),
        "collaboration.minutes.written": gettext_lazy("회의록을 적음"),
        "collaboration.budget.added": gettext_lazy("예산 항목을 더함"),
        "collaboration.budget.changed": gettext_lazy("예산 항목을 고침"),
        "collaboration.spending.added": gettext_lazy("쓴 돈을 적음"),
        "collaboration.spending.struck": gettext_lazy("쓴 돈의 기록을 지움"),
        "collaboration.calendar.opened": gettext_lazy("달력 주소를 만듦"),
        "collaboration.calendar.closed": gettext_lazy("달력 주소를 닫음"),
    },
    things={
        "task": Kept(Task, gettext_lazy("할 일 1건"), ("owner",)),
        "milestone": Kept(Milestone, gettext_lazy("이정표 1개")),
        "meeting": Kept(Meeting, gettext_lazy("회의 1건")),
        "budget-line": Kept(BudgetLine, gettext_lazy("예산 항목 1건"), ("payer",)),
    },
    lines={
        "collaboration.task.added": lambda e, t: (
            _("할 일을 더했습니다: %(title)s (맡은 기관: %(body)s)") % {"title": t.title, "body": t.owner.name}
        ),
        "collaboration.task.changed": lambda e, t: _("할 일을 고쳤습니다: %(title)s") % {"title": t.title},
        "collaboration.task.moved": _moved,
        "collaboration.task.undone": lambda e, t: _("할 일 옮기기를 되돌렸습니다: %(title)s") % {"title": t.title},
        "collaboration.task.due": lambda e, t: _("내일까지 할 일입니다: %(title)s") % {"title": t.title},
        "collaboration.milestone.added": lambda e, t: _("이정표를 세웠습니다: %(title)s") % {"title": t.title},
        "collaboration.milestone.changed": lambda e, t: _("이정표를 고쳤습니다: %(title)s") % {"title": t.title},
        "collaboration.milestone.reached": lambda e, t: _("이정표에 이르렀습니다: %(title)s") % {"title": t.title},
        "collaboration.milestone.reopened": lambda e, t: (
            _("아직 이르지 않은 이정표로 되돌렸습니다: %(title)s") % {"title": t.title}
        ),
        "collaboration.meeting.called": lambda e, t: _("회의를 엽니다: %(title)s") % {"title": t.title},
        "collaboration.meeting.changed": lambda e, t: _("회의를 바꾸었습니다: %(title)s") % {"title": t.title},
        "collaboration.meeting.cancelled": lambda e, t: (
            _("회의를 취소했습니다: %(title)s (%(why)s)") % {"title": t.title, "why": t.cancel_reason}
        ),
        "collaboration.meeting.attended": lambda e, t: (
            _("회의에 참석한 사람을 적었습니다: %(title)s, %(n)d명") % {"title": t.title, "n": e.data.get("count", 0)}
        ),
        "collaboration.minutes.written": lambda e, t: (
            _("회의록을 고쳤습니다: %(title)s") % {"title": t.title}
            if e.data.get("number", 1) > 1
            else _("회의록을 올렸습니다: %(title)s") % {"title": t.title}
        ),
        "collaboration.budget.added": lambda e, t: (
            _("예산 항목을 더했습니다: %(what)s (내는 기관: %(body)s)") % {"what": t.what, "body": t.payer.name}
        ),
        "collaboration.budget.changed": lambda e, t: _("예산 항목을 고쳤습니다: %(what)s") % {"what": t.what},
        "collaboration.spending.added": lambda e, t: _("쓴 돈을 적었습니다: %(what)s") % {"what": t.what},
        "collaboration.spending.struck": lambda e, t: _("쓴 돈의 기록을 지웠습니다: %(what)s") % {"what": t.what},
    },
    resolvers={
        "task": _resolver(Task, "title"),
        "milestone": _resolver(Milestone, "title"),
        "meeting": _resolver(Meeting, "title"),
        "budget-line": _resolver(BudgetLine, "what"),
    },
    subscribers=(
        Subscriber(
            "collaboration.tell_the_doer",
            ("collaboration.task.added", "collaboration.task.changed", "collaboration.task.due"),
            tell_the_doer,
        ),
        Subscriber(
            "collaboration.tell_the_invited_to_meet",
            (
                "collaboration.meeting.called",
                "collaboration.meeting.changed",
                "collaboration.meeting.cancelled",
                "collaboration.minutes.written",
            ),
            tell_the_invited_to_meet,
        ),
    ),
    jobs={"collaboration.remind": remind},
    periodic=(Periodic("collaboration.remind", "day"),),
    tabs=(Tab(gettext_lazy("일터"), "workspace:page", 30, open_count),),
    desk=desk_items,
    demo=demo,
)
