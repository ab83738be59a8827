"""How households are said elsewhere → facts of the catalogue: other words, names of places, multiples of the median.

`Spoken` is data/benefits/input.yaml; nothing here knows a benefit or a figure.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from dure.engines.rules.catalogue import Catalogue, FactKind, area_code, area_start
from dure.engines.rules.faults import Wrong, meant, shown
from dure.engines.rules.households import SIZE, HouseholdFault, value_of
from dure.engines.rules.parameters import Parameters
from dure.engines.rules.syntax import Syntax, parse
from dure.engines.rules.yamlfile import exact, plain, read

MEDIAN = "median_income"
HOME = "residence"
KEPT = {"facts", "members", "whole"}
SUPPOSED = "~"
KINDS_OF_AREA = re.compile(r"(특별자치시|특별자치도|통합특별시|특별시|광역시|도|시|군|구)\Z")


@dataclass(frozen=True)
class Consistent:
    """What must hold between facts that are said: where it does not, one of them is wrong. `fact` is named then."""

    fact: str
    tree: Syntax
    words: str


@dataclass(frozen=True)
class Spoken:
    """Other ways in which facts are said.

    `usual`: what stands for a fact nobody said, where that is asked for; `others`: the same for members of whom nothing
    is said where somebody's is. The rest as in the file.
    """

    usual: Mapping[str, Any]
    others: Mapping[str, Any]
    passed: frozenset[str]
    places: tuple[str, ...]
    of_median: Mapping[str, str]
    values: Mapping[str, Mapping[str, Mapping[str, Any]]]
    benefits: Mapping[str, Mapping[str, str]]
    consistent: tuple[Consistent, ...] = ()
    refusing: frozenset[str] = frozenset()
    """Yes-or-no facts whose usual value may refuse; the others, supposed, never do."""
    follows: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Code of a fact → the fact of which it is a part, and the divisor."""

    @classmethod
    def read(cls, text: str, catalogue: Catalogue, *, file: str = "input.yaml") -> Spoken:
        """The table from its file. ValueError (Faults for its YAML) where it names a fact that is not there."""
        said: Any = plain(read(text, file=file))
        values = said["values"]
        named = {code.removeprefix(SUPPOSED) for cases in values.values() for facts in cases.values() for code in facts}
        named |= {*said["refusing"], *said["follows"], *(one["from"] for one in said["follows"].values())}
        named |= {*said["usual"], *said["others"], *said["of_median"].values()}
        renamed = {word for words in said["benefits"].values() for word in words.values() if word not in values}
        named |= {one["fact"] for one in said["consistent"]}
        strange = {code for code in named if code not in catalogue.facts}
        strange |= {word for word in renamed if catalogue.code_of(word) is None}
        for code in sorted(strange):
            raise ValueError(f"{file}: 모르는 사실입니다: 「{shown(code)}」 {meant(code, catalogue.facts)}".strip())
        usual = {code: value_of(catalogue.facts[code], raw) for code, raw in said["usual"].items()}
        others = {code: value_of(catalogue.facts[code], raw) for code, raw in said["others"].items()}
        passed, places = frozenset(said["passed"]), tuple(said["places"])
        try:
            rules = tuple(Consistent(one["fact"], parse(one["if"]), one["words"]) for one in said["consistent"])
        except Wrong as wrong:
            raise ValueError(f"{file}: consistent: {wrong.words} {wrong.remedy}".strip()) from None
        follows = {code: (one["from"], int(one["divided"])) for code, one in said["follows"].items()}
        refusing = frozenset(said["refusing"])
        return cls(usual, others, passed, places, said["of_median"], values, said["benefits"], rules, refusing, follows)


class Places:
    """Names of areas → their codes on a day, from data/places/municipalities.csv."""

    def __init__(self, file: Path) -> None:
        self.by_name: dict[str, list[tuple[str, str, str]]] = {}
        with file.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                name, kind = row["name_ko"], KINDS_OF_AREA.search(row["name_ko"])
                for called in {name, name[: kind.start()] if kind and kind.start() > 1 else name}:
                    spans = self.by_name.setdefault(called, [])
                    spans.append((row["code"], row["valid_from"], row["valid_to"]))

    def rows(self, on: date) -> list[tuple[str, ...]]:
        """(name, code, 「지역」) of the areas of a day."""
        day, found = on.isoformat(), {}
        for name, spans in self.by_name.items():
            for code, first, last in spans:
                if (not first or first <= day) and (not last or day <= last) and len(name) >= len(found.get(code, "")):
                    found[code] = name
        return [(name, area_code(code), "지역") for code, name in sorted(found.items())]

    def code(self, name: str, on: date, inside: str = "") -> str:
        """The code of ten digits of a name (`장성군` or `장성`), inside an area where one is said.

        HouseholdFault for a name that is unknown, that several places have, or that lies elsewhere.
        """
        if name.isascii() and name.isdigit() and 2 <= len(name) <= 10:
            codes = {name}
        else:
            day = on.isoformat()
            known = self.by_name.get(name, [])
            codes = {code for code, first, last in known if (not first or first <= day) and (not last or day <= last)}
            if not codes:
                hint = meant(name, self.by_name)
                raise HouseholdFault(HOME, f"모르는 지역입니다: 「{shown(name)}」 {hint}".strip())
        found = {code for code in codes if code.startswith(area_start(inside))}
        if not found:
            raise HouseholdFault(
                HOME, f"「{shown(name)}」은(는) 함께 적은 지역 안에 있지 않습니다. 하나만 적어 주세요."
            )
        if len({area_code(code) for code in found}) > 1:
            # A whole province, and a city in another that is called the same: the wider one is said by its own word.
            wide = {code for code in found if len(area_code(code)) == 2}
            if inside or len(wide) != 1:
                words = f"「{shown(name)}」이라는 곳이 여러 곳입니다. 시·도(sido)와 함께 적거나 코드를 적어 주세요."
                raise HouseholdFault(HOME, words)
            found = wide
        return found.pop()


