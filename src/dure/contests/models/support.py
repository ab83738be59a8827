from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.contests.models.entry import Entry
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.visibility import Visible


class Support(Visible):
    """What follows a selected entry over the years. Goals hold once both sides have agreed to them."""

    class State(models.TextChoices):
        AGREEING = "agreeing", _("목표를 정하는 중")
        RUNNING = "running", _("지원하는 중")
        DONE = "done", _("마침")
        STOPPED = "stopped", _("멈춤")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="support")
    state = models.CharField(max_length=8, choices=State.choices, default=State.AGREEING)
    starts_on = models.DateField()
    organiser_agreed_at = models.DateTimeField(null=True, blank=True)
    entrant_agreed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    stopped_reason = models.CharField(max_length=500, blank=True)

    urn_kind = "support"
    visible_owner = "entry__body_id"
    visible_container = "entry"

    class Meta(Visible.Meta):
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="stopped") | (Q(ended_at__isnull=False) & ~Q(stopped_reason="")),
                name="contests_support_stopped_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(organiser_agreed_at__isnull=False, entrant_agreed_at__isnull=False),
                name="contests_support_runs_by_agreement",
            ),
        ]

    @property
    def about(self) -> str:
        return f"dure:contest:{self.entry.contest_id}"

    def get_absolute_url(self) -> str:
        return reverse("contests:support", args=[self.entry.contest.receipt, self.entry_id])


class SupportGoal(models.Model):
    """What is to be reached by the end of a year of the support."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    support = models.ForeignKey(Support, on_delete=models.CASCADE, related_name="goals")
    year = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["year", "place", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(year__gte=1) & ~Q(text=""), name="contests_goal_says_something")
        ]


class YearReport(Visible):
    """What the selected report at the end of each year. One that is due and not there is public, too."""

    class State(models.TextChoices):
        DUE = "due", _("기다림")
        HANDED_IN = "handed_in", _("냄")
        RETURNED = "returned", _("돌려보냄")
        ACCEPTED = "accepted", _("받아들임")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    support = models.ForeignKey(Support, on_delete=models.CASCADE, related_name="reports")
    year = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DUE)
    text = models.TextField(max_length=5000, blank=True)
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    urn_kind = "support_report"
    visible_owner = "support__entry__body_id"
    visible_container = "support"

    class Meta(Visible.Meta):
        ordering = ["year"]
        constraints = [
            *Visible.Meta.constraints,
            models.UniqueConstraint(fields=["support", "year"], name="contests_report_once"),
            models.CheckConstraint(
                condition=Q(state="due") | (Q(handed_in_at__isnull=False) & ~Q(text="")),
                name="contests_report_handed_in_with_text",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(answer=""), name="contests_report_returned_with_reason"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="contests_report_due")]

    @property
    def about(self) -> str:
        return f"dure:contest:{self.support.entry.contest_id}"

    def get_absolute_url(self) -> str:
        return f"{self.support.get_absolute_url()}#report-{self.year}"

    @property
    def missing(self) -> bool:
        """Due, and not there."""
        return (
            self.state in (self.State.DUE, self.State.RETURNED)
            and self.due_on < clock.today()
            and self.support.state not in (Support.State.STOPPED, Support.State.DONE)
        )


class SupportPayment(models.Model):
    """Money of one year in whole won: planned, and what was paid when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    support = models.ForeignKey(Support, on_delete=models.CASCADE, related_name="payments")
    year = models.PositiveSmallIntegerField()
    planned = models.PositiveBigIntegerField()
    paid = models.PositiveBigIntegerField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["support", "year"], name="contests_payment_once"),
            models.CheckConstraint(
                condition=Q(paid=None, paid_on=None) | Q(paid__isnull=False, paid_on__isnull=False),
                name="contests_payment_dated",
            ),
        ]
