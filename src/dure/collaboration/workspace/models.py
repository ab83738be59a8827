"""What the parties do once they are together: tasks, milestones, meetings, money."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.collaboration.models.collaboration import Collaboration
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.links import urn
from dure.core.visibility import Visible


class Work(Visible):
    """A thing of the workspace. `body` is the party that made it; every party may go on with it.

    `version` grows with each change, so that of two who edit at once the second one is told.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="%(class)ss")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)

    # No owner: all parties belong to the circle, and who has left reads no more than everybody.
    visible_circle = "collaboration_id"
    visible_container = "collaboration"
    page_name = ""

    class Meta(Visible.Meta):
        abstract = True

    @property
    def about(self) -> str:
        return urn("collaboration", self.collaboration_id)

    def get_absolute_url(self) -> str:
        return reverse(self.page_name, args=[self.collaboration.receipt, self.pk])


class Milestone(Work):
    """A point the work has to reach by a day."""

    title = models.CharField(max_length=120)
    due_on = models.DateField()
    reached_on = models.DateField(null=True, blank=True)

    urn_kind = "milestone"

    class Meta(Work.Meta):
        verbose_name = _("이정표")
        ordering = ["due_on", "id"]
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(title=""), name="collaboration_milestone_named"),
        ]

    def get_absolute_url(self) -> str:
        return f"{reverse('workspace:page', args=[self.collaboration.receipt])}#milestone-{self.pk}"


class Task(Work):
    """Something one party does. `moved_from` is the state before the last move, while that can be undone."""

    class State(models.TextChoices):
        TODO = "todo", _("할 일")
        DOING = "doing", _("하는 중")
        DONE = "done", _("마침")
        DROPPED = "dropped", _("그만둠")

    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    owner = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    milestone = models.ForeignKey(Milestone, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks")
    state = models.CharField(max_length=7, choices=State.choices, default=State.TODO)
    reason = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    moved_from = models.CharField(max_length=7, choices=State.choices, blank=True)
    moved_by_body = models.UUIDField(null=True, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True)
    reminded_for = models.DateField(null=True, blank=True)

    urn_kind = "task"
    page_name = "workspace:task"

    class Meta(Work.Meta):
        verbose_name = _("할 일")
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(title=""), name="collaboration_task_named"),
            models.CheckConstraint(
                condition=(Q(state="dropped") & ~Q(reason="")) | (~Q(state="dropped") & Q(reason="")),
                name="collaboration_task_dropped_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at=None)),
                name="collaboration_task_done_at",
            ),
        ]
        indexes = [
            models.Index(fields=["collaboration", "state", "due_on"], name="collaboration_task_board"),
            models.Index(fields=["owner", "state", "due_on"], name="collaboration_task_of_body"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (Task.State.TODO, Task.State.DOING)

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < clock.today()


class Meeting(Work):
    """The parties meet. `sequence` is that of RFC 5545 (3.8.7.4): it grows with each change that calendars must know.

    `decisions` are URNs of proposals that were decided there, as text.
    """

    title = models.CharField(max_length=120)
    place = models.CharField(max_length=300, blank=True)
    link = models.URLField(max_length=500, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    minutes = models.TextField(blank=True)
    minutes_at = models.DateTimeField(null=True, blank=True)
    minutes_body = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    minutes_version = models.PositiveIntegerField(default=0)
    decisions = models.JSONField(default=list, blank=True)

    urn_kind = "meeting"
    page_name = "workspace:meeting"

    class Meta(Work.Meta):
        verbose_name = _("회의")
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(title=""), name="collaboration_meeting_named"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="collaboration_meeting_ends_later"),
            models.CheckConstraint(condition=~(Q(place="") & Q(link="")), name="collaboration_meeting_somewhere"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="collaboration_meeting_cancelled_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["collaboration", "starts_at"], name="collaboration_meeting_when")]

    @property
    def is_over(self) -> bool:
        return self.ends_at <= clock.now()


class AgendaItem(models.Model):
    """One point of a meeting's agenda, in its order, and the party that brings it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    body = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="collaboration_agenda_order"),
            models.CheckConstraint(condition=~Q(text=""), name="collaboration_agenda_said"),
        ]


class MeetingBody(models.Model):
    """A party that is invited to a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invited")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "body"], name="collaboration_meeting_invited_once")]


class Attendance(models.Model):
    """Whether a person of a party comes to a meeting, and whether the person was there."""

    class Answer(models.TextChoices):
        COMING = "coming", _("참석")
        NOT_COMING = "not_coming", _("불참")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    was_there = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="collaboration_attendance_once"),
        ]


class MinutesRevision(models.Model):
    """What the minutes said before somebody changed them."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="minutes_revisions")
    before = models.TextField()
    body = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-replaced_at", "-id"]


class BudgetLine(Work):
    """What something costs and which party pays. Money is whole won."""

    what = models.CharField(max_length=200)
    payer = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    milestone = models.ForeignKey(Milestone, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    planned = models.BigIntegerField()

    urn_kind = "budget-line"
    page_name = "workspace:budget_line"

    class Meta(Work.Meta):
        verbose_name = _("예산 항목")
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(what=""), name="collaboration_budget_line_named"),
            models.CheckConstraint(condition=Q(planned__gte=0), name="collaboration_budget_line_not_negative"),
        ]
        indexes = [models.Index(fields=["collaboration", "payer"], name="collaboration_budget_by_payer")]


class Spending(models.Model):
    """Money spent of a budget line, seen by whoever sees the line. A wrong one is struck out and stays readable."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    line = models.ForeignKey(BudgetLine, on_delete=models.CASCADE, related_name="spendings")
    spent_on = models.DateField()
    won = models.BigIntegerField()
    note = models.CharField(max_length=300, blank=True)
    file = models.ForeignKey("core.Attachment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["spent_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(won__gt=0), name="collaboration_spending_positive"),
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_reason="") | (Q(struck_at__isnull=False) & ~Q(struck_reason="")),
                name="collaboration_spending_struck_with_reason",
            ),
        ]


class CalendarKey(models.Model):
    """A person's secret calendar address of a collaboration. It shows what the person may read for that body."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="+")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collaboration", "body", "person"],
                condition=Q(ended_at=None),
                name="collaboration_calendar_key_once",
            )
        ]
