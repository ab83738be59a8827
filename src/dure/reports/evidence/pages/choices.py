"""What the filters of the list and of the map offer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dure.reports import categories
from dure.reports.evidence import areas
from dure.reports.evidence.wanted import Wanted
from dure.reports.models import Report


def choices(wanted: Wanted, usual: Wanted) -> dict[str, Any]:
    """The options of the filter form: the municipalities of a province once one is chosen. `usual` is the filter that
    the page has when nothing was chosen."""
    return {
        "wanted": wanted,
        "narrowed": wanted != usual,
        "groups": categories.groups(),
        "provinces": areas.provinces(),
        "municipalities": areas.within(wanted.sido) if wanted.sido else [],
        "states": [
            ("all", _("모두")),
            ("open", _("아직 풀리지 않음")),
            *((value, str(label)) for value, label in Report.State.choices),
        ],
        "onlys": [
            ("", _("가리지 않음")),
            ("overdue", _("기한이 지났는데 풀리지 않음")),
            ("late", _("기한을 넘김 (마친 것도)")),
            ("in_time", _("기한 안에 마침")),
            ("moved", _("다른 기관으로 넘어감")),
            ("again", _("다시 살펴봄")),
            ("placeless", _("시군구를 모름")),
        ],
        "sorts": [("newest", _("새로 들어온 차례")), ("oldest", _("오래된 차례")), ("due", _("기한이 가까운 차례"))],
        "radii": [(200, "200 m"), (500, "500 m"), (1000, "1 km"), (3000, "3 km"), (10000, "10 km"), (50000, "50 km")],
    }
