"""Scenarios of changed rules, their runs, populations of a body's own, and the residents by age of the forecast."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.core.visibility import Visible


class OwnPopulation(models.Model):
    """A population in Parquet that a body handed in and that was found in order. Only that body reads anything of it.

    `households`, `persons`: where the bytes lie in the storage; `sha256` of both together.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    households = models.CharField(max_length=200)
    persons = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField(default=0)
    people = models.PositiveBigIntegerField(default=0)
    weight = models.PositiveBigIntegerField(default=0)
    columns = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)

    urn_kind = "own_population"

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name=""), name="simulation_own_named")]
        indexes: ClassVar = [models.Index(fields=["body", "-created_at"], name="simulation_own_by_body")]


class AgeTable(models.Model):
    """Residents of each province by sex and age over some years, summed from the official table that an operator
    brought. The newest one counts; none is ever changed.

    `years`: by year and province's code two rows (men, women) of 21 whole numbers. `sha256` of the files in order.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    names = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    years = models.JSONField()
    loaded_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-loaded_at"], name="simulation_ages_by_time")]


class Scenario(Visible):
    """What if: benefits on a day under changed figures (`changes`: code, dims, value as text) and replaced rule texts
    (`texts`: by benefit, null takes it away), on a population. A draft is its body's; published it is everybody's and
    stays as it is.

    `assumed`: values (by code of a fact) that stand where a population knows nothing, beside the usual ones; `curve`:
    code, dims and values of one figure, or empty.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("쓰는 중")
        PUBLISHED = "published", _("펴냄")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.CharField(max_length=24, unique=True)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    question = models.TextField(max_length=2000, blank=True)
    day = models.DateField()
    benefits = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    texts = models.JSONField(default=dict)
    assumed = models.JSONField(default=dict)
    curve = models.JSONField(default=dict)
    area = models.CharField(max_length=10, blank=True)
    sample = models.PositiveIntegerField(default=20_000)
    seeds = models.PositiveSmallIntegerField(default=3)
    own = models.ForeignKey(OwnPopulation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)

    urn_kind = "scenario"
    visible_owner = "body_id"

    class Meta(Visible.Meta):
        constraints: ClassVar = [
            *Visible.Meta.constraints,
            models.CheckConstraint(condition=~Q(title=""), name="simulation_scenario_named"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="simulation_scenario_published"
            ),
            models.CheckConstraint(
                condition=Q(seeds__gte=1, seeds__lte=9, sample__gte=1), name="simulation_scenario_sizes"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-published_at"], name="simulation_by_state")]

    def get_absolute_url(self) -> str:
        return reverse("simulation:show", args=[self.receipt])

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        """A draft is read by the body that writes it."""
        out = Q(**{f"{prefix}state": "published"})
        if viewer.body_id and viewer.reads_for(viewer.body_id):
            return out | Q(**{f"{prefix}body_id": viewer.body_id})
        return out

    @property
    def mark(self) -> str:
        """Another one after each change."""
        return self.changed_at.isoformat()

    @property
    def published(self) -> bool:
        return self.state == self.State.PUBLISHED


class Run(models.Model):
    """One computation of a scenario. `inputs` is all that it rests on, `inputs_hash` SHA-256 of their canonical JSON;
    `result_hash` the same of `result`. `notes` (fit, diff, what was assumed) tell about it and are in no hash.

    `again`: somebody recomputed what was published.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="runs")
    again = models.BooleanField(default=False)
    published = models.BooleanField(default=False)
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("core.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    inputs = models.JSONField()
    inputs_hash = models.CharField(max_length=64)
    result = models.JSONField(null=True, blank=True)
    result_hash = models.CharField(max_length=64, blank=True)
    notes = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)

    urn_kind = "scenario_run"

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_at=None, result_hash="") | (Q(done_at__isnull=False) & ~Q(result_hash="")),
                name="simulation_run_whole",
            ),
            models.CheckConstraint(
                condition=Q(published=False) | Q(done_at__isnull=False, again=False), name="simulation_run_published"
            ),
            models.UniqueConstraint(
                fields=["scenario"], condition=Q(published=True), name="simulation_run_published_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["scenario", "-created_at"], name="simulation_run_by_scenario")]

    @property
    def urn(self) -> str:
        return f"dure:{self.urn_kind}:{self.pk}"

    @property
    def figures(self) -> dict[str, Any]:
        """The run in the middle of all seeds."""
        assert self.result is not None
        found: dict[str, Any] = self.result["runs"][self.result["shown"]]
        return found
