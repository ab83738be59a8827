"""resources: 우리는 무엇을 나누어 쓸 수 있나요?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from dure.core.rooms import Room

ROOM = Room(
    name="resources",
    floor=2,
    question=gettext_lazy("우리는 무엇을 나누어 쓸 수 있나요?"),
    about=gettext_lazy("기관이 가진 사람, 공간, 장비, 데이터를 올리고, 다른 기관이 찾아 빌리고 돌려줍니다."),
)
