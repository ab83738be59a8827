"""What happens to a report between people: it moves to another body, and words are exchanged. Nothing is rewritten."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.visibility import Visible


class Move(models.Model):
    """A report passed on from one body to another, with the reason. The receiving body accepts it or returns it once;
    the third move goes to an arbiter, who decides. Every move is public (민원 처리에 관한 법률 제16조)."""

    class State(models.TextChoices):
        OFFERED = "offered", _("넘겨받기를 기다림")
        ACCEPTED = "accepted", _("넘겨받음")
        RETURNED = "returned", _("돌려보냄")
        DECIDED = "decided", _("조정자가 정함")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey("reports.Report", on_delete=models.CASCADE, related_name="moves")
    number = models.PositiveSmallIntegerField()
    source = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OFFERED)
    answer = models.CharField(max_length=1000, blank=True)
    arbiter = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "number"], name="report_move_number"),
            models.UniqueConstraint(fields=["report"], condition=Q(state="offered"), name="report_one_move_at_a_time"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="report_move_elsewhere"),
            models.CheckConstraint(condition=~Q(reason=""), name="report_move_reason"),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(answer=""), name="report_move_returned_reason"),
        ]


class Word(Visible):
    """Something said on a report: by the body that has it, or by whoever reported (`from_reporter`). Public like the
    report, with personal numbers masked; pictures hang on its URN. The body that has the report answers for it."""

    class Kind(models.TextChoices):
        UPDATE = "update", _("알려 드림")
        QUESTION = "question", _("여쭘")
        REPLY = "reply", _("답함")
        ANSWER = "answer", _("처리 결과")
        NOT_SOLVED = "not_solved", _("풀리지 않았음")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey("reports.Report", on_delete=models.CASCADE, related_name="words_said")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(max_length=4000)
    from_reporter = models.BooleanField(default=False)
    body = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    urn_kind = "report_word"
    visible_owner = "report__body_id"
    visible_author = "person_id"
    visible_container = "report"

    class Meta(Visible.Meta):
        constraints: ClassVar = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=Q(from_reporter=True) | Q(body__isnull=False), name="report_word_from"),
        ]
        indexes: ClassVar = [models.Index(fields=["report", "at"], name="report_word_by_report")]

    @property
    def about(self) -> str:
        return f"dure:report:{self.report_id}"
