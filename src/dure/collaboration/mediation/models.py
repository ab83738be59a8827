from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.collaboration.models.collaboration import Collaboration
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Audience
from dure.core.viewer import Viewer
from dure.core.visibility import Visible


class Expertise(models.TextChoices):
    """The five fields of members of the study's mediation committee (표 5-2)."""

    SENIOR = "senior", _("행정안전부 고위공무원")
    PROFESSOR = "professor", _("대학 교수")
    RESEARCHER = "researcher", _("연구원")
    PRACTITIONER = "practitioner", _("협업행정 실무자")
    PRIVATE = "private", _("협업 관련 분야 민간 경력자")


class Mediator(Visible):
    """Somebody on the roster from which committees are drawn. Counts once the person has accepted by themselves."""

    class State(models.TextChoices):
        ASKED = "asked", _("수락을 기다림")
        ACTIVE = "active", _("위촉됨")
        DECLINED = "declined", _("사양함")
        RESIGNED = "resigned", _("물러남")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey("core.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    field = models.CharField(max_length=12, choices=Expertise.choices)
    affiliation = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    registered_by_body = models.UUIDField(null=True, blank=True)
    registered_by = models.ForeignKey("core.Person", null=True, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(default=clock.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)

    urn_kind = "mediator"
    visible_author = "person_id"

    class Meta(Visible.Meta):
        ordering = ["name", "id"]
        constraints = [
            *Visible.Meta.constraints,
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=["asked", "active"]), name="collaboration_mediator_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=models.F("starts_on")), name="collaboration_mediator_term_ends_later"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "resigned"]) | Q(accepted_at__isnull=False),
                name="collaboration_mediator_accepted_themselves",
            ),
        ]

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        """On the public list only who accepted; who was asked is between them, who asked, and operators."""
        q = Q(**{f"{prefix}accepted_at__isnull": False})
        if viewer.operator:
            return Q()
        if viewer.person_id:
            q |= Q(**{f"{prefix}person_id": viewer.person_id})
        if viewer.body_id and viewer.reads_for(viewer.body_id):
            q |= Q(**{f"{prefix}registered_by_body": viewer.body_id})
        return q

    def get_absolute_url(self) -> str:
        return reverse("mediators:one", args=[self.pk])


class MediatorInterest(models.Model):
    """A body with which somebody on the roster has an interest, declared by themselves; public as the roster is."""

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="interests")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=200)
    declared_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["declared_at", "id"]
        constraints = [models.UniqueConstraint(fields=["mediator", "body"], name="collaboration_interest_once")]


class Step(models.TextChoices):
    """Where a mediation stands. All but the last have a deadline."""

    STATING = "stating", _("입장을 듣는 중")
    SEATING = "seating", _("위원을 모시는 중")
    SHORT = "short", _("위원회를 꾸릴 수 없음")
    AGAIN = "again", _("다시 뽑기를 앞둠")
    ELECTING = "electing", _("위원장을 뽑는 중")
    WORKING = "working", _("위원회가 조정하는 중")
    ANSWERING = "answering", _("조정안에 답하는 중")
    CLOSED = "closed", _("마침")


class Result(models.TextChoices):
    SETTLED = "settled", _("조정안으로 풀림")
    AGREED = "agreed", _("당사자끼리 풀림")
    NOT_SETTLED = "not_settled", _("풀리지 않음")
    WITHDRAWN = "withdrawn", _("조정 요청을 거둠")


class Dispute(Visible):
    """A disagreement between parties that one of them has referred. What it is about rests until it is closed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="disputes")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=4000)
    wish = models.TextField(max_length=2000)
    step = models.CharField(max_length=9, choices=Step.choices, default=Step.STATING)
    due = models.DateField(null=True, blank=True)
    work_due = models.DateField(null=True, blank=True)
    hearing_due = models.DateField(null=True, blank=True)
    ballot = models.PositiveSmallIntegerField(default=1)
    """Number of the ballot for the chair that runs or ran last: odd ones are first ballots, even ones second."""
    warned = models.JSONField(default=list, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    beacon = models.CharField(max_length=64, blank=True)
    agreed_text = models.TextField(max_length=2000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=11, choices=Result.choices, blank=True)
    close_reason = models.CharField(max_length=500, blank=True)
    """A code (`no_proposal`, `rejected`, `unanswered`) or, where it was withdrawn, the referrer's words."""

    urn_kind = "dispute"
    visible_owner = "body_id"
    visible_circle = "collaboration_id"
    visible_container = "collaboration"
    visible_people = "pk"

    class Meta(Visible.Meta):
        ordering = ["-opened_at", "-id"]
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(
                condition=Q(step="closed", closed_at__isnull=False) & ~Q(result="")
                | ~Q(step="closed") & Q(closed_at=None, result=""),
                name="collaboration_dispute_closed_with_result",
            ),
            models.CheckConstraint(
                condition=Q(step__in=["closed", "short"]) | Q(due__isnull=False), name="collaboration_dispute_has_due"
            ),
        ]
        indexes = [models.Index(fields=["step", "due"], name="collaboration_dispute_due")]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"

    @property
    def is_open(self) -> bool:
        return self.step != Step.CLOSED

    def get_absolute_url(self) -> str:
        return reverse("mediation:dispute", args=[self.collaboration.receipt, self.pk])


