"""Needs surveys: who asks whom, what bodies answer, how needs were put together, and what became of each."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.links import urn
from dure.core.viewer import Viewer
from dure.core.visibility import Visible, may_see


class NeedsSurvey(Visible):
    """A body asks others which functions they need, before it designs. `until` and `promised_on` are days, included.

    Whom it asks: bodies of the `kinds` in the `provinces` (ids as text; none means the whole country), and `named` ones
    (ids as text). They become `AskedBody` rows when it opens.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("쓰는 중")
        OPEN = "open", _("답을 받는 중")
        SORTING = "sorting", _("모아서 정리하는 중")
        ANSWERED = "answered", _("답을 마침")
        WITHDRAWN = "withdrawn", _("거둠")

    class Mode(models.TextChoices):
        POINTS = "points", _("하나하나에 1~5점")
        RANKS = "ranks", _("순위를 매기기")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.CharField(max_length=24, unique=True)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120, blank=True)
    purpose = models.TextField(max_length=2000, blank=True)
    use = models.TextField(max_length=2000, blank=True)
    mode = models.CharField(max_length=6, choices=Mode.choices, default=Mode.POINTS)
    kinds = models.JSONField(default=list)
    provinces = models.JSONField(default=list)
    named = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    until = models.DateField(null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    sorted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)
    overdue_told = models.BooleanField(default=False)

    urn_kind = "needs_survey"
    visible_owner = "body_id"

    class Meta(Visible.Meta):
        constraints: ClassVar = [
            *Visible.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state="draft") | Q(opened_at__isnull=False, until__isnull=False, promised_on__isnull=False),
                name="needs_survey_opened_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(end_reason=""), name="needs_survey_withdrawn_reason"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(promised_on=None) | Q(promised_on__gt=F("until")),
                name="needs_survey_promise_later",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "until"], name="needs_survey_by_state")]

    def get_absolute_url(self) -> str:
        return reverse("needs:survey", args=[self.receipt])

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        """A draft is read by the body that writes it."""
        opened = ~Q(**{f"{prefix}state": "draft"})
        if viewer.body_id and viewer.reads_for(viewer.body_id):
            return opened | Q(**{f"{prefix}body_id": viewer.body_id})
        return opened

    @property
    def takes_answers(self) -> bool:
        return self.state == self.State.OPEN and self.until is not None and clock.today() <= self.until

    @property
    def is_overdue(self) -> bool:
        """Answers were promised for a day that is over, and some are missing."""
        waits = self.state in (self.State.OPEN, self.State.SORTING)
        return waits and self.promised_on is not None and self.promised_on < clock.today()


