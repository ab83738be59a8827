"""benefits: 무엇을 받을 수 있나요?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from dure.core.rooms import Room

ROOM = Room(
    name="benefits",
    floor=2,
    question=gettext_lazy("무엇을 받을 수 있나요?"),
    about=gettext_lazy(
        "나라와 지역의 급여와 감면을 규칙 파일로 적고, 한 집마다 까닭과 함께 계산합니다. "
        "모르는 것은 모른다고 하고, 무엇을 알면 정해지는지 알려 줍니다."
    ),
)