@dataclass(frozen=True)
class Ear:
    """Takes documents as they come. `document` gives what `engines.rules.households.household` reads."""

    spoken: Spoken
    catalogue: Catalogue
    parameters: Parameters
    places: Places

    def document(
        self, said: Any, on: date, benefit: str | None = None, *, strict: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        """The document in codes of the catalogue, and what had to be supposed to read it (code → value).

        `benefit`: the words of that benefit are taken, too; not `strict`: those of others are passed over, and a fact
        taken for another one is supposed. HouseholdFault for what cannot be understood.
        """
        if not isinstance(said, Mapping):
            return said, {}
        supposed: dict[str, Any] = {}
        renamed = self.spoken.benefits.get(benefit or "", {})
        if not strict:
            said = {word: raw for word, raw in said.items() if word in renamed or not self._of_others(str(word))}
            taken = {word: code for word, code in renamed.items() if said.get(word) is not None}
            supposed |= {code: said[word] for word, code in taken.items() if self.catalogue.code_of(word) is not None}
        found = {key: value for key, value in said.items() if key in KEPT}
        flat = {key: value for key, value in said.items() if key not in KEPT}
        found |= self.facts(flat, on, benefit, supposed)
        if isinstance(said.get("facts"), Mapping):
            found["facts"] = self.facts(said["facts"], on, benefit, supposed)
        listed = said.get("members")
        if isinstance(listed, list):
            found["members"] = []
            for place, one in enumerate(listed):
                try:
                    told = self.facts(one, on, benefit, supposed) if isinstance(one, Mapping) else one
                except HouseholdFault as fault:
                    raise HouseholdFault(fault.code, fault.words, place) from None
                found["members"].append(told)
            self._whole(found)
        return found, supposed

    def _whole(self, found: Mapping[str, Any]) -> None:
        """HouseholdFault where a document says that all are listed, or not all, and another number of them."""
        said, listed = found.get("whole"), len(found["members"])
        told = [*found.items(), *(found["facts"].items() if isinstance(found.get("facts"), Mapping) else ())]
        size = next((raw for word, raw in told if self.catalogue.code_of(str(word)) == SIZE), None)
        many = value_of(self.catalogue.facts[SIZE], size)
        if many is not None and listed and isinstance(said, bool) and said is not (many == listed):
            words = f"「whole」은 {str(said).lower()}인데 가구원수는 {many}명이고 members에는 {listed}명이 있습니다."
            raise HouseholdFault("whole", words)

    def facts(self, said: Mapping[str, Any], on: date, benefit: str | None, supposed: dict[str, Any]) -> dict[str, Any]:
        renamed = self.spoken.benefits.get(benefit or "", {})
        found: dict[str, Any] = {}
        used = {raw.removeprefix("=") for case in self._cases(said) for raw in case.values() if self._moves(raw)}
        for written, raw in said.items():
            word = renamed.get(str(written), str(written))
            case = None if raw is None else self._case(word, raw)
            if case is not None:
                for marked, value in case.items():
                    code = marked.removeprefix(SUPPOSED)
                    if code != marked:
                        supposed[code] = value_of(self.catalogue.facts[code], value)
                    self._put(found, code, said.get(value.removeprefix("=")) if self._moves(value) else value)
            elif word in self.spoken.places:
                continue
            elif word in self.spoken.of_median:
                if raw is not None:
                    for code, value in self._of_median(word, raw, said, on, supposed).items():
                        self._put(found, code, value)
            elif word in self.spoken.passed or word in used:
                continue
            elif self.catalogue.code_of(word) is None and (raw is not None or word not in self.spoken.values):
                self._strange(str(written), renamed)
            elif word not in self.spoken.values or self.catalogue.code_of(word) is not None:
                self._put(found, word, self._choice(word, raw))
        for code, (source, by) in self.spoken.follows.items():
            told = {self.catalogue.code_of(word): value for word, value in found.items()}
            whole = value_of(self.catalogue.facts[source], told.get(source))
            if isinstance(whole, int) and told.get(code) is None:
                found[code] = whole // by
        inside = ""
        for word in self.spoken.places:
            if (raw := said.get(word)) is None:
                continue
            if isinstance(raw, bool) or not isinstance(raw, str | int):
                raise HouseholdFault(HOME, f"「{shown(word)}」에는 지역의 이름이나 코드가 와야 합니다.")
            inside = self.places.code(str(raw).strip(), on, inside)
        if inside:
            if any(self.catalogue.code_of(word) == HOME and value is not None for word, value in found.items()):
                raise HouseholdFault(HOME, f"「{self.catalogue.facts[HOME].ko}」이(가) 두 번 적혔습니다.")
            found[HOME] = inside
        return found

    def _put(self, found: dict[str, Any], word: str, value: Any) -> None:
        """Takes a fact. HouseholdFault where it was said before, in these or other words, and not the same."""
        code = self.catalogue.code_of(word)
        fact = self.catalogue.facts[code or word]
        for before, other in found.items():
            if self.catalogue.code_of(before) != code or value is None or other is None:
                continue
            if (before in {word, code} or word == code) and self._same(fact, value, other):
                return
            raise HouseholdFault(fact.code, f"「{fact.ko}」이(가) 두 번 적혔습니다.")
        found[word] = value

    @staticmethod
    def _same(fact: FactKind, one: Any, other: Any) -> bool:
        try:
            return value_of(fact, one) == value_of(fact, other)
        except HouseholdFault:
            return False

    def _strange(self, word: str, renamed: Mapping[str, str]) -> None:
        """HouseholdFault for a word nobody knows, with the nearest one."""
        known = [*self.catalogue.facts, *self.catalogue.by_word, *self.catalogue.by_alias, *renamed]
        known += [*self.spoken.values, *self.spoken.places, *self.spoken.of_median]
        raise HouseholdFault(word[:100], f"모르는 사실입니다: 「{shown(word)}」 {meant(word, known)}".strip())

    def _of_others(self, word: str) -> bool:
        """Whether only benefits know this word."""
        if self.catalogue.code_of(word) is not None or word in self.spoken.values:
            return False
        return any(word in words for words in self.spoken.benefits.values())

    @staticmethod
    def _moves(value: Any) -> bool:
        return isinstance(value, str) and value.startswith("=")

    def _case(self, word: str, raw: Any) -> Mapping[str, Any] | None:
        cases = self.spoken.values.get(word)
        if cases is None:
            return None
        found: dict[str, Any] = {}
        for one in raw if isinstance(raw, list) else [raw]:
            case = cases.get(str(one).strip())
            if case is None:
                if self.catalogue.code_of(word) is not None:
                    return None
                hint = meant(str(one), cases) or "쓸 수 있는 값: " + ", ".join(list(cases)[:12])
                raise HouseholdFault(word, f"「{shown(word)}」에 쓸 수 없는 값입니다: 「{shown(str(one))}」 {hint}")
            found |= case
        return found

    def _cases(self, said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [
            case
            for word, raw in said.items()
            if isinstance(raw, str) and (case := self.spoken.values.get(str(word), {}).get(raw.strip())) is not None
        ]

    def _choice(self, word: str, raw: Any) -> Any:
        """The code of an enumeration's choice where it is said by its name in another language."""
        code = self.catalogue.code_of(word)
        fact = self.catalogue.facts.get(code or "")
        if fact is None or fact.type != "enum" or not isinstance(raw, str):
            return raw
        said = raw.strip().casefold()
        for choice in fact.choices:
            if said in {choice.code, *(name.casefold() for name in choice.names.values())}:
                return choice.code
        return raw

    def _of_median(
        self, word: str, raw: Any, said: Mapping[str, Any], on: date, supposed: dict[str, Any]
    ) -> dict[str, Any]:
        """Income said as a multiple of the median income, in won (rounded down): exact, never a float."""
        ratio = exact(raw) if isinstance(raw, str) else Fraction(raw) if isinstance(raw, int | Decimal) else None
        if ratio is None or isinstance(raw, bool) or not 0 <= ratio <= 1000:
            raise HouseholdFault(word, f"「{shown(word)}」에는 1.2처럼 몇 배인지가 와야 합니다.")
        told = next((said[one] for one in said if self.catalogue.code_of(str(one)) == SIZE), None)
        size = value_of(self.catalogue.facts[SIZE], told)
        found: dict[str, Any] = {}
        if size is None:
            size = supposed[SIZE] = found[SIZE] = 1
        dated = self.parameters.by_code[MEDIAN].on(on)
        cell = None if dated is None else dated.table.at((size,))
        # A median income nobody knows leaves the income unknown; the answer names the figure in `unset`.
        return found if cell is None else found | {self.spoken.of_median[word]: int(ratio * cell)}


__all__ = ["Ear", "Places", "Spoken"]
