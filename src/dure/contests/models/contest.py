from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.core.visibility import Visible


class State(models.TextChoices):
    DRAFT = "draft", _("쓰는 중")
    OPEN = "open", _("응모 받는 중")
    JUDGING = "judging", _("심사 중")
    DECIDED = "decided", _("정해짐")
    PUBLISHED = "published", _("결과 발표")
    WITHDRAWN = "withdrawn", _("거둠")


class Method(models.TextChoices):
    """How the marks of one judge are put on a common scale (`engines.scoring`)."""

    NONE = "none", _("준 점수 그대로")
    ZSCORE = "zscore", _("표준점수(평균 50, 표준편차 10)")
    RANK = "rank", _("순위 점수")


class Edge(models.TextChoices):
    VOTE = "vote", _("위원들이 투표로 정함")
    ALL = "all", _("모두 뽑음")


class Contest(Visible):
    """A body asks for collaborations to be entered, lets them be judged, and supports the selected over years.

    `entries_until` and `judging_until` end with that day in Seoul. `result` is the file from which everybody can
    recompute the outcome; it is written once, when the outcome is decided.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.CharField(max_length=24, unique=True)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)

    title = models.CharField(max_length=120, blank=True)
    purpose = models.TextField(max_length=4000, blank=True)
    theme = models.CharField(max_length=200, blank=True)
    eligibility = models.TextField(max_length=2000, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    provinces = models.JSONField(default=list, blank=True)
    least_bodies = models.PositiveSmallIntegerField(default=1)
    one_per_body = models.BooleanField(default=True)

    blind = models.BooleanField(default=True)
    method = models.CharField(max_length=6, choices=Method.choices, default=Method.ZSCORE)
    trimmed = models.BooleanField(default=False)
    least_judges = models.PositiveSmallIntegerField(default=3)
    edge = models.CharField(max_length=4, choices=Edge.choices, default=Edge.ALL)
    select = models.PositiveSmallIntegerField(default=3)

    award = models.CharField(max_length=500, blank=True)
    support_years = models.PositiveSmallIntegerField(default=0)
    support_won = models.PositiveBigIntegerField(default=0)

    opens_on = models.DateField(null=True, blank=True)
    entries_until = models.DateField(null=True, blank=True)
    judging_until = models.DateField(null=True, blank=True)
    results_on = models.DateField(null=True, blank=True)

    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    judging_at = models.DateTimeField(null=True, blank=True)
    tied_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    short_reason = models.CharField(max_length=500, blank=True)
    result: Any = models.JSONField(null=True, blank=True)

    urn_kind = "contest"
    visible_owner = "body_id"

    class Meta(Visible.Meta):
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(
                    opened_at__isnull=False,
                    opens_on__lte=F("entries_until"),
                    entries_until__lt=F("judging_until"),
                    judging_until__lte=F("results_on"),
                ),
                name="contests_contest_dates_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="contests_contest_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "published"]) | Q(result__isnull=False, decided_at__isnull=False),
                name="contests_contest_decided_with_result",
            ),
            models.CheckConstraint(condition=Q(select__gte=1), name="contests_contest_selects"),
        ]
        indexes = [
            models.Index(fields=["state", "-opened_at", "-id"], name="contests_contest_newest"),
            models.Index(fields=["body", "state"], name="contests_contest_of_body"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("contests:page", args=[self.receipt])

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        """A draft is its body's own."""
        q = ~Q(**{f"{prefix}state": State.DRAFT})
        if viewer.body_id and viewer.reads_for(viewer.body_id):
            q |= Q(**{f"{prefix}body_id": viewer.body_id})
        return q

    @property
    def takes_entries(self) -> bool:
        today = clock.today()
        return bool(
            self.state == State.OPEN
            and self.opens_on
            and self.entries_until
            and self.opens_on <= today <= self.entries_until
        )

    @property
    def judging_over(self) -> bool:
        return bool(self.judging_until and self.judging_until < clock.today())


class Criterion(models.Model):
    """One thing that is judged, with its weight in per-mille. `words` are copied from the guideline, so that a contest
    keeps the words with which it was opened: {language: {label, about, anchors: {points: text}}}."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="criteria")
    key = models.CharField(max_length=20)
    weight = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    words: Any = models.JSONField()

    class Meta:
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "key"], name="contests_criterion_once"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=1000), name="contests_criterion_weight"),
        ]

    def _words(self) -> dict[str, Any]:
        return self.words.get("en" if get_language() == "en" else "ko", self.words["ko"])

    @property
    def label(self) -> str:
        return str(self._words()["label"])

    @property
    def about(self) -> str:
        return str(self._words()["about"])

    @property
    def anchors(self) -> list[tuple[int, str]]:
        """(points, what they stand for), lowest first."""
        return sorted((int(points), text) for points, text in self._words()["anchors"].items())
