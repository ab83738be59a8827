from dure.contests.actions.contest import (
    contest_extend,
    contest_open,
    contest_save,
    contest_withdraw,
    draft_delete,
)
from dure.contests.actions.entry import (
    entry_change,
    entry_clear,
    entry_file_add,
    entry_file_remove,
    entry_hand_in,
    entry_withdraw,
)
from dure.contests.actions.judge import judge_accept, judge_decline, judge_end, judge_invite, judge_leave
from dure.contests.actions.judging import conflict_declare, judging_start, sheet_save, vote_cast
from dure.contests.actions.result import comment_hide, comment_restore, contest_decide, contest_publish
from dure.contests.actions.support import (
    goals_set,
    payment_save,
    report_answer,
    report_file_add,
    report_hand_in,
    support_agree,
    support_stop,
)

__all__ = [
    "comment_hide",
    "comment_restore",
    "conflict_declare",
    "contest_decide",
    "contest_extend",
    "contest_open",
    "contest_publish",
    "contest_save",
    "contest_withdraw",
    "draft_delete",
    "entry_change",
    "entry_clear",
    "entry_file_add",
    "entry_file_remove",
    "entry_hand_in",
    "entry_withdraw",
    "goals_set",
    "judge_accept",
    "judge_decline",
    "judge_end",
    "judge_invite",
    "judge_leave",
    "judging_start",
    "payment_save",
    "report_answer",
    "report_file_add",
    "report_hand_in",
    "sheet_save",
    "support_agree",
    "support_stop",
    "vote_cast",
]
