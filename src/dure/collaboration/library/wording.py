"""Words of the library that are not sentences: names of fields, provinces and subtypes in the reader's language."""

from __future__ import annotations

from django.utils.functional import lazystr
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dure.engines.typology import Said, study

FIELDS = [
    ("교육", _("교육")),
    ("마을공동체", _("마을공동체")),
    ("문화/관광", _("문화/관광")),
    ("사회복지", _("사회복지")),
    ("생활/편의", _("생활/편의")),
    ("안전/치안", _("안전/치안")),
    ("지역개발/환경", _("지역개발/환경")),
    ("행정관리", _("행정관리")),
    ("기타", _("기타")),
]
FIELD = dict(FIELDS)
SIDOS = [
    ("서울특별시", _("서울특별시")),
    ("부산광역시", _("부산광역시")),
    ("대구광역시", _("대구광역시")),
    ("인천광역시", _("인천광역시")),
    ("광주광역시", _("광주광역시")),
    ("대전광역시", _("대전광역시")),
    ("울산광역시", _("울산광역시")),
    ("세종특별자치시", _("세종특별자치시")),
    ("경기도", _("경기도")),
    ("강원도", _("강원도")),
    ("충청북도", _("충청북도")),
    ("충청남도", _("충청남도")),
    ("전라북도", _("전라북도")),
    ("전라남도", _("전라남도")),
    ("경상북도", _("경상북도")),
    ("경상남도", _("경상남도")),
    ("제주특별자치도", _("제주특별자치도")),
]
SIDO = dict(SIDOS)
ATTRIBUTES = {"hardware": _("하드웨어"), "software": _("소프트웨어")}
LEVELS = {"high": _("높음"), "middle": _("중간"), "low": _("낮음")}
STUDY = "「지방자치단체 협업행정 유형분석 및 협업모델 신규 발굴」(이재용·김대욱·엄영호, 한국지방행정연구원)"
MARKS = {"yes": "○", "partial": "△", "no": "✕"}


def say(said: Said) -> str:
    """An engine's phrase in the reader's language."""
    return said.in_(get_language() or "ko")


def subtype_name(key: str) -> str:
    return say(study.SUBTYPES[key].name)


class _SubtypeName:
    def __init__(self, key: str) -> None:
        self.key = key

    def __str__(self) -> str:
        subtype = study.SUBTYPES[self.key]
        return f"{say(study.MODELS[subtype.model].name)} › {say(subtype.name)}"


SUBTYPE_CHOICES = [(key, lazystr(_SubtypeName(key))) for key in study.OPTION1]
