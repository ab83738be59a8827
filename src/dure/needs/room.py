"""needs: 지역은 무엇을 필요로 하나요?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from dure.core.rooms import Room

ROOM = Room(
    name="needs",
    floor=2,
    question=gettext_lazy("지역은 무엇을 필요로 하나요?"),
    about=gettext_lazy("중앙과 광역이 묻고, 지방자치단체가 우선순위와 글로 답하고, 하나하나에 답이 돌아갑니다."),
)
