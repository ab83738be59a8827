"""Verbs of the work on a report."""

from dure.reports.working.actions.many import work_many, work_undo
from dure.reports.working.actions.moves import (
    move_accept,
    move_decide,
    move_return,
    move_withdraw,
    report_give,
    report_pass_on,
)
from dure.reports.working.actions.reporter import report_extension_answer, report_not_solved, report_reply
from dure.reports.working.actions.shape import (
    Piece,
    report_collaborate,
    report_join_to,
    report_open,
    report_split,
    report_unjoin,
    report_withhold,
)
from dure.reports.working.actions.templates import template_remove, template_save
from dure.reports.working.actions.work import (
    report_answer,
    report_ask,
    report_assign,
    report_extend,
    report_mark_abuse,
    report_recategorise,
    report_start,
    report_take,
    report_unmark_abuse,
    report_update,
)

__all__ = [
    "Piece",
    "move_accept",
    "move_decide",
    "move_return",
    "move_withdraw",
    "report_answer",
    "report_ask",
    "report_assign",
    "report_collaborate",
    "report_extend",
    "report_extension_answer",
    "report_give",
    "report_join_to",
    "report_mark_abuse",
    "report_not_solved",
    "report_open",
    "report_pass_on",
    "report_recategorise",
    "report_reply",
    "report_split",
    "report_start",
    "report_take",
    "report_unjoin",
    "report_unmark_abuse",
    "report_update",
    "report_withhold",
    "template_remove",
    "template_save",
    "work_many",
    "work_undo",
]
