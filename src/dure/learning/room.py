"""learning: 함께 일하는 법을 어떻게 익히나요?"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core.rooms import DeskItem, MenuEntry, Noun, Room
from dure.core.viewer import Viewer
from dure.learning import queries
from dure.learning.demo import demo
from dure.learning.source import courses


def desk_items(viewer: Viewer) -> Iterable[DeskItem]:
    """An attempt at the questions that was begun and not handed in."""
    if viewer.person_id is None:
        return
    known = queries.all_notes(viewer)
    for slug, of in courses().items():
        if known[slug].running:
            yield DeskItem(
                title=str(of.title),
                url=reverse("learning:course", args=[slug]),
                kind=_("배움길"),
                state=_("풀던 물음이 남아 있음"),
            )


ROOM = Room(
    name="learning",
    floor=2,
    question=gettext_lazy("함께 일하는 법을 어떻게 익히나요?"),
    about=gettext_lazy("협업의 길잡이를 짧은 글로 읽고, 배움길을 마치면 확인서를 받습니다."),
    nouns=(
        Noun("배우는 중", "study", "Study"),
        Noun("수료", "completion", "Completion"),
    ),
    verbs=("page_read", "attempt_begin", "question_answer", "study_take_over", "course_finish"),
    events_out={"learning.course.finished": gettext_lazy("배움길을 마침")},
    menu=(MenuEntry(gettext_lazy("배우기"), "learning:list", "main", 60),),
    resolvers={"completion": queries.resolve_completions},
    describe=queries.describe,
    demo=demo,
    desk=desk_items,
    hints=queries.hints,
)
