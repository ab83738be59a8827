"""What of a survey may be found by search: only what everybody may read at this moment."""

from __future__ import annotations

from dure.core.rooms import Progress
from dure.core.search import index_document, remove_document
from dure.core.viewer import Viewer
from dure.core.visibility import Level
from dure.needs.models import Need, NeedsSurvey

KIND = "needs_survey"


def refresh(survey: NeedsSurvey) -> None:
    """Write or remove the search document of a survey, in the running transaction."""
    if survey.state == NeedsSurvey.State.DRAFT or survey.visibility != Level.PUBLIC:
        remove_document(survey.urn)
        return
    needs = Need.objects.visible_to(Viewer.anonymous()).filter(survey=survey, ended_at=None).order_by("created_at")
    said = "\n".join(f"{title} {why}".strip() for title, why in needs.values_list("title", "why"))
    index_document(survey.urn, KIND, survey.title, f"{survey.purpose}\n{survey.use}\n{said}")


def rebuild(progress: Progress) -> None:
    """Write the search documents of all surveys anew."""
    rows = NeedsSurvey.objects.exclude(state=NeedsSurvey.State.DRAFT).order_by("pk")
    total = rows.count()
    for done, row in enumerate(rows.iterator(), start=1):
        refresh(row)
        progress(done, total, "")
