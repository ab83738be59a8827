"""Many weighed hypotheses → one answer: who, who else, what to ask, how sure, and the sentence why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dure.engines.routing.categories import Category
from dure.engines.routing.deciding import Decider, Decision, Key
from dure.engines.routing.guesses import Hypothesis
from dure.engines.routing.korean import Name
from dure.engines.routing.said import Ask, Choice, Clarify, Other, Route

ASK_BELOW = 0.75
LEAST = 0.02
WORTH_ASKING = 0.02
MOST_OTHERS = 6
MOST_CHOICES = 6
NO_CATEGORY = 0.4
TRUST = {"map": 1.0, "border": 1.0, "split": 0.7, "text": 0.9, "coast": 0.85, "nowhere": 1.0}
APPROXIMATE = 0.78  # the share of the land that approximate areas get right (data/places/README.md)
RURAL = ("읍·면 지역", "an eup or myeon area")
TOWNS = {"dong": ("동 지역", "a dong area"), "eup": RURAL, "myeon": RURAL}
ELSEWHERE = ("다른 지역", "another area")
# One of each kind of duty, to ask with when nothing is said about the category.
SAMPLE = ("roads.pothole", "lighting.signal", "waste.dumping", "lighting.outage", "safety.fire", "safety.school")
NOBODY_KO = "어느 곳인지 알 수 없어서 맡을 기관을 아직 정할 수 없습니다."
NOBODY_EN = "The place is not known, so no body can be named yet."
ASK_PLACE = Clarify(
    "어느 시군구의 어디쯤인지 알려 주시겠어요?",
    (),
    "ground",
    "In which city, county or district is it, and roughly where?",
)
NO_RULE_KO = "맞는 규칙이 없어서 맡을 기관을 사람이 정해야 합니다."
NO_RULE_EN = "No rule fits, so a person has to decide who is responsible."


def answer(
    decider: Decider,
    ask: Ask,
    category: Category | None,
    found: Sequence[Hypothesis],
    versions: Mapping[str, str],
) -> Route:
    """`found` holds at least one hypothesis; their weights add up to 1."""
    groups: dict[str, list[Hypothesis]] = {}
    for one in found:
        groups.setdefault(one.decision.body, []).append(one)
    weights = {body: sum(one.weight for one in group) for body, group in groups.items()}
    bodies = sorted((body for body in groups if body), key=lambda body: (-weights[body], body))
    faults = tuple(dict.fromkeys(fault for one in found for fault in one.decision.faults))
    if not bodies:
        return _nobody(decider, ask, category, found, versions, faults)
    body = bodies[0]
    best = max(groups[body], key=lambda one: one.weight)
    share = min(1.0, weights[body])
    clarify = _question(decider, ask, category, found, groups, best, share)
    others = _others(decider, groups, weights, bodies, best)
    law = best.decision.law
    if clarify is not None and clarify.kind == "border" and best.road.how in ("given", "said", "network"):
        law = (*law, "도로법 제24조")
    confidence = share * best.decision.confidence * _trust(best)
    if category is None:
        confidence *= NO_CATEGORY
    ko, en = _reason(best, share, category, law, clarify)
    return Route(
        body=body,
        unit=best.decision.unit,
        others=others,
        clarify=clarify,
        confidence=round(max(0.0, min(1.0, confidence)), 4),
        reason=ko,
        law=law,
        rule=best.decision.rule,
        versions=versions,
        facts=_facts(ask, best),
        faults=faults,
        reasons={"ko": ko, "en": en},
    )


def _trust(best: Hypothesis) -> float:
    return TRUST[best.spot.how] * (APPROXIMATE if best.spot.cell.approximate else 1.0)


def _facts(ask: Ask, best: Hypothesis) -> dict[str, Any]:
    known = {name: value for name, value in best.decision.facts.items() if name != "words" and value not in ("", False)}
    extra = {
        "area": best.spot.cell.code,
        "town_name": best.spot.cell.town,
        "place_from": best.spot.how,
        "approximate": best.spot.cell.approximate,
        "road_class": best.road.road_class,
        "road_from": best.road.how,
        "road_no": ask.road_no,
        "km": ask.km,
    }
    return known | {name: value for name, value in extra.items() if value not in ("", None, False)}


def _nobody(
    decider: Decider,
    ask: Ask,
    category: Category | None,
    found: Sequence[Hypothesis],
    versions: Mapping[str, str],
    faults: tuple[str, ...],
) -> Route:
    nowhere = all(not one.spot.cell.code for one in found)
    ko, en = (NOBODY_KO, NOBODY_EN) if nowhere else (NO_RULE_KO, NO_RULE_EN)
    clarify = ASK_PLACE if nowhere else None
    return Route(
        body="",
        unit="",
        others=(),
        clarify=clarify,
        confidence=0.0,
        reason=ko,
        law=(),
        rule="",
        versions=versions,
        facts=_facts(ask, found[0]),
        faults=faults,
        reasons={"ko": ko, "en": en},
    )


def label(decider: Decider, one: Hypothesis) -> str:
    """The place of a hypothesis in words: 아산시 배방읍."""
    name = decider.bodies.full_name(one.spot.cell.code)
    setting = decider.bodies.setting(one.spot.cell.code)
    if setting.gu and setting.muni in decider.bodies.rows and setting.place != "jeju":
        name = f"{decider.bodies.rows[setting.muni].name} {name.split()[-1]}"
    if one.spot.how == "text" and setting.place in ("si", "gun") and setting.sido in decider.bodies.rows:
        name = f"{decider.bodies.rows[setting.sido].name} {name}"
    return f"{name} {one.spot.cell.town}".strip()


def label_en(decider: Decider, one: Hypothesis) -> str:
    """The same with the bodies' English names; towns have none, and keep their own."""
    rows = decider.bodies.rows
    setting = decider.bodies.setting(one.spot.cell.code)
    parts = [setting.gu, setting.muni or setting.sido] if setting.place != "jeju" else [one.spot.cell.code]
    if one.spot.how == "text" and setting.place in ("si", "gun"):
        parts.append(setting.sido)
    names = [rows[code].name_en or rows[code].name for code in dict.fromkeys(parts) if code in rows]
    return ", ".join(filter(None, [one.spot.cell.town, *names]))


