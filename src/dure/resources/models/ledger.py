from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7
from dure.resources.models.booking import Booking
from dure.resources.models.resource import Resource


class LedgerEntry(models.Model):
    """What one booking used, written once when the thing came back and never changed.

    `units` are hours begun, calendar days, or 1, as `price_per` says; `amount` = price × units × quantity in whole
    won. Time over the end that was agreed is counted in `overdue_minutes` and not charged: what follows from it the
    bodies agree. No money moves here.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="entry")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    at = models.DateTimeField(default=clock.now)
    quantity = models.PositiveBigIntegerField()
    minutes = models.PositiveIntegerField()
    overdue_minutes = models.PositiveIntegerField(default=0)
    price = models.PositiveBigIntegerField()
    price_per = models.CharField(max_length=4, choices=Resource.Per.choices)
    units = models.PositiveBigIntegerField()
    amount = models.PositiveBigIntegerField()
    damages = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("이용 장부")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=F("price") * F("units") * F("quantity")), name="resources_ledger_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, units__gte=1, minutes__gte=1), name="resources_ledger_used"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "month"], name="resources_ledger_gave"),
            models.Index(fields=["user", "month"], name="resources_ledger_used_by"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise RuntimeError("an entry of the ledger is never changed")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError("an entry of the ledger is never taken away")
