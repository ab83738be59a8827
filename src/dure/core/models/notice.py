from __future__ import annotations

from django.db import models

from dure.core import clock
from dure.core.ids import uuid7


class Notice(models.Model):
    """Something a person should see in the house. The words are made when it is read.

    `mail_due_at` is set while a letter about it is still to be written.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey("core.Person", on_delete=models.CASCADE, related_name="notices")
    event = models.ForeignKey("core.Event", on_delete=models.CASCADE, to_field="id")
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "event"], name="core_notice_once")]
        indexes = [
            models.Index(fields=["person", "read_at", "-created_at"], name="core_notice_unread"),
            models.Index(
                fields=["mail_due_at"], condition=models.Q(mail_due_at__isnull=False), name="core_notice_mail_due"
            ),
        ]


class Message(models.Model):
    """One letter on its way out by e-mail, SMS or messenger. Kept until sent; the address is cleared after 30 days."""

    class Channel(models.TextChoices):
        EMAIL = "email"
        SMS = "sms"
        MESSENGER = "messenger"

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(max_length=9, choices=Channel.choices)
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    headers = models.JSONField(default=dict)
    calendar = models.TextField(blank=True)
    """An iCalendar object with a METHOD (RFC 6047) that goes with an e-mail."""
    once_key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="core_message_due")]
