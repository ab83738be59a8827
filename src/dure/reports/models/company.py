"""The company desk: who cares for a company, what was heard on visits, and which rules should change."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.core.visibility import Visible, may_see
from dure.reports.models.report import Report


class CompanyCare(models.Model):
    """One named official cares for a company in the name of a body. Handing over ends the row (`until`) and opens
    another, so the history stays. Who cares is public: an official's name in office is no secret (정보공개법
    제9조제1항제6호 라목)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("core.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "body"], condition=Q(until=None), name="company_care_one_official"
            ),
            models.CheckConstraint(condition=~Q(company=F("body")), name="company_care_another"),
        ]
        indexes: ClassVar = [models.Index(fields=["officer", "until"], name="company_care_by_officer")]


class Visit(Visible):
    """A visit or call at a company: what was heard and promised. `who` are roles, never names of people."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    report = models.ForeignKey("reports.Report", null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    who = models.CharField(max_length=200)
    heard = models.TextField(max_length=4000)
    promised = models.TextField(max_length=2000, blank=True)
    next = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)

    urn_kind = "company_visit"
    visible_owner = "body_id"
    visible_author = "person_id"

    class Meta(Visible.Meta):
        constraints: ClassVar = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(heard="") & ~Q(who=""), name="company_visit_said"),
        ]
        indexes: ClassVar = [models.Index(fields=["body", "company", "on"], name="company_visit_by_company")]

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        """A visit about a report is read by those who may read the report."""
        return Q(**{f"{prefix}report": None}) | may_see(viewer, Report, f"{prefix}report__")


class RuleChange(Visible):
    """A rule that stands in companies' way, what it should say, and what became of the proposal."""

    class State(models.TextChoices):
        COLLECTED = "collected", _("모아 둠")
        SENT = "sent", _("소관 기관에 보냄")
        ACCEPTED = "accepted", _("받아들여짐")
        CHANGED = "changed", _("고쳐서 받아들여짐")
        REFUSED = "refused", _("받아들여지지 않음")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    report = models.ForeignKey("reports.Report", null=True, blank=True, on_delete=models.PROTECT, related_name="rules")
    title = models.CharField(max_length=200)
    law = models.CharField(max_length=300)
    problem = models.TextField(max_length=4000)
    wording = models.TextField(max_length=4000, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.COLLECTED)
    sent_to = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=clock.now)

    urn_kind = "rule_change"
    visible_owner = "body_id"
    visible_author = "person_id"

    class Meta(Visible.Meta):
        constraints: ClassVar = [
            *Visible.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state="collected", sent_on=None, sent_to=None, decided_on=None)
                | Q(state="sent", sent_on__isnull=False, sent_to__isnull=False, decided_on=None)
                | Q(
                    state__in=["accepted", "changed", "refused"],
                    sent_on__isnull=False,
                    sent_to__isnull=False,
                    decided_on__isnull=False,
                )
                & ~Q(reason=""),
                name="rule_change_states",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["body", "state"], name="rule_change_by_state")]

    def get_absolute_url(self) -> str:
        return reverse("reports:company_rule", args=[self.pk])