class DisputeParty(models.Model):
    """One of the bodies between which the dispute is: who referred it, and those it is with. All may the same."""

    class Side(models.TextChoices):
        REFERRER = "referrer", _("조정을 청한 기관")
        OTHER = "other", _("상대 기관")

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="sides")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, choices=Side.choices)
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-side", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "body"], name="collaboration_dispute_party_once"),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(side="referrer"), name="collaboration_dispute_one_referrer"
            ),
        ]


class ContestedPart(models.Model):
    """A part of the collaboration (`parts.NAMES`) that rests because of a dispute; one open dispute about each."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="contested")
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="contested")
    part = models.CharField(max_length=20)
    open = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["collaboration", "part"], condition=Q(open=True), name="collaboration_contested_once"
            ),
            models.UniqueConstraint(fields=["dispute", "part"], name="collaboration_contested_part_once"),
        ]


class OfDispute(Visible):
    """Something in a dispute: what is for partners only is also read by the people of its committee."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="%(class)ss")
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("core.Person", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    visible_circle = "collaboration_id"
    visible_container = "dispute"
    visible_people = "dispute_id"

    class Meta(Visible.Meta):
        abstract = True

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"

    def get_absolute_url(self) -> str:
        page = reverse("mediation:dispute", args=[self.collaboration.receipt, self.dispute_id])
        return f"{page}#{self.urn_kind}-{self.pk}"


class DisputeStatement(OfDispute):
    """How one party sees it. It can be changed until the deadline; `final` says that it will not be any more."""

    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=6000)
    final = models.BooleanField(default=False)
    last_event = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(default=clock.now)

    urn_kind = "dispute_statement"
    visible_owner = "body_id"

    class Meta(OfDispute.Meta):
        ordering = ["created_at", "id"]
        constraints = [
            *OfDispute.Meta.constraints,
            models.UniqueConstraint(fields=["dispute", "body"], name="collaboration_statement_once"),
        ]


class StatementRevision(models.Model):
    """What a statement said before; read through the statement, so as visible as that."""

    statement = models.ForeignKey(DisputeStatement, on_delete=models.CASCADE, related_name="revisions")
    person = models.ForeignKey("core.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    text = models.TextField(max_length=6000)

    class Meta:
        ordering = ["-at", "-id"]


class Evidence(OfDispute):
    """Something handed in as evidence; its files hang on its URN, so that they are as visible as it is.

    `body` is the party that handed it in, None where a member of the committee did.
    """

    body = models.ForeignKey("bodies.Body", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300)

    urn_kind = "dispute_evidence"
    visible_owner = "body_id"

    class Meta(OfDispute.Meta):
        ordering = ["created_at", "id"]


class CommitteeDraw(models.Model):
    """One round of drawing. `secret` and `words` stay closed (only their seals are published) until it is drawn."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="draws")
    round = models.PositiveSmallIntegerField(default=1)
    secret = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)
    words = models.JSONField(default=dict, blank=True)
    begun_at = models.DateTimeField(default=clock.now)
    drawn_at = models.DateTimeField(null=True, blank=True)
    seed = models.CharField(max_length=64, blank=True)
    size = models.PositiveSmallIntegerField(default=0)
    missing_people = models.PositiveSmallIntegerField(default=0)
    missing_fields = models.PositiveSmallIntegerField(default=0)
    facts: Any = models.JSONField(default=dict, blank=True)
    """Once drawn: statements (event numbers), candidates, excluded, order. Ids, names and fields as they were then."""

    class Meta:
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "round"], name="collaboration_draw_round_once"),
            models.CheckConstraint(
                condition=Q(drawn_at=None, seed="") | Q(drawn_at__isnull=False) & ~Q(seed=""),
                name="collaboration_draw_with_seed",
            ),
        ]


class CommitteeMember(models.Model):
    """A seat in the committee of a dispute. Who sits is public, and why somebody does not."""

    class State(models.TextChoices):
        DRAWN = "drawn", _("답을 기다림")
        ACCEPTED = "accepted", _("맡음")
        CONFLICT = "conflict", _("이해관계로 맡지 않음")
        DECLINED = "declined", _("사양함")
        EXPIRED = "expired", _("기한까지 답하지 않음")
        LEFT = "left", _("도중에 물러남")
        RELEASED = "released", _("다시 뽑아 자리를 비움")

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="members")
    draw = models.ForeignKey(CommitteeDraw, on_delete=models.CASCADE, related_name="members")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey("core.Person", on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=12, choices=Expertise.choices)
    place = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAWN)
    due = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    chair = models.BooleanField(default=False)

    class Meta:
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "mediator"], name="collaboration_seat_once"),
            models.UniqueConstraint(fields=["dispute"], condition=Q(chair=True), name="collaboration_one_chair"),
            models.CheckConstraint(condition=Q(chair=False) | Q(state="accepted"), name="collaboration_chair_sits"),
        ]
        indexes = [models.Index(fields=["person", "state"], name="collaboration_seats_of_person")]


class ChairVote(models.Model):
    """One member's voice for the chair, in the first ballot or in the second between those who were equal."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="chair_votes")
    ballot = models.PositiveSmallIntegerField(default=1)
    voter = models.ForeignKey(CommitteeMember, on_delete=models.CASCADE, related_name="+")
    choice = models.ForeignKey(CommitteeMember, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "ballot", "voter"], name="collaboration_chair_vote_once")
        ]


