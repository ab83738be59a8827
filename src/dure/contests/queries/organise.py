"""What only the organiser reads."""

from __future__ import annotations

from dure.contests.models import Contest, Declaration


def ties_of(contest: Contest) -> list[Declaration]:
    """The ties that judges declared or the house found, by judge and entry."""
    rows = Declaration.objects.filter(judge__contest=contest).exclude(kind=Declaration.Kind.NONE)
    return list(rows.select_related("judge__person", "entry").order_by("judge__number", "entry__code"))
