"""contests: 어떤 협업을 뽑아 여러 해 도울까요?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from dure.core.rooms import Room

ROOM = Room(
    name="contests",
    floor=2,
    question=gettext_lazy("어떤 협업을 뽑아 여러 해 도울까요?"),
    about=gettext_lazy("기관이 공모를 열고, 심사하고, 뽑힌 협업을 여러 해 돕습니다."),
)
