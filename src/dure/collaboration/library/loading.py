"""The study's cases into the database: the same rows however often it runs."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from dure.bodies import queries as bodies
from dure.collaboration.library import source, typology
from dure.collaboration.library.finding import document
from dure.collaboration.library.words import words_of_many
from dure.collaboration.models import Case, CaseParty
from dure.core.links import urn
from dure.core.rooms import Progress
from dure.core.search import index_many, remove_document

PLAIN = (
    *("no", "title", "title_printed", "title_state", "government", "government_printed", "norm_confidence", "ocr_note"),
    *("doubtful", "level", "sido", "sigungu", "partner_type", "service_field", "tech_applied", "tech_applicable"),
    *("resource_shared", "sustainable", "depth_no", "depth", "related"),
)
STEP = 100


@transaction.atomic
def load_cases(progress: Progress) -> int:
    """Bring in every case of `data/collab-cases`, or put it right; returns how many. Other cases are left alone.

    `progress(done, total, what)` is called after every hundred cases.
    """
    rows = source.rows()
    terms = words_of_many(typology.attributes(row).words for row in rows)
    found: dict[str, UUID | None] = {}
    for start in range(0, len(rows), STEP):
        part = list(zip(rows[start : start + STEP], terms[start : start + STEP], strict=True))
        cases = [_case(row, words) for row, words in part]
        changing = [field.name for field in Case._meta.fields if not field.primary_key]
        Case.objects.bulk_create(cases, update_conflicts=True, unique_fields=["id"], update_fields=changing)
        CaseParty.objects.filter(case__in=cases).delete()
        CaseParty.objects.bulk_create(party for row, _ in part for party in _parties(row, found))
        index_many(
            document(case, [party.name for party in row.parties]) for case, (row, _) in zip(cases, part, strict=True)
        )
        progress(start + len(part), len(rows), "")
    for gone in Case.objects.filter(origin=Case.Origin.STUDY).exclude(pk__in=[row.id for row in rows]):
        remove_document(urn("case", gone.pk))
        gone.delete()
    return len(rows)


def _case(row: source.Row, words: list[str]) -> Case:
    result = typology.classify(typology.attributes(row))
    return Case(
        id=row.id,
        **{name: getattr(row, name) for name in PLAIN},
        subtype=result.subtype.key,
        subtype_level=result.level,
        terms=" ".join(words),
    )


def _parties(row: source.Row, found: dict[str, UUID | None]) -> list[CaseParty]:
    unsure = row.norm_confidence in {"doubtful", "unresolved"}
    return [
        CaseParty(
            case_id=row.id,
            position=position,
            name=party.name,
            kind=party.kind,
            leads=party.leads,
            body_id=None if unsure and party.leads else _body(party.name, found),
        )
        for position, party in enumerate(row.parties)
    ]


def _body(name: str, found: dict[str, UUID | None]) -> UUID | None:
    """The one body that bore this name on the day the cases are looked up for; None where none or several did."""
    if name not in found:
        then = [body for body in bodies.named(name) if body.span.holds(source.AS_OF)]
        found[name] = then[0].pk if len(then) == 1 else None
    return found[name]
