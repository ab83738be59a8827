"""learning: 함께 일하는 법을 어떻게 익히나요?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from dure.core.rooms import Room

ROOM = Room(
    name="learning",
    floor=2,
    question=gettext_lazy("함께 일하는 법을 어떻게 익히나요?"),
    about=gettext_lazy("협업의 길잡이를 짧은 글로 읽고, 배움길을 마치면 확인서를 받습니다."),
)
