"""The quarterly feedback meeting of a body with its companies: what is answered to each difficulty and proposal."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.visibility import Visible


class FeedbackMeeting(Visible):
    """One meeting of a body for one quarter of a year. Once held, its list, answers and minutes stay as they are."""

    class State(models.TextChoices):
        PLANNED = "planned", _("준비 중")
        HELD = "held", _("마침")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    on = models.DateField()
    starts = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=200)
    about = models.TextField(max_length=1000, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    minutes = models.TextField(max_length=10000, blank=True)
    gathered_at = models.DateTimeField(default=clock.now)
    held_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)

    urn_kind = "feedback_meeting"
    visible_owner = "body_id"
    visible_author = "person_id"

    class Meta(Visible.Meta):
        constraints: ClassVar = [
            *Visible.Meta.constraints,
            models.UniqueConstraint(fields=["body", "year", "quarter"], name="feedback_meeting_once"),
            models.CheckConstraint(
                condition=Q(quarter__range=(1, 4), year__range=(2000, 2200)), name="feedback_meeting_quarter"
            ),
            models.CheckConstraint(
                condition=Q(state="planned", held_at=None) | Q(state="held", held_at__isnull=False) & ~Q(minutes=""),
                name="feedback_meeting_held",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["on", "id"], name="feedback_meeting_by_day")]

    def get_absolute_url(self) -> str:
        return reverse("reports:company_meeting", args=[self.pk])

    @property
    def title(self) -> str:
        return str(_("%(year)s년 %(quarter)s분기 기업 간담회") % {"year": self.year, "quarter": self.quarter})


class FeedbackItem(models.Model):
    """A difficulty or a proposal on a meeting's list, with what was answered to it there. `state_then` is how it stood
    when the meeting was held ('' before)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.ForeignKey(FeedbackMeeting, on_delete=models.CASCADE, related_name="items")
    report = models.ForeignKey("reports.Report", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey("reports.RuleChange", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    state_then = models.CharField(max_length=9, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(report=None, rule__isnull=False) | Q(report__isnull=False, rule=None),
                name="feedback_item_one",
            ),
            models.UniqueConstraint(fields=["meeting", "report"], name="feedback_item_report_once"),
            models.UniqueConstraint(fields=["meeting", "rule"], name="feedback_item_rule_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="feedback_item_answered",
            ),
        ]


class FeedbackInvitation(models.Model):
    """A company invited to a meeting, and whether it comes. `came` is written down when the meeting was held."""

    class Reply(models.TextChoices):
        NONE = "none", _("아직 답이 없음")
        COMING = "coming", _("오겠다고 함")
        NOT_COMING = "not_coming", _("오지 못한다고 함")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.ForeignKey(FeedbackMeeting, on_delete=models.CASCADE, related_name="invitations")
    company = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    reply = models.CharField(max_length=10, choices=Reply.choices, default=Reply.NONE)
    replied_at = models.DateTimeField(null=True, blank=True)
    came = models.BooleanField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "company"], name="feedback_invited_once"),
            models.CheckConstraint(
                condition=Q(reply="none", replied_at=None) | ~Q(reply="none") & Q(replied_at__isnull=False),
                name="feedback_invitation_replied",
            ),
        ]
