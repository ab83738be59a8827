"""Finding cases by words: what of a case is findable, and the rows that core's search finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dure.collaboration.models import Case, CaseParty
from dure.core import search
from dure.core.links import parse, urn
from dure.core.rooms import Progress

KIND = "case"
MOST_RANKED = 300


@dataclass(frozen=True)
class Found:
    """Ids of cases, best first. `unknown`: words that occur nowhere. `bounded`: more matched than could be ranked."""

    ids: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    bounded: bool = False
    clipped: bool = False


def matching(text: str) -> Found:
    """The cases that core's search finds for these words, 300 at the most; it says when there were more."""
    ids: list[str] = []
    page = search.search(text, kinds=[KIND], limit=search.MAX_LIMIT)
    unknown, bounded, clipped = page.unknown, page.bounded, page.clipped
    while True:
        ids += [str(parse(hit.urn)[1]) for hit in page]
        if page.next is None or len(ids) >= MOST_RANKED:
            break
        page = search.search(text, kinds=[KIND], limit=search.MAX_LIMIT, after=page.next)
    return Found(tuple(ids), unknown, bounded or page.next is not None, clipped)


def document(case: Case, parties: Iterable[str]) -> search.Document:
    """What is findable of a case: its title, who took part, what the in-depth study or its own
    parties tell, and the reader's note."""
    said = [case.government, *parties, case.service_field, case.partner_type, case.no]
    if case.depth:
        depth = case.depth
        said += [depth["theme"], *depth["policy_effect"]["items"], *depth["policy_target"]["external"]]
        said += depth["policy_target"]["internal"]
        said += [
            depth[key]["note"] for key in ("tech_applied", "tech_applicable", "resource_sharing", "sustainability")
        ]
        said += [f"{role['partner']} {role['role']}" for role in depth["roles"]]
        said += depth["it_system"]["facts"]
    if case.story:
        story = case.story
        said += [story["theme"], story["goal"], *(story["effects"] or []), story["learnt"], story["differently"]]
        said += [*(story["target_external"] or []), *(story["target_internal"] or [])]
        said += [f"{role['partner']} {role['role']}" for role in story["roles"]]
    if case.title_printed != case.title:
        said.append(case.title_printed)
    said.append(case.ocr_note)
    body = "\n".join(dict.fromkeys(text for text in said if text))
    return search.Document(urn(KIND, case.pk), KIND, case.title or case.government, body)


def reindex(progress: Progress) -> None:
    """Write the search documents of all cases anew."""
    names: dict[object, list[str]] = {}
    for case_id, name in CaseParty.objects.order_by("case", "position").values_list("case_id", "name"):
        names.setdefault(case_id, []).append(name)
    cases = list(Case.objects.all())
    search.index_many(document(case, names.get(case.pk, ())) for case in cases)
    progress(len(cases), len(cases), "")
