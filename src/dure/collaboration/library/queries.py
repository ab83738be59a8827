"""Questions to the library: which cases, in which order, and one case with all that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.db.models import Case as When
from django.db.models import Count, IntegerField, Prefetch, Value
from django.db.models import When as If
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.bodies.models import BodySuccession
from dure.collaboration.library.finding import Found, matching
from dure.collaboration.models import Case, CaseParty
from dure.collaboration.models.case import CaseQuerySet
from dure.core.refused import Refused
from dure.core.viewer import Viewer

MOST_COMPARED = 4
SORTS = [
    ("", gettext_lazy("기본 차례")),
    ("no", gettext_lazy("번호")),
    ("title", gettext_lazy("사업명")),
    ("government", gettext_lazy("기관")),
    ("field", gettext_lazy("서비스 분야")),
    ("lasting", gettext_lazy("지속가능성이 있는 것부터")),
    ("depth", gettext_lazy("심층사례부터")),
]
LASTING = When(If(sustainable="yes", then=Value(0)), If(sustainable="partial", then=Value(1)), default=Value(2))
ORDERS = {
    "no": ["no"],
    "title": ["title", "no"],
    "government": ["government", "no"],
    "field": ["service_field", "no"],
    "lasting": ["lasting_first", "no"],
    "depth": ["depth_first", "no"],
}
PLAIN = (
    *("origin", "partner_type", "service_field", "subtype", "level"),
    *("tech_applied", "tech_applicable", "resource_shared"),
)
NOT_IN_LISTS = ("depth", "terms", "ocr_note", "title_printed", "government_printed", "related")


@dataclass(frozen=True)
class Asked:
    """What a list of cases is narrowed to; an empty string asks nothing. The names are those of the address."""

    q: str = ""
    partner_type: str = ""
    service_field: str = ""
    subtype: str = ""
    level: str = ""
    sido: str = ""
    sigungu: str = ""
    sustainable: str = ""
    tech_applied: str = ""
    tech_applicable: str = ""
    resource_shared: str = ""
    depth: str = ""
    doubtful: str = ""
    origin: str = ""
    sort: str = ""

    @property
    def narrows(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self) if field.name != "sort")


def cases(asked: Asked, viewer: Viewer, found: Found | None = None) -> CaseQuerySet:
    """The cases asked for, in the order asked for (best match first where words are looked for), then by number.

    `found` is what `matching(asked.q)` gave, where the caller has asked already.
    """
    rows = Case.objects.visible_to(viewer).filter(**{name: value for name in PLAIN if (value := getattr(asked, name))})
    if asked.sido:
        rows = rows.filter(sido__contains=f";{asked.sido};")
    if asked.sigungu.strip():
        rows = rows.filter(sigungu__contains=asked.sigungu.strip())
    if asked.sustainable:
        rows = rows.filter(
            sustainable__in=["yes", "partial"] if asked.sustainable == "lasting" else [asked.sustainable]
        )
    if asked.depth:
        rows = rows.filter(depth_no__isnull=asked.depth != "yes")
    if asked.doubtful:
        rows = rows.filter(doubtful=asked.doubtful == "yes")
    order = ORDERS.get(asked.sort, ["no"])
    if asked.q.strip():
        found = found or matching(asked.q)
        rows = rows.filter(pk__in=found.ids)
        if asked.sort not in ORDERS and found.ids:
            places = [If(pk=pk, then=Value(place)) for place, pk in enumerate(found.ids)]
            rows = rows.annotate(place=When(*places, output_field=IntegerField()))
            order = ["place"]
    if asked.sort == "lasting":
        rows = rows.annotate(lasting_first=LASTING)
    if asked.sort == "depth":
        in_depth = If(depth_no__isnull=False, then=Value(0))
        rows = rows.annotate(depth_first=When(in_depth, default=Value(1), output_field=IntegerField()))
    return rows.order_by(*order)


def listed(asked: Asked, viewer: Viewer, found: Found | None = None) -> CaseQuerySet:
    """The same without the columns that a list does not show."""
    return cases(asked, viewer, found).defer(*NOT_IN_LISTS)


def origins(rows: CaseQuerySet) -> dict[str, int]:
    """How many of these cases come from the study, and how many ended here."""
    return dict(rows.order_by().values_list("origin").annotate(n=Count("pk")))


def case(no: str, viewer: Viewer) -> Case:
    """One case with its parties; Refused `not_found`."""
    rows = Case.objects.visible_to(viewer).select_related("collaboration").prefetch_related(_parties())
    found = rows.filter(no=no.upper()).first()
    if found is None:
        raise Refused("not_found", _("그런 번호의 사례가 없습니다."))
    return found


def by_numbers(numbers: Sequence[str], viewer: Viewer) -> list[Case]:
    """The cases with these numbers, in the order given; unknown numbers are left out."""
    wanted = list(dict.fromkeys(no.strip().upper() for no in numbers if no.strip()))
    rows = Case.objects.visible_to(viewer).filter(no__in=wanted).select_related("collaboration")
    found = rows.prefetch_related(_parties())
    by_no = {case.no: case for case in found}
    return [by_no[no] for no in wanted if no in by_no]


def names(numbers: Sequence[str], viewer: Viewer) -> dict[str, Case]:
    """Number to case, with what a link to it needs."""
    return {case.no: case for case in Case.objects.visible_to(viewer).filter(no__in=numbers).defer(*NOT_IN_LISTS)}


def done_by(body_id: UUID, viewer: Viewer) -> CaseQuerySet:
    """The cases in which a body took part, under its present name or as what it came from."""
    ids, fresh = {body_id}, {body_id}
    while fresh:
        fresh = set(BodySuccession.objects.filter(new__in=fresh).values_list("old", flat=True)) - ids
        ids |= fresh
    taken = CaseParty.objects.filter(body_id__in=ids).values("case_id")
    return Case.objects.visible_to(viewer).filter(pk__in=taken).defer(*NOT_IN_LISTS).order_by("no")


def _parties() -> Prefetch[Any, Any, Any]:
    return Prefetch("parties", queryset=CaseParty.objects.order_by("position"))


def by_depth(numbers: Iterable[int], viewer: Viewer) -> dict[int, str]:
    """In-depth number (1 to 23) to number in the library."""
    rows = Case.objects.visible_to(viewer).filter(depth_no__in=list(numbers)).values_list("depth_no", "no")
    return {depth_no: no for depth_no, no in rows if depth_no is not None}
