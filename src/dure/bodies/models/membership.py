from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dure.bodies.models.body import Body
from dure.core import clock
from dure.core.ids import uuid7


class Role(models.TextChoices):
    HEAD = "head", _("책임자")
    OFFICER = "officer", _("담당자")
    READER = "reader", _("열람자")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def valid_on(self, day: date) -> MembershipQuerySet:
        """Running on `day`, in a body that is confirmed and valid on that day."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
            Q(body__valid_from__isnull=True) | Q(body__valid_from__lte=day),
            Q(body__valid_to__isnull=True) | Q(body__valid_to__gte=day),
            valid_from__lte=day,
            ended_at__isnull=True,
            body__state=Body.State.CONFIRMED,
        )


class Membership(models.Model):
    """A person acts for a body in a role, from a day to a day (both included), unless ended before.

    A changed role is a new row, so that it stays known who could do what when.
    """

    Role = Role

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=7, choices=Role.choices)
    unit = models.CharField(max_length=80, blank=True)
    valid_from = models.DateField(default=clock.today)
    valid_to = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("소속")
        verbose_name_plural = _("소속")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "body"], condition=Q(ended_at__isnull=True), name="bodies_membership_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="bodies_membership_ends_later",
            ),
        ]
        indexes = [
            models.Index(fields=["body", "ended_at"], name="bodies_membership_body"),
            models.Index(fields=["person", "ended_at"], name="bodies_membership_person"),
        ]

    def is_valid(self, day: date | None = None) -> bool:
        day = day or clock.today()
        in_time = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return self.ended_at is None and in_time and self.body.is_active(day)


class Invitation(models.Model):
    """A head invites an address to join. The link's token is only in the letter; here is its SHA-256."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=7, choices=Role.choices)
    unit = models.CharField(max_length=80, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("초대")
        verbose_name_plural = _("초대")
        constraints = [
            models.UniqueConstraint(
                fields=["body", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="bodies_invitation_once",
            ),
        ]


class JoinRequest(models.Model):
    """A person asks to join a body; its head or officer accepts or refuses with a reason."""

    class State(models.TextChoices):
        OPEN = "open", _("확인을 기다립니다")
        ACCEPTED = "accepted", _("받아들여졌습니다")
        REFUSED = "refused", _("받아들여지지 않았습니다")
        WITHDRAWN = "withdrawn", _("거두었습니다")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="join_requests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_requests")
    role = models.CharField(max_length=7, choices=Role.choices, default=Role.OFFICER)
    unit = models.CharField(max_length=80, blank=True)
    statement = models.TextField(max_length=1000, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(max_length=1000, blank=True)

    class Meta:
        verbose_name = _("소속 요청")
        verbose_name_plural = _("소속 요청")
        constraints = [
            models.UniqueConstraint(
                fields=["body", "person"], condition=Q(state="open"), name="bodies_join_request_once"
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name="bodies_join_request_reason"),
        ]
        indexes = [models.Index(fields=["body", "state", "created_at"], name="bodies_join_request_open")]
