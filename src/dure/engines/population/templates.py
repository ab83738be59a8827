"""Kinds of households: who lives together, by sex and five-year age group.

There is no file of real households to start from. So a pool of kinds is made from the few differences of age that
`assumptions.yaml` states (`members`, `types_within_size`); how often each kind occurs where is then found by raking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

TYPES = ("one_person", "couple", "couple_children", "single_parent", "three_generations", "grandparent", "other")
RELATIONS = ("head", "spouse", "child", "parent", "grandchild", "other")
LARGEST = 7
ELDEST = 17
"""The group of all from 85 on."""
HEAD_AGES = ("under_40", "40s", "50s", "60to74", "75_over")
_HEAD_AGE = np.array([0] * 8 + [1] * 2 + [2] * 2 + [3] * 3 + [4] * 3)

_POOL_SEED = 20241231
_DRAWS = {"couple": 500, "couple_children": 400, "single_parent": 400}
_TRIES = 200

Member = tuple[int, int, int]
"""Relation, sex (0 male, 1 female), age group."""


@dataclass(frozen=True)
class Pool:
    """`prior` (n,) sums to one; `size`, `type`, `head_age` (n,); members of kind i are `start[i]:start[i + 1]` of
    `relation`, `sex`, `group`, the head first. Ordered by size, then type, then members."""

    prior: Array
    size: Array
    type: Array
    head_age: Array
    start: Array
    relation: Array
    sex: Array
    group: Array

    def parents(self) -> tuple[Array, Array]:
        """Which kinds have a head under 40 and children; which an older head and children under 15."""
        kind = np.repeat(np.arange(len(self.size)), self.size)
        child = self.relation == RELATIONS.index("child")
        some, small = (np.bincount(kind[child & (self.group < top)], minlength=len(self.size)) > 0 for top in (99, 3))
        return some & (self.head_age == 0), small & (self.head_age > 0)

    def persons(self) -> Array:
        """Members of each kind by sex and age group, (n, 2 × 18)."""
        counts = np.zeros((len(self.size), 2 * (ELDEST + 1)))
        kind = np.repeat(np.arange(len(self.size)), self.size)
        np.add.at(counts, (kind, self.sex * (ELDEST + 1) + self.group), 1.0)
        return counts


def pool(known: Mapping[str, Any], assumed: Mapping[str, Any]) -> Pool:
    """The same pool whenever the figures are the same: its seed is a part of the method."""
    rules, random = assumed["members"], Random(_POOL_SEED)
    found: Counter[tuple[int, int, tuple[Member, ...]]] = Counter()
    weight: dict[tuple[int, int, tuple[Member, ...]], float] = {}
    for size, share in _sizes(known, assumed).items():
        for kind, part in _types(size, assumed).items():
            number, make = TYPES.index(kind), _MAKERS[kind]
            made: list[tuple[Member, ...]]
            if kind == "one_person":
                made = [((0, sex, group),) for sex in (0, 1) for group in range(4, ELDEST + 1)]
            else:
                made = [_drawn(make, size, rules, random) for _ in range(_DRAWS.get(kind, 250))]
            for members in made:
                key = (size, number, members)
                found[key] += 1
                weight[key] = weight.get(key, 0.0) + share * part / len(made)
    kinds = sorted(found)
    everybody = [member for _, _, people in kinds for member in people]
    sizes = np.array([s for s, _, _ in kinds])
    return Pool(
        prior=np.array([weight[key] for key in kinds]),
        size=sizes,
        type=np.array([t for _, t, _ in kinds]),
        head_age=_HEAD_AGE[np.array([people[0][2] for _, _, people in kinds])],
        start=np.concatenate([[0], np.cumsum(sizes)]),
        relation=np.array([m[0] for m in everybody]),
        sex=np.array([m[1] for m in everybody]),
        group=np.array([m[2] for m in everybody]),
    )


def _sizes(known: Mapping[str, Any], assumed: Mapping[str, Any]) -> dict[int, float]:
    shares = {size: share / 1000 for size, share in known["household_size"]["permille"].items() if size < 5}
    large = known["household_size"]["permille"][5] / 1000
    return shares | {s: large * p / 1000 for s, p in assumed["types_within_size"]["sizes_5_over"].items()}


def _types(size: int, assumed: Mapping[str, Any]) -> dict[str, float]:
    if size == 1:
        return {"one_person": 1.0}
    return {kind: share / 1000 for kind, share in assumed["types_within_size"]["permille"][size].items()}


def _drawn(make: Callable[[int, Any, Random], list[tuple[str, int, int]] | None], size: int, rules: Any, random: Random
           ) -> tuple[Member, ...]:  # fmt: skip
    for _ in range(_TRIES):
        people = make(size, rules, random)
        if people is not None and all(0 <= age <= 104 for _, _, age in people):
            head, *rest = ((RELATIONS.index(r), sex, min(age // 5, ELDEST)) for r, sex, age in people)
            return (head, *sorted(rest))
    raise ValueError(f"no household of {size} can be made with these differences of age: {dict(rules)}")


def _between(random: Random, low: int, high: int) -> int:
    return low + int(random.random() * (high - low + 1))


def _pair(wife: int, rules: Any, random: Random) -> list[tuple[str, int, int]]:
    low, high = rules["spouse_gap_years"]
    gap = low + round((random.random() + random.random() + random.random()) / 3 * (high - low))
    first = random.random() * 1000 < rules["couple_head_husband_permille"]
    husband = max(wife + gap, 19)
    return [("head", 0, husband), ("spouse", 1, wife)] if first else [("head", 1, wife), ("spouse", 0, husband)]


def _children(mother: int, count: int, rules: Any, random: Random) -> list[tuple[str, int, int]] | None:
    low, high = rules["mother_age_at_birth"]
    birth = _between(random, low, high)
    found = []
    for _ in range(count):
        age = mother - birth
        if birth > high or not 0 <= age <= rules["oldest_child_at_home"]:
            return None
        found.append(("child", int(random.random() < 0.5), age))
        birth += _between(random, 1, 5)
    return found


def _couple(size: int, rules: Any, random: Random) -> list[tuple[str, int, int]]:
    return _pair(_between(random, 20, 95), rules, random)


def _couple_children(size: int, rules: Any, random: Random) -> list[tuple[str, int, int]] | None:
    mother = _between(random, 20, 85)
    children = _children(mother, size - 2, rules, random)
    return children and _pair(mother, rules, random) + children


def _single_parent(size: int, rules: Any, random: Random) -> list[tuple[str, int, int]] | None:
    mother = _between(random, 20, 95)
    children = _children(mother, size - 1, rules, random)
    if children is None:
        return None
    if random.random() * 1000 < rules["single_parent_mother_permille"]:
        return [("head", 1, mother), *children]
    return [("head", 0, _pair(mother, rules, random)[0][2]), *children]


def _three_generations(size: int, rules: Any, random: Random) -> list[tuple[str, int, int]] | None:
    parents = 1 if size == 3 or (size == 4 and random.random() < 0.4) else 2
    elders = 2 if size - parents >= 3 and random.random() < 0.4 else 1
    mother = _between(random, 22, 65)
    children = _children(mother, size - parents - elders, rules, random)
    if children is None:
        return None
    own = _pair(mother, rules, random) if parents == 2 else [("head", int(random.random() < 0.6), mother)]
    low, high = rules["mother_age_at_birth"]
    grandmother = own[0][2] + _between(random, low, high)
    pair = [("parent", 1, grandmother), ("parent", 0, grandmother + _between(random, -2, 8))]
    return own + children + pair[:elders]


def _grandparent(size: int, rules: Any, random: Random) -> list[tuple[str, int, int]]:
    head = _between(random, 55, 88)
    return [("head", int(random.random() < 0.7), head)] + [
        ("grandchild", int(random.random() < 0.5), _between(random, 0, min(24, head - 45))) for _ in range(size - 1)
    ]


def _other(size: int, rules: Any, random: Random) -> list[tuple[str, int, int]]:
    head = _between(random, 19, 95)
    return [("head", int(random.random() < 0.5), head)] + [
        ("other", int(random.random() < 0.5), max(15, min(100, head + _between(random, -20, 20))))
        for _ in range(size - 1)
    ]


_MAKERS: dict[str, Callable[[int, Any, Random], list[tuple[str, int, int]] | None]] = {
    "one_person": _couple,
    "couple": _couple,
    "couple_children": _couple_children,
    "single_parent": _single_parent,
    "three_generations": _three_generations,
    "grandparent": _grandparent,
    "other": _other,
}
