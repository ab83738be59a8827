"""What of a collaboration may be found by search: only what everybody may read at this moment."""

from __future__ import annotations

from dure.collaboration.models import Call, Collaboration, Stage
from dure.core.models import Withholding
from dure.core.rooms import Progress
from dure.core.search import index_document, remove_document
from dure.core.visibility import Level

KIND = "collaboration"


def refresh(collaboration: Collaboration) -> None:
    """Write or remove the search document of a collaboration, in the running transaction."""
    if collaboration.stage == Stage.DRAFT or collaboration.visibility != Level.PUBLIC:
        remove_document(collaboration.urn)
        return
    call = collaboration.call
    index_document(collaboration.urn, KIND, call.title, public_body(call))


def public_body(call: Call) -> str:
    """The open parts of a call as one text; withheld parts are left out whoever withheld them."""
    withheld = set(
        Withholding.objects.filter(subject=call.pk).exclude(visibility=Level.PUBLIC).values_list("field", flat=True)
    )
    parts = {
        "problem": call.problem,
        "for_whom": call.for_whom,
        "goal": call.goal,
        "brings": " · ".join(item.text for item in call.brings),
        "lacks": " · ".join(item.text for item in call.lacks),
        "place": call.place,
    }
    return "\n".join(text for name, text in parts.items() if text and name not in withheld)


def rebuild(progress: Progress) -> None:
    """Write the search documents of all collaborations anew."""
    rows = Collaboration.objects.exclude(stage=Stage.DRAFT).select_related("call").order_by("pk")
    total = rows.count()
    for done, row in enumerate(rows.iterator(), start=1):
        refresh(row)
        progress(done, total, "")