class AskedBody(models.Model):
    """A body that a survey asks."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    survey = models.ForeignKey(NeedsSurvey, on_delete=models.CASCADE, related_name="asked")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["survey", "body"], name="needs_asked_once")]
        indexes: ClassVar = [models.Index(fields=["body", "survey"], name="needs_asked_by_body")]


class NeedsAnswer(Visible):
    """What one body answers. `priorities` maps the id of a listed need (text) to points (1 to 5) or a rank (from 1).

    Narrowed to `partners` it is read by the asking body alone, beside the body that gave it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    survey = models.ForeignKey(NeedsSurvey, on_delete=models.CASCADE, related_name="answers")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    priorities = models.JSONField(default=dict)
    note = models.TextField(max_length=1000, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    urn_kind = "needs_answer"
    visible_owner = "body_id"
    visible_circle = "survey_id"
    visible_container = "survey"

    class Meta(Visible.Meta):
        constraints: ClassVar = [
            *Visible.Meta.constraints,
            models.UniqueConstraint(fields=["survey", "body"], name="needs_answer_once"),
            models.CheckConstraint(condition=Q(visibility__in=["public", "partners"]), name="needs_answer_level"),
        ]

    @property
    def about(self) -> str:
        return urn("needs_survey", self.survey_id)


class Need(Visible):
    """One need: on the asker's list (no answer), written by a body (its `answer`), or merged of several (`is_merged`).

    `merged_into` is where it went; whoever stands in none is up for ranking and an answer. `ended_at`: a merged need
    whose merge was undone. A need that stands in a withheld answer is withheld with it.
    """

    class Verdict(models.TextChoices):
        TAKEN = "taken", _("받아들임")
        LATER = "later", _("나중에")
        NO = "no", _("받아들이지 않음")

    class Outcome(models.TextChoices):
        WAITING = "", _("아직 시작하지 않음")
        UNDER_WAY = "under_way", _("하는 중")
        DONE = "done", _("이루어짐")
        STOPPED = "stopped", _("멈춤")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    survey = models.ForeignKey(NeedsSurvey, on_delete=models.CASCADE, related_name="needs")
    answer = models.ForeignKey(NeedsAnswer, null=True, blank=True, on_delete=models.CASCADE, related_name="own_needs")
    number = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=120)
    why = models.TextField(max_length=1000, blank=True)
    people = models.CharField(max_length=200, blank=True)
    points = models.PositiveSmallIntegerField(null=True, blank=True)
    is_merged = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    ended_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=5, choices=Verdict.choices, blank=True)
    verdict_reason = models.TextField(max_length=1000, blank=True)
    later_on = models.DateField(null=True, blank=True)
    verdict_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    outcome_note = models.TextField(max_length=1000, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    urn_kind = "need"
    visible_container = "survey"

    class Meta(Visible.Meta):
        constraints: ClassVar = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(title=""), name="needs_need_said"),
            models.CheckConstraint(condition=Q(visibility="public"), name="needs_need_level"),
            models.CheckConstraint(
                condition=Q(points=None) | Q(points__gte=1, points__lte=5), name="needs_need_points"
            ),
            models.CheckConstraint(condition=Q(is_merged=False) | Q(answer=None), name="needs_need_one_source"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="needs_need_not_itself"),
            models.CheckConstraint(condition=Q(verdict="") | ~Q(verdict_reason=""), name="needs_need_verdict_reason"),
            models.CheckConstraint(
                condition=~Q(verdict="later") | Q(later_on__isnull=False), name="needs_need_later_dated"
            ),
            models.UniqueConstraint(
                fields=["answer", "number"], condition=Q(answer__isnull=False), name="needs_need_own_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["survey", "merged_into"], name="needs_need_by_survey")]

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        return Q(**{f"{prefix}answer": None}) | may_see(viewer, NeedsAnswer, f"{prefix}answer__")

    @property
    def about(self) -> str:
        return urn("needs_survey", self.survey_id)

    @property
    def stands(self) -> bool:
        return self.merged_into_id is None and self.ended_at is None


class Merge(models.Model):
    """Several needs were put together as `result`. It can be undone; who was in it is kept for good."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    survey = models.ForeignKey(NeedsSurvey, on_delete=models.CASCADE, related_name="merges")
    result = models.OneToOneField(Need, on_delete=models.CASCADE, related_name="merge")
    needs = models.ManyToManyField(Need, related_name="merges")
    why = models.CharField(max_length=300)
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)


class Objection(models.Model):
    """A body says that its need does not belong where it went. Public, and answered in public."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="objections")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=1000)
    made_at = models.DateTimeField(default=clock.now)
    reply = models.TextField(max_length=1000, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="needs_objection_said"),
            models.UniqueConstraint(
                fields=["need", "body"], condition=Q(replied_at=None), name="needs_objection_one_open"
            ),
        ]


class NeedFollow(models.Model):
    """A need is taken further in something of another room, named by its URN."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="follows")
    urn = models.CharField(max_length=80)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["need", "urn"], name="needs_follow_once")]
        indexes: ClassVar = [models.Index(fields=["urn"], name="needs_follow_by_urn")]
