from __future__ import annotations

from django.utils.translation import gettext_lazy

from dure.core.jobs import titled
from dure.core.rooms import MenuEntry, Periodic
from dure.reports.evidence.figures import warm
from dure.reports.evidence.shown import figures, panels
from dure.reports.parts import Part

PART = Part(
    "evidence",
    menu=(
        MenuEntry(gettext_lazy("신고 목록"), "reports:evidence_list", "main", 16),
        MenuEntry(gettext_lazy("지도"), "reports:evidence_map", "footer", 40),
        MenuEntry(gettext_lazy("신고 모아서 보기"), "reports:evidence", "footer", 41),
    ),
    jobs={"reports.evidence": titled(gettext_lazy("신고 모아서 셈하기"))(warm)},
    periodic=(Periodic("reports.evidence", "hour"),),
    figures=figures,
    panels=panels,
)
