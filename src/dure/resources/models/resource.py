from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.visibility import Visible

MOST = 100_000
"""The most units of one resource."""
DEAREST = 1_000_000_000
"""The highest price, in won."""
STEPS = (15, 30, 60)
"""The grids within a day, in minutes; 0 means whole days."""


class ResourceKind(models.TextChoices):
    """What kind of thing is shared (row A3)."""

    BUDGET = "budget", _("예산")
    PEOPLE = "people", _("인력·전문성")
    SPACE = "space", _("공간·시설")
    EQUIPMENT = "equipment", _("장비·차량")
    DATA = "data", _("데이터")
    SYSTEM = "system", _("시스템")
    LICENCE = "licence", _("이용권·허가")
    KNOWHOW = "knowhow", _("경험·지식")
    OTHER = "other", _("그 밖")


class Resource(Visible):
    """Something of a body that others can use for a time: a bus, a hall, a surveyor, a licence.

    `hours` are seven lists of spans [from, until) in minutes of the day, from Monday; by whole days (`step` 0) a day
    with any span is open. `closed_days` are ISO dates. `longest` is in days where lent by days, else in minutes; 0 for
    no bound. `lead_hours` is how long before its start a booking must be made and may be cancelled freely.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("빌려주는 중")
        RESTING = "resting", _("쉼")
        RETIRED = "retired", _("그만둠")

    class Who(models.TextChoices):
        ANY = "any", _("어느 기관이나")
        PROVINCE = "province", _("같은 시·도의 기관")
        NAMED = "named", _("정한 기관만")

    class Per(models.TextChoices):
        HOUR = "hour", _("1시간")
        DAY = "day", _("하루")
        USE = "use", _("한 번")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=ResourceKind.choices)
    title = models.CharField(max_length=120)
    description = models.TextField(max_length=4000, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    unit = models.CharField(max_length=10, default="개")
    place = models.CharField(max_length=300, blank=True)
    area = models.CharField(max_length=10, blank=True)
    conditions = models.TextField(max_length=2000, blank=True)
    price = models.PositiveIntegerField(default=0)
    price_per = models.CharField(max_length=4, choices=Per.choices, default=Per.USE)
    step = models.PositiveSmallIntegerField(default=0)
    hours: Any = models.JSONField(default=list)
    closed_days: Any = models.JSONField(default=list, blank=True)
    closed_on_holidays = models.BooleanField(default=True)
    lead_hours = models.PositiveIntegerField(default=0)
    longest = models.PositiveIntegerField(default=0)
    who = models.CharField(max_length=8, choices=Who.choices, default=Who.ANY)
    named = models.ManyToManyField("bodies.Body", related_name="+", blank=True)
    needs_approval = models.BooleanField(default=True)
    contact = models.CharField(max_length=120)
    state = models.CharField(max_length=7, choices=State.choices, default=State.ACTIVE)
    state_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    urn_kind = "resource"
    visible_owner = "body_id"
    visible_circle = "pk"

    class Meta(Visible.Meta):
        verbose_name = _("자원")
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(title="") & ~Q(contact=""), name="resources_resource_said"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST), name="resources_resource_quantity"
            ),
            models.CheckConstraint(condition=Q(price__lte=DEAREST), name="resources_resource_price"),
            models.CheckConstraint(condition=Q(step__in=[0, *STEPS]), name="resources_resource_step"),
        ]
        indexes = [
            models.Index(fields=["state", "-created_at", "-id"], name="resources_newest"),
            models.Index(fields=["body", "state"], name="resources_of_body"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("resources:page", args=[self.pk])

    @property
    def by_day(self) -> bool:
        return self.step == 0

    @property
    def closed_dates(self) -> frozenset[date]:
        return frozenset(date.fromisoformat(day) for day in self.closed_days)

    @property
    def named_ids(self) -> set[Any]:
        return set(self.named.values_list("pk", flat=True))
