from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.links import urn
from dure.core.visibility import Visible
from dure.resources.models.resource import MOST, Resource


class Booking(Visible):
    """A body has so many units of a resource from `starts_at` until `ends_at` (half-open), or asks for them.

    The body of the resource and the booking body always read it. `collaboration` is the URN it is for, `offer` the URN
    of an offer that put the resource in: one booking for each offer, whatever becomes of it. `price` and `price_per`
    are those of the day it was booked. `revision` counts its changes, for calendars.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("승인 기다림")
        CONFIRMED = "confirmed", _("예약됨")
        LENT = "lent", _("빌려줌")
        RETURNED = "returned", _("돌려받음")
        CANCELLED = "cancelled", _("취소됨")
        REFUSED = "refused", _("거절됨")
        NO_SHOW = "no_show", _("오지 않음")

    class Fault(models.TextChoices):
        """Why an offered resource could not be held, or what was asked for came to nothing by itself."""

        NOT_FREE = "not_free", _("그때는 남은 것이 모자람")
        NOT_LENT = "not_lent", _("지금은 빌려주지 않는 자원")
        SILENT = "silent", _("답 없이 때가 지남")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.CharField(max_length=24, unique=True)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="bookings")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=500, blank=True)
    collaboration = models.CharField(max_length=80, blank=True)
    offer = models.CharField(max_length=80, blank=True)
    quantity = models.PositiveIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices)
    price = models.PositiveIntegerField(default=0)
    price_per = models.CharField(max_length=4, choices=Resource.Per.choices, default=Resource.Per.USE)
    fault = models.CharField(max_length=8, choices=Fault.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    late = models.BooleanField(default=False)
    ended_by = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    lent_at = models.DateTimeField(null=True, blank=True)
    lent_by = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lent_note = models.TextField(max_length=1000, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    returned_note = models.TextField(max_length=1000, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    urn_kind = "booking"
    visible_owner = "body_id"
    visible_circle = "pk"
    visible_container = "resource"

    class Meta(Visible.Meta):
        verbose_name = _("예약")
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="resources_booking_ends_later"),
            models.CheckConstraint(condition=Q(quantity__gte=1, quantity__lte=MOST), name="resources_booking_quantity"),
            models.UniqueConstraint(fields=["offer"], condition=~Q(offer=""), name="resources_booking_offer_once"),
            models.CheckConstraint(
                condition=~Q(purpose="") | ~Q(collaboration=""), name="resources_booking_for_something"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["lent", "returned"]) | Q(lent_at__isnull=False), name="resources_booking_lent"
            ),
            models.CheckConstraint(
                condition=Q(state="returned", returned_at__gte=F("lent_at"))
                | (~Q(state="returned") & Q(returned_at=None)),
                name="resources_booking_returned",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["returned", "cancelled", "refused", "no_show"], ended_at__isnull=False)
                | (Q(state__in=["asked", "confirmed", "lent"]) & Q(ended_at=None)),
                name="resources_booking_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason="") | ~Q(fault=""), name="resources_booking_refused_why"
            ),
        ]
        indexes = [
            models.Index(fields=["resource", "state", "ends_at"], name="resources_booking_taken"),
            models.Index(fields=["body", "-starts_at", "-id"], name="resources_booking_of_body"),
            models.Index(fields=["collaboration"], name="resources_booking_for"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("resources:booking", args=[self.pk])

    @property
    def about(self) -> str:
        """The collaboration it is for, else the resource."""
        return self.collaboration or urn("resource", self.resource_id)

    @property
    def is_open(self) -> bool:
        return self.state in HOLDING

    @property
    def is_overdue(self) -> bool:
        """Handed over, and not back although its time is over."""
        return self.state == self.State.LENT and self.ends_at < clock.now()


HOLDING = (Booking.State.ASKED, Booking.State.CONFIRMED, Booking.State.LENT)
"""The states in which a booking takes its units away from others."""

PERSISTING = (*HOLDING, Booking.State.RETURNED, Booking.State.NO_SHOW)
"""What a calendar shows: what is, or was, taken."""


class Damage(models.Model):
    """Something broken or missing at the return, and what the two bodies agreed to do about it.

    Read and written through its booking.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="damages")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    description = models.TextField(max_length=1000)
    follow_up = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(description=""), name="resources_damage_said")]


class Objection(models.Model):
    """The other side's account of a no-show or of damage. It stands beside what the owner recorded; nobody rules on
    it, and neither is taken away. Read and written through its booking."""

    class About(models.TextChoices):
        NO_SHOW = "no_show", _("오지 않았다는 기록")
        DAMAGE = "damage", _("파손 기록")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="objections")
    about = models.CharField(max_length=7, choices=About.choices)
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    text = models.TextField(max_length=2000)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="resources_objection_said"),
            models.UniqueConstraint(fields=["booking", "about"], name="resources_objection_once"),
        ]
