from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dure.collaboration.models.collaboration import Collaboration
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.core.visibility import Visible


class Opinion(Visible):
    """What somebody says about a collaboration: a signed-in person, or one who confirmed an address.

    `alias` is the name a person without an account gave; `confirmation` the address that person confirmed. Text
    taken down by a moderator stays here and is shown to its author and the moderators only.
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("주소 확인을 기다림")
        PUBLISHED = "published", _("올라옴")
        HIDDEN = "hidden", _("가려짐")
        REMOVED = "removed", _("쓴 사람이 거둠")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="opinions")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    alias = models.CharField(max_length=40, blank=True)
    confirmation = models.ForeignKey(
        "core.Confirmation", null=True, blank=True, on_delete=models.PROTECT, related_name="opinions"
    )
    text = models.TextField(_("의견"), max_length=4000)
    state = models.CharField(max_length=11, choices=State.choices, default=State.PUBLISHED)
    created_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=300, blank=True)
    hidden_by_body = models.UUIDField(null=True, blank=True)

    urn_kind = "opinion"
    visible_owner = "body_id"
    visible_author = "person_id"
    visible_circle = "collaboration_id"
    visible_container = "collaboration"

    class Meta(Visible.Meta):
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(confirmation__isnull=False) | Q(state="unconfirmed"),
                name="collaboration_opinion_of_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="hidden") | ~Q(hidden_reason=""), name="collaboration_opinion_hidden_reason"
            ),
        ]
        indexes = [models.Index(fields=["collaboration", "created_at"], name="collaboration_opinions")]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        """Nobody sees an opinion before its writer has confirmed the address."""
        return ~Q(**{f"{prefix}state": Opinion.State.UNCONFIRMED})


class OpinionRevision(models.Model):
    """What an opinion said before its writer changed it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="revisions")
    at = models.DateTimeField(default=clock.now)
    text = models.TextField()

    class Meta:
        ordering = ["-at"]


class OpinionFlag(models.Model):
    """Somebody reports an opinion to the moderators."""

    class Why(models.TextChoices):
        PERSONAL = "personal", _("개인정보가 들어 있음")
        ABUSE = "abuse", _("욕설·차별·괴롭힘")
        SPAM = "spam", _("광고·도배")
        FALSE = "false", _("사실과 다름")
        OTHER = "other", _("그 밖")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="flags")
    reporter = models.CharField(max_length=64)
    why = models.CharField(max_length=8, choices=Why.choices)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opinion", "reporter"], name="collaboration_flag_once")]
