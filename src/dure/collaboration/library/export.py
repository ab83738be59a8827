"""The filtered list as a file: its columns."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dure.collaboration.library.wording import FIELD, MARKS, subtype_name
from dure.collaboration.models import Case, Outcome

CHUNK = 500
WIDTHS = (7, 36, 12, 36, 18, 12, 8, 14, 12, 14, 12, 8, 8, 8, 8, 8, 16, 40, 18, 18)


def head() -> list[str]:
    return [
        _("번호"),
        _("사업명"),
        _("사업명 상태"),
        _("인쇄된 사업명"),
        _("기관"),
        _("기관명 상태"),
        _("기관 단계"),
        _("시도(당시 이름)"),
        _("시군구(당시 이름)"),
        _("주체유형"),
        _("서비스 분야"),
        _("과학기술 적용"),
        _("과학기술 적용 가능성"),
        _("자원공유"),
        _("지속가능성"),
        _("심층사례 번호"),
        _("두레의 분류"),
        _("읽어 들인 이의 메모"),
        _("어디서 온 사례"),
        _("어떻게 마쳤나"),
    ]


def line(case: Case) -> list[str]:
    return [
        case.no,
        case.title,
        str(case.get_title_state_display()),
        case.title_printed,
        case.government,
        str(case.get_norm_confidence_display()),
        str(case.get_level_display()),
        "; ".join(case.sidos),
        "; ".join(case.sigungus),
        str(case.get_partner_type_display()),
        str(FIELD.get(case.service_field, case.service_field)),
        MARKS[case.tech_applied],
        MARKS[case.tech_applicable],
        MARKS[case.resource_shared],
        MARKS[case.sustainable],
        "" if case.depth_no is None else str(case.depth_no),
        subtype_name(case.subtype),
        case.ocr_note,
        str(case.get_origin_display()),
        str(Outcome(case.story["outcome"]).label) if case.story else "",
    ]
