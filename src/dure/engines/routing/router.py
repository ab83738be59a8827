"""A report's place, road and category → who is responsible, why, who else it could be and what would decide it."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from dure.engines.routing.answers import answer
from dure.engines.routing.bodies import Bodies
from dure.engines.routing.categories import Categories
from dure.engines.routing.deciding import Decider, Key
from dure.engines.routing.ground import DEFAULT_ACCURACY_M, Cell, Ground, Hit
from dure.engines.routing.guesses import Hypothesis, RoadGuess, Spot
from dure.engines.routing.rules import RuleSet
from dure.engines.routing.said import Ask, RoadNetworkLike, Route
from dure.engines.routing.words import NOTHING, Gazetteer, RoadSaid, road_said

ROAD_DUTIES = frozenset({"road", "structure", "fixture"})
NOT_NAMED = 0.002
MAP_OVER_CLASS = 0.72  # the map's town against a road class that says the opposite
DONG_UNKNOWN = (("dong", 0.6), ("myeon", 0.4))
MOST_ROADS = 4
MOST_CELLS = 6
LEAST_REST = 0.02
MUNICIPAL = {"gu-metro": "gu-road", "gun": "gun-road", "gun-metro": "gun-road"}
"""What a 시군도 of a map is in each kind of municipality; a si-road elsewhere (도로법 제16조-제18조)."""
_OVERLAP = re.compile("겹[치친쳐]|중복|중용")
SAYS_DONG = {"national-dong-of-si": True, "national-dong-of-metro": True, "national-outside-dong": False}


class Router:
    """Built once from plain data, then asked many times; may be shared between threads."""

    def __init__(
        self,
        *,
        areas: Ground,
        roads: RoadNetworkLike | None,
        bodies: Bodies,
        categories: Categories,
        rules: RuleSet,
        short_names: Sequence[tuple[str, str]] = (),
        versions: dict[str, str] | None = None,
    ) -> None:
        """`short_names` are (code, name) by which people call provinces; `versions` adds to what answers carry."""
        self.areas, self.roads, self.bodies = areas, roads, bodies
        self.categories, self.rules = categories, rules
        self._short = tuple(short_names)
        self.versions = {
            "areas": areas.version,
            "roads": str(getattr(roads, "version", "")) if roads is not None else "",
            "rules": rules.version,
            "bodies": bodies.version,
            "categories": categories.version,
            **(versions or {}),
        }
        days = {rule.first for rule in rules.rules if rule.first}
        days |= {rule.last + timedelta(days=1) for rule in rules.rules if rule.last and rule.last != date.max}
        self._starts = sorted(days | set(areas.starts()))
        self._deciders: dict[tuple[int, int], Decider] = {}
        self._gazetteers: dict[tuple[int, int], Gazetteer] = {}

    def with_rules(self, rules: RuleSet) -> Router:
        """The same router under other rules, to see what they would change before they hold."""
        return Router(
            areas=self.areas,
            roads=self.roads,
            bodies=self.bodies,
            categories=self.categories,
            rules=rules,
            short_names=self._short,
            versions={name: value for name, value in self.versions.items() if name != "rules"},
        )

    def route(self, ask: Ask) -> Route:
        """Never raises: what goes wrong inside is told in `faults`, with nobody as the body."""
        try:
            return self._route(ask)
        except Exception as error:
            return Route(
                body="",
                unit="",
                others=(),
                clarify=None,
                confidence=0.0,
                reason="길을 찾는 중에 오류가 나서 사람이 보아야 합니다.",
                law=(),
                rule="",
                versions=self.versions,
                facts={},
                faults=(f"router: {type(error).__name__}: {error}",),
                reasons={"en": "Routing failed and a person has to look at it."},
            )

    def route_many(self, asks: Sequence[Ask]) -> list[Route]:
        return [self.route(ask) for ask in asks]

    def _route(self, ask: Ask) -> Route:
        era = (self.bodies.era(ask.on), bisect_right(self._starts, ask.on))
        decider = self._deciders.get(era)
        if decider is None:
            decider = Decider(self.rules, self.bodies.on(ask.on), self.categories, ask.on)
            self._deciders[era] = decider
        category = self.categories.by_id.get(ask.category)
        duty = "municipality"
        if category is not None:
            duty = self.rules.duties.get(category.id) or self.rules.body_types.get(category.body_type, "municipality")
        said = NOTHING
        if ask.road_class or ask.road_no or ask.road_name or ask.text:
            said = self._said(ask)
        spots = self._spots(ask, era)
        words = frozenset(word for word in self.rules.words if word in ask.text) if ask.text else frozenset()
        network = self._network(ask, said) if duty in ROAD_DUTIES and spots[0].how != "nowhere" else []
        found: list[Hypothesis] = []
        total = sum(spot.weight for spot in spots)
        for spot in spots:
            for town, town_weight in self._towns(ask, spot, said):
                guesses = self._guesses(duty, said, network, decider, spot, town)
                for guess in guesses:
                    key = Key(
                        duty, category.id if category else "", self.rules.kinds.get(guess.road_class, guess.road_class),
                        town, spot.cell.code, guess.overlap, guess.private, guess.owner, words,
                    )  # fmt: skip
                    weight = spot.weight / total * town_weight * guess.weight
                    found.append(Hypothesis(spot, guess, town, weight, decider.decide(key)))
        return answer(decider, ask, category, found, self.versions)

    def _said(self, ask: Ask) -> RoadSaid:
        named = "|".join(part for part in re.split(r"[|,;+\s]+", ask.road_class) if part in self.rules.kinds)
        said = road_said(named, ask.road_no, ask.road_name, ask.text, self.rules.private_expressways)
        if named and said.classes and _OVERLAP.search(ask.text):
            also = road_said("", "", "", ask.text, self.rules.private_expressways)
            said = RoadSaid((*said.classes, *also.classes), said.number, True, said.private)
        if not said.classes:
            for name, kind in self.rules.named_roads.items():
                if name in ask.text or name in ask.road_name:
                    return RoadSaid(((kind, 1.0),), said.number, False, said.private)
        return said

    def _spots(self, ask: Ask, era: tuple[int, int]) -> list[Spot]:
        lon, lat = ask.lon, ask.lat
        if (
            lon is not None and lat is not None and math.isfinite(lon) and math.isfinite(lat)
            and abs(lon) <= 180 and abs(lat) <= 90
        ):  # fmt: skip
            accuracy = ask.accuracy_m if ask.accuracy_m is not None and math.isfinite(ask.accuracy_m) else None
            hits = _nearest_of_each(self.areas.find(lon, lat, accuracy, ask.on))[: MOST_CELLS + 1]
            if hits:
                reach = max(accuracy or DEFAULT_ACCURACY_M, 1.0)
                if hits[0].cell.approximate:
                    reach = max(reach, *(layer.slack_m for layer in self.areas.layers))
                spots: list[Spot] = []
                for hit in hits:
                    cell = self._settled(hit.cell, ask, era)
                    if hit.distance_m == 0.0:
                        how, weight = ("split" if cell.share < 1 else "map"), cell.share
                    elif not spots or spots[0].how == "coast":
                        how, weight = "coast", 1.0
                    else:
                        how = "border"
                        weight = cell.share * beyond(hit.distance_m, reach)
                    spots.append(Spot(cell, weight, how))
                return self._by_words(spots, ask, era) if len(spots) > 1 and ask.text else spots
        if ask.text or ask.road_name:
            cells = self._gazetteer(era, ask.on).read(f"{ask.text} {ask.road_name}".strip())
            if cells:
                return [Spot(cell, 1.0, "text") for cell in cells[:30]]
        return [Spot(Cell(""), 1.0, "nowhere")]

    def _by_words(self, spots: list[Spot], ask: Ask, era: tuple[int, int]) -> list[Spot]:
        """Where the words name one side of a border, that side counts and the others hardly."""
        named = self._gazetteer(era, ask.on).read(ask.text)
        bodies = self.bodies.on(ask.on)

        def fits(spot: Spot) -> bool:
            setting = bodies.setting(spot.cell.code)
            codes = {spot.cell.code, setting.muni, setting.gu}
            return any(c.code in codes and (not c.town or c.town == spot.cell.town) for c in named)

        agreed = [fits(spot) for spot in spots]
        if any(agreed) and not all(agreed):
            return [
                Spot(spot.cell, spot.weight * (1.0 if ok else NOT_NAMED), spot.how)
                for spot, ok in zip(spots, agreed, strict=True)
            ]
        return spots

    def _settled(self, cell: Cell, ask: Ask, era: tuple[int, int]) -> Cell:
        """With the kind of town that the words tell, where the map does not."""
        if cell.kind or not ask.text:
            return cell
        town = self._gazetteer(era, ask.on).town(ask.text, cell.code)
        return Cell(cell.code, town.town, town.kind, cell.approximate, cell.share) if town else cell

    def _gazetteer(self, era: tuple[int, int], day: date) -> Gazetteer:
        found = self._gazetteers.get(era)
        if found is None:
            found = Gazetteer(self.bodies.on(day), self.areas.towns(day), self._short)
            self._gazetteers[era] = found
        return found

    def _towns(self, ask: Ask, spot: Spot, said: RoadSaid) -> tuple[tuple[str, float], ...]:
        """Kinds of town with their likelihood. A road class may settle it, or gainsay the map."""
        setting = self.bodies.on(ask.on).setting(spot.cell.code)
        says = next((SAYS_DONG[kind] for kind, _weight in said.classes if kind in SAYS_DONG), None)
        kind = spot.cell.kind
        if not kind:
            if setting.place == "gu-metro":
                return (("dong", 1.0),)
            if setting.place in ("gun", "gun-metro"):
                return (("myeon", 1.0),)
            if setting.place in ("", "sido", "jeju"):
                return (("", 1.0),)
            if says is not None:
                return (("dong" if says else "myeon", 1.0),)
            return self._share_of_dong(ask.on, spot.cell.code)
        if says is not None and says is not (kind == "dong") and ask.road_class and setting.place in ("si", "sejong"):
            return ((kind, MAP_OVER_CLASS), ("dong" if says else "myeon", 1 - MAP_OVER_CLASS))
        return ((kind, 1.0),)

    def _share_of_dong(self, day: date, code: str) -> tuple[tuple[str, float], ...]:
        """All of it where the municipality has towns of one kind only."""
        kinds = {kind == "dong" for _name, kind in self.areas.towns(day).get(code, ())}
        if len(kinds) == 1:
            return (("dong" if kinds.pop() else "myeon", 1.0),)
        return DONG_UNKNOWN

    def _network(self, ask: Ask, said: RoadSaid) -> list[RoadGuess]:
        """What the road network says near the point; [] without network, point or road."""
        if self.roads is None or ask.lon is None or ask.lat is None or (said.classes and ask.road_class):
            return []
        accuracy = ask.accuracy_m if ask.accuracy_m and math.isfinite(ask.accuracy_m) else DEFAULT_ACCURACY_M
        snaps = self.roads.near(ask.lon, ask.lat, accuracy_m=accuracy, heading=ask.heading)
        guesses: dict[tuple[str, bool, str], float] = {}
        named = dict(said.classes)
        for snap in snaps[:MOST_ROADS]:
            if snap.road.road_class:
                best, overlap = self._highest(snap.road.road_class, [kind for kind, _number in snap.road.multi])
                weight = float(snap.weight)
                if named:
                    weight *= named.get(best, named.get(self.rules.kinds.get(best, ""), 0.05))
                if said.number and said.number == snap.road.number:
                    weight *= 4
                key = (best, overlap, snap.road.owner)
                guesses[key] = guesses.get(key, 0.0) + weight
        total = sum(guesses.values())
        if not total > 0:
            return []
        # What is left is the share of none of these roads: another one, that the network does not know.
        rest = float(getattr(snaps, "none", 0.0))
        return [
            RoadGuess(kind, (1 - rest) * weight / total, "network", overlap, said.private, owner)
            for (kind, overlap, owner), weight in guesses.items()
        ]

    def _highest(self, road_class: str, others: Sequence[str]) -> tuple[str, bool]:
        """Of several lines on one road the rules of the highest rank hold (도로법 제22조)."""
        known = [kind for kind in others if kind in self.rules.ranks]
        best = min([road_class, *known], key=lambda kind: self.rules.ranks.get(kind, 99.0))
        return best, any(self.rules.kinds.get(kind) != self.rules.kinds.get(road_class) for kind in known)

    def _guesses(
        self, duty: str, said: RoadSaid, network: list[RoadGuess], decider: Decider, spot: Spot, town: str
    ) -> list[RoadGuess]:
        if network:
            place = decider.bodies.setting(spot.cell.code).place
            known = [
                replace(guess, road_class=MUNICIPAL.get(place, "si-road")) if guess.road_class == "municipal" else guess
                for guess in network
            ]
            rest = 1 - sum(guess.weight for guess in known)
            if rest < LEAST_REST:
                return known
            others = self._guesses(duty, said, [], decider, spot, town)
            return [*known, *(replace(guess, weight=guess.weight * rest) for guess in others)]
        if said.classes:
            if said.together:
                best, _overlap = self._highest(said.classes[0][0], [kind for kind, _weight in said.classes])
                return [RoadGuess(best, 1.0, "given", True, said.private)]
            total = sum(weight for _kind, weight in said.classes)
            unsure = total < 0.5
            how = "said" if len(said.classes) > 1 or unsure else "given"
            if not unsure:
                return [RoadGuess(k, w / total, how, False, said.private) for k, w in said.classes]
        if duty != "road":
            return [RoadGuess("", 1.0, "none")]
        return self._priors(decider, spot, town)

    def _priors(self, decider: Decider, spot: Spot, town: str) -> list[RoadGuess]:
        setting = decider.bodies.setting(spot.cell.code)
        if not setting.place:
            return [RoadGuess("", 1.0, "none")]
        facts: dict[str, Any] = {
            "place": setting.place, "town": town, "sido": setting.sido, "sido_kind": setting.sido_kind,
            "muni": setting.muni,
        }  # fmt: skip
        for applies, roads in self.rules.priors:
            if applies(facts):
                total = sum(weight for _kind, weight in roads)
                return [RoadGuess(kind, weight / total, "prior") for kind, weight in roads]
        return [RoadGuess("", 1.0, "none")]


def _nearest_of_each(hits: Sequence[Hit]) -> list[Hit]:
    """Those at the point, and of each municipality's kinds of town around it the nearest: others would say the same."""
    if len(hits) < 2:
        return list(hits)
    kept: dict[tuple[Any, ...], Hit] = {}
    for hit in hits:
        kept.setdefault((hit.cell.code, hit.cell.kind, hit.cell.town if hit.distance_m == 0.0 else ""), hit)
    return list(kept.values())


def beyond(distance_m: float, reach_m: float) -> float:
    """How likely the true place lies beyond a border so far away, if two in three fixes are within `reach_m` / 1.5."""
    return max(0.02, 0.5 * math.erfc(1.5 * distance_m / reach_m / math.sqrt(2)))
