"""The rules of routing as an installation keeps them: drafts, the one that holds, and those that held before."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7


class RuleText(models.Model):
    """A text of rules. Where none is live, the text that comes with the product holds. `compared` is what the last
    comparison with past reports found: {asked, since, differ: [{report, receipt, before, after, reason}], faults}."""

    class State(models.TextChoices):
        DRAFT = "draft", _("쓰는 중")
        LIVE = "live", _("지금 씀")
        PAST = "past", _("예전에 씀")
        DROPPED = "dropped", _("버림")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    text = models.TextField(max_length=400_000)
    note = models.CharField(max_length=500)
    state = models.CharField(max_length=7, choices=State.choices, default=State.DRAFT)
    person = models.ForeignKey("core.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    live_at = models.DateTimeField(null=True, blank=True)
    compared = models.JSONField(default=dict)
    compared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="live"), name="report_one_live_rules"),
            models.CheckConstraint(condition=~Q(state="live") | Q(live_at__isnull=False), name="report_rules_live_at"),
            models.CheckConstraint(condition=~Q(note=""), name="report_rules_note"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("reports:rules_text", args=[self.pk])

    @property
    def urn(self) -> str:
        return f"dure:report_rules:{self.pk}"

    @property
    def fresh(self) -> bool:
        """Compared after the last change of its text."""
        return self.compared_at is not None and self.compared_at >= self.changed_at
