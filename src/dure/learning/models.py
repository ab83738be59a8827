"""How far a person is in a course, and who has finished one. Neither is public: `queries` says who reads what."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.links import urn


class Study(models.Model):
    """A person at a course: `notes` as `learning.notes` keeps them. Read by the person alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course = models.SlugField(max_length=60)
    notes = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "course"], name="learning_study_once")]


class Completion(models.Model):
    """A person finished a version of a course, once, with a score in per cent. `name` stands on the certificate."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=24, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    course = models.SlugField(max_length=60)
    title_ko = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    version = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()
    finished_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "course", "version"], name="learning_completion_once"),
            models.CheckConstraint(condition=Q(score__lte=100), name="learning_completion_score"),
        ]
        indexes: ClassVar = [models.Index(fields=["course", "finished_at"], name="learning_by_course")]

    @property
    def urn(self) -> str:
        return urn("completion", self.pk)