class Hearing(OfDispute):
    """The committee hears the parties: when and where, who is invited, and what was said. Its record may be kept to
    the partners and the committee; that it takes place is public."""

    class State(models.TextChoices):
        PLANNED = "planned", _("예정")
        HELD = "held", _("열림")
        CANCELLED = "cancelled", _("취소됨")

    at = models.DateTimeField()
    place = models.CharField(max_length=300)
    invited = models.CharField(max_length=500)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    note = models.CharField(max_length=300, blank=True)

    urn_kind = "hearing"

    class Meta(OfDispute.Meta):
        ordering = ["at", "id"]

    @property
    def begun(self) -> bool:
        """It may be written down what was said."""
        return self.at <= clock.now()


class HearingRecord(OfDispute):
    """What was said at a hearing, as the committee wrote it down."""

    hearing = models.OneToOneField(Hearing, on_delete=models.CASCADE, related_name="record")
    text = models.TextField(max_length=8000)

    urn_kind = "hearing_record"


class MediationProposal(OfDispute):
    """How the committee proposes to settle it. A draft is the committee's own until most of it has approved."""

    number = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(max_length=8000)
    put_at = models.DateTimeField(null=True, blank=True)

    urn_kind = "mediation_proposal"

    class Meta(OfDispute.Meta):
        ordering = ["number", "id"]
        constraints = [
            *OfDispute.Meta.constraints,
            models.UniqueConstraint(fields=["dispute", "number"], name="collaboration_mediation_number_once"),
        ]

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        q: Any = Q(**{f"{prefix}put_at__isnull": False})
        if viewer.person_id:
            seats = Audience.objects.filter(subject=OuterRef(f"{prefix}dispute_id"), person_id=viewer.person_id)
            q |= Exists(seats)
        return q


class MediationDuty(models.Model):
    """What one party would do by the committee's proposal; read through the proposal."""

    proposal = models.ForeignKey(MediationProposal, on_delete=models.CASCADE, related_name="duties")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=1000)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["proposal", "body"], name="collaboration_duty_once")]


class MediationApproval(models.Model):
    """A member of the committee stands behind a draft."""

    proposal = models.ForeignKey(MediationProposal, on_delete=models.CASCADE, related_name="approvals")
    member = models.ForeignKey(CommitteeMember, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "member"], name="collaboration_approval_once")]


class MediationAnswer(OfDispute):
    """A party's answer to the committee's proposal: yes, or no with the reason."""

    proposal = models.ForeignKey(MediationProposal, on_delete=models.CASCADE, related_name="answers")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    accepts = models.BooleanField()
    reason = models.CharField(max_length=1000, blank=True)

    urn_kind = "mediation_answer"
    visible_owner = "body_id"

    class Meta(OfDispute.Meta):
        ordering = ["created_at", "id"]
        constraints = [
            *OfDispute.Meta.constraints,
            models.UniqueConstraint(fields=["proposal", "body"], name="collaboration_mediation_answer_once"),
            models.CheckConstraint(condition=Q(accepts=True) | ~Q(reason=""), name="collaboration_no_with_reason"),
        ]
