from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dure.contests.models.contest import Contest, Criterion
from dure.contests.models.entry import Entry
from dure.core import clock
from dure.core.ids import uuid7


class Judge(models.Model):
    """A person who judges, or is invited to. `number` is how others know the judge: names are the organiser's alone.

    The letter's link carries a token, of which the SHA-256 stands here. Marks of a judge who left do not count.
    """

    class State(models.TextChoices):
        INVITED = "invited", _("답을 기다림")
        ACCEPTED = "accepted", _("맡음")
        DECLINED = "declined", _("사양함")
        LEFT = "left", _("그만둠")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="judges")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.INVITED)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    left_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "number"], name="contests_judge_number_once"),
            models.UniqueConstraint(
                fields=["contest", "email"],
                condition=Q(state__in=["invited", "accepted"]),
                name="contests_judge_address_once",
            ),
            models.UniqueConstraint(
                fields=["contest", "person"], condition=Q(state="accepted"), name="contests_judge_person_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(person__isnull=False), name="contests_judge_accepted_is_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(state="left") | (Q(left_at__isnull=False) & ~Q(left_reason="")),
                name="contests_judge_left_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="contests_judge_of_person")]


class Declaration(models.Model):
    """What a judge says about ties with an entry before marking it; `automatic` ones the house found by itself."""

    class Kind(models.TextChoices):
        NONE = "none", _("이해관계 없음")
        OWN_BODY = "own_body", _("내가 속했거나 속했던 기관")
        COOPERATION = "cooperation", _("함께 일한 적 있음")
        FAMILY = "family", _("가족·친척이 관여함")
        MONEY = "money", _("돈이나 이익이 걸려 있음")
        OTHER = "other", _("그 밖의 까닭")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    judge = models.ForeignKey(Judge, on_delete=models.CASCADE, related_name="declarations")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="declarations")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    note = models.CharField(max_length=300, blank=True)
    automatic = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["judge", "entry"], name="contests_declaration_once")]


class Sheet(models.Model):
    """One judge's marks and comment for one entry. It counts once every criterion has its points (`finished_at`).

    `hidden_at`: the organiser took the comment out of what is published, with a reason that is.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    judge = models.ForeignKey(Judge, on_delete=models.CASCADE, related_name="sheets")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="sheets")
    comment = models.TextField(max_length=2000, blank=True)
    changed_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judge", "entry"], name="contests_sheet_once"),
            models.CheckConstraint(
                condition=Q(hidden_at=None) | ~Q(hidden_reason=""), name="contests_sheet_hidden_with_reason"
            ),
        ]


class Score(models.Model):
    """Points from 0 to 10 on one criterion of a sheet."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="contests_score_once"),
            models.CheckConstraint(condition=Q(points__lte=10), name="contests_score_range"),
        ]


class Vote(models.Model):
    """A judge's vote for one of the entries that are level at the edge of the selection."""

    judge = models.ForeignKey(Judge, on_delete=models.CASCADE, related_name="votes")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="votes")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["judge", "entry"], name="contests_vote_once")]
