"""The study's tables 2-1, 2-2, 2-3, 3-1 and 3-2 from our own rows where they allow it, beside the printed figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dure.collaboration.library import source
from dure.collaboration.library.wording import FIELDS
from dure.collaboration.models import Case
from dure.collaboration.models.case import PartnerType
from dure.core.viewer import Viewer


@dataclass(frozen=True)
class Line:
    """One row: what the study printed, what our rows give (None where they cannot), and the difference."""

    label: str
    printed: int | None
    ours: int | None

    @property
    def difference(self) -> int | None:
        return None if self.printed is None or self.ours is None else self.ours - self.printed


@dataclass(frozen=True)
class Comparison:
    number: str
    title: str
    verdict: str
    """same, explained (a difference with a known reason) or impossible (our rows lack what it needs)"""
    why: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Count:
    """What the rows are counted from: one row of each case."""

    sido: str
    service_field: str
    partner_type: str
    tech_applied: str
    tech_applicable: str
    resource_shared: str
    sustainable: str
    depth_no: int | None
    subtype: str


def counted(viewer: Viewer) -> list[Count]:
    """Every case of the study, as far as counting needs it; one query."""
    names = list(Count.__dataclass_fields__)
    rows = Case.objects.visible_to(viewer).filter(origin=Case.Origin.STUDY).order_by("no")
    return [Count(*row) for row in rows.values_list(*names)]


def comparisons(rows: list[Count]) -> list[Comparison]:
    return [_table_2_1(rows), _table_2_2(rows), _table_2_3(rows), _table_3_1(rows), _table_3_2(rows)]


def _printed(number: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = source.tables()[number]["rows"]
    return found


def _table_2_1(rows: list[Count]) -> Comparison:
    printed = _printed("2-1")
    names = {"공공부문": _("공공부문"), "민간참여": _("민간참여"), "합계": _("합계")}
    return Comparison(
        "2-1",
        _("참여주체에 따른 협업행정 공모 사례 분류"),
        "impossible",
        _(
            "다시 셀 수 없습니다. 부록에는 어느 공모의 몇 년 사례인지가 없어 협업행정 공모 71건을 가려낼 수 없습니다. "
            "인쇄된 합(5+36=41, 10+20=30)은 맞지만, 표 3-1은 같은 공모를 72건으로 적습니다."
        ),
        tuple(Line(names[label], int(figures[-1]), None) for label, figures in printed.items()),
    )


def _table_2_2(rows: list[Count]) -> Comparison:
    printed, ours = _printed("2-2"), Counter(row.service_field for row in rows)
    lines = [Line(str(name), int(printed[key][2]), ours[key]) for key, name in FIELDS]
    lines.append(Line(_("계"), int(printed["합계"][2]), len(rows)))
    return Comparison(
        "2-2",
        _("서비스 분야별 사례 수"),
        "explained",
        _(
            "분야별 계만 다시 셀 수 있습니다. 인쇄된 표는 1차 분석 전의 629건이고 부록은 그 뒤의 601건이라, "
            "차이는 어느 분야에서나 0 이하이고 더하면 1차 분석에서 뺀 28건(중앙-민간 4, 지자체 단독 24)과 같습니다. "
            "하드웨어와 소프트웨어 칸은 부록에 없어 셀 수 없습니다. 심층 23건에서는 소프트웨어 17건, 하드웨어 6건인데 "
            "인쇄된 표는 하드웨어 437건, 소프트웨어 192건이어서 두 칸의 이름이 바뀐 것으로 의심됩니다."
        ),
        tuple(lines),
    )


def _table_2_3(rows: list[Count]) -> Comparison:
    printed = _printed("2-3")
    ours = Counter(row.service_field for row in rows if row.tech_applied != "no")
    lines = [Line(str(name), int(printed[key][0]), ours[key]) for key, name in FIELDS]
    lines.append(Line(_("계"), int(printed["합계"][0]), sum(ours.values())))
    return Comparison(
        "2-3",
        _("과학기술을 적용한 사례 수"),
        "explained",
        _(
            "같은 것을 세지 않습니다. 인쇄된 표는 275건 가운데 60건인데 275건을 어떻게 골랐는지 보고서에 없고, "
            "행정관리는 표 2-3(78건)이 표 2-2(55건)보다 커서 그 일부일 수도 없습니다. 우리 수는 부록 601건 가운데 "
            "과학기술을 적용했다고 표시된 사례입니다."
        ),
        tuple(lines),
    )


def _table_3_1(rows: list[Count]) -> Comparison:
    total = _printed("3-1")["계"]
    ours = Counter(row.partner_type for row in rows)
    columns = {
        PartnerType.CENTRAL: 0,
        PartnerType.CENTRAL_PRIVATE: 2,
        PartnerType.LOCAL: 3,
        PartnerType.PRIVATE: 4,
        PartnerType.OTHER: 5,
    }
    lines = [Line(str(kind.label), int(total[column]), ours[kind]) for kind, column in columns.items()]
    lines.append(Line(_("계(②·⑦ 제외)"), int(total[8]), len(rows)))
    same = all(line.difference == 0 for line in lines)
    return Comparison(
        "3-1",
        _("1차 분석 결과: 주체유형별 사례 수"),
        "same" if same else "explained",
        _(
            "다섯 칸과 계가 모두 같습니다. 공모별 줄은 부록에 공모 이름이 없어 다시 셀 수 없고, "
            "② 중앙-민간 4건과 ⑦ 지자체 단독 24건은 부록에 싣지 않았습니다."
        )
        if same
        else _("들여온 부록의 건수가 인쇄된 것과 다릅니다. 자료를 다시 들여와 주세요."),
        tuple(lines),
    )


def _table_3_2(rows: list[Count]) -> Comparison:
    printed = [int(figure) for figure in _printed("3-2")["자원공유, 지속가능성 충족 사례"]]
    lasting = [row for row in rows if row.resource_shared != "no" and row.sustainable != "no"]
    ours = Counter(row.partner_type for row in lasting)
    lines = [Line(str(kind.label), figure, ours[kind]) for kind, figure in zip(PartnerType, printed, strict=False)]
    lines.append(Line(_("계"), printed[-1], len(lasting)))
    return Comparison(
        "3-2",
        _("2차 분석 결과: 자원공유와 지속가능성을 모두 채운 사례 수"),
        "same" if all(line.difference == 0 for line in lines) else "explained",
        _(
            "△를 넣어 세면 72건으로, 인쇄된 73건보다 지자체-기타가 1건 적습니다. "
            "보고서는 73건을 음영으로 표시했다고 하나 글자를 읽어 들이는 동안 음영이 사라져 "
            "어느 행이 빠졌는지 알 수 없습니다. 자원공유는 601건이 모두 ○라서 "
            "이 수를 정하는 것은 지속가능성 하나입니다."
        ),
        tuple(lines),
    )


def field_by_partner(rows: list[Count]) -> list[tuple[str, str, list[tuple[str, int]], int]]:
    """Each field (key, name) with its number of cases by partner type (key, number), and in all."""
    counts = Counter((row.service_field, row.partner_type) for row in rows)
    totals = Counter(row.service_field for row in rows)
    return [
        (key, str(name), [(kind.value, counts[key, kind.value]) for kind in PartnerType], totals[key])
        for key, name in FIELDS
    ]
