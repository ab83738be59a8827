"""Every read of the workspace, narrowed to its viewer."""

from dure.collaboration.workspace.queries.beside import (
    Overview,
    calendar_key_of,
    calendar_rows,
    file_groups,
    overview,
    token_of,
    viewer_of_calendar,
)
from dure.collaboration.workspace.queries.meeting import (
    MeetingPage,
    may_attend,
    meeting_keyset,
    meeting_page,
    meetings,
    people_of,
    proposals_of,
)
from dure.collaboration.workspace.queries.money import Budget, budget, budget_line
from dure.collaboration.workspace.queries.task import (
    TaskFilter,
    board,
    every_task,
    milestones,
    open_count,
    task_keyset,
    task_list,
    with_milestones,
    withheld_tasks,
    work_of,
)

__all__ = [
    "Budget",
    "MeetingPage",
    "Overview",
    "TaskFilter",
    "board",
    "budget",
    "budget_line",
    "calendar_key_of",
    "calendar_rows",
    "every_task",
    "file_groups",
    "may_attend",
    "meeting_keyset",
    "meeting_page",
    "meetings",
    "milestones",
    "open_count",
    "overview",
    "people_of",
    "proposals_of",
    "task_keyset",
    "task_list",
    "token_of",
    "viewer_of_calendar",
    "with_milestones",
    "withheld_tasks",
    "work_of",
]
