from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.collaboration.models.collaboration import Collaboration
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.visibility import Visible


class Agreement(Visible):
    """What the parties of one collaboration agreed on, or are agreeing on; its text stands in its versions.

    `state`, the term and the renewal are those of the version in force (`in_force`), kept here for lists and warnings.
    """

    class State(models.TextChoices):
        MAKING = "making", _("준비하는 중")
        IN_FORCE = "in_force", _("효력이 있음")
        LAPSED = "lapsed", _("기간이 끝났는데 갱신하지 않음")
        TERMINATED = "terminated", _("해지함")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.OneToOneField(Collaboration, on_delete=models.CASCADE, related_name="agreement")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAKING)
    in_force = models.ForeignKey(
        "collaboration.AgreementVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    renewals = models.PositiveSmallIntegerField(default=0)
    renewal_refused_by = models.ForeignKey(
        "bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    renewal_refused_reason = models.CharField(max_length=1000, blank=True)
    end_reason = models.CharField(max_length=2000, blank=True)
    end_terms = models.TextField(max_length=4000, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    urn_kind = "agreement"
    # No owner: all parties belong to the circle, and who has left reads no more than everybody.
    visible_circle = "collaboration_id"
    visible_container = "collaboration"

    class Meta(Visible.Meta):
        verbose_name = _("협약")
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state="making")
                | Q(in_force__isnull=False, starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="collaboration_agreement_has_terms",
            ),
            models.CheckConstraint(
                condition=~Q(state="terminated") | (~Q(end_reason="") & Q(ended_at__isnull=False)),
                name="collaboration_agreement_ended_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_on"], name="collaboration_agreement_terms")]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"

    def get_absolute_url(self) -> str:
        return reverse("agreement:page", args=[self.collaboration.receipt])


class AgreementVersion(models.Model):
    """One text of an agreement. Any party edits a draft; from the proposal on it never changes.

    `content` is what the parties typed (`content.EMPTY` shows its form), `edit` counts its savings. `document` is the
    canonical text that is signed, `sha256` its hash, `code` what a person types to check a paper.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("고치는 중")
        PROPOSED = "proposed", _("서명을 기다림")
        IN_FORCE = "in_force", _("효력이 있음")
        PAST = "past", _("지난 판")
        VOID = "void", _("서명 없이 바뀜")

    class Kind(models.TextChoices):
        FIRST = "first", _("첫 협약")
        AMENDMENT = "amendment", _("변경")
        RENEWAL = "renewal", _("갱신")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.FIRST)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    content: Any = models.JSONField(default=dict)
    edit = models.PositiveIntegerField(default=1)
    edited_by = models.ForeignKey("bodies.Body", null=True, on_delete=models.PROTECT, related_name="+")
    document = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=24, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey("bodies.Body", null=True, on_delete=models.PROTECT, related_name="+")
    in_force_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="collaboration_version_number"),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(state__in=["draft", "proposed"]),
                name="collaboration_version_open_once",
            ),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(state="in_force"), name="collaboration_version_in_force_once"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", sha256="", document="", code=None)
                | (~Q(state="draft") & ~Q(sha256="") & ~Q(document="") & Q(code__isnull=False)),
                name="collaboration_version_frozen_when_proposed",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.DRAFT, self.State.PROPOSED)

    @property
    def plain(self) -> dict[str, Any]:
        """The signed document; only of a version that is no draft."""
        return json.loads(self.document)

    @property
    def short_hash(self) -> str:
        return " ".join(self.sha256[start : start + 4] for start in range(0, 16, 4))


class SigningKey(models.Model):
    """A body's Ed25519 key pair. `sealed` is the private key, encrypted with a key derived from the installation's
    secret; `secret_id` says from which. A retired one signs no more; its public key goes on proving old signatures."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    public = models.CharField(max_length=44, unique=True)
    sealed = models.TextField()
    secret_id = models.CharField(max_length=16)
    created_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body"], condition=Q(retired_at=None), name="collaboration_signing_key_once"
            )
        ]


class AgreementSignature(models.Model):
    """A body's signature under one version, given by a person who acts for it and had just shown a second factor.

    It counts as long as its version is not void.
    """

    class Shown(models.TextChoices):
        SESSION = "session", _("2단계 인증을 마친 사람")
        DEMO = "demo", _("시연")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="signatures")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=7)
    signed_with = models.CharField(max_length=7, choices=Shown.choices)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    value = models.CharField(max_length=88)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "body"], name="collaboration_signed_once"),
            models.CheckConstraint(condition=Q(role__in=["head", "officer"]), name="collaboration_signed_in_role"),
        ]


class ClauseComment(Visible):
    """What a party says on one clause of a version; public like everything."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="comments")
    clause = models.CharField(max_length=60)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)
    created_at = models.DateTimeField(default=clock.now)

    urn_kind = "clause-comment"
    visible_owner = "body_id"
    visible_circle = "collaboration_id"
    visible_container = "agreement"

    class Meta(Visible.Meta):
        verbose_name = _("조항 의견")
        ordering = ["created_at", "id"]
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(text=""), name="collaboration_clause_comment_said"),
        ]
        indexes = [models.Index(fields=["version", "created_at"], name="collaboration_clause_comments")]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"

    def get_absolute_url(self) -> str:
        page = reverse("agreement:version", args=[self.collaboration.receipt, self.version.number])
        return f"{page}#comment-{self.pk}"


class TermWarning(models.Model):
    """That the parties were told `days` before the end of a term; once for each end."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="warnings")
    ends_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "ends_on", "days"], name="collaboration_term_warned_once")
        ]
