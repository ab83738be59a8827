from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dure.collaboration.models.collaboration import Collaboration


class DecisionRule(models.Model):
    """How the parties of one collaboration decide where their agreement says otherwise than the default."""

    class Passes(models.TextChoices):
        CONSENT = "consent", _("막는 기관이 없으면")
        MAJORITY = "majority", _("찬성이 반대보다 많으면")
        TWO_THIRDS = "two_thirds", _("찬성이 3분의 2 이상이면")
        UNANIMOUS = "unanimous", _("모두 찬성하면")

    collaboration = models.OneToOneField(
        Collaboration, on_delete=models.CASCADE, primary_key=True, related_name="decision_rule"
    )
    passes = models.CharField(max_length=10, choices=Passes.choices, default=Passes.CONSENT)
    quorum_per_mille = models.PositiveSmallIntegerField(default=500)
    days = models.PositiveSmallIntegerField(default=7)
    weights = models.JSONField(default=dict, blank=True)
    """{body id: voices} for parties with other than one voice."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quorum_per_mille__lte=1000), name="collaboration_rule_quorum"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=90), name="collaboration_rule_days"),
        ]
