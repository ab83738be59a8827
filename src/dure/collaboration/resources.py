"""What kind of resource a line of text is about, guessed from its words; the writer can say it outright ('예산: …')."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils import translation

from dure.collaboration.models import ResourceKind

WORDS: dict[ResourceKind, tuple[str, ...]] = {
    ResourceKind.BUDGET: (
        "예산",
        "비용",
        "재원",
        "사업비",
        "보조금",
        "기금",
        "억 원",
        "만 원",
        "억원",
        "만원",
        "budget",
        "fund",
    ),
    ResourceKind.DATA: ("데이터", "자료", "통계", "명부", "지도", "기록", "data"),
    ResourceKind.SYSTEM: ("시스템", "플랫폼", "누리집", "앱", "프로그램 개발", "서버", "전산", "system", "platform"),
    ResourceKind.LICENCE: ("이용권", "허가", "면허", "인허가", "라이선스", "사용권", "licence", "license"),
    ResourceKind.SPACE: (
        "공간",
        "시설",
        "건물",
        "부지",
        "터",
        "센터",
        "회의실",
        "강당",
        "주차장",
        "학교",
        "폐교",
        "빈집",
        "사무실",
        "체육관",
        "space",
        "land",
    ),
    ResourceKind.EQUIPMENT: (
        "장비",
        "차량",
        "버스",
        "드론",
        "헬기",
        "기계",
        "카메라",
        "서버 장비",
        "측정기",
        "equipment",
        "vehicle",
    ),
    ResourceKind.KNOWHOW: ("경험", "노하우", "지식", "사례", "자문", "연구", "조례", "know-how", "experience"),
    ResourceKind.PEOPLE: (
        "인력",
        "사람",
        "직원",
        "담당",
        "전문가",
        "강사",
        "의사",
        "간호사",
        "봉사자",
        "활동가",
        "공무원",
        "상담사",
        "전문성",
        "교사",
        "people",
        "staff",
    ),
}


@cache
def _spoken(kind: ResourceKind) -> frozenset[str]:
    """What a kind may be called before a colon, in every language of the pages."""
    called = {kind.value}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            label = str(kind.label).lower()
        called |= {label, *label.split("·"), *label.split(" and ")}
    return frozenset(called)


def resource_of(text: str) -> tuple[ResourceKind, str]:
    """The kind, and the text without a kind said outright before a colon. Nothing fits: OTHER."""
    before, colon, after = text.partition(":")
    if colon and after.strip():
        said = before.strip().lower()
        for kind in ResourceKind:
            if said in _spoken(kind):
                return kind, after.strip()
    lowered = text.lower()
    best = max(WORDS, key=lambda kind: sum(len(word) for word in WORDS[kind] if word in lowered))
    fits = any(word in lowered for word in WORDS[best])
    return (best if fits else ResourceKind.OTHER), text.strip()
