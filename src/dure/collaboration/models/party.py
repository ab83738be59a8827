from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dure.collaboration.models.collaboration import Collaboration
from dure.collaboration.models.offer import Offer
from dure.core import clock
from dure.core.ids import uuid7


class Party(models.Model):
    """A body that works in a collaboration as one of equals: who asked, and whoever's offer was taken up.

    Who the parties are is always public. `left_at` ends it; the row stays. While it stands the body belongs to the
    circle (`core.models.Audience`) that reads what is for partners only.
    """

    class Role(models.TextChoices):
        ASKER = "asker", _("요청한 기관")
        PARTNER = "partner", _("함께하는 기관")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="parties")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=7, choices=Role.choices)
    offer = models.ForeignKey(Offer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)
    left_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["collaboration", "body"], condition=Q(left_at=None), name="collaboration_party_once"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | ~Q(left_reason=""), name="collaboration_party_left_with_reason"
            ),
        ]
        indexes = [models.Index(fields=["body", "left_at"], name="collaboration_party_of_body")]