def _name_en(decider: Decider, body: str) -> str:
    row = decider.bodies.rows[body]
    return row.name_en or row.name


def _road_name(decider: Decider, one: Hypothesis) -> tuple[str, str]:
    kind = decider.rules.kinds.get(one.road.road_class, one.road.road_class)
    return decider.rules.kind_names.get(kind, ("도로", "road"))


def _differs(one: Hypothesis, best: Hypothesis) -> str:
    """In what a hypothesis differs from the best one: border, road or ground."""
    if one.spot.cell != best.spot.cell:
        return "ground" if one.spot.how == "text" else "border"
    return "road" if one.road.road_class != best.road.road_class else "ground"


def article(name: str) -> str:
    """`a provincial road`, `an expressway`."""
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"


def _others(
    decider: Decider,
    groups: Mapping[str, list[Hypothesis]],
    weights: Mapping[str, float],
    bodies: Sequence[str],
    best: Hypothesis,
) -> tuple[Other, ...]:
    found: dict[str, Other] = {}
    for body in bodies[1:]:
        if weights[body] < LEAST:
            continue
        one = max(groups[body], key=lambda h: (h.spot.cell == best.spot.cell, h.weight))
        one = one if one.weight >= 0.2 * weights[body] else max(groups[body], key=lambda h: h.weight)
        who, who_en = Name(decider.bodies.full_name(body)), _name_en(decider, body)
        differs = _differs(one, best)
        if differs == "road":
            is_it, is_it_en = _road_name(decider, one)
            is_it_en = f"If this road is {article(is_it_en)}"
            what = "이 길이"
        elif one.spot.cell != best.spot.cell:
            what, is_it, is_it_en = "이곳이", label(decider, one), f"If this lies in {label_en(decider, one)}"
        else:
            is_it, is_it_en = TOWNS.get(one.town, ELSEWHERE)
            what, is_it_en = "이곳이", f"If this is {is_it_en}"
        when = f"{what} {Name(is_it):이면} {who:이} 맡습니다."
        found[body] = Other(body, one.decision.unit, when, f"{is_it_en}, {who_en} is responsible.")
    for other in best.decision.others:
        if other.body != best.decision.body:
            found.setdefault(other.body, other)
    return tuple(found.values())[:MOST_OTHERS]


def _question(
    decider: Decider,
    ask: Ask,
    category: Category | None,
    found: Sequence[Hypothesis],
    groups: Mapping[str, list[Hypothesis]],
    best: Hypothesis,
    share: float,
) -> Clarify | None:
    if category is None:
        return _ask_category(decider, best)
    by_cell: dict[Any, dict[str, float]] = {}
    first: dict[Any, Hypothesis] = {}
    for one in found:
        cell = one.spot.cell
        bodies = by_cell.setdefault(cell, {})
        bodies[one.decision.body] = bodies.get(one.decision.body, 0.0) + one.weight
        first.setdefault(cell, one)
    leading = {
        cell: max(bodies, key=lambda b: (bodies[b], b))
        for cell, bodies in by_cell.items()
        if sum(bodies.values()) >= WORTH_ASKING
    }
    if len(set(leading.values())) > 1:
        likeliest = [_heaviest(found, cell, body) for cell, body in leading.items()]
        choices = _choices([(one, label(decider, one), label_en(decider, one)) for one in likeliest])
        if best.spot.how == "text":
            return Clarify("어느 지역을 말씀하신 것인가요?", choices, "ground", "Which of these places do you mean?")
        words = "경계에 가깝습니다. 신고하신 곳은 어느 쪽인가요?"
        return Clarify(words, choices, "border", "This is close to a border. On which side is it?")
    if best.spot.how == "nowhere":
        needs_place = best.decision.facts.get("duty") in ("road", "structure", "fixture")
        if needs_place and best.road.road_class != "expressway":
            return ASK_PLACE
    if best.decision.facts.get("place") == "sido" and best.decision.confidence <= 0.5:
        return ASK_PLACE
    if share >= ASK_BELOW:
        return None
    same = sorted((one for one in found if one.spot.cell == best.spot.cell), key=lambda one: -one.weight)
    by_town = {one.town for one in same}
    if len(by_town) > 1 and len({one.road.road_class for one in same}) == 1:
        pairs = [(one, *TOWNS.get(one.town, ELSEWHERE)) for one in same]
        words = "그곳은 동 지역인가요, 읍·면 지역인가요?"
        return Clarify(words, _choices(pairs), "ground", "Is that place a dong area, or an eup or myeon?")
    return Clarify("어떤 길인가요?", _choices(_roads(decider, same)), "road", "What kind of road is it?")


