"""The verbs of this room."""

from dure.needs.actions.answer import answer_give, answer_narrow
from dure.needs.actions.results import need_answer, need_link, need_outcome, need_unlink
from dure.needs.actions.sorting import merge_object, merge_undo, need_merge, need_split, objection_reply
from dure.needs.actions.survey import (
    survey_delete,
    survey_extend,
    survey_finish,
    survey_open,
    survey_save,
    survey_sort,
    survey_withdraw,
)

__all__ = [
    "answer_give",
    "answer_narrow",
    "merge_object",
    "merge_undo",
    "need_answer",
    "need_link",
    "need_merge",
    "need_outcome",
    "need_split",
    "need_unlink",
    "objection_reply",
    "survey_delete",
    "survey_extend",
    "survey_finish",
    "survey_open",
    "survey_save",
    "survey_sort",
    "survey_withdraw",
]
