"""가평군 asks 남양주시: one survey takes answers, one is being sorted (with a merge, an objection and a tie), and one
is a draft."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dure.core import clock
from dure.core.ids import uuid7
from dure.needs import actions
from dure.needs.models import Need


def names(world: Any) -> dict[str, str]:
    officer, other = world.viewers["officer"], world.viewers["other"]
    today = clock.today()
    fields = {
        "title": "무엇이 필요한가요",
        "purpose": "알고 싶습니다.",
        "use": "하나하나 답합니다.",
        "named": [other.body_id],
        "needs": ["정산표"],
        "until": today + timedelta(days=7),
        "promised_on": today + timedelta(days=30),
    }

    def draft() -> Any:
        return actions.survey_save(by=officer, id=uuid7(), fields=fields)

    opened = actions.survey_open(by=officer, id=draft().pk)
    sorting = actions.survey_open(by=officer, id=draft().pk)
    own = [{"title": title, "points": 4} for title in ("밤 택시", "밤에 택시")]
    actions.answer_give(by=other, survey_id=sorting.pk, priorities={}, own=own)
    actions.survey_sort(by=officer, id=sorting.pk)
    members = list(Need.objects.filter(survey=sorting, answer__isnull=False).order_by("number"))
    merge = actions.need_merge(
        by=officer, survey_id=sorting.pk, need_ids=[one.pk for one in members], title="밤 택시", why="같은 말"
    )
    objection = actions.merge_object(by=other, need_id=members[0].pk, text="다릅니다.")
    tie = actions.need_link(by=officer, id=merge.result_id, urn=f"dure:collaboration:{world.names['working_id']}")
    return {
        "needs_draft": str(draft().pk),
        "needs_open": opened.receipt,
        "needs_sorting": sorting.receipt,
        "need": str(merge.result_id),
        "need_member": str(members[0].pk),
        "need_merge": str(merge.pk),
        "need_objection": str(objection.pk),
        "need_tie": str(tie.pk),
    }
