"""What of a scenario may be found by search: published ones."""

from __future__ import annotations

from dure.core.rooms import Progress
from dure.core.search import index_document, remove_document
from dure.core.visibility import Level
from dure.simulation.models import Scenario

KIND = "scenario"


def refresh(scenario: Scenario) -> None:
    """Write or remove the search document, in the running transaction."""
    if scenario.published and scenario.visibility == Level.PUBLIC:
        index_document(scenario.urn, KIND, scenario.title, scenario.question)
    else:
        remove_document(scenario.urn)


def rebuild(progress: Progress) -> None:
    rows = Scenario.objects.filter(state=Scenario.State.PUBLISHED).order_by("pk")
    total = rows.count()
    for done, row in enumerate(rows.iterator(), start=1):
        refresh(row)
        progress(done, total, "")
