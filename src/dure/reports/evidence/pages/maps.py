"""The common map: open matters of all bodies in one view, with the same filters as the list and a table beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dure.core.refused import Refused
from dure.places.models import Area
from dure.places.queries import areas as area_rows
from dure.reports.evidence import areas, around, drawing, queries
from dure.reports.evidence.drawing import Cell, View
from dure.reports.evidence.pages.choices import choices
from dure.reports.evidence.wanted import Wanted, numbers, wanted_of

FINEST_M = 150.0
AROUND_ME_M = 1_500.0


@require_GET
def common_map(request: HttpRequest) -> HttpResponse:
    wanted = wanted_of(request.GET, request.viewer, state="open").but(near=None, box=None, sort="newest")
    view = _view(request, wanted)
    shown = _pieces(request, wanted.but(area=""), view) if view else _areas(request, wanted)
    context = {
        **choices(wanted, Wanted(state="open", area=wanted.area)),
        **shown,
        "drawn": request.GET.get("map") != "0",
        "switch": _address(wanted, view, map="" if request.GET.get("map") == "0" else "0"),
        "hidden": [("map", "0" if request.GET.get("map") == "0" else ""), *_kept(request, view)],
        "withheld": queries.withheld(request.viewer, wanted),
        "list_query": wanted.but(box=view.box, area="").query("all") if view else wanted.query("all"),
        "crumbs": _crumbs(wanted, view),
    }
    return render(request, "reports/evidence/map.html", context)


def _view(request: HttpRequest, wanted: Wanted) -> View | None:
    """The piece of ground that is asked for: around a point, or a municipality; None for the country or a province."""
    point = numbers(request.GET.get("c", "")[:60], 2)
    if point and 122 <= point[0] <= 134 and 31 <= point[1] <= 44:  # where the metres of the grid hold
        width = numbers(request.GET.get("w", "")[:20], 1)
        return drawing.view_at(point[0], point[1], width[0] if width else AROUND_ME_M)
    if wanted.sigungu:
        try:
            area = area_rows().filter(code=wanted.sigungu).defer(None).first()
        except Refused:
            return None
        return drawing.view_of(area) if area else None
    return None


def _kept(request: HttpRequest, view: View | None) -> list[tuple[str, str]]:
    """Where the map is stays when a condition changes, unless it is a municipality, which is a condition itself."""
    return [("c", request.GET.get("c", "")[:60]), ("w", request.GET.get("w", "")[:20])] if view else []


def _address(wanted: Wanted, view: View | None, at: tuple[float, float, float] | None = None, **more: Any) -> str:
    """This map at another place; without a place, the same one."""
    if view and at is None and not wanted.sigungu:
        at = (view.lon, view.lat, view.width_m)
    if at:
        wanted = wanted.but(area="")
        more |= {"c": f"{at[0]:.6f},{at[1]:.6f}", "w": f"{at[2]:.0f}"}
    return f"?{wanted.query('open', **more)}"


def _crumbs(wanted: Wanted, view: View | None) -> list[tuple[str, str]]:
    page = reverse("reports:evidence_map")
    trail = [(_("지도"), page if wanted.area or view else "")]
    if wanted.area:
        province = areas.named(wanted.sido + "00000000")
        if province:
            trail.append((province.name, _address(wanted.but(area=wanted.sido), None) if wanted.sigungu else ""))
        municipality = areas.named(wanted.sigungu) if wanted.sigungu else None
        if municipality:
            trail.append((municipality.name, ""))
    return trail


def _areas(request: HttpRequest, wanted: Wanted) -> dict[str, Any]:
    """The country by provinces, or a province by municipalities: the drawing and the table with the same links."""
    found = around.by_area(request.viewer, wanted)
    rows: list[Area] = areas.within(wanted.sido) if wanted.area else areas.provinces()
    length = 10 if wanted.area else 2
    keep: dict[str, Any] = {"map": "0"} if request.GET.get("map") == "0" else {}
    links = {row.code: _address(wanted.but(area=row.code[:length]), None, **keep) for row in rows}
    counts = {row.code: found[row.code[:length]].count if row.code[:length] in found else 0 for row in rows}
    names = {row.code: row.name for row in rows}
    placed = {row.code[:length] for row in rows}
    elsewhere = [tally for code, tally in found.items() if code not in placed]
    whole = sum(tally.count for tally in found.values())
    title = _("시군구마다 몇 건인지") if wanted.area else _("시도마다 몇 건인지")
    return {
        "level": "areas",
        "title": title,
        "svg": ""
        if keep
        else drawing.areas_map(
            counts,
            names,
            links,
            level="sigungu" if wanted.area else "sido",
            prefix=wanted.sido if wanted.area else "",
            title=title,
            desc=_("짙을수록 많습니다. 누르면 그곳을 크게 보고, 같은 것이 표에도 있습니다."),
        ),
        "tallies": sorted(
            ((row, found.get(row.code[:length]), links[row.code]) for row in rows),
            key=lambda one: (-(one[1].count if one[1] else 0), one[0].code),
        ),
        "count": whole,
        "unplaced": sum(tally.count for tally in elsewhere),
        "unplaced_query": wanted.but(area="", only="placeless").query("all") if not wanted.area else "",
    }


def _pieces(request: HttpRequest, wanted: Wanted, view: View) -> dict[str, Any]:
    """A piece of ground with its matters gathered by a grid, and those due first in the table."""
    found = around.gathered(request.viewer, wanted, view)
    listed = around.first_due(request.viewer, wanted, view)
    names = areas.names(row.area_code for row in listed)
    count = sum(cell["n"] for cell in found)
    width = f"{view.width_m / 1000:,.1f} km" if view.width_m >= 1000 else f"{view.width_m:,.0f} m"
    return {
        "level": "pieces",
        "title": _("이 자리의 신고"),
        "svg": ""
        if request.GET.get("map") == "0"
        else drawing.places_map(
            view,
            [_cell(wanted, view, cell) for cell in found],
            title=_("이 자리의 신고"),
            desc=_(
                "가로 %(width)s입니다. 동그라미의 수는 그 자리의 신고 수이고, 붉은 것은 기한이 지난 신고가 있습니다."
            )
            % {"width": width},
            me=request.GET.get("me") == "1",
        ),
        "width": width,
        "moves": [
            ("in", _("확대"), _address(wanted, view, view.moved(zoom=0.5))),
            ("out", _("축소"), _address(wanted, view, view.moved(zoom=2))),
            ("up", _("북쪽으로"), _address(wanted, view, view.moved(north=0.5))),
            ("down", _("남쪽으로"), _address(wanted, view, view.moved(north=-0.5))),
            ("left", _("서쪽으로"), _address(wanted, view, view.moved(east=-0.5))),
            ("right", _("동쪽으로"), _address(wanted, view, view.moved(east=0.5))),
        ],
        "rows": [(row, names.get(row.area_code, "")) for row in listed],
        "count": count,
        "hidden_rows": count - len(listed),
    }


def _cell(wanted: Wanted, view: View, cell: dict[str, Any]) -> Cell:
    lon, lat = cell["middle_lon"], cell["middle_lat"]
    label = _("신고 %(n)s") % {"n": f"{cell['n']:,}"}
    if cell["late"]:
        label += ", " + _("기한 지난 것 %(n)s") % {"n": f"{cell['late']:,}"}
    if cell["n"] == 1:
        url = reverse("reports:report", args=[cell["one"]])
        label += f", {cell['one']}"
    elif view.width_m <= FINEST_M:
        url = f"{reverse('reports:evidence_list')}?{wanted.but(near=(lon, lat), radius=30.0).query('all')}"
        label += ", " + _("목록으로 보기")
    else:
        url = _address(wanted, view, (lon, lat, max(view.width_m / 4, drawing.LEAST_M)))
        label += ", " + _("크게 보기")
    return Cell(cell["column"], cell["row"], lon, lat, cell["n"], cell["late"], url, label)


@require_GET
def script(request: HttpRequest) -> HttpResponse:
    """What the map can do besides: keys, dragging, pinching, 'around me'. Nothing of it is needed."""
    text = (Path(__file__).parents[1] / "map.js").read_text(encoding="utf-8")
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response
