from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """What a caller was told is kept. The key is the caller's own, so that a call can be made again after a crash."""

    key = models.CharField(max_length=40, primary_key=True)
    subject = models.CharField(max_length=80)


class Effect(models.Model):
    """What the subscriber did about an event. Nothing here keeps it from being written twice: that is the test."""

    seq = models.BigIntegerField()
    subject = models.CharField(max_length=80)


class Step(models.Model):
    """A step that a job has done; nothing keeps it from being there twice either."""

    job = models.UUIDField()
    number = models.IntegerField()
