"""How a report came in: what was counted of its sender, whether it waits to be looked at, and who typed it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7


class Intake(models.Model):
    """One row beside each report that came through our own forms.

    `client` is a keyed hash that changes every day (`core.limits.client`), emptied after two days; `words_hash` tells
    the same text again. `held` says why nobody but the body reads the report before somebody looked at it; who looked
    stands in `looked_by`, or nobody where the time ran out first. `photos_looked`: the reporter said that faces and
    number plates are masked. `contact_left_out`: an address was given that could not be written to just then.
    `same_asked`: they said already that no report nearby is the same. `counted_as_one`: the same words from the same
    place were there already. `entered_by` is the official who typed for somebody, with the moment of their consent.
    """

    class Held(models.TextChoices):
        MANY = "many", _("짧은 동안 많이 들어옴")
        TRAP = "trap", _("사람이 적은 것 같지 않음")

    class Way(models.TextChoices):
        DESK = "desk", _("창구에서")
        PHONE = "phone", _("전화로")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.OneToOneField("reports.Report", on_delete=models.CASCADE, related_name="intake")
    client = models.CharField(max_length=32, blank=True)
    words_hash = models.CharField(max_length=64, blank=True)
    held = models.CharField(max_length=4, choices=Held.choices, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    photos_looked = models.BooleanField(default=True)
    contact_left_out = models.BooleanField(default=False)
    same_asked = models.BooleanField(default=False)
    counted_as_one = models.BooleanField(default=False)
    way = models.CharField(max_length=5, choices=Way.choices, blank=True)
    entered_by = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    consent_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(looked_by=None) | Q(looked_at__isnull=False), name="report_intake_looked"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["words_hash", "at"], name="report_intake_same_words"),
            models.Index(fields=["looked_at", "held"], name="report_intake_waiting"),
        ]

    @property
    def waiting(self) -> bool:
        """Somebody of the body has still to look: at the report, or at its pictures."""
        return self.looked_at is None and (bool(self.held) or not self.photos_looked)
