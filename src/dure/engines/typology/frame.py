"""The study's frame (table 2-4): what is known of a collaboration before anyone says what type it is.

Every attribute is three-valued: a value, an explicit 'no' or empty tuple, or None for 'not known'. None is never turned
into a value here or later; it is named in the result instead.

Source: 「지방자치단체 협업행정 유형분석 및 협업모델 신규 발굴」(이재용·김대욱·엄영호, 한국지방행정연구원), 표 2-4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from dure.engines.typology.said import Said

Verdict = Literal["yes", "partial", "no"]
VERDICTS: tuple[str, ...] = ("yes", "partial", "no")

PARTNER_TYPE_NAMES: dict[str, Said] = {
    "지자체-중앙": Said("지자체-중앙", "local and central"),
    "지자체-중앙-민간": Said("지자체-중앙-민간", "local, central and private"),
    "지자체-지자체": Said("지자체-지자체", "local and local"),
    "지자체-민간": Said("지자체-민간", "local and private"),
    "지자체-기타": Said("지자체-기타", "local and others"),
}
SERVICE_FIELD_NAMES: dict[str, Said] = {
    "교육": Said("교육", "education"),
    "마을공동체": Said("마을공동체", "community"),
    "문화/관광": Said("문화/관광", "culture and tourism"),
    "사회복지": Said("사회복지", "welfare"),
    "생활/편의": Said("생활/편의", "daily life"),
    "안전/치안": Said("안전/치안", "safety"),
    "지역개발/환경": Said("지역개발/환경", "development and environment"),
    "행정관리": Said("행정관리", "administration"),
    "기타": Said("기타", "other"),
}
PARTNER_TYPES: tuple[str, ...] = tuple(PARTNER_TYPE_NAMES)
SERVICE_FIELDS: tuple[str, ...] = tuple(SERVICE_FIELD_NAMES)
ATTRIBUTE_KINDS: tuple[str, ...] = ("hardware", "software")
EFFECT_KINDS: tuple[str, ...] = ("service", "process")
PERIODS: tuple[str, ...] = ("short", "long")
PARTICIPANT_KINDS: tuple[str, ...] = ("local", "central", "other", "private")

NAMES: dict[str, Said] = {
    "title": Said("사업명", "title"),
    "theme": Said("주제", "theme"),
    "partner_type": Said("주체유형", "partner type"),
    "participants": Said("참여주체", "participants"),
    "attribute": Said("속성(하드웨어/소프트웨어)", "hardware or software"),
    "service_field": Said("서비스 분야", "service field"),
    "effect_kinds": Said("정책효과", "policy effect"),
    "effects": Said("정책효과 내용", "effects in words"),
    "target_external": Said("정책대상(외부고객)", "target outside (the public)"),
    "target_internal": Said("정책대상(내부고객)", "target inside (officials)"),
    "tech_applied": Said("과학기술 적용", "technology used"),
    "tech_note": Said("적용 기술 내용", "technology in words"),
    "tech_applicable": Said("과학기술 적용 가능성", "technology usable"),
    "resource_shared": Said("자원공유", "resources shared"),
    "sustainable": Said("지속가능성", "sustainability"),
    "period": Said("기간", "period"),
}


@dataclass(frozen=True)
class Participant:
    name: str
    kind: str
    """local, central, other or private"""


@dataclass(frozen=True)
class Attributes:
    """A case or a request in the study's frame. Anything not known stays None; an empty tuple means 'known to be none'.

    Raises ValueError for a word that is not in the frame's vocabulary (`PARTNER_TYPES`, `SERVICE_FIELDS`, …).
    """

    title: str | None = None
    theme: str | None = None
    partner_type: str | None = None
    participants: tuple[Participant, ...] | None = None
    attribute: str | None = None
    service_field: str | None = None
    effect_kinds: frozenset[str] | None = None
    effects: tuple[str, ...] | None = None
    target_external: tuple[str, ...] | None = None
    target_internal: tuple[str, ...] | None = None
    tech_applied: str | None = None
    tech_note: str | None = None
    tech_applicable: str | None = None
    resource_shared: str | None = None
    sustainable: str | None = None
    period: str | None = None

    def __post_init__(self) -> None:
        for name, allowed in (
            ("partner_type", PARTNER_TYPES),
            ("service_field", SERVICE_FIELDS),
            ("attribute", ATTRIBUTE_KINDS),
            ("tech_applied", VERDICTS),
            ("tech_applicable", VERDICTS),
            ("resource_shared", VERDICTS),
            ("sustainable", VERDICTS),
            ("period", PERIODS),
        ):
            value = getattr(self, name)
            if value is not None and value not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)} or None, not {value!r}")
        if self.effect_kinds is not None and not self.effect_kinds <= set(EFFECT_KINDS):
            raise ValueError(f"effect_kinds must be among {', '.join(EFFECT_KINDS)}")
        for participant in self.participants or ():
            if participant.kind not in PARTICIPANT_KINDS:
                raise ValueError(f"a participant's kind must be one of {', '.join(PARTICIPANT_KINDS)}")

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of the attributes that are not known, in the frame's order."""
        return tuple(name for name in NAMES if getattr(self, name) is None)

    @property
    def headline(self) -> str | None:
        """Title and theme together: what the case calls itself. None when neither is known."""
        return _joined((self.title, self.theme))

    @property
    def account(self) -> str | None:
        """Effects and those it is for, in words. None when neither is known."""
        texts: list[str | None] = [*(self.effects or ()), *(self.target_external or ())]
        return _joined(texts)

    @property
    def words(self) -> str:
        """Everything said in words; may be empty."""
        return _joined((self.headline, self.account, self.tech_note)) or ""


def _joined(texts: Iterable[str | None]) -> str | None:
    return " ".join(text for text in texts if text) or None


def _effect_kind(printed: str) -> str:
    return "process" if "프로세스" in printed or "과정" in printed else "service"


def _without_editor_note(text: str) -> str:
    return text.split(") ", 1)[1] if text.startswith("(표의 내용은") and ") " in text else text


def from_depth(depth: dict[str, Any]) -> Attributes:
    """Attributes of an in-depth case as written in `data/collab-cases/cases23.json` (one element of `cases`).

    Its number, government, assigned subtype, figures and the study's own remarks are not read.
    """
    participants = tuple(
        Participant(name, kind) for kind in PARTICIPANT_KINDS for name in depth["participants"].get(kind, ())
    )
    target = depth["policy_target"]
    return Attributes(
        title=depth["name"] or None,
        theme=depth["theme"] or None,
        partner_type=depth["partner_type"],
        participants=participants,
        attribute=depth["attribute"],
        service_field=depth["service_field"],
        effect_kinds=frozenset(_effect_kind(kind) for kind in depth["policy_effect"]["kind"]),
        effects=tuple(_without_editor_note(item) for item in depth["policy_effect"]["items"]),
        target_external=tuple(target["external"]),
        target_internal=tuple(target["internal"]),
        tech_applied=depth["tech_applied"]["verdict"],
        tech_note=depth["tech_applied"]["note"] or None,
        tech_applicable=depth["tech_applicable"]["verdict"],
        resource_shared=depth["resource_sharing"]["verdict"],
        sustainable=depth["sustainability"]["verdict"],
    )
