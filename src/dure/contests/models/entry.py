from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.contests.models.contest import Contest, State
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.core.visibility import Visible


class Entry(Visible):
    """What bodies hand in. `number` counts in the order of handing in, `code` names it where judging is blind.

    Sealed until the judging of an open contest, or the results of a blind one: then everybody reads it. `answers` has
    a text for each criterion's key. `masked` are more words that the organiser covers before judges read it.
    """

    class State(models.TextChoices):
        HANDED_IN = "handed_in", _("냄")
        WITHDRAWN = "withdrawn", _("거둠")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="entries")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=8)
    state = models.CharField(max_length=9, choices=State.choices, default=State.HANDED_IN)
    only = models.BooleanField(default=False, editable=False)
    """The contest takes one entry of a body; holds the place in the database."""
    title = models.CharField(max_length=120)
    summary = models.TextField(max_length=3000)
    answers: Any = models.JSONField(default=dict)
    collaboration = models.CharField(max_length=80, blank=True)
    """The URN of the collaboration it comes from, '' for none."""
    handed_in_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    masked: Any = models.JSONField(default=list, blank=True)
    cleared_files: Any = models.JSONField(default=list, blank=True)
    """Ids of the attachments that judges may open."""
    final = models.DecimalField(max_digits=20, decimal_places=10, null=True, blank=True)
    rank = models.PositiveIntegerField(null=True, blank=True)
    selected = models.BooleanField(default=False)

    urn_kind = "entry"
    visible_owner = "body_id"
    visible_container = "contest"

    class Meta(Visible.Meta):
        ordering = ["number"]
        constraints = [
            *Visible.Meta.constraints,
            models.UniqueConstraint(fields=["contest", "number"], name="contests_entry_number_once"),
            models.UniqueConstraint(fields=["contest", "code"], name="contests_entry_code_once"),
            models.UniqueConstraint(
                fields=["contest", "body"],
                condition=Q(only=True, state="handed_in"),
                name="contests_entry_one_per_body",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="contests_entry_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(selected=True) | Q(rank__isnull=False, final__isnull=False, state="handed_in"),
                name="contests_entry_selected_was_ranked",
            ),
        ]
        indexes = [models.Index(fields=["collaboration"], name="contests_entry_of_collab")]

    @property
    def about(self) -> str:
        return f"dure:contest:{self.contest_id}"

    def get_absolute_url(self) -> str:
        return reverse("contests:entry", args=[self.contest.receipt, self.pk])

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        """Sealed until its time; its own bodies and the organiser read it before."""
        opened = Q(**{f"{prefix}contest__state": State.PUBLISHED}) | Q(
            **{f"{prefix}contest__blind": False, f"{prefix}contest__state__in": [State.JUDGING, State.DECIDED]}
        )
        if viewer.body_id and viewer.reads_for(viewer.body_id):
            mine = EntryBody.objects.filter(entry=OuterRef(f"{prefix}pk"), body_id=viewer.body_id)
            opened |= Q(**{f"{prefix}contest__body_id": viewer.body_id}) | Q(Exists(mine))
        return opened


class EntryBody(models.Model):
    """A body that takes part in an entry; the one that hands in is among them."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="bodies")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["entry", "body"], name="contests_entry_body_once")]
