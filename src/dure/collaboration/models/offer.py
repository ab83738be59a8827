from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dure.collaboration.models.collaboration import CallItem, Collaboration, ResourceKind
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.visibility import Visible


class Offer(Visible):
    """A body says what it would put in: what, how much, when, on what conditions."""

    class State(models.TextChoices):
        MADE = "made", _("제안함")
        TAKEN = "taken", _("함께하기로 함")
        DECLINED = "declined", _("함께하지 않기로 함")
        WITHDRAWN = "withdrawn", _("거둠")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="offers")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="offers")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    resource = models.CharField(_("무엇으로"), max_length=9, choices=ResourceKind.choices)
    what = models.TextField(_("무엇을"), max_length=2000)
    how_much = models.CharField(_("얼마나"), max_length=200)
    available = models.CharField(_("언제"), max_length=200)
    conditions = models.TextField(_("조건"), max_length=1000, blank=True)
    answers = models.ManyToManyField(CallItem, blank=True, related_name="offers")
    state = models.CharField(max_length=9, choices=State.choices, default=State.MADE)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    answer = models.CharField(_("답"), max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    resource_urn = models.CharField(_("등록된 자원"), max_length=80, blank=True)
    uses_from = models.DateTimeField(_("쓰기 시작"), null=True, blank=True)
    uses_until = models.DateTimeField(_("쓰기 끝"), null=True, blank=True)
    uses_quantity = models.PositiveIntegerField(_("수량"), null=True, blank=True)

    urn_kind = "offer"
    visible_owner = "body_id"
    visible_circle = "collaboration_id"
    visible_container = "collaboration"

    class Meta(Visible.Meta):
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(withdrawn_reason=""), name="collaboration_offer_withdrawn_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""), name="collaboration_offer_declined_reason"
            ),
            models.CheckConstraint(
                condition=Q(resource_urn="", uses_from=None, uses_until=None, uses_quantity=None)
                | (
                    ~Q(resource_urn="")
                    & Q(uses_from__isnull=False, uses_until__gt=models.F("uses_from"), uses_quantity__gt=0)
                ),
                name="collaboration_offer_use_whole",
            ),
        ]
        indexes = [models.Index(fields=["collaboration", "created_at"], name="collaboration_offers")]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"


class OfferRevision(models.Model):
    """What an offer said before a change. Read only together with the offer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="revisions")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    before = models.JSONField()

    class Meta:
        ordering = ["-at"]
