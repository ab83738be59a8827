"""Verbs of the workspace."""

from dure.collaboration.workspace.actions.beside import (
    calendar_key_end,
    calendar_key_make,
    work_keep_withheld,
    work_open,
    workspace_file_add,
)
from dure.collaboration.workspace.actions.meeting import (
    meeting_answer,
    meeting_attended,
    meeting_call,
    meeting_cancel,
    meeting_change,
    minutes_write,
)
from dure.collaboration.workspace.actions.money import (
    budget_line_add,
    budget_line_change,
    spending_add,
    spending_strike,
)
from dure.collaboration.workspace.actions.task import (
    milestone_add,
    milestone_change,
    milestone_reach,
    task_add,
    task_change,
    task_move,
    task_move_undo,
    task_remind,
)

__all__ = [
    "budget_line_add",
    "budget_line_change",
    "calendar_key_end",
    "calendar_key_make",
    "meeting_answer",
    "meeting_attended",
    "meeting_call",
    "meeting_cancel",
    "meeting_change",
    "milestone_add",
    "milestone_change",
    "milestone_reach",
    "minutes_write",
    "spending_add",
    "spending_strike",
    "task_add",
    "task_change",
    "task_move",
    "task_move_undo",
    "task_remind",
    "work_keep_withheld",
    "work_open",
    "workspace_file_add",
]
