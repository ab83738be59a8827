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
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="company_care_forward"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["officer", "until"], name="company_care_by_officer"),
            models.Index(fields=["body", "until"], name="company_care_by_body"),
        ]


class CareApproval(models.Model):
    """Whether a company lets a public body care for it whose area is not that of its seat: the body asks with a
    reason, or the company names it of its own accord. What was is never changed: a new answer is a new row."""

    class State(models.TextChoices):
        ASKED = "asked", _("회사의 답을 기다림")
        ACCEPTED = "accepted", _("회사가 받아들임")
        REFUSED = "refused", _("회사가 받아들이지 않음")
        ENDED = "ended", _("회사가 그만두게 함")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "body"], condition=Q(state__in=["asked", "accepted"]), name="company_approval_one"
            ),
            models.CheckConstraint(condition=~Q(company=F("body")), name="company_approval_another"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None, asked_at__isnull=False) & ~Q(reason="")
                | ~Q(state="asked") & Q(decided_at__isnull=False),
                name="company_approval_decided",
            ),
        ]


class Visit(Visible):
    """A visit, meeting or call with a company: planned, then made with what was heard and promised, or dropped with
    why. `who` are roles, never names of people. `answer_due` is the day on which an answer is owed to what was
    promised; `answer` is that answer. The company reads its own visits, also withheld ones (`visible_circle`)."""

    class Kind(models.TextChoices):
        VISIT = "visit", _("찾아감")
        MEETING = "meeting", _("만남")
        CALL = "call", _("전화·영상")

    class State(models.TextChoices):
        PLANNED = "planned", _("잡힘")
        MADE = "made", _("다녀옴")
        DROPPED = "dropped", _("하지 않음")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    report = models.ForeignKey("reports.Report", null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.VISIT)
    state = models.CharField(max_length=7, choices=State.choices, default=State.MADE)
    on = models.DateField()
    starts = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=300, blank=True)
    who = models.CharField(max_length=200, blank=True)
    heard = models.TextField(max_length=4000, blank=True)
    promised = models.TextField(max_length=2000, blank=True)
    next = models.CharField(max_length=500, blank=True)
    answer_due = models.DateField(null=True, blank=True)
    answer = models.TextField(max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    why_dropped = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now)

    urn_kind = "company_visit"
    visible_owner = "body_id"
    visible_author = "person_id"
    visible_circle = "id"

    class Meta(Visible.Meta):
        constraints: ClassVar = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(state="made") | (~Q(heard="") & ~Q(who="")), name="company_visit_said"),
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(why_dropped=""), name="company_visit_dropped"),
            models.CheckConstraint(
                condition=Q(answer_due=None) | Q(state="made") & ~Q(promised=""), name="company_visit_promised"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="company_visit_answered",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["body", "company", "on"], name="company_visit_by_company"),
            models.Index(fields=["body", "state", "on"], name="company_visit_by_day"),
            models.Index(fields=["company", "on"], name="company_visit_of_company"),
        ]

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        """A visit about a report is read by those who may read the report."""
        return Q(**{f"{prefix}report": None}) | may_see(viewer, Report, f"{prefix}report__")

    @property
    def about(self) -> str:
        return f"dure:report:{self.report_id}" if self.report_id else f"dure:body:{self.company_id}"

    @property
    def owed(self) -> bool:
        """An answer was promised and not given yet."""
        return self.answer_due is not None and self.answered_at is None

    @property
    def late(self) -> bool:
        due = self.answer_due if self.state == self.State.MADE else self.on
        waits = self.owed or self.state == self.State.PLANNED
        return waits and due is not None and due < clock.today()

    def get_absolute_url(self) -> str:
        return reverse("reports:company_visit", args=[self.pk])


class RuleChange(Visible):
    """A rule that stands in companies' way, what it should say, and what became of the proposal. `state`, `moved_on`,
    `with_name` and `with_body` are those of the last `RuleStep`; `look_on` is the day to ask how it stands."""

    class State(models.TextChoices):
        COLLECTED = "collected", _("모아 둠")
        SENT = "sent", _("소관 기관에 보냄")
        ANSWERED = "answered", _("소관 기관이 답함")
        CHANGED = "changed", _("규정이 바뀜")
        REFUSED = "refused", _("받아들여지지 않음")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    report = models.ForeignKey("reports.Report", null=True, blank=True, on_delete=models.PROTECT, related_name="rules")
    company = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    law = models.CharField(max_length=300)
    problem = models.TextField(max_length=4000)
    wording = models.TextField(max_length=4000, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.COLLECTED)
    collected_on = models.DateField(default=clock.today)
    moved_on = models.DateField(null=True, blank=True)
    with_name = models.CharField(max_length=120, blank=True)
    with_body = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    look_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)

    urn_kind = "rule_change"
    visible_owner = "body_id"
    visible_author = "person_id"

    class Meta(Visible.Meta):
        constraints: ClassVar = [
            *Visible.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state="collected", moved_on=None, with_name="")
                | ~Q(state="collected") & ~Q(with_name="") & Q(moved_on__gte=F("collected_on")),
                name="rule_change_states",
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(law="") & ~Q(problem=""), name="rule_change_whole"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["body", "state"], name="rule_change_by_state"),
            models.Index(fields=["at", "id"], name="rule_change_newest"),
        ]

    @property
    def followed(self) -> bool:
        """Something may still come of it by itself."""
        return self.state in (self.State.COLLECTED, self.State.SENT, self.State.ANSWERED)

    def get_absolute_url(self) -> str:
        return reverse("reports:company_rule", args=[self.pk])


class RuleStep(models.Model):
    """One step on the way of a proposal, with its day and where that can be read (`source`: a letter's number, minutes,
    an official gazette; `source_url` where it is on the web). Steps are only added. `to_name` is the ministry or
    council it is with, `to` its body where it is known here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.ForeignKey(RuleChange, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=RuleChange.State.choices)
    on = models.DateField()
    to = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_name = models.CharField(max_length=120)
    source = models.CharField(max_length=300)
    source_url = models.URLField(max_length=300, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    person = models.ForeignKey("core.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_step_number"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(to_name=""), name="rule_step_source"),
            models.CheckConstraint(condition=~Q(state="collected"), name="rule_step_onward"),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "changed", "refused"]) | ~Q(note=""), name="rule_step_said"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "on"], name="rule_step_by_day")]
