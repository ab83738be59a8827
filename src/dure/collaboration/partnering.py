"""Bodies worth inviting to a collaboration, each with its reason: the matching engine on what this house knows."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from dure.bodies.models import Body
from dure.collaboration import parties
from dure.collaboration.frame import attributes_of, said
from dure.collaboration.library import typology as library
from dure.collaboration.models import (
    TOGETHER,
    Collaboration,
    Invitation,
    Offer,
    PartnerKind,
    Party,
    Stage,
)
from dure.core import clock, rooms
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.engines.typology import Attributes, Borders, Candidate, Deed, Need, Said
from dure.places.queries import neighbours

KINDS: dict[str, str] = {
    Body.Kind.SIDO: PartnerKind.LOCAL,
    Body.Kind.SIGUNGU: PartnerKind.LOCAL,
    Body.Kind.CENTRAL: PartnerKind.CENTRAL,
    Body.Kind.COMPANY: PartnerKind.PRIVATE,
    Body.Kind.COOPERATIVE: PartnerKind.PRIVATE,
    Body.Kind.RESIDENTS: PartnerKind.PRIVATE,
}
"""Kinds of body in the study's four kinds of partner; those not named are `other`. Districts are asked through their
city."""


@dataclass(frozen=True)
class Partner:
    """`parts`: (what was looked at, its sentence, 0 to 100) of everything that speaks for or against the body."""

    body: Body
    reason: str
    evidence: tuple[str, ...]
    invited: bool
    score: int = 0
    parts: tuple[tuple[str, str, int], ...] = ()


def partners(collaboration: Collaboration, asked: Attributes | None = None, k: int = 5) -> tuple[Partner, ...]:
    """The best `k`, best first; those already invited are marked, parties and those who declined are left out."""
    call = collaboration.call
    here = {str(pk) for pk in parties.party_bodies(collaboration)} | {str(collaboration.body_id)}
    need = Need(
        asked or attributes_of(collaboration),
        lacks=" ".join(item.text for item in call.lacks),
        places=frozenset(call.areas or _own_place(collaboration.body)),
        kinds=frozenset(call.partner_kinds),
        known=(str(collaboration.body_id), *sorted(here - {str(collaboration.body_id)})),
        words=f"{call.problem} {call.goal} {call.for_whom}",
    )
    invitations = dict(collaboration.invitations.values_list("body_id", "state"))
    declined = [pk for pk, state in invitations.items() if state == Invitation.State.DECLINED]
    found = library.partners(
        need,
        candidates(),
        more=deeds(leave_out=collaboration),
        borders=borders(need.places | _places_of(here)),
        leave_out=declined,
        k=k,
    )
    rows = Body.objects.filter(pk__in=[one.key for one in found]).select_related("parent", "province")
    bodies = {str(body.pk): body for body in rows}
    invited = {str(pk) for pk in invitations}
    return tuple(
        Partner(
            bodies[one.key],
            said(one.reason),
            one.evidence,
            one.key in invited,
            round(100 * one.score),
            tuple(
                (part.part, said(part.said), round(100 * part.score)) for part in one.parts if part.said and part.score
            ),
        )
        for one in found
        if one.key in bodies
    )


def candidates() -> list[Candidate]:
    """Every body of today that could be asked, with what it put at others' disposal and what it is in now."""
    rows = Body.objects.valid_on(clock.today()).filter(state=Body.State.CONFIRMED).exclude(kind=Body.Kind.DISTRICT)
    offered = _offered()
    running = Counter(
        str(pk)
        for pk in Party.objects.filter(left_at=None, collaboration__stage__in=TOGETHER).values_list(
            "body_id", flat=True
        )
    )
    return [
        Candidate(
            str(body.pk),
            Said(body.full_name_ko, body.full_name_en or body.full_name_ko),
            KINDS.get(body.kind, PartnerKind.OTHER),
            frozenset(_own_place(body) or ([f"in:{body.province.code}"] if body.province else [])),
            tuple(offered.get(str(body.pk), ())),
            _duties().get(body.code, "") or _duties().get(f"type:{body.kind}", ""),
            running[str(body.pk)],
        )
        for body in rows.select_related("province")
    ]


@cache
def _duties() -> dict[str, str]:
    """{code of a body, or type:kind: what it is there for}, from data/bodies/duties.csv with the law of each."""
    with (settings.BASE_DIR / "data" / "bodies" / "duties.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["duties"] for row in csv.DictReader(file)}


def _own_place(body: Body) -> list[str]:
    """The place a local government governs; none for other bodies."""
    local = body.kind in (Body.Kind.SIDO, Body.Kind.SIGUNGU)
    return [body.code] if local and body.code_scheme == "mois-10" else []


def _places_of(keys: Collection[str]) -> frozenset[str]:
    return frozenset(code for body in Body.objects.filter(pk__in=keys) for code in _own_place(body))


def _offered() -> dict[str, list[tuple[str, str]]]:
    """{body: [(URN, words)]}: registered resources and what was offered to collaborations, where all may read it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for asset in rooms.assets():
        found[str(asset.body_id)].append((asset.urn, asset.words))
    rows = Offer.objects.visible_to(Viewer.anonymous()).filter(state__in=[Offer.State.MADE, Offer.State.TAKEN])
    for offer in rows.only("pk", "body_id", "what"):
        found[str(offer.body_id)].append((offer.urn, offer.what))
    return found


def deeds(leave_out: Collaboration) -> list[Deed]:
    """What was and is done together here, beside the library's cases."""
    rows = Collaboration.objects.visible_to(Viewer.anonymous()).filter(settled_at__isnull=False)
    rows = rows.exclude(pk=leave_out.pk).exclude(stage=Stage.ENDED).select_related("call").prefetch_related("parties")
    return [
        Deed(
            one.receipt,
            one.call.title,
            Attributes(title=one.call.title or None, service_field=one.call.field or None),
            frozenset(str(party.body_id) for party in one.parties.all()),
        )
        for one in rows
    ]


def borders(places: Collection[str]) -> Borders:
    """What borders each of these places, where it is known, and in which province every municipality is."""
    beside = {}
    for code in places:
        try:
            beside[code] = [one.area.code for one in neighbours(code)]
        except Refused:
            continue
    rows = Body.objects.valid_on(clock.today()).exclude(province=None).select_related("province")
    around = {body.code: body.province.code for body in rows.filter(kind=Body.Kind.SIGUNGU)}
    provinces = {body.code for body in Body.objects.valid_on(clock.today()).filter(kind=Body.Kind.SIDO)}
    return Borders(beside, {**around, **{f"in:{code}": code for code in provinces}})
