from __future__ import annotations

from django.utils.translation import gettext_lazy

from dure.core.rooms import MenuEntry
from dure.reports.parts import Part

PART = Part(
    "evidence",
    menu=(MenuEntry(gettext_lazy("신고 목록"), "reports:evidence_list", "main", 16),),
)
