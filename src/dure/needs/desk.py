"""What waits for a body's officers: a survey to answer, needs to answer, a draft."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer
from dure.needs import queries


def desk_items(viewer: Viewer) -> Iterable[DeskItem]:
    to_answer, to_sort, drafts = queries.waiting_for(viewer)
    for survey in to_answer:
        yield DeskItem(
            title=survey.title,
            url=reverse("needs:answer", args=[survey.receipt]),
            kind=_("수요조사"),
            state=_("답을 기다림"),
            why=_("%(body)s에서 무엇이 필요한지 묻습니다.") % {"body": survey.body.name},
            due=survey.until,
            since=survey.opened_at,
        )
    for survey, left in to_sort:
        sorting = survey.state == "sorting"
        page = "needs:sort" if sorting else "needs:survey"
        state = ngettext("답하지 않은 수요 %(n)d건", "답하지 않은 수요 %(n)d건", left) % {"n": left}
        yield DeskItem(
            title=survey.title,
            url=reverse(page, args=[survey.receipt]),
            kind=_("수요에 답하기"),
            state=state if sorting else _("마감됨 · 정리를 시작해 주세요"),
            due=survey.promised_on,
            since=survey.sorted_at,
        )
    for survey in drafts:
        yield DeskItem(
            title=survey.title or _("제목 없는 수요조사"),
            url=reverse("needs:edit", args=[survey.pk]),
            kind=_("쓰던 수요조사"),
            state=_("아직 시작하지 않음"),
            since=survey.created_at,
        )
