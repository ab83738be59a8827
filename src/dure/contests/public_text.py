"""What of a contest and of the selected may be found by search: what everybody may read."""

from __future__ import annotations

from dure.contests.models import Contest, Entry, State
from dure.core.rooms import Progress
from dure.core.search import index_document, remove_document
from dure.core.visibility import Level

KIND = "contest"
ENTRY = "entry"


def refresh(contest: Contest) -> None:
    """Write or remove the search document of a contest, in the running transaction."""
    if contest.state == State.DRAFT or contest.visibility != Level.PUBLIC:
        remove_document(contest.urn)
        return
    text = "\n".join(part for part in (contest.theme, contest.purpose, contest.eligibility, contest.award) if part)
    index_document(contest.urn, KIND, contest.title, text)
    if contest.state == State.PUBLISHED:
        for entry in contest.entries.filter(state=Entry.State.HANDED_IN, visibility=Level.PUBLIC):
            index_document(entry.urn, ENTRY, entry.title, "\n".join([entry.summary, *entry.answers.values()]))


def rebuild(progress: Progress) -> None:
    """Write the search documents of all contests anew."""
    rows = Contest.objects.exclude(state=State.DRAFT).order_by("pk")
    total = rows.count()
    for done, row in enumerate(rows.iterator(), start=1):
        refresh(row)
        progress(done, total, "")
