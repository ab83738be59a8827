"""Signals: yes/no/unknown questions asked of the frame, each with the subtypes whose definition names it.

A signal answers True, False, or None where the attribute it reads is not known. Words are looked for in two places,
because a case that calls itself something says more than one that mentions it: the headline (title and theme) and the
account (effects, and whom it is for). The word lists paraphrase the definitions in chapter 4 of the study.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dure.engines.typology.frame import SERVICE_FIELD_NAMES, Attributes
from dure.engines.typology.said import Said, has_final_consonant


@dataclass(frozen=True)
class Topic:
    """Words for one idea in the definitions. `subtypes` are those whose definition is about it."""

    key: str
    name: Said
    subtypes: frozenset[str]
    pattern: re.Pattern[str]

    def found(self, text: str) -> tuple[str, ...]:
        """The words found, in the order of the text, each once."""
        return tuple(dict.fromkeys(match.group(0) for match in self.pattern.finditer(text)))


def _topic(key: str, ko: str, en: str, subtypes: str, words: str) -> Topic:
    return Topic(key, Said(ko, en), frozenset(subtypes.split()), re.compile("|".join(words.split()), re.IGNORECASE))


TOPICS: tuple[Topic, ...] = (
    _topic(
        "place",
        "공간·시설",
        "space and facilities",
        "environment",
        "빈집 공가 폐가 나대지 유휴 폐교 공간 재생 리모델링 재정비 경관 공원 지도(?!자|사|원|점검) 기반시설 "
        "랜드마크 스마트시티 환경개선 조성 건립 주차장 하천 쉼터 놀이터 둘레길",
    ),
    _topic(
        "disadvantage",
        "소외와 격차",
        "people passed over",
        "welfare",
        "사각지대 취약 소외 오지 격차 저소득 장애인 학교밖 급식 식재료 결식 이동권 한부모 독거 다문화 돌봄 위기가구 "
        "아동 청소년 어르신 노인 학대 자립",
    ),
    _topic(
        "livelihood",
        "일자리와 지역 수익",
        "jobs and local income",
        "jobs",
        "일자리 고용 취업 창업 구인 채용 실업 양성 경비원 소득 관광 유치 상권 판로 특산물",
    ),
    _topic(
        "flow",
        "접수와 처리의 흐름",
        "one flow from report to handling",
        "process",
        "원스톱 one-?stop 통합 일원화 한번에 한.번에 실시간 바로신고 신고 접수 출동 간소화 절차 처리 시스템 광역행정 "
        "행정체계",
    ),
    _topic(
        "outreach",
        "찾아가는 지원",
        "help that goes out to people",
        "service",
        "찾아가는 애로 기업 지원단 수요자 안심 분석 도우미 규제 방문 상담",
    ),
    _topic(
        "ict",
        "정보통신기술",
        "information technology",
        "information",
        "실시간 위치 GPS 빅데이터 데이터 플랫폼 앱 AI 인공지능 IoT 사물인터넷 음성 스마트(?!시티) 센서 3D 3차원",
    ),
    _topic(
        "joining",
        "사람과 기관의 연결",
        "joining people and bodies",
        "resources",
        "원스톱 one-?stop 통합지원 통합서비스 지원체계 지원단 협의체 연계 맞춤 상담 일원화",
    ),
)
TOPIC: dict[str, Topic] = {topic.key: topic for topic in TOPICS}


@dataclass(frozen=True)
class Signal:
    key: str
    option: frozenset[int]
    """Which division it is asked for: 1 (the five subtypes) and/or 2 (information or resources)"""
    subtypes: frozenset[str]
    """The subtypes (of either option) whose definition or model names this"""
    reads: tuple[str, ...]
    """Attributes read; unknown ones make the answer None"""
    ask: Callable[[Attributes], bool | None]
    say: Callable[[Attributes], Said]
    """The reason as a noun phrase, for use when the answer is True"""


WHERE: Mapping[str, Said] = {
    "headline": Said("이름과 주제", "its title and theme"),
    "account": Said("효과와 대상", "its effects and target"),
}


def _headline(topic: Topic, option: frozenset[int]) -> Signal:
    def ask(a: Attributes) -> bool | None:
        return None if a.headline is None else bool(topic.found(a.headline))

    return Signal(
        f"headline:{topic.key}", option, topic.subtypes, ("title", "theme"), ask, _words_phrase(topic, "headline")
    )


def _account(topic: Topic, option: frozenset[int]) -> Signal:
    def ask(a: Attributes) -> bool | None:
        if a.account and topic.found(a.account):
            return True
        return False if a.effects is not None else None

    reads = ("effects", "target_external")
    return Signal(f"account:{topic.key}", option, topic.subtypes, reads, ask, _words_phrase(topic, "account"))


def _words_phrase(topic: Topic, place: str) -> Callable[[Attributes], Said]:
    where = WHERE[place]
    particle = "을" if has_final_consonant(topic.name.ko) else "를"

    def say(a: Attributes) -> Said:
        words = ", ".join(topic.found(getattr(a, place) or "")[:3])
        return Said(
            f"{where.ko}에 {topic.name.ko}{particle} 말하는 낱말(‘{words}’)이 있는 점",
            f"words about {topic.name.en} in {where.en} ({words})",
        )

    return say


def _equals(attribute: str, values: frozenset[str]) -> Callable[[Attributes], bool | None]:
    def ask(a: Attributes) -> bool | None:
        value = getattr(a, attribute)
        return None if value is None else value in values

    return ask


def _field_said(a: Attributes) -> Said:
    name = SERVICE_FIELD_NAMES[a.service_field or "기타"]
    return Said(f"서비스 분야가 {name.ko}인 점", f"the service field being {name.en}")


def _field(key: str, subtypes: str, *fields: str) -> Signal:
    return Signal(
        f"field:{key}",
        frozenset({1}),
        frozenset(subtypes.split()),
        ("service_field",),
        _equals("service_field", frozenset(fields)),
        _field_said,
    )


def _fixed(said: Said) -> Callable[[Attributes], Said]:
    return lambda _: said


def _internal(a: Attributes) -> bool | None:
    return None if a.target_internal is None else bool(a.target_internal)


def _process(a: Attributes) -> bool | None:
    return None if a.effect_kinds is None else "process" in a.effect_kinds


def _tech(a: Attributes) -> bool | None:
    return None if a.tech_applied is None else a.tech_applied != "no"


def _tech_words(a: Attributes) -> bool | None:
    return None if a.tech_note is None else bool(TOPIC["ict"].found(a.tech_note))


MANY = 5


def _outside_bodies(a: Attributes) -> int | None:
    """How many bodies other than local governments take part."""
    return None if a.participants is None else sum(p.kind != "local" for p in a.participants)


def _many_bodies(a: Attributes) -> bool | None:
    number = _outside_bodies(a)
    return None if number is None else number >= MANY


def _one_flow(a: Attributes) -> bool | None:
    number = _outside_bodies(a)
    if number is None or a.headline is None:
        return None
    return number >= MANY and bool(TOPIC["flow"].found(a.headline))


def _say_one_flow(a: Attributes) -> Said:
    words = ", ".join(TOPIC["flow"].found(a.headline or "")[:2])
    return Said(
        f"기관 {_outside_bodies(a)}곳에 걸친 일을 한 흐름으로 잇는 점(‘{words}’)",
        f"work across {_outside_bodies(a)} bodies being made one flow ({words})",
    )


def _public_only(a: Attributes) -> bool | None:
    if a.participants is not None:
        return all(p.kind in {"local", "central"} for p in a.participants)
    return None if a.partner_type is None else a.partner_type in {"지자체-중앙", "지자체-지자체"}


ONE = frozenset({1})
BOTH = frozenset({1, 2})

SIGNALS: tuple[Signal, ...] = (
    *(_headline(TOPIC[key], ONE) for key in ("place", "disadvantage", "livelihood", "flow", "outreach")),
    *(_account(TOPIC[key], ONE) for key in ("place", "disadvantage", "livelihood", "flow", "outreach")),
    *(_headline(TOPIC[key], frozenset({2})) for key in ("ict", "joining")),
    *(_account(TOPIC[key], frozenset({2})) for key in ("ict", "joining")),
    Signal(
        "hardware",
        ONE,
        frozenset({"environment"}),
        ("attribute",),
        _equals("attribute", frozenset({"hardware"})),
        _fixed(Said("하드웨어 사업인 점", "its being a hardware project")),
    ),
    Signal(
        "internal",
        ONE,
        frozenset({"process", "service"}),
        ("target_internal",),
        _internal,
        _fixed(Said("정책대상에 공무원(내부고객)이 있는 점", "officials being among those it is for")),
    ),
    Signal(
        "process",
        ONE,
        frozenset({"process"}),
        ("effect_kinds",),
        _process,
        _fixed(Said("업무 프로세스 개선을 효과로 내세운 점", "a better work process being its effect")),
    ),
    Signal(
        "tech",
        BOTH,
        frozenset({"process", "information"}),
        ("tech_applied",),
        _tech,
        _fixed(Said("과학기술을 적용한 점", "technology being used")),
    ),
    Signal(
        "tech_words",
        frozenset({2}),
        frozenset({"information"}),
        ("tech_note",),
        _tech_words,
        _fixed(Said("적용 기술이 위치·데이터 같은 정보를 다루는 점", "its technology handling information")),
    ),
    Signal(
        "many_bodies",
        frozenset({2}),
        frozenset({"resources"}),
        ("participants",),
        _many_bodies,
        lambda a: Said(
            f"지자체 밖의 기관 {_outside_bodies(a)}곳이 함께하는 점", f"{_outside_bodies(a)} other bodies taking part"
        ),
    ),
    Signal(
        "one_flow",
        ONE,
        frozenset({"process"}),
        ("participants", "title", "theme"),
        _one_flow,
        _say_one_flow,
    ),
    Signal(
        "public_only",
        ONE,
        frozenset({"process", "service"}),
        ("partner_type", "participants"),
        _public_only,
        _fixed(Said("참여주체가 모두 공공인 점", "all participants being public")),
    ),
    _field("admin", "process service", "안전/치안", "생활/편의", "행정관리"),
    _field("place", "environment", "지역개발/환경", "문화/관광", "마을공동체"),
    _field("welfare", "welfare", "교육", "사회복지"),
    Signal(
        "short",
        ONE,
        frozenset({"process", "service"}),
        ("period",),
        _equals("period", frozenset({"short"})),
        _fixed(Said("짧은 기간에 끝나는 사업인 점", "its being short")),
    ),
)


def observe(attributes: Attributes, option: int) -> Mapping[str, bool | None]:
    """Every signal of one division answered: {key: True, False or None for unknown}."""
    return {signal.key: signal.ask(attributes) for signal in SIGNALS if option in signal.option}


SIGNAL: dict[str, Signal] = {signal.key: signal for signal in SIGNALS}
