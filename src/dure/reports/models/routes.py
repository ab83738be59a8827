"""Where a report was sent, and why: one row for each time the question was asked. Rows are never changed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7


class RouteDecision(models.Model):
    """An answer of the routing engine (`dure.engines.routing.Route`) as it was given, with the
    versions of what it used.

    `others` is a list of `Other` as plain values, `clarify` one `Clarify` or {}; codes are those of the table of
    bodies. `faults` are rules that failed. `confidence` is 0 to 1. Sentences that people read are asked for by
    `why`, `runners_up` and `question`, in their language.
    """

    class Cause(models.TextChoices):
        FIRST = "first", _("접수할 때")
        PLACE = "place", _("자리를 고쳐서")
        CATEGORY = "category", _("종류를 고쳐서")
        ANSWER = "answer", _("물음에 답하셔서")
        AGAIN = "again", _("담당자가 다시 물어서")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey("reports.Report", on_delete=models.CASCADE, related_name="routes")
    at = models.DateTimeField(default=clock.now)
    cause = models.CharField(max_length=8, choices=Cause.choices, default=Cause.FIRST)
    body = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=120, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    reason = models.TextField()
    reason_en = models.TextField(blank=True)
    law = models.JSONField(default=list)
    others = models.JSONField(default=list)
    clarify = models.JSONField(default=dict)
    confidence = models.FloatField()
    versions = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(confidence__range=(0, 1)), name="report_route_confidence"),
            models.CheckConstraint(condition=~Q(reason=""), name="report_route_explained"),
        ]
        indexes: ClassVar = [models.Index(fields=["report", "at"], name="report_route_by_report")]

    @property
    def why(self) -> str:
        english = (get_language() or "ko").startswith("en") and self.reason_en
        return self.reason_en if english else self.reason

    @property
    def runners_up(self) -> list[str]:
        """Of each other body what would make it right."""
        return [_said(one, "when") for one in self.others]

    @property
    def question(self) -> dict[str, Any] | None:
        """The one question that decides as {words, choices: [words]}; without choices the place itself is asked for."""
        if not self.clarify:
            return None
        choices = [_said(one, "words") for one in self.clarify.get("choices", [])]
        return {"words": _said(self.clarify, "words"), "choices": choices}


def _said(plain: dict[str, Any], name: str) -> str:
    english = (get_language() or "ko").startswith("en") and plain.get(f"{name}_en")
    return str(english or plain[name])
