"""Staying alive, looking back, ending: what is stored of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.collaboration.models.case import Case, Verdict
from dure.collaboration.models.collaboration import Collaboration, Outcome
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.core.visibility import Visible

ONE_TO_FIVE = Q(score__gte=1, score__lte=5)


class Sustainability(models.Model):
    """How likely a collaboration is to last: the mark of its whole checklist (`reckoning.overall`), and when to look
    again: a year after the oldest of the answers that stand. `told_on` is the day the parties were told that it is due.
    """

    collaboration = models.OneToOneField(
        Collaboration, on_delete=models.CASCADE, primary_key=True, related_name="sustainability"
    )
    mark = models.CharField(max_length=7, choices=Verdict.choices, blank=True)
    checked_on = models.DateField()
    due_on = models.DateField(db_index=True)
    told_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gt=models.F("checked_on")), name="collaboration_recheck_later")
        ]


class SustainabilityAnswer(Visible):
    """What a party says to one item of the checklist, with its evidence. A later answer replaces it; the row stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="sustainability_answers")
    item = models.CharField(max_length=9)
    mark = models.CharField(max_length=7, choices=Verdict.choices)
    text = models.TextField(max_length=1000, blank=True)
    link = models.URLField(max_length=500, blank=True)
    file = models.ForeignKey("core.Attachment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    replaced_at = models.DateTimeField(null=True, blank=True)

    urn_kind = "sustainability"
    visible_owner = "body_id"
    visible_circle = "collaboration_id"
    visible_container = "collaboration"

    class Meta(Visible.Meta):
        verbose_name = _("지속가능성 점검")
        ordering = ["-at", "-id"]
        constraints = [
            *Visible.Meta.constraints,
            models.UniqueConstraint(
                fields=["collaboration", "item"], condition=Q(replaced_at=None), name="collaboration_answer_stands_once"
            ),
        ]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"

    def get_absolute_url(self) -> str:
        return f"{reverse('closing:page', args=[self.collaboration.receipt])}#item-{self.item}"


class Handover(Visible):
    """A standing body takes a collaboration over: asked by a party, accepted by the body, then decided by all parties.

    `from_body` is filled when it is done. Everything the collaboration was stays with it.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("답을 기다림")
        ACCEPTED = "accepted", _("맡겠다고 함")
        DECLINED = "declined", _("사양함")
        WITHDRAWN = "withdrawn", _("거둠")
        DONE = "done", _("이어받음")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="handovers")
    from_body = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    answer = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    urn_kind = "handover"
    visible_owner = "to_body_id"
    visible_circle = "collaboration_id"
    visible_container = "collaboration"

    class Meta(Visible.Meta):
        verbose_name = _("이어받음")
        ordering = ["-asked_at", "-id"]
        constraints = [
            *Visible.Meta.constraints,
            models.UniqueConstraint(
                fields=["collaboration"],
                condition=Q(state__in=["asked", "accepted"]),
                name="collaboration_handover_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="done", from_body__isnull=False, done_at__isnull=False)
                | (~Q(state="done") & Q(from_body=None, done_at=None)),
                name="collaboration_handover_done_whole",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="collaboration_handover_reason"),
        ]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"

    def get_absolute_url(self) -> str:
        return reverse("closing:handover", args=[self.collaboration.receipt, self.pk])


class IndicatorSet(models.Model):
    """The indicators of a collaboration as one thing that all parties agree on. `version` grows with every change,
    which voids what was confirmed before; `agreed_at` is when the last party confirmed this version."""

    collaboration = models.OneToOneField(
        Collaboration, on_delete=models.CASCADE, primary_key=True, related_name="indicator_set"
    )
    version = models.PositiveIntegerField(default=1)
    agreed_at = models.DateTimeField(null=True, blank=True)


class IndicatorConfirmation(models.Model):
    """A party agrees with the indicators as they stand in one version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    indicators = models.ForeignKey(IndicatorSet, on_delete=models.CASCADE, related_name="confirmations")
    version = models.PositiveIntegerField()
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicators", "version", "body"], name="collaboration_confirmed_once")
        ]


class Indicator(Visible):
    """By what a collaboration is judged. Numbers are exact decimals as text (`reckoning.plain`); '' is not known."""

    class Direction(models.TextChoices):
        MORE = "more", _("늘린다")
        LESS = "less", _("줄인다")
        KEEP = "keep", _("지킨다")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="indicators")
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=30)
    direction = models.CharField(max_length=4, choices=Direction.choices)
    baseline = models.CharField(max_length=24, blank=True)
    target = models.CharField(max_length=24)
    due_on = models.DateField()
    source = models.CharField(max_length=300)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_reason = models.CharField(max_length=300, blank=True)

    urn_kind = "indicator"
    visible_owner = "body_id"
    visible_circle = "collaboration_id"
    visible_container = "collaboration"

    class Meta(Visible.Meta):
        verbose_name = _("지표")
        ordering = ["created_at", "id"]
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(target="") & ~Q(name=""), name="collaboration_indicator_whole"),
            models.CheckConstraint(
                condition=~Q(direction="keep") | ~Q(baseline=""), name="collaboration_indicator_keeps_something"
            ),
            models.CheckConstraint(
                condition=Q(dropped_at=None) | ~Q(dropped_reason=""), name="collaboration_indicator_dropped_reason"
            ),
        ]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"

    def get_absolute_url(self) -> str:
        return f"{reverse('closing:evaluation', args=[self.collaboration.receipt])}#indicator-{self.pk}"


