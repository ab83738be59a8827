from __future__ import annotations

from django.db import models

from dure.core.ids import uuid7
from dure.core.visibility import Visible


class Audience(models.Model):
    """One body or person that belongs to a circle: the partners of a subject, or those named for one thing."""

    class Kind(models.TextChoices):
        PARTNER = "partner"
        NAMED = "named"

    subject = models.UUIDField()
    kind = models.CharField(max_length=7, choices=Kind.choices)
    body_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(body_id__isnull=True) ^ models.Q(person_id__isnull=True), name="core_audience_one"
            ),
            models.UniqueConstraint(
                fields=["subject", "kind", "body_id"],
                condition=models.Q(person_id=None),
                name="core_audience_body_once",
            ),
            models.UniqueConstraint(
                fields=["subject", "kind", "person_id"],
                condition=models.Q(body_id=None),
                name="core_audience_person_once",
            ),
        ]
        indexes = [
            models.Index(fields=["body_id", "kind", "subject"], name="core_audience_by_body"),
            models.Index(fields=["person_id", "kind", "subject"], name="core_audience_by_person"),
        ]


class Withholding(Visible):
    """One field of one thing that is not public. The rest of the thing stays as visible as it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.UUIDField()
    subject_urn = models.CharField(max_length=80)
    field = models.CharField(max_length=60)
    owner_body_id = models.UUIDField()

    urn_kind = "withholding"
    visible_owner = "owner_body_id"
    visible_circle = "subject"

    class Meta(Visible.Meta):
        constraints = [
            *Visible.Meta.constraints,
            models.UniqueConstraint(fields=["subject", "field"], name="core_withholding_once"),
        ]

    @property
    def about(self) -> str:
        return self.subject_urn
