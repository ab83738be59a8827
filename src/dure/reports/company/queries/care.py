"""Who cares for which company, since when, and which companies have nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from dure.bodies.models import Body, Membership
from dure.bodies.queries import named
from dure.core import clock
from dure.core.models import Person
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports.company.policy import COMPANY_KINDS, seats_of
from dure.reports.models import CareApproval, CompanyCare, Report, Visit

VISIT_EVERY = timedelta(days=92)
"""A company that was not visited for so long is shown as due: a quarter."""
ONLY = ("", "mine", "nobody", "unvisited")


def own_company(viewer: Viewer) -> Body | None:
    """The company that the viewer belongs to, if it is one."""
    return Body.objects.filter(pk=viewer.body_id, kind__in=COMPANY_KINDS).first() if viewer.body_id else None


def companies(viewer: Viewer, body_id: UUID, only: str = "", q: str = "") -> QuerySet[Any]:
    """The companies that are a body's concern, by name: cared for, with a difficulty brought to it, or seated in its
    area. Each with `officer_id`, `officer_name`, `since`, `serves` (is the official still one), `open_count`,
    `last_on`, `next_on`. `only`: mine, nobody (no serving official), unvisited (cared for, not visited for a quarter).
    """
    care = CompanyCare.objects.filter(company=OuterRef("pk"), body_id=body_id, until=None)
    reports = Report.objects.filter(sender=OuterRef("pk"), kind="company", body_id=body_id)
    still = reports.exclude(state=Report.State.CLOSED).order_by().values("sender")
    visits = Visit.objects.filter(company=OuterRef("pk"), body_id=body_id)
    serving = Membership.objects.valid_on(clock.today()).filter(body_id=body_id, role__in=["head", "officer"])
    near = Q(registration__area=body_id) | Q(registration__area__parent=body_id)
    rows = (
        Body.objects.filter(kind__in=COMPANY_KINDS, state=Body.State.CONFIRMED)
        .filter(near | Exists(care) | Exists(reports))
        .annotate(
            officer_id=Subquery(care.values("officer")[:1]),
            officer_name=Subquery(care.values("officer__name")[:1]),
            since=Subquery(care.values("since")[:1]),
            open_count=Subquery(still.annotate(n=Count("pk")).values("n")[:1]),
            last_on=Subquery(visits.filter(state=Visit.State.MADE).order_by("-on").values("on")[:1]),
            next_on=Subquery(visits.filter(state=Visit.State.PLANNED).order_by("on").values("on")[:1]),
        )
        .annotate(serves=Exists(serving.filter(person=OuterRef("officer_id"))))
    )
    for word in q.split()[:5]:
        rows = rows.filter(full_name_ko__icontains=word)
    if only == "mine":
        rows = rows.filter(officer_id=viewer.person_id)
    elif only == "nobody":
        rows = rows.filter(serves=False)
    elif only == "unvisited":
        before = clock.today() - VISIT_EVERY
        long_ago = Q(last_on__lt=before) | Q(last_on=None, since__date__lt=before)
        rows = rows.filter(long_ago, serves=True, next_on=None)
    return rows.order_by("full_name_ko", "pk")


def nobody_count(body_id: UUID) -> int:
    """Companies with a difficulty open at the body and no serving official."""
    rows = companies(Viewer.anonymous(), body_id, "nobody")
    return int(rows.filter(open_count__gt=0).count())


def unvisited_count(viewer: Viewer, body_id: UUID) -> int:
    return int(companies(viewer, body_id, "unvisited").filter(officer_id=viewer.person_id).count())


def history(company_id: UUID) -> QuerySet[CompanyCare]:
    """Everybody who cared for the company, now and before, newest first. Public."""
    rows = CompanyCare.objects.filter(company_id=company_id).select_related("body", "body__province", "officer")
    return rows.order_by("-since", "-pk")


def cares(body: Body | None = None) -> QuerySet[CompanyCare]:
    """Who cares for whom now."""
    rows = CompanyCare.objects.filter(until=None).select_related("company", "body", "officer")
    return rows.filter(body=body) if body else rows


def care_now(company_id: UUID, body_id: UUID | None) -> CompanyCare | None:
    rows = CompanyCare.objects.filter(company_id=company_id, body_id=body_id, until=None)
    found: CompanyCare | None = rows.select_related("officer").first()
    return found


def approvals(company_id: UUID) -> list[CareApproval]:
    """What the company was asked and said, newest first."""
    rows = CareApproval.objects.filter(company_id=company_id).select_related("body", "body__province")
    return list(rows.order_by("-pk")[:100])


def approvals_waiting(company_id: UUID) -> list[CareApproval]:
    rows = CareApproval.objects.filter(company_id=company_id, state=CareApproval.State.ASKED).select_related("body")
    return list(rows.order_by("asked_at")[:20])


def seats(company_id: UUID) -> list[Body]:
    rows = Body.objects.filter(pk__in=seats_of(company_id)).select_related("parent", "province")
    return list(rows.order_by("full_name_ko"))


def officers(body_id: UUID) -> list[Person]:
    rows = Membership.objects.valid_on(clock.today()).filter(body_id=body_id, role__in=["head", "officer"])
    return list(Person.objects.filter(pk__in=rows.values("person")).order_by("name", "pk"))


def company(slug: str) -> Body:
    """Refused `not_found`."""
    found = Body.objects.filter(slug=slug, kind__in=COMPANY_KINDS).exclude(state__in=["registered", "refused"]).first()
    if found is None:
        raise Refused("not_found", _("없는 회사입니다."))
    return found


def company_named(name: str) -> Body:
    """The company of exactly this name; Refused `invalid` at `company` for none or several."""
    found = [body for body in named(name) if body.kind in COMPANY_KINDS and body.state == Body.State.CONFIRMED]
    if len(found) != 1:
        raise Refused("invalid", _("등록된 회사의 이름을 그대로 적어 주세요."), "company")
    return found[0]


def body_named(name: str, field: str = "body") -> Body:
    """The public body of exactly this name or code; Refused `invalid` at `field`."""
    found = [body for body in named(name) if body.is_public_body and body.is_active()]
    if len(found) != 1:
        raise Refused("invalid", _("그런 공공기관을 찾지 못했습니다. 시·도까지 적어 주세요."), field)
    return found[0]


def people_of(body_id: UUID | None) -> list[UUID]:
    """Who acts for the body: its heads and officers."""
    if body_id is None:
        return []
    rows = Membership.objects.valid_on(clock.today()).filter(body_id=body_id, role__in=["head", "officer"])
    return list(rows.values_list("person_id", flat=True))


def destinations(company_id: UUID) -> list[Body]:
    """Where a company may send its difficulty straight away, those that care for it first."""
    ids = choices_for(company_id)
    rows = Body.objects.select_related("province").in_bulk(ids)
    return [rows[id] for id in ids]


def choices_for(company_id: UUID) -> list[UUID]:
    cares = CompanyCare.objects.filter(company_id=company_id, until=None).order_by("since")
    found = list(cares.values_list("body_id", flat=True))
    return [*found, *sorted(seats_of(company_id) - set(found))]