class IndicatorRevision(models.Model):
    """What an indicator said before a change. Read only together with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="revisions")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    before = models.JSONField()

    class Meta:
        ordering = ["-at"]


class Measurement(Visible):
    """A value of an indicator on a day, with its source. A corrected one stays, with the reason in the new one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="measurements")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="measurements")
    value = models.CharField(max_length=24)
    on = models.DateField()
    source = models.CharField(max_length=300)
    link = models.URLField(max_length=500, blank=True)
    file = models.ForeignKey("core.Attachment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    reason = models.CharField(max_length=300, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)

    urn_kind = "measurement"
    visible_owner = "body_id"
    visible_circle = "collaboration_id"
    visible_container = "indicator"

    class Meta(Visible.Meta):
        verbose_name = _("잰 값")
        ordering = ["on", "at", "id"]
        constraints = [
            *Visible.Meta.constraints,
            models.UniqueConstraint(
                fields=["indicator", "on"], condition=Q(corrected_at=None), name="collaboration_measured_once_a_day"
            ),
            models.CheckConstraint(condition=~Q(value="") & ~Q(source=""), name="collaboration_measurement_whole"),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(reason=""), name="collaboration_correction_with_reason"
            ),
        ]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"

    def get_absolute_url(self) -> str:
        return f"{reverse('closing:evaluation', args=[self.collaboration.receipt])}#indicator-{self.indicator_id}"


class PartnerRating(Visible):
    """How a party found working together. Others see it only from `revealed_at` on: when every party has rated, or at
    the end; so nobody copies and nobody pays back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="partner_ratings")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    respect = models.PositiveSmallIntegerField()
    fair = models.PositiveSmallIntegerField()
    again = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=2000, blank=True)
    at = models.DateTimeField(default=clock.now)
    revealed_at = models.DateTimeField(null=True, blank=True)

    urn_kind = "partner-rating"
    visible_owner = "body_id"
    visible_circle = "collaboration_id"
    visible_container = "collaboration"

    class Meta(Visible.Meta):
        verbose_name = _("기관의 평가")
        ordering = ["at", "id"]
        constraints = [
            *Visible.Meta.constraints,
            models.UniqueConstraint(fields=["collaboration", "body"], name="collaboration_partner_rated_once"),
            models.CheckConstraint(
                condition=Q(respect__gte=1, respect__lte=5, fair__gte=1, fair__lte=5, again__gte=1, again__lte=5),
                name="collaboration_partner_rating_1_to_5",
            ),
        ]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        q = Q(**{f"{prefix}revealed_at__isnull": False})
        if viewer.body_id and viewer.reads_for(viewer.body_id):
            q |= Q(**{f"{prefix}body_id": viewer.body_id})
        return q

    def get_absolute_url(self) -> str:
        return f"{reverse('closing:evaluation', args=[self.collaboration.receipt])}#partners"


class CitizenRating(Visible):
    """What somebody thinks of what came out: 1 to 5, and words if they like. One for each person or confirmed address.

    `voter` tells people apart (a keyed hash of account or address, different in each collaboration). Taking words down
    leaves the number: who is judged cannot take a judgement away.
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("주소 확인을 기다림")
        PUBLISHED = "published", _("올라옴")
        HIDDEN = "hidden", _("글이 가려짐")
        REMOVED = "removed", _("쓴 사람이 거둠")
        TWICE = "twice", _("이미 평가한 주소")
        PARTY = "party", _("함께한 기관에 속한 사람의 주소")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="citizen_ratings")
    score = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=1000, blank=True)
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    alias = models.CharField(max_length=40, blank=True)
    confirmation = models.OneToOneField(
        "core.Confirmation", null=True, blank=True, on_delete=models.PROTECT, related_name="citizen_rating"
    )
    voter = models.CharField(max_length=64)
    state = models.CharField(max_length=11, choices=State.choices, default=State.UNCONFIRMED)
    created_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=300, blank=True)
    flagged_at = models.DateTimeField(null=True, blank=True)
    flag_why = models.CharField(max_length=8, blank=True)

    urn_kind = "citizen-rating"
    visible_author = "person_id"
    visible_circle = "collaboration_id"
    visible_container = "collaboration"

    class Meta(Visible.Meta):
        verbose_name = _("주민의 평가")
        ordering = ["-published_at", "-id"]
        constraints = [
            *Visible.Meta.constraints,
            models.UniqueConstraint(
                fields=["collaboration", "voter"],
                condition=Q(state__in=["published", "hidden"]),
                name="collaboration_citizen_rates_once",
            ),
            models.CheckConstraint(condition=ONE_TO_FIVE, name="collaboration_citizen_rating_1_to_5"),
            models.CheckConstraint(
                condition=~Q(state="hidden") | ~Q(hidden_reason=""), name="collaboration_rating_hidden_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "hidden"]) | Q(published_at__isnull=False),
                name="collaboration_rating_published_at",
            ),
        ]
        indexes = [models.Index(fields=["collaboration", "state"], name="collaboration_citizen_rated")]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        """Nobody sees a rating before its address is confirmed, or one that does not count."""
        return Q(**{f"{prefix}state__in": ["published", "hidden", "removed"]})

    def get_absolute_url(self) -> str:
        return f"{reverse('closing:evaluation', args=[self.collaboration.receipt])}#rating-{self.pk}"


class Ending(models.Model):
    """How a collaboration ended, in the words of the proposal that all could vote on; and its case in the library."""

    collaboration = models.OneToOneField(
        Collaboration, on_delete=models.CASCADE, primary_key=True, related_name="ending"
    )
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reached = models.TextField(max_length=4000, blank=True)
    learnt = models.TextField(max_length=4000, blank=True)
    differently = models.TextField(max_length=4000, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="failed") | ~Q(learnt=""), name="collaboration_failed_with_lessons"
            )
        ]


class CaseRevision(models.Model):
    """What a case of our own said before a change: {field: old value}."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="revisions")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    before = models.JSONField()

    class Meta:
        ordering = ["-at"]
