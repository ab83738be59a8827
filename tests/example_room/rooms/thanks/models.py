from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.core.ids import uuid7
from dure.core.links import urn
from dure.core.visibility import Visible


class Thanks(Visible):
    """A word of thanks from a person to a body; it stands on the body's timeline."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    created_at = models.DateTimeField()

    urn_kind = "thanks"
    visible_owner = "body_id"
    visible_author = "person_id"

    class Meta(Visible.Meta):
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(text=""), name="thanks_said"),
        ]
        indexes = [models.Index(fields=["body", "-created_at"], name="thanks_by_body")]

    @property
    def about(self) -> str:
        return urn("body", self.body_id)
