"""How long each step of a mediation takes: the one table that pages show and deadlines come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from dure.core import workdays
from dure.core.rooms import Words


@dataclass(frozen=True)
class Step:
    """`days` are working days, or calendar days where `calendar` is set; `who` has to do it."""

    code: str
    label: Words
    who: Words
    days: int
    calendar: bool = False


STEPS = (
    Step("stating", _("입장 밝히기"), _("갈등의 당사자 모두"), 10),
    Step("again", _("다시 뽑기 앞에 섞을 말 넣기"), _("갈등의 당사자 모두"), 3),
    Step("seating", _("위원을 맡을지 답하기"), _("뽑힌 조정위원"), 5),
    Step("electing", _("위원장 뽑기"), _("조정위원 모두"), 3),
    Step("hearing", _("첫 자리 마련하기"), _("위원장"), 15),
    Step("proposing", _("조정안 내기"), _("조정위원회"), 60, calendar=True),
    Step("answering", _("조정안에 답하기"), _("갈등의 당사자 모두"), 10),
)
BY_CODE = {step.code: step for step in STEPS}
WARN_DAYS = 2
"""So many working days before a deadline those who have to act are told."""
AGAIN_AFTER = 30
"""Days for which a body that withdrew a dispute after the draw cannot refer the same part again: nobody draws anew
because they dislike who was drawn. Other parties can."""
YEAR = 365
"""Whoever belonged to a party within so many days does not sit."""


def due(code: str, start: date) -> date:
    """The last day of a step that begins on `start`; the day itself does not count (민법 제157조), and an end on a day
    off moves to the next working day (제161조)."""
    step = BY_CODE[code]
    if step.calendar:
        return workdays.term_end(start, workdays.Term("days", step.days))
    return workdays.add_working_days(start, step.days)
