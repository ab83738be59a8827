from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.core import clock, tokens
from dure.core.ids import uuid7
from dure.core.links import urn


class Watch(models.Model):
    """Somebody wants to hear when a benefit changes for them. Kept is only what decides that: birth dates, the area,
    which benefits. Either a person with an account, or a confirmed address (encrypted)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    address = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    births = models.JSONField(default=list)
    residence = models.CharField(max_length=10, blank=True)
    benefits = models.JSONField(default=list)
    marks = models.JSONField(default=dict)
    looked_on = models.DateField()
    created_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(person=None) ^ Q(address=""), name="benefits_watch_person_or_address"),
        ]
        indexes: ClassVar = [models.Index(fields=["looked_on"], name="benefits_watch_looked")]

    @property
    def urn(self) -> str:
        return urn("benefit_watch", self.pk)

    @property
    def path(self) -> str:
        """Where it can be looked at and ended, by whoever has the link."""
        return f"/benefits/watch/{self.pk}/{tokens.token_of('benefits.watch', self.pk)}/"


class SavedHousehold(models.Model):
    """What a person told, kept because they asked for it: encrypted, one for a person, theirs to forget."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    told = models.TextField()
    saved_at = models.DateTimeField(default=clock.now)


class CounterConsent(models.Model):
    """Somebody at the counter agreed that an official enters what they say. `told` (encrypted) is empty unless they
    also agreed that it is kept, until the day `until` at the latest."""

    class How(models.TextChoices):
        SPOKEN = "spoken"
        SIGNED = "signed"

    class Purpose(models.TextChoices):
        FIND = "find"
        APPLY = "apply"
        REVIEW = "review"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose)
    how = models.CharField(max_length=10, choices=How)
    keeps = models.BooleanField(default=False)
    told = models.TextField(blank=True)
    given_at = models.DateTimeField(default=clock.now)
    given_on = models.DateField()
    until = models.DateField()
    referred_at = models.DateTimeField(null=True, blank=True)
    referred = models.JSONField(default=list)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gte=F("given_on")), name="benefits_consent_until"),
            models.CheckConstraint(
                condition=Q(told="") | Q(keeps=True, withdrawn_at=None), name="benefits_consent_keeps_what_was_agreed"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["body", "-given_at"], name="benefits_consent_by_body")]

    @property
    def urn(self) -> str:
        return urn("benefit_consent", self.pk)

    @property
    def number(self) -> str:
        """Short, for people to read out."""
        return str(self.pk)[-12:].upper()

    @property
    def holds(self) -> bool:
        return self.withdrawn_at is None and clock.today() <= self.until
