"""web: the frame of every page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dure.core.rooms import MenuEntry, Room

ROOM = Room(
    name="web",
    floor=4,
    question=_("모든 화면이 무엇을 함께 쓰나요?"),
    about=_("화면의 틀, 부품, 말, 첫 화면을 둡니다. 어떤 방의 규칙도 알지 못하고, 방이 내놓은 것을 보여 줄 뿐입니다."),
    menu=(
        MenuEntry(_("오늘의 일"), "web:desk", where="desk", order=10),
        MenuEntry(_("두레는"), "web:about", where="footer", order=10),
        MenuEntry(_("집의 구조"), "web:house", where="footer", order=20),
        MenuEntry(_("접근성"), "web:accessibility", where="footer", order=30),
    ),
    settings=("DURE_LANGUAGE", "DURE_OFFICIAL_SITE"),
)
