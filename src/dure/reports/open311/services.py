"""What can be reported, as GeoReport v2 tells it: the table of categories, and the questions each of them has."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from dure.reports import categories, deadlines
from dure.reports.categories import Category

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-25T00:00:00+09:00"
"""When what this door understands last changed."""


def discovery() -> dict[str, Any]:
    """Where the door is and what it speaks (Open311 Service Discovery)."""
    site = settings.SITE_URL
    return {
        "changeset": CHANGESET,
        "contact": _("이 누리집의 운영자에게 물어 주세요: %(url)s") % {"url": site},
        "key_service": _(
            "기관의 책임자가 기관 화면에서 열쇠를 만듭니다. 열쇠 없이도 읽고, 적은 수의 신고를 낼 수 있습니다."
        ),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{site}/open311/v2",
                "changeset": CHANGESET,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def services() -> list[dict[str, Any]]:
    return [_service(one, group.name) for group in categories.groups() for one in group.categories]


def _service(category: Category, group: str) -> dict[str, Any]:
    return {
        "service_code": category.id,
        "service_name": category.name,
        "description": category.phrase,
        "metadata": True,
        "type": "realtime",
        "keywords": ", ".join(dict.fromkeys([category.ko, category.en, category.phrase.replace(",", " ")])),
        "group": group,
    }


def definition(category: Category) -> dict[str, Any]:
    """The questions of one category. None must be answered: the place and the words are enough."""
    kinds = [{"key": key, "name": name} for key, name in deadlines.road_classes().items()]
    questions = [
        ("road_class", "singlevaluelist", _("어떤 길인가요?"), _("모르면 비워 두세요."), kinds),
        ("road_no", "string", _("길 번호"), _("표지판의 번호입니다. 보기: 1, 45, 60-1"), []),
        ("road_km", "number", _("거리표"), _("길가 표지의 km입니다."), []),
        ("heading", "number", _("가던 방향"), _("북쪽에서 시계 방향으로 0에서 360까지입니다."), []),
        ("accuracy", "number", _("자리의 정확도"), _("미터로 적어 주세요."), []),
        ("happened_at", "datetime", _("본 때"), _("날짜와 시각은 2026-11-25T14:03:00+09:00처럼 적어 주세요."), []),
    ]
    if not category.needs_road:
        questions = [one for one in questions if not one[0].startswith("road_")]
    return {
        "service_code": category.id,
        "attributes": [
            {
                "variable": True,
                "code": code,
                "datatype": datatype,
                "required": False,
                "datatype_description": hint,
                "order": order,
                "description": words,
                **({"values": values} if values else {}),
            }
            for order, (code, datatype, words, hint, values) in enumerate(questions, start=1)
        ],
    }
