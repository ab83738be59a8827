"""open311: machine doors to reports, by Open311, by the API and by e-mail."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core.models import Event
from dure.reports.parts import Part


def _word_added(event: Event) -> str:
    if event.data.get("from_reporter"):
        return _("신고하신 분이 말을 더했습니다.")
    return _("맡은 기관이 알려 왔습니다.")


PART = Part(
    name="open311",
    verbs=("word_add",),
    events_out={"reports.word_added": gettext_lazy("신고에 말을 더함")},
    lines={"reports.word_added": _word_added},
)
