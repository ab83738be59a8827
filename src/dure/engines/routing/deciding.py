"""One set of facts → one decision: the first rule that applies, its body, unit, law and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from dure.engines.routing.bodies import BodiesOn, NoBody, Setting
from dure.engines.routing.categories import Categories, Category
from dure.engines.routing.korean import Name
from dure.engines.routing.rules import Rule, RuleSet
from dure.engines.routing.said import Other

TOWN_WORDS = {"dong": ("동 지역", "a dong area"), "eup": ("읍·면 지역", "an eup or myeon"), "": ("", "")}
TOWN_WORDS["myeon"] = TOWN_WORDS["eup"]
FAULT_COST = 0.6
KEPT = 20_000


class Key(NamedTuple):
    """All facts that a decision depends on."""

    duty: str
    category: str
    road: str
    town: str
    code: str
    overlap: bool
    private: bool
    owner: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say for one set of facts; `body` "" and `rule` "" where none applied."""

    body: str
    unit: str
    rule: str
    law: tuple[str, ...]
    ko: str
    en: str
    confidence: float
    others: tuple[Other, ...]
    faults: tuple[str, ...]
    facts: Mapping[str, Any]


class Decider:
    """Decisions of one span of days with the same bodies and rules; remembers them, since facts repeat."""

    def __init__(self, rules: RuleSet, bodies: BodiesOn, categories: Categories, day: date) -> None:
        self.rules, self.bodies, self.categories, self.day = rules, bodies, categories, day
        self._known: dict[Key, Decision] = {}

    def decide(self, key: Key) -> Decision:
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            found = self._known[key] = self._decide(key)
        return found

    def _decide(self, key: Key) -> Decision:
        setting = self.bodies.setting(key.code)
        facts: dict[str, Any] = {
            "duty": key.duty,
            "category": key.category,
            "group": key.category.split(".")[0],
            "road": key.road,
            "town": key.town,
            "place": setting.place,
            "sido": setting.sido,
            "sido_kind": setting.sido_kind,
            "muni": setting.muni,
            "overlap": key.overlap,
            "private": key.private,
            "owner": key.owner,
            "words": key.words,
        }
        faults: list[str] = []
        for rule in self.rules.for_duty(key.duty):
            try:
                if not rule.stands(self.day) or not rule.applies(facts):
                    continue
                return self._carry_out(rule, key, setting, facts, faults)
            except NoBody:
                continue
            except Exception as error:  # a faulty rule must not stop the report; it is shown with the answer
                faults.append(f"{rule.id}: {type(error).__name__}: {error}")
        return Decision("", "", "", (), "", "", 0.0, (), tuple(faults), facts)

    def _carry_out(self, rule: Rule, key: Key, setting: Setting, facts: dict[str, Any], faults: list[str]) -> Decision:
        category = self.categories.by_id.get(key.category)
        authority = self._authority(key) if "road-authority" in (rule.body, *(o.body for o in rule.others)) else None
        body = self._body(rule.body, setting, key, authority)
        words = self._words(key, setting, category, body, english=False)
        laws = self.rules.laws.get(key.category) or self.rules.laws.get("", ())
        law = tuple(one for part in rule.law for one in (laws if part == "{laws}" else (part,)))
        unit = rule.unit.format_map(words)
        ko = rule.ko.format_map(words)
        en = rule.en.format_map(self._words(key, setting, category, body, english=True))
        if key.overlap:
            law = (*law, "도로법 제22조")
            ko = f"겹치는 노선은 높은 등급의 규정을 따르고, {ko}"
            en = f"Where lines share a road the higher rank holds. {en}"
        others: list[Other] = []
        for other in (*rule.others, *self.rules.extras):
            try:
                if not other.applies(facts):
                    continue
                code = self._body(other.body, setting, key, authority)
            except NoBody:
                continue
            if code != body and code not in [o.body for o in others]:
                said = authority.unit if other.body == "road-authority" and authority else other.unit.format_map(words)
                said_en = other.when_en or self._otherwise(code)
                others.append(Other(code, said, other.when, said_en))
        faults = [*faults, *(authority.faults if authority else ())]
        return Decision(
            body, unit, rule.id, law, ko, en, rule.confidence * FAULT_COST ** len(faults), tuple(others),
            tuple(dict.fromkeys(faults)), facts,
        )  # fmt: skip

    def _otherwise(self, code: str) -> str:
        """For a runner-up whose condition its rule says in Korean only."""
        row = self.bodies.rows[code]
        return f"Under a condition that the rule names in Korean only, {row.name_en or row.name} is responsible."

    def _authority(self, key: Key) -> Decision | None:
        """Who is responsible for the road itself, asked as for a pothole."""
        found = self.decide(key._replace(duty="road", category="roads.pothole"))
        return found if found.body else None

    def _body(self, resolver: str, setting: Setting, key: Key, authority: Decision | None) -> str:
        """The code that a resolver names. Raises NoBody, KeyError for a resolver that is none."""
        if resolver in ("municipality", "owner-of-ground"):
            found = setting.muni
        elif resolver in ("province", "metro"):
            found = setting.sido
        elif resolver == "district":
            found = setting.gu
        elif resolver == "road-office":
            found = self.rules.offices.get(self.bodies.get(setting.sido).name, "")
        elif resolver == "expressway-corporation":
            found = "x-ex"
        elif resolver in ("police", "fire"):
            found = self.bodies.serving(resolver, setting)
        elif resolver == "education":
            found = self.bodies.serving("office-of-education", setting)
        elif resolver == "owner":
            found = key.owner
        elif resolver == "road-authority":
            found = authority.body if authority else ""
        elif resolver.startswith(("central:", "office:")):
            found = resolver.split(":", 1)[1]
        else:
            raise KeyError(resolver)
        return self.bodies.get(found).code

    def _words(
        self, key: Key, setting: Setting, category: Category | None, body: str, *, english: bool
    ) -> dict[str, Name]:
        rows = self.bodies.rows
        side = int(english)

        def named(code: str) -> str:
            if code not in rows:
                return ""
            return (rows[code].name_en or rows[code].name) if english else self.bodies.full_name(code)

        town = TOWN_WORDS[key.town][side]
        muni = named(setting.muni) or named(setting.sido)
        road = self.rules.kind_names.get(key.road, ("도로", "road"))[side]
        gu = rows[setting.gu].name.split()[-1] if setting.gu else ""
        department = category.department if category else "민원 담당 부서"
        area = f"{muni} {town or '지역'}"
        what = category.name if category else "이 일"
        if english:
            what = category.name_en if category else "This matter"
            area = f"{town} of {muni}" if town else muni
        return {
            "body": Name(named(body)),
            "muni": Name(muni),
            "sido": Name(named(setting.sido)),
            "area": Name(area),
            "area_en": Name(area),
            "road": Name(road),
            "gu": Name(f"{gu} " if gu else ""),
            "district": Name(gu or muni),
            "dept": Name(department),
            "category": Name(what),
        }
