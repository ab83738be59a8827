"""What other pages show of the reports: figures on the front page, boxes on the pages of bodies and areas."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.bodies.models import Body
from dure.core import clock
from dure.core.links import parse
from dure.core.rooms import Figure, Panel
from dure.core.viewer import Viewer
from dure.places.models import Area
from dure.reports.evidence import queries
from dure.reports.evidence.wanted import Wanted
from dure.reports.models import Report

RECENT_DAYS = 30


def figures(viewer: Viewer) -> Iterable[Figure]:
    """How many matters are open, and how many were solved within the last days: both lead to the list that has them.
    Nothing while there is no report at all."""
    page = reverse("reports:evidence_list")
    open, solved = Wanted(state="open"), _solved()
    for wanted, label in (
        (open, gettext_lazy("풀리지 않은 신고")),
        (solved, gettext_lazy("지난 30일에 들어와 마친 신고")),
    ):
        count = queries.matching(viewer, wanted).order_by().count()
        if count:
            yield Figure(count, label, f"{page}?{wanted.query()}")


def _solved() -> Wanted:
    return Wanted(state="closed", since=clock.today() - timedelta(days=RECENT_DAYS))


def panels(about: str, viewer: Viewer) -> Iterable[Panel]:
    """The box of reports on a body's page or an area's; none where there was never a report."""
    kind, id = parse(about)
    if kind == "body":
        count = _count(viewer, Wanted(bodies=(Body(pk=id),)))
        if count["all"]:
            body = Body.objects.get(pk=id)
            yield _panel(count, Wanted(body=body.slug, bodies=(body,)), _("맡은 신고"))
    elif kind == "area":
        code = Area.objects.filter(urn_id=id).values_list("code", flat=True).first()
        if code:
            wanted = Wanted(area=code[:2] if code.endswith("00000000") else code)
            count = _count(viewer, wanted)
            if count["all"]:
                yield _panel(count, wanted, _("여기의 신고"))


def _count(viewer: Viewer, wanted: Wanted) -> dict[str, Any]:
    now = clock.now()
    open = ~Q(state=Report.State.CLOSED)
    found: dict[str, Any] = (
        queries.matching(viewer, wanted)
        .select_related(None)
        .order_by()
        .aggregate(
            all=Count("pk"),
            open=Count("pk", filter=open),
            overdue=Count("pk", filter=open & Q(due_at__lt=now)),
        )
    )
    return found


def _panel(count: dict[str, Any], wanted: Wanted, title: str) -> Panel:
    page = reverse("reports:evidence_list")
    year = wanted.but(since=clock.today() - timedelta(days=364), counted=True)
    context = {
        "facts": [
            (f"{count['open']:,}", _("풀리지 않음"), f"{page}?{wanted.query(state='open')}"),
            (f"{count['overdue']:,}", _("기한 지남"), f"{page}?{wanted.query(only='overdue')}"),
            (f"{count['all']:,}", _("들어온 신고 모두"), f"{page}?{wanted.query()}"),
        ],
        "map": f"{reverse('reports:evidence_map')}?{wanted.query('open')}",
        "year": f"{page}?{year.query()}",
        "evidence": reverse("reports:evidence_times") + (f"?sido={wanted.sido}" if wanted.area else ""),
    }
    return Panel(title, "reports/evidence/panel.html", context, order=60)
