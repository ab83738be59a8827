"""What became of the selected."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dure.contests.models import Contest, Entry, State, Support, YearReport
from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer

ENDED = (Support.State.STOPPED, Support.State.DONE)


@dataclass(frozen=True)
class Became:
    """A selected entry and how its support stands: reports there, missing, the next day, money paid and planned."""

    entry: Entry
    support: Support | None
    accepted: int
    of: int
    missing: tuple[YearReport, ...]
    next: YearReport | None
    planned: int
    paid: int


def _selected(viewer: Viewer) -> QuerySet[Entry]:
    rows = Entry.objects.visible_to(viewer).filter(selected=True, contest__state=State.PUBLISHED)
    rows = rows.select_related("contest", "body", "body__province", "support")
    return rows.prefetch_related("support__reports", "support__payments").order_by(
        "-contest__published_at", "rank", "pk"
    )


def _became(entry: Entry) -> Became:
    support = getattr(entry, "support", None)
    if support is None:
        return Became(entry, None, 0, 0, (), None, 0, 0)
    reports = list(support.reports.all())
    for report in reports:
        report.support = support
    payments = list(support.payments.all())
    support.entry = entry
    waiting = [r for r in reports if r.state != YearReport.State.ACCEPTED and support.state not in ENDED]
    return Became(
        entry,
        support,
        sum(r.state == YearReport.State.ACCEPTED for r in reports),
        len(reports),
        tuple(r for r in reports if r.missing),
        waiting[0] if waiting else None,
        sum(p.planned for p in payments),
        sum(p.paid or 0 for p in payments),
    )


def became_of_selected(viewer: Viewer, contest: Contest | None = None, *, missing: bool = False) -> list[Became]:
    """All selected entries of published contests, newest first; of one contest where it is given."""
    rows = _selected(viewer)
    if contest is not None:
        rows = rows.filter(contest=contest)
    found = [_became(entry) for entry in rows]
    return [one for one in found if one.missing] if missing else found


def missing_of(viewer: Viewer, contest: Contest) -> list[YearReport]:
    """Reports that are due and not there."""
    rows = YearReport.objects.visible_to(viewer).filter(support__entry__contest=contest, due_on__lt=clock.today())
    rows = rows.filter(state__in=[YearReport.State.DUE, YearReport.State.RETURNED])
    rows = rows.exclude(support__state__in=ENDED).select_related("support__entry__body", "support__entry__contest")
    return list(rows.order_by("due_on", "pk"))


def of_body(viewer: Viewer, body_id: UUID) -> list[Became]:
    """The published entries in which a body takes part, selected ones with their support."""
    return _panel(viewer, Q(bodies__body_id=body_id))


def of_collaboration(viewer: Viewer, urn: str) -> list[Became]:
    return _panel(viewer, Q(collaboration=urn))


def _panel(viewer: Viewer, where: Q) -> list[Became]:
    rows = Entry.objects.visible_to(viewer).filter(where, state=Entry.State.HANDED_IN, contest__state=State.PUBLISHED)
    rows = rows.select_related("contest", "body", "support").prefetch_related("support__reports", "support__payments")
    return [_became(entry) for entry in rows.distinct().order_by("-contest__published_at", "pk")[:20]]


def support_of(viewer: Viewer, contest: Contest, entry_id: UUID) -> Support:
    """The support of a selected entry; Refused `not_found`."""
    rows = Support.objects.visible_to(viewer).filter(entry__contest=contest, entry_id=entry_id)
    row = rows.select_related("entry__contest__body", "entry__body").first()
    if row is None:
        raise Refused("not_found", _("이 응모에는 이어지는 지원이 없습니다."))
    return row
