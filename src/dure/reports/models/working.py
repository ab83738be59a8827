"""What the work on a report keeps beside it: times the legal clock rests, longer terms, answers written beforehand,
many done at once, and who was told of a deadline."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7


class Rest(models.Model):
    """A time in which the term does not run, because whoever reported was asked to make something clear
    (민원 처리에 관한 법률 시행령 제20조·제24조, 행정절차법 시행령 제11조제1호). It ends with the reply, when the body
    goes on without one, and at the latest at `until`, which was named with the question."""

    class End(models.TextChoices):
        REPLY = "reply", _("답이 옴")
        WENT_ON = "went_on", _("답 없이 이어 감")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey("reports.Report", on_delete=models.CASCADE, related_name="rests")
    question = models.ForeignKey("reports.Word", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=7, choices=End.choices, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report"], condition=Q(ended_at=None), name="report_one_rest_at_a_time"),
            models.CheckConstraint(condition=Q(until__gt=models.F("started_at")), name="report_rest_forward"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | Q(ended_at__isnull=False) & ~Q(ended_by=""),
                name="report_rest_end_whole",
            ),
        ]

    @property
    def stops_at(self) -> object:
        """When the term runs again as far as is known now."""
        return min(self.ended_at, self.until) if self.ended_at else self.until


class Extension(models.Model):
    """The term made longer by as much as the term is: once by the body with a reason, once more only when whoever
    reported agrees (시행령 제21조). `round` 1 is the second look after 'not solved'."""

    class State(models.TextChoices):
        RUNS = "runs", _("늘림")
        WAITING = "waiting", _("동의를 기다림")
        REFUSED = "refused", _("동의하지 않음")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey("reports.Report", on_delete=models.CASCADE, related_name="extensions")
    round = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=1000)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNS)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "round", "number"], name="report_extension_number"),
            models.CheckConstraint(condition=Q(number__range=(1, 2)), name="report_extended_twice_at_most"),
            models.CheckConstraint(
                condition=Q(number=1, state="runs")
                | Q(number=2, state="waiting", decided_at=None)
                | Q(number=2, state__in=["runs", "refused"], decided_at__isnull=False),
                name="report_second_extension_agreed",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="report_extension_reason"),
        ]


class AnswerTemplate(models.Model):
    """An answer a body wrote beforehand, for its own officers. `text` may hold {receipt}, {category}, {place} and
    {unit}. `category` narrows where it is offered first; empty is everywhere."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey("bodies.Body", on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=80)
    category = models.CharField(max_length=60, blank=True)
    text = models.TextField(max_length=4000)
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "title"], condition=Q(removed_at=None), name="report_template_title_once"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="report_template_whole"),
        ]


class WorkBatch(models.Model):
    """The same thing done to many reports at once. It can be taken back for `UNDO`, as far as nothing else happened
    to a report in between."""

    UNDO: ClassVar = timedelta(minutes=10)

    class Kind(models.TextChoices):
        TAKE = "take", _("맡기")
        ASSIGN = "assign", _("담당자 정하기")
        CLOSE = "close", _("답하고 마치기")
        PASS_ON = "pass_on", _("넘기기")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey("bodies.Body", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["body", "at"], name="report_batch_by_body")]

    @property
    def may_be_undone(self) -> bool:
        return self.undone_at is None and clock.now() < self.at + self.UNDO


class WorkStep(models.Model):
    """One report of a batch: what it was before (ids, codes, dates), the last event then, and why it was left out."""

    batch = models.ForeignKey(WorkBatch, on_delete=models.CASCADE, related_name="steps")
    report = models.ForeignKey("reports.Report", on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(default=dict)
    last_event = models.PositiveBigIntegerField(default=0)
    refused = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "report"], name="report_batch_once_each"),
        ]


class DeadlineNotice(models.Model):
    """That a report's body was told of one deadline at one stage: once each."""

    class Stage(models.TextChoices):
        HALF = "half", _("기한의 반이 지남")
        DAY_BEFORE = "day_before", _("기한이 하루 남음")
        DUE = "due", _("기한이 됨")
        DAY_AFTER = "day_after", _("기한이 하루 넘게 지남")

    report = models.ForeignKey("reports.Report", on_delete=models.CASCADE, related_name="deadline_notices")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    due_at = models.DateTimeField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "stage", "due_at"], name="report_told_once"),
        ]
