"""Partner finding on the library: each known partner of a case is hidden in turn; do we name it among the first ten?

A case's asker and its other partners stay known, the case itself and the rows of the same project are taken out of
what the engine knows. Only partners that are a row of the table of bodies can be named, and so be counted. Peers: the
bodies most often in other cases (popularity), and most often in other cases of the same field.
"""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench._measure import percentiles, row

TITLE = "Partner finding: hidden partners of the library's cases, recall@10 beside popularity and same field"
PEERS = []
FIRST = 10
WANTED = {
    "지자체-중앙": frozenset({"central"}),
    "지자체-중앙-민간": frozenset({"central", "private"}),
    "지자체-지자체": frozenset({"local"}),
    "지자체-민간": frozenset({"private"}),
    "지자체-기타": frozenset({"other"}),
}
"""A request says which kinds of partner it wants; a case says it by its 주체유형."""


@dataclass(frozen=True)
class Hidden:
    """One partner to be found: `known` are the others of the case, the asker first."""

    case: str
    body: str
    kind: str
    known: tuple[str, ...]
    depth: bool


def run(*, quick: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as folder:
        os.environ |= {"DURE_DATA": folder, "DJANGO_SETTINGS_MODULE": "dure.config.settings"}
        _prepare()
        return _measure(quick)


def _prepare() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from dure.config.loading import load_all

    call_command("migrate", verbosity=0)
    load_all(lambda label: lambda done, total, what: None)


def _measure(quick: bool) -> dict[str, Any]:
    from dure.collaboration.library import typology
    from dure.collaboration.models import Case
    from dure.collaboration.partnering import borders, candidates

    pool = candidates()
    by_key = {one.key: one for one in pool}
    hidden = _hidden(by_key)
    if quick:
        hidden = hidden[::3]
    cases = {case.no: case for case in Case.objects.all()}
    took: list[float] = []

    def ours(one: Hidden) -> list[str]:
        case = cases[one.case]
        attributes = _without_partners(typology.attributes(case))
        places = frozenset(p for key in one.known if key in by_key for p in by_key[key].places)
        asker = by_key.get(one.known[0])
        places_asked = asker.places if asker else frozenset()
        need = typology.engine.Need(
            attributes, places=places_asked, kinds=WANTED.get(case.partner_type, frozenset()), known=one.known
        )
        began = time.perf_counter()
        found = typology.partners(need, pool, borders=borders(places), without={case.no, *case.related}, k=FIRST)
        took.append(time.perf_counter() - began)
        return [suggestion.key for suggestion in found]

    often = _bodies_of_cases()
    popular = lambda one: _most(often, one, cases, same_field=False)  # noqa: E731
    same_field = lambda one: _most(often, one, cases, same_field=True)  # noqa: E731
    systems: list[tuple[str, Callable[[Hidden], list[str]]]] = [
        ("dure", ours), ("popularity", popular), ("same field", same_field),
    ]  # fmt: skip
    groups = {
        "all hidden partners": hidden,
        "in depth": [one for one in hidden if one.depth],
        "appendix": [one for one in hidden if not one.depth],
        "local governments": [one for one in hidden if one.kind == "local"],
        "others": [one for one in hidden if one.kind != "local"],
    }
    ranks = {name: {one: _rank(find(one), one.body) for one in hidden} for name, find in systems}
    rows = []
    p50, p99 = percentiles(took)[0], percentiles(took)[-1]
    for group, members in groups.items():
        for name, _find in systems:
            quality = _quality([ranks[name][one] for one in members])
            speed = {"p50_ms": p50, "p99_ms": p99} if name == "dure" else {}
            rows.append(row(group, name, n=len(members), quality=quality, **speed))
    notes = [
        f"{len(hidden)} hidden partners of {len({one.case for one in hidden})} cases, {len(pool)} bodies of today; "
        "partners that are in no table (schools, residents, most companies) cannot be asked for and are not counted.",
        "interval: 95 % Wilson of recall@10. The weights were set before this was measured and are not fitted to it; "
        "the cases of one project are few, so read the figures as a direction.",
    ]
    return {"rows": rows, "ratios": {}, "notes": notes}


def _hidden(by_key: dict[str, Any]) -> list[Hidden]:
    from dure.collaboration.library import typology
    from dure.collaboration.models import Case, CaseParty

    parties = list(CaseParty.objects.exclude(body_id=None).select_related("case").order_by("case__no", "position"))
    today = typology.bodies_of_today({party.body_id for party in parties})
    found = []
    for case in Case.objects.order_by("no"):
        of_case = [(p, key) for p in parties if p.case_id == case.pk for key in today.get(p.body_id, ())[:1]]
        if len(of_case) < 2:
            continue
        for party, key in of_case:
            others = tuple(dict.fromkeys(other for _, other in of_case if other != key))
            if party != of_case[0][0] and key in by_key and others:
                found.append(Hidden(case.no, key, by_key[key].kind, others, case.depth_no is not None))
    return found


def _without_partners(attributes: Any) -> Any:
    """What a call says of the matter, without the partners that are to be found."""
    import dataclasses

    names = {field.name for field in dataclasses.fields(attributes)}
    return dataclasses.replace(attributes, **dict.fromkeys(names & {"participants", "roles"}))


def _bodies_of_cases() -> dict[str, set[str]]:
    from dure.collaboration.library import typology
    from dure.collaboration.models import CaseParty

    parties = CaseParty.objects.exclude(body_id=None).values_list("case__no", "body_id")
    today = typology.bodies_of_today({body for _, body in parties})
    found: dict[str, set[str]] = {}
    for no, body in parties:
        found.setdefault(no, set()).update(today.get(body, ()))
    return found


def _most(often: dict[str, set[str]], one: Hidden, cases: dict[str, Any], *, same_field: bool) -> list[str]:
    case = cases[one.case]
    out = {case.no, *case.related}
    count = Counter(
        body
        for no, bodies in often.items()
        if no not in out and (not same_field or cases[no].service_field == case.service_field)
        for body in bodies - set(one.known)
    )
    return [body for body, _ in sorted(count.items(), key=lambda item: (-item[1], item[0]))[:FIRST]]


def _rank(found: Sequence[str], body: str) -> int | None:
    return found.index(body) + 1 if body in found else None


def _quality(ranks: Sequence[int | None]) -> dict[str, Any]:
    n = len(ranks)
    if not n:
        return {"recall@10": None, "low": None, "high": None, "mrr@10": None}
    hits = sum(rank is not None for rank in ranks)
    share, z = hits / n, 1.959964
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    mrr = sum(1 / rank for rank in ranks if rank) / n
    return {
        "recall@10": round(share, 3), "low": round(centre - half, 3), "high": round(centre + half, 3),
        "mrr@10": round(mrr, 3),
    }  # fmt: skip
