"""The ledger of use as a body reads it: what it used, what it gave, what that makes in won."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.resources.models import LedgerEntry


@dataclass(frozen=True)
class Sums:
    """One month, or all: uses and won on both sides. What a body uses of its own counts as a use and owes nothing."""

    used: int
    owed: int
    gave: int
    due: int

    @property
    def balance(self) -> int:
        """What others owe it, less what it owes; in won."""
        return self.due - self.owed


def _mine(viewer: Viewer) -> QuerySet[LedgerEntry]:
    if viewer.body_id is None or not viewer.reads_for(viewer.body_id):
        code = "not_signed_in" if viewer.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("이용 장부를 보려면 기관의 구성원으로 들어와 주세요."))
    return LedgerEntry.objects.filter(Q(owner_id=viewer.body_id) | Q(user_id=viewer.body_id))


def months(viewer: Viewer) -> list[date]:
    """The months in which something was used or given, newest first."""
    return list(_mine(viewer).order_by("-month").values_list("month", flat=True).distinct())


def entries(viewer: Viewer, month: date | None = None) -> QuerySet[LedgerEntry]:
    """The entries of a month (of all without one), newest first."""
    rows = _mine(viewer).select_related("resource", "owner", "user", "booking").order_by("-at", "-pk")
    return rows.filter(month=month) if month else rows


def sums(viewer: Viewer, month: date | None = None) -> Sums:
    """What a month (or everything so far) makes."""
    rows = entries(viewer, month).order_by()
    used, gave = rows.filter(user_id=viewer.body_id), rows.filter(owner_id=viewer.body_id)
    return Sums(
        used=used.count(),
        owed=used.exclude(owner_id=F("user_id")).aggregate(n=Sum("amount"))["n"] or 0,
        gave=gave.count(),
        due=gave.exclude(owner_id=F("user_id")).aggregate(n=Sum("amount"))["n"] or 0,
    )
