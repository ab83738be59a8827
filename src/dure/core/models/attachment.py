from __future__ import annotations

from django.db import models

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.core.visibility import Visible


class Blob(models.Model):
    """The bytes of a file, kept once under their SHA-256."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now)


class Attachment(Visible):
    """A file that hangs on a subject, with a name and its own visibility. Once removed it lets go of its blob."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.CharField(max_length=80)
    circle = models.UUIDField()
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.SET_NULL)
    body_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    urn_kind = "attachment"
    visible_owner = "body_id"
    visible_author = "person_id"
    visible_circle = "circle"

    class Meta(Visible.Meta):
        indexes = [models.Index(fields=["subject", "created_at"], name="core_attachment_subject")]

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> models.Q:
        return models.Q(**{f"{prefix}removed_at": None})

    @property
    def about(self) -> str:
        return self.subject
