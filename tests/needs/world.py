"""A survey of an asking body, three bodies it asks, and one it does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.needs import actions
from dure.needs.models import Need, NeedsAnswer, NeedsSurvey
from tests.collaboration.world import body, officer, person

WHOLE: dict[str, Any] = {
    "title": "함께 쓸 시스템에 무엇이 필요한가요",
    "purpose": "쓸 곳의 차례를 알고 싶습니다.",
    "use": "높은 것부터 만들고 하나하나 답합니다.",
    "needs": ["정산표", "사례 찾기", "전자결재와 잇기"],
}


@dataclass
class World:
    """`asker` asks `one`, `two` and `three`; `outsider` is asked nothing; `citizen` is in no body."""

    asker: Viewer
    one: Viewer
    two: Viewer
    three: Viewer
    outsider: Viewer
    citizen: Viewer
    patch: pytest.MonkeyPatch
    day: date = field(default_factory=clock.today)

    def draft(self, **fields: Any) -> NeedsSurvey:
        today = clock.today()
        given = {
            **WHOLE,
            "named": [self.one.body_id, self.two.body_id, self.three.body_id],
            "until": today + timedelta(days=7),
            "promised_on": today + timedelta(days=30),
            **fields,
        }
        return actions.survey_save(by=self.asker, id=uuid7(), fields=given)

    def survey(self, **fields: Any) -> NeedsSurvey:
        return actions.survey_open(by=self.asker, id=self.draft(**fields).pk)

    def listed(self, survey: NeedsSurvey) -> list[Need]:
        return list(Need.objects.filter(survey=survey, answer=None, is_merged=False).order_by("number"))

    def give(
        self, by: Viewer, survey: NeedsSurvey, values: list[int | None], *own: str, points: int = 4
    ) -> NeedsAnswer:
        said: dict[UUID, int] = {
            need.pk: value for need, value in zip(self.listed(survey), values, strict=False) if value is not None
        }
        wanted = [{"title": title, "why": "꼭 필요합니다.", "people": "주민", "points": points} for title in own]
        return actions.answer_give(by=by, survey_id=survey.pk, priorities=said, own=wanted)

    def sorting(self) -> NeedsSurvey:
        """All have answered; each wrote a need of its own."""
        survey = self.survey()
        self.give(self.one, survey, [5, 3, None], "밤에 부르는 택시")
        self.give(self.two, survey, [4, None, 2], "밤에 택시 부르기")
        self.give(self.three, survey, [3, 5, 1], "수영장 고치기")
        return actions.survey_sort(by=self.asker, id=survey.pk)

    def own(self, survey: NeedsSurvey, title: str) -> Need:
        return Need.objects.get(survey=survey, title=title)

    def merge(self, survey: NeedsSurvey, *titles: str, title: str = "밤 택시") -> Any:
        ids = [self.own(survey, one).pk for one in titles or ("밤에 부르는 택시", "밤에 택시 부르기")]
        return actions.need_merge(by=self.asker, survey_id=survey.pk, need_ids=ids, title=title, why="같은 말입니다.")

    def later(self, days: int) -> None:
        """From now on it is so many days later."""
        moved = clock.now() + timedelta(days=days)
        self.patch.setattr(clock, "now", lambda: moved)


def make_world(patch: pytest.MonkeyPatch) -> World:
    return World(
        asker=officer(body("함께부", "central"), "한담당"),
        one=officer(body("가람군"), "김담당"),
        two=officer(body("나루군"), "이담당"),
        three=officer(body("다솜공사", "public-corp"), "박담당"),
        outsider=officer(body("바깥군"), "최담당"),
        citizen=Viewer.person(person("정주민").pk),
        patch=patch,
    )
