"""The typology engine on the library: weights from the study's assigned cases, similar cases, partners to ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from uuid import UUID

from django.db.models import Count, Max

from dure.bodies.models import Body, BodySuccession
from dure.bodies.succession import Change, Span, follow
from dure.collaboration.library import source
from dure.collaboration.library.words import words
from dure.collaboration.models import Case, CaseParty
from dure.core import clock
from dure.engines import typology as engine
from dure.engines.typology import study


@cache
def weights() -> engine.Weights:
    """Fitted to the study's 22 assigned in-depth cases."""
    return engine.fit(
        [
            engine.Example(
                engine.from_depth(depth),
                study.BY_NAME[depth["subtype"]["subtype"]],
                study.BY_NAME.get(depth["subtype"]["subtype_option2"]),
            )
            for depth in source.depths().values()
            if depth["subtype"]["subtype"]
        ]
    )


@cache
def evaluation() -> engine.Evaluation:
    """The study's 23 in-depth cases by the engine, with and without each in the fit. About half a second, once."""
    return engine.evaluate(
        [
            (
                no,
                engine.from_depth(depth),
                study.BY_NAME.get(depth["subtype"]["subtype"]),
                study.BY_NAME.get(depth["subtype"]["subtype_option2"]),
            )
            for no, depth in source.depths().items()
        ]
    )


def classify(attributes: engine.Attributes) -> engine.Classification:
    """Model and subtype of a case or a request, with the reason, what to consider, and what was not known."""
    return engine.classify(attributes, weights())


def attributes(case: Case | source.Row) -> engine.Attributes:
    """A case in the study's frame. An in-depth case says more than its row of the appendix, and may correct it."""
    if case.depth:
        return engine.from_depth(case.depth)
    if isinstance(case, Case) and case.story:
        return _of_here(case)
    return engine.Attributes(
        title=case.title or None,
        partner_type=case.partner_type,
        service_field=case.service_field,
        tech_applied=case.tech_applied,
        tech_applicable=case.tech_applicable,
        resource_shared=case.resource_shared,
        sustainable=case.sustainable,
    )


def _of_here(case: Case) -> engine.Attributes:
    """A case that ended here, as its parties told it. What they did not say stays unknown."""
    story = case.story

    def texts(name: str) -> tuple[str, ...] | None:
        return None if story[name] is None else tuple(story[name])

    return engine.Attributes(
        title=case.title or None,
        theme=" ".join(text for text in (story["theme"], story["goal"]) if text) or None,
        partner_type=case.partner_type,
        participants=tuple(engine.Participant(one["name"], one["kind"]) for one in story["participants"]),
        attribute=story["attribute"] or None,
        service_field=case.service_field,
        effects=texts("effects"),
        target_external=texts("target_external"),
        target_internal=texts("target_internal"),
        tech_applied=case.tech_applied if story["technology"] else None,
        tech_applicable=case.tech_applicable if story["technology"] else None,
        resource_shared=case.resource_shared,
        sustainable=case.sustainable if story["sustainability"] or case.failed else None,
        period=story["period"],
    )


@dataclass(frozen=True)
class _Prepared:
    """The library made ready for comparing; kept in each process until a case comes or changes, or the data does."""

    stamp: tuple[int, str, datetime | None]
    index: engine.Index
    cases: Mapping[str, str]
    """Number to name, of every case"""
    parties: Sequence[tuple[str, str, str, UUID | None]]
    """(number of the case, name, kind, body of the time)"""


_prepared: _Prepared | None = None


def _ready() -> _Prepared:
    global _prepared
    seen = Case.objects.aggregate(number=Count("pk"), changed=Max("changed_at"))
    stamp = seen["number"], source.version(), seen["changed"]
    if _prepared is None or _prepared.stamp != stamp:
        cases = list(Case.objects.all())
        parties = CaseParty.objects.order_by("case__no", "position")
        _prepared = _Prepared(
            stamp,
            engine.Index(
                [(case.no, attributes(case)) for case in cases], words, {case.no: case.terms.split() for case in cases}
            ),
            {case.no: case.name for case in cases},
            list(parties.values_list("case__no", "name", "kind", "body_id")),
        )
    return _prepared


def index() -> engine.Index:
    """All cases prepared for comparison."""
    return _ready().index


def similar_to(case: Case, k: int = 5) -> list[engine.Similar]:
    """The cases most like this one, itself and the same project's other rows left out."""
    return index().near(attributes(case), k, leave_out={case.no, *case.related}, terms=case.terms.split())


def similar(asked: engine.Attributes, k: int = 5) -> list[engine.Similar]:
    """The cases most like a request."""
    return index().near(asked, k)


def partners(
    need: engine.Need,
    candidates: Sequence[engine.Candidate],
    *,
    more: Sequence[engine.Deed] = (),
    borders: engine.Borders | None = None,
    leave_out: Collection[UUID] = (),
    without: Collection[str] = (),
    k: int = 8,
) -> list[engine.Suggestion]:
    """Bodies to ask among `candidates`, by what they did in the library and what the candidates say of themselves.

    Keys of candidates and suggestions are body ids as text. `more` are deeds beside the library's cases; `without` the
    numbers of cases that are not to be known. Evidence ids are numbers of cases, keys of deeds, URNs or keys of places.
    """
    ready = _ready()
    taking_part: dict[str, set[str]] = {}
    kinds: dict[str, set[str]] = {}
    today = bodies_of_today({body for _, _, _, body in ready.parties if body})
    for no, _name, kind, body in ready.parties:
        kinds.setdefault(no, set()).add(kind)
        for key in today.get(body, ()) if body else ():
            taking_part.setdefault(no, set()).add(key)
    deeds = [
        engine.Deed(
            no,
            name,
            ready.index.cases[no],
            frozenset(taking_part.get(no, ())),
            frozenset(kinds.get(no, ())) if ready.index.cases[no].participants is not None else frozenset(),
        )
        for no, name in ready.cases.items()
        if no not in without
    ]
    return engine.suggest(
        need,
        candidates,
        [*deeds, *more],
        _words,
        borders=borders,
        leave_out={str(pk) for pk in leave_out},
        k=k,
        index=ready.index,
    )


@lru_cache(4096)
def _words(text: str) -> tuple[str, ...]:
    """Names of bodies and words of resources come again with every question."""
    return tuple(words(text))


def bodies_of_today(ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Each body as what it is today: itself, or what it was merged into, renamed or split; none where it just ended."""
    changes = [Change(old, new, on) for old, new, on in BodySuccession.objects.values_list("old", "new", "on")]
    touched = set(ids) | {change.old for change in changes} | {change.new for change in changes}
    spans = {
        pk: Span(start, end)
        for pk, start, end in Body.objects.filter(pk__in=touched).values_list("pk", "valid_from", "valid_to")
    }
    day = clock.today()
    return {pk: tuple(str(found.id) for found in follow(pk, spans, changes, day)) for pk in ids if pk in spans}


def models() -> list[tuple[study.Model, list[study.Subtype], list[study.Subtype]]]:
    """Table 4-1: each model with its subtypes, and those of the study's second division."""
    return [
        (
            model,
            [s for s in study.SUBTYPES.values() if s.model == model.key and s.option == 1],
            [s for s in study.SUBTYPES.values() if s.model == model.key and s.option == 2],
        )
        for model in study.MODELS.values()
    ]
