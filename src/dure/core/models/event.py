from __future__ import annotations

from django.db import models

from dure.core import clock
from dure.core.ids import uuid7


class Event(models.Model):
    """Something that happened, written in the transaction that did it. Never changed, never deleted.

    `seq` grows in the order of commit (see `core.events.record`), so that 'after seq' never misses a row. `data` holds
    ids and harmless facts; what people wrote is looked up through their thing when the line is shown, and so obeys
    the thing's visibility of that moment.
    """

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid7, editable=False)
    type = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    thing = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=clock.now)
    actor_person_id = models.UUIDField(null=True, blank=True)
    actor_body_id = models.UUIDField(null=True, blank=True)
    staff_session_id = models.UUIDField(null=True, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "seq"], name="core_event_subject"),
            models.Index(fields=["thing"], name="core_event_thing"),
        ]


class Delivery(models.Model):
    """One event on its way to one subscriber."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DEAD = "dead"
        SKIPPED = "skipped"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries", to_field="id")
    seq = models.BigIntegerField()
    subject = models.CharField(max_length=80)
    subscriber = models.CharField(max_length=80)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=clock.now)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="core_delivery_once")]
        indexes = [
            models.Index(fields=["state", "due_at", "seq"], name="core_delivery_due"),
            models.Index(
                fields=["subscriber", "subject", "seq"],
                condition=models.Q(state__in=["waiting", "dead"]),
                name="core_delivery_open",
            ),
        ]
