"""needs: 지역은 무엇을 필요로 하나요?"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core.links import parse
from dure.core.rooms import MenuEntry, Noun, Panel, Periodic, Room, Subscriber
from dure.core.viewer import Viewer
from dure.needs import queries
from dure.needs.demo import demo
from dure.needs.desk import desk_items
from dure.needs.jobs import daily
from dure.needs.lines import describe, resolve_answers, resolve_needs, resolve_surveys
from dure.needs.public_text import rebuild
from dure.needs.subscribers import tell_all_who_answered, tell_the_asked, tell_the_asker, tell_the_writers


def panels(about: str, viewer: Viewer) -> Iterable[Panel]:
    """On the page of what a need is taken further in: the needs it answers."""
    if parse(about)[0] != "collaboration":
        return
    needs = queries.needs_tied_to(about, viewer)
    if needs:
        yield Panel(_("이 일이 답하는 수요"), "needs/tied_panel.html", {"needs": needs}, order=40)


ROOM = Room(
    name="needs",
    floor=2,
    question=gettext_lazy("지역은 무엇을 필요로 하나요?"),
    about=gettext_lazy("중앙과 광역이 묻고, 지방자치단체가 우선순위와 글로 답하고, 하나하나에 답이 돌아갑니다."),
    nouns=(
        Noun("수요조사", "needs survey", "NeedsSurvey"),
        Noun("묻는 기관", "asked body", "AskedBody"),
        Noun("수요조사의 답", "answer to a survey", "NeedsAnswer"),
        Noun("수요", "need", "Need"),
        Noun("합치기", "merge", "Merge"),
        Noun("이의", "objection", "Objection"),
        Noun("수요의 이음", "tie of a need", "NeedFollow"),
    ),
    verbs=(
        "survey_save",
        "survey_open",
        "survey_delete",
        "survey_extend",
        "survey_sort",
        "survey_finish",
        "survey_withdraw",
        "answer_give",
        "answer_narrow",
        "need_merge",
        "merge_undo",
        "need_split",
        "merge_object",
        "objection_reply",
        "need_answer",
        "need_outcome",
        "need_link",
        "need_unlink",
    ),
    events_out={
        "needs.survey.drafted": gettext_lazy("수요조사를 적어 둠"),
        "needs.survey.deleted": gettext_lazy("쓰던 수요조사를 지움"),
        "needs.survey.opened": gettext_lazy("수요조사를 시작함"),
        "needs.survey.extended": gettext_lazy("마감을 늘림"),
        "needs.survey.reminded": gettext_lazy("답하지 않은 기관에 알림"),
        "needs.survey.sorting": gettext_lazy("정리를 시작함"),
        "needs.survey.overdue": gettext_lazy("답을 약속한 날이 지남"),
        "needs.survey.answered": gettext_lazy("모든 수요에 답함"),
        "needs.survey.withdrawn": gettext_lazy("수요조사를 거둠"),
        "needs.answer.given": gettext_lazy("수요조사에 답함"),
        "needs.answer.changed": gettext_lazy("답을 고침"),
        "needs.merged": gettext_lazy("수요를 합침"),
        "needs.merge.undone": gettext_lazy("합치기를 되돌림"),
        "needs.need.split": gettext_lazy("합친 수요에서 떼어 냄"),
        "needs.objected": gettext_lazy("이의를 냄"),
        "needs.objection.replied": gettext_lazy("이의에 답함"),
        "needs.need.answered": gettext_lazy("수요에 답함"),
        "needs.need.outcome": gettext_lazy("수요가 어떻게 되었는지 적음"),
        "needs.need.linked": gettext_lazy("수요를 협업에 이음"),
        "needs.need.unlinked": gettext_lazy("수요와 협업의 이음을 풂"),
    },
    subscribers=(
        Subscriber(
            "needs.tell_the_asked",
            ("needs.survey.opened", "needs.survey.extended", "needs.survey.reminded", "needs.survey.withdrawn"),
            tell_the_asked,
        ),
        Subscriber(
            "needs.tell_the_asker",
            ("needs.answer.given", "needs.objected", "needs.survey.sorting", "needs.survey.overdue"),
            tell_the_asker,
        ),
        Subscriber(
            "needs.tell_the_writers",
            (
                "needs.merged",
                "needs.merge.undone",
                "needs.need.split",
                "needs.objection.replied",
                "needs.need.answered",
                "needs.need.outcome",
                "needs.need.linked",
            ),
            tell_the_writers,
        ),
        Subscriber("needs.tell_all_who_answered", ("needs.survey.answered",), tell_all_who_answered),
    ),
    menu=(MenuEntry(gettext_lazy("수요조사"), "needs:list", "main", 50),),
    resolvers={"needs_survey": resolve_surveys, "need": resolve_needs, "needs_answer": resolve_answers},
    describe=describe,
    demo=demo,
    jobs={"needs.daily": daily},
    periodic=(Periodic("needs.daily", "day"),),
    desk=desk_items,
    panels=panels,
    rebuild_search=rebuild,
)