def _heaviest(found: Sequence[Hypothesis], cell: Any, body: str) -> Hypothesis:
    return max((o for o in found if o.spot.cell == cell and o.decision.body == body), key=lambda one: one.weight)


def _roads(decider: Decider, same: Sequence[Hypothesis]) -> list[tuple[Hypothesis, str, str]]:
    """Of each body the likeliest, and the kinds of road with which it is that body. `same`: the likeliest first."""
    first: dict[str, Hypothesis] = {}
    kinds: dict[str, list[tuple[str, str]]] = {}
    for one in same:
        first.setdefault(one.decision.body, one)
        names = kinds.setdefault(one.decision.body, [])
        name = _road_name(decider, one)
        if name not in names:
            names.append(name)
    return [
        (one, " 또는 ".join(ko for ko, _en in kinds[body][:3]), " or ".join(en for _ko, en in kinds[body][:3]))
        for body, one in first.items()
    ]


def _choices(answers: Sequence[tuple[Hypothesis, str, str]]) -> tuple[Choice, ...]:
    found: dict[tuple[str, str], Choice] = {}
    for one, words, words_en in answers:
        said = one.decision
        if said.body:
            made = _choice(said, words, words_en, str(said.facts.get("muni") or said.facts.get("sido") or ""))
            found.setdefault((said.body, words), made)
    return tuple(found.values())[:MOST_CHOICES]


def _choice(said: Decision, words: str, words_en: str, area: str, category: str = "") -> Choice:
    tail = ", ".join(said.law)
    return Choice(
        said.body,
        words,
        words_en,
        unit=said.unit,
        reason=f"{said.ko}({tail})." if tail else f"{said.ko}.",
        reason_en=f"{said.en} ({tail})." if tail else f"{said.en}.",
        law=said.law,
        rule=said.rule,
        confidence=said.confidence,
        area=area,
        category=category,
    )


def _ask_category(decider: Decider, best: Hypothesis) -> Clarify:
    choices = []
    for name in SAMPLE:
        row = decider.categories.by_id.get(name)
        if row is None:
            continue
        duty = decider.rules.duties.get(name) or decider.rules.body_types.get(row.body_type, "municipality")
        key = Key(duty, name, "", best.town, best.spot.cell.code, False, False, "", frozenset())
        said = decider.decide(key)
        said = said if said.body else best.decision
        area = str(best.decision.facts.get("muni") or best.decision.facts.get("sido") or "")
        choices.append(_choice(said, row.name, row.name_en or row.name, area, category=name))
    return Clarify("무엇에 관한 일인가요?", tuple(choices), "category", "What is it about?")


Source = tuple[Callable[[Hypothesis, float], bool], str, str]
SOURCES: tuple[Source, ...] = (
    (lambda h, s: h.spot.cell.approximate, "공식 경계가 없어 어림한 지역", "approximate areas"),
    (lambda h, s: h.spot.how == "coast", "가장 가까운 지역", "the nearest area"),
    (lambda h, s: h.spot.how == "text", "적어 주신 지명", "the place named"),
    (lambda h, s: h.road.how == "prior" and s < 0.999, "이런 곳에 가장 흔한 길", "the most common kind of road there"),
    (lambda h, s: h.road.how == "network", "가장 가까운 도로", "the nearest road"),
)
"""What an answer rests on where not everything was said, to begin the sentence with."""


def _reason(
    best: Hypothesis, share: float, category: Category | None, law: tuple[str, ...], clarify: Clarify | None
) -> tuple[str, str]:
    ko, en = best.decision.ko, best.decision.en
    if sources := [(Name(korean), english) for applies, korean, english in SOURCES if applies(best, share)]:
        joined = sources[0][0]
        for korean, _english in sources[1:]:
            joined = Name(f"{joined:과} {korean}")
        ko = f"{joined:으로} 보면 {ko}"
        en = f"Judging by {' and '.join(english for _korean, english in sources)}: {en}"
    if category is None:
        ko = f"무엇에 관한 일인지 아직 몰라 먼저 받을 곳을 정했고, {ko}"
        en = f"What it is about is not known yet, so this only says who receives it first. {en}"
    if clarify is not None and clarify.kind == "border":
        ko = f"경계 가까이에 있어 한 번 더 확인해야 하지만, {ko}"
        en = f"This is near a border and needs a second look. {en}"
    tail = ", ".join(law)
    return f"{ko}({tail})." if tail else f"{ko}.", f"{en} ({tail})." if tail else f"{en}."
