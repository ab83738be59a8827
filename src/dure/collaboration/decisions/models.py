from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.collaboration.models.collaboration import Collaboration
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.visibility import Visible


class DecisionRule(models.Model):
    """How the parties of one collaboration decide where their agreement says otherwise than the default."""

    class Passes(models.TextChoices):
        CONSENT = "consent", _("막는 기관이 없으면")
        MAJORITY = "majority", _("찬성이 반대보다 많으면")
        TWO_THIRDS = "two_thirds", _("찬성이 3분의 2 이상이면")
        UNANIMOUS = "unanimous", _("모두 찬성하면")

    collaboration = models.OneToOneField(
        Collaboration, on_delete=models.CASCADE, primary_key=True, related_name="decision_rule"
    )
    passes = models.CharField(max_length=10, choices=Passes.choices, default=Passes.CONSENT)
    quorum_per_mille = models.PositiveSmallIntegerField(default=500)
    days = models.PositiveSmallIntegerField(default=7)
    weights = models.JSONField(default=dict, blank=True)
    """{body id: voices} for parties with other than one voice."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quorum_per_mille__lte=1000), name="collaboration_rule_quorum"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=90), name="collaboration_rule_days"),
        ]


class Proposal(Visible):
    """What a party puts to the vote of all parties: a text, or something that happens by itself once it is carried.

    `kind` is 'text' or another key of `parts.effects()`, `data` what that effect needs. `rule` holds the fields of the
    decision rule as it stood when it was proposed: nobody changes it under a vote. `result` is how it was decided (the
    sums, voices of each body, reason in ko and en); `not_done` why a carried one could not be done ({language: words}),
    empty where it was.
    """

    class State(models.TextChoices):
        OPEN = "open", _("뜻을 모으는 중")
        CARRIED = "carried", _("가결")
        FALLEN = "fallen", _("부결")
        WITHDRAWN = "withdrawn", _("거둠")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="proposals")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict, blank=True)
    title = models.CharField(_("제목"), max_length=120)
    text = models.TextField(_("내용"), max_length=4000)
    rule = models.JSONField(default=dict)
    deadline = models.DateTimeField(_("기한"))
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)
    result = models.JSONField(default=dict, blank=True)
    not_done = models.JSONField(default=dict, blank=True)

    urn_kind = "proposal"
    # No owner: all parties belong to the circle, and who has left reads no more than everybody.
    visible_circle = "collaboration_id"
    visible_container = "collaboration"

    class Meta(Visible.Meta):
        verbose_name = _("안건")
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="collaboration_proposal_said"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="collaboration_proposal_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(end_reason=""), name="collaboration_proposal_withdrawn_reason"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=["public", "partners"]), name="collaboration_proposal_for_all_parties"
            ),
        ]
        indexes = [
            models.Index(fields=["collaboration", "state", "deadline"], name="collaboration_proposals"),
            models.Index(fields=["state", "deadline"], name="collaboration_proposals_due"),
        ]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"

    def get_absolute_url(self) -> str:
        return reverse("decisions:proposal", args=[self.collaboration.receipt, self.pk])


class ProposalRevision(models.Model):
    """What a proposal said before its proposer changed it. Read only together with the proposal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="revisions")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    before = models.JSONField()

    class Meta:
        ordering = ["-at"]


class Choice(models.TextChoices):
    AGREE = "agree", _("찬성")
    ABSTAIN = "abstain", _("기권")
    DISAGREE = "disagree", _("반대")
    BLOCK = "block", _("막음")


class Vote(models.Model):
    """What one party says to a proposal. Who voted how is as public as the proposal; read only together with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="votes")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice.choices)
    reason = models.TextField(max_length=1000, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "body"], name="collaboration_vote_once"),
            models.CheckConstraint(
                condition=~Q(choice="block") | ~Q(reason=""), name="collaboration_vote_block_with_reason"
            ),
        ]


class VoteRevision(models.Model):
    """What a party said before it changed its vote."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="revisions")
    at = models.DateTimeField()
    choice = models.CharField(max_length=8, choices=Choice.choices)
    reason = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-at"]


class Admission(models.Model):
    """A body that the parties decided to take in is asked; it is a party once it says yes. Always public."""

    class State(models.TextChoices):
        ASKED = "asked", _("답을 기다림")
        ACCEPTED = "accepted", _("함께하기로 함")
        DECLINED = "declined", _("사양함")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="admissions")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    created_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["collaboration", "body"], condition=Q(state="asked"), name="collaboration_admission_waits_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""), name="collaboration_admission_declined_reason"
            ),
        ]
