"""What of a resource may be found by search: only what everybody may read at this moment."""

from __future__ import annotations

from dure.core.rooms import Progress
from dure.core.search import index_document, remove_document
from dure.core.visibility import Level
from dure.resources.models import Resource

KIND = "resource"


def refresh(resource: Resource) -> None:
    """Write or remove the search document of a resource, in the running transaction."""
    if resource.visibility != Level.PUBLIC or resource.state == Resource.State.RETIRED:
        remove_document(resource.urn)
        return
    parts = (resource.get_kind_display(), resource.description, resource.place, resource.conditions, resource.body.name)
    index_document(resource.urn, KIND, resource.title, "\n".join(str(part) for part in parts if part))


def rebuild(progress: Progress) -> None:
    """Write the search documents of all resources anew."""
    rows = Resource.objects.select_related("body").order_by("pk")
    total = rows.count()
    for done, row in enumerate(rows.iterator(), start=1):
        refresh(row)
        progress(done, total, "")
