from __future__ import annotations

from django.db import models

from dure.core import clock
from dure.core.ids import uuid7


class Follow(models.Model):
    """Somebody follows a subject: a signed-in person, or a confirmed address without an account.

    `token_hash` opens the follow link; the token itself is only in the link. The next letter goes out at `mail_due_at`
    and tells of what happened after event `mailed_seq`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.CharField(max_length=80)
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.CASCADE, related_name="follows")
    email = models.EmailField(blank=True)
    mail = models.BooleanField(default=True)
    language = models.CharField(max_length=5, default="ko")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    mailed_seq = models.BigIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "person"],
                condition=models.Q(ended_at=None, person__isnull=False),
                name="core_follow_person_once",
            ),
            models.UniqueConstraint(
                fields=["subject", "email"],
                condition=models.Q(ended_at=None) & ~models.Q(email=""),
                name="core_follow_email_once",
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, email="")
                | (models.Q(person__isnull=True) & ~models.Q(email="")),
                name="core_follow_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["subject"], name="core_follow_subject"),
            models.Index(
                fields=["mail_due_at"], condition=models.Q(mail_due_at__isnull=False), name="core_follow_mail_due"
            ),
        ]


class Confirmation(models.Model):
    """An address (e-mail or telephone) that is to be confirmed before something said with it counts.

    `secret_hash` is of the link's token (e-mail) or of the code (telephone); `tries` limits guessing. `client` is a
    keyed hash of the network address it was asked from, for limits.
    """

    class Channel(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    address = models.CharField(max_length=254)
    purpose = models.CharField(max_length=40)
    thing = models.CharField(max_length=80)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=5, default="ko")
    client = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["address", "created_at"], name="core_confirmation_address"),
            models.Index(fields=["client", "created_at"], name="core_confirmation_client"),
        ]
