from __future__ import annotations

from django.db import models

from dure.core import clock
from dure.core.ids import uuid7


class Job(models.Model):
    """Background work that a person can watch: how far it is, what came out, or what went wrong.

    `error` is for people, `trace` for operators.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    unique_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    person_id = models.UUIDField(null=True, blank=True)
    body_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)
    trace = models.TextField(blank=True)
    cancel_asked = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="core_job_due")]


class Heartbeat(models.Model):
    """When each worker process was last seen alive."""

    worker = models.CharField(max_length=80, primary_key=True)
    beat_at = models.DateTimeField()
