"""The rules of data/benefits as they are live in this process: read whole, or the set before stays.

`library()` gives the set; files that changed are read again, at the earliest every few seconds. A set with one fault is
never taken: what went wrong is kept in `Library.faults`, and the set before goes on answering.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from django.conf import settings

from dure.benefits.said import Consistent, Ear, Places, Spoken
from dure.engines.rules import ir
from dure.engines.rules.benefit import Benefit
from dure.engines.rules.catalogue import Catalogue
from dure.engines.rules.checker import FIRST, Checked, check
from dure.engines.rules.faults import Fault, Faults, Wrong, meant
from dure.engines.rules.functions import Lowering
from dure.engines.rules.parameters import Parameters
from dure.engines.rules.ruleset import KEPT_DAYS, RuleSet
from dure.engines.rules.syntax import Name

LOOK_EVERY = 5.0
BENEFIT = re.compile(rb"^benefit:[ ]*[\"']?([a-z0-9-]+)", re.MULTILINE)


def folder() -> Path:
    """Where the rules of this installation stand."""
    return Path(settings.BASE_DIR) / "data" / "benefits"


def rule_files(root: Path) -> list[Path]:
    return sorted((root / "rules").glob("*.yaml"))


@dataclass(frozen=True)
class Library:
    """A set of rules with the words of its input. `faults`: why newer files were not taken (none: they are these)."""

    rules: RuleSet
    spoken: Spoken
    root: Path
    marks: tuple[tuple[str, int, int], ...] = ()
    faults: tuple[str, ...] = ()
    _derives: dict[tuple[str, date], tuple[tuple[ir.Let, ...], ir.Expr] | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    _consistent: dict[date, tuple[tuple[Consistent, tuple[ir.Let, ...], ir.Expr], ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def ear(self) -> Ear:
        places = Places(self.root.parent / "places" / "municipalities.csv")
        return Ear(self.spoken, self.rules.catalogue, self.rules.parameters, places)

    def consistent(self, on: date) -> tuple[tuple[Consistent, tuple[ir.Let, ...], ir.Expr], ...]:
        """What must hold between the facts of a household on a day, ready to be evaluated for each member."""
        if on not in self._consistent:
            found = []
            for one in self.spoken.consistent:
                lowering = Lowering(self.rules.catalogue, self.rules.parameters, on, {}, "person")
                expr = lowering.lower(one.tree).expr
                found.append((one, tuple(lowering.lets.values()), expr))
            while len(self._consistent) >= KEPT_DAYS:
                self._consistent.pop(next(iter(self._consistent)))
            self._consistent[on] = tuple(found)
        return self._consistent[on]

    def derive(self, code: str, on: date) -> tuple[tuple[ir.Let, ...], ir.Expr] | None:
        """How a fact is worked out from others on a day: named values and an expression; None for one that is not."""
        key = (code, on)
        if key not in self._derives:
            fact = self.rules.catalogue.facts[code]
            found = None
            if fact.derive is not None:
                lowering = Lowering(self.rules.catalogue, self.rules.parameters, on, {}, "person")
                expr = lowering.lower(Name(0, fact.ko)).expr
                found = tuple(lowering.lets.values()), expr
            self._derives[key] = found
        return self._derives[key]


def marks(root: Path) -> tuple[tuple[str, int, int], ...]:
    """By what a change of the files is seen: name, time and size of each."""
    files = [root / "facts.yaml", root / "parameters.yaml", root / "input.yaml", *rule_files(root)]
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


def load(root: Path, *, examples: bool = False) -> Library:
    """Every file of a folder. Faults (of all files at once), OSError or ValueError: then nothing is loaded.

    `examples`: run the worked examples, too.
    """
    seen = marks(root)
    texts = {file.name: file.read_text(encoding="utf-8") for file in rule_files(root)}
    facts = (root / "facts.yaml").read_text(encoding="utf-8")
    figures = (root / "parameters.yaml").read_text(encoding="utf-8")
    rules = RuleSet.load(texts, facts, figures, examples=examples)
    spoken = Spoken.read((root / "input.yaml").read_text(encoding="utf-8"), rules.catalogue)
    live = Library(rules, spoken, root, seen)
    try:
        live.consistent(FIRST)
    except Wrong as wrong:
        raise ValueError(f"input.yaml: consistent: {wrong.words} {wrong.remedy}".strip()) from None
    return live


_lock = threading.Lock()
_live: dict[Path, tuple[float, Library]] = {}


def library(root: Path | None = None) -> Library:
    """The live set. Faults only where there has never been a good one in this process."""
    root = root or folder()
    now = time.monotonic()
    looked, live = _live.get(root, (0.0, None))
    if live is not None and now - looked < LOOK_EVERY:
        return live
    with _lock:
        looked, live = _live.get(root, (0.0, None))
        if live is None:
            live = load(root)
        elif now - looked >= LOOK_EVERY:
            live = _newer(root, live)
        _live[root] = (now, live)
        return live


def _newer(root: Path, live: Library) -> Library:
    try:
        seen = marks(root)
        if seen == live.marks:
            return live
        return load(root)
    except Faults as faults:
        return replace(live, marks=seen, faults=tuple(str(one) for one in faults.faults))
    except (OSError, ValueError) as error:
        return replace(live, faults=(str(error),))


def check_file(file: Path, root: Path | None = None) -> Checked:
    """One benefit file against the catalogue and figures of a folder, its examples included.

    OSError where it cannot be read; Faults where catalogue or figures are broken.
    """
    root = root or folder()
    catalogue = Catalogue.read((root / "facts.yaml").read_text(encoding="utf-8"))
    figures = Parameters.read((root / "parameters.yaml").read_text(encoding="utf-8"), catalogue)
    return check_text(file.read_bytes(), file.name, catalogue, figures)


def check_text(raw: bytes, name: str, catalogue: Catalogue, figures: Parameters) -> Checked:
    """One benefit file as bytes."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        words = f"UTF-8로 읽을 수 없습니다({error.start + 1}번째 바이트)."
        line = raw.count(b"\n", 0, error.start) + 1
        column = len(raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
        return Checked(None, (Fault(line, column, "utf-8", words, "UTF-8로 저장해 주세요.", name),))
    return check(text, file=name, catalogue=catalogue, parameters=figures)


def ids(root: Path) -> dict[str, Path]:
    """The benefits whose files stand in a folder, without reading the rules."""
    found = {}
    for file in rule_files(root):
        said = BENEFIT.search(file.read_bytes())
        if said is not None:
            found[said[1].decode()] = file
    return found


def vocabulary(catalogue: Catalogue, figures: Parameters) -> list[tuple[str, ...]]:
    """(word of the language, code, what it is, values, meaning) of everything a rule may name."""
    rows: list[tuple[str, ...]] = []
    for fact in catalogue.facts.values():
        whose = "가구원의 사실" if fact.scope == "member" else "가구의 사실"
        values = f"{fact.type} {fact.low:,}~{fact.high:,}{fact.unit}"
        if fact.type in {"bool", "area", "date"}:
            values = {"bool": "예/아니오", "area": "지역 코드", "date": "날짜"}[fact.type]
        elif fact.type == "enum":
            values = ", ".join(choice.ko for choice in fact.choices)
        rows.append((fact.ko, fact.code, whose, values, fact.question.get("ko") or fact.names["ko"]))
    for one in figures.by_code.values():
        word = one.ko + (f"[{', '.join(dim.of for dim in one.dims)}]" if one.dims else "")
        first, last = one.dated[0].first, one.dated[-1].last
        rows.append((word, one.code, "수치", one.type, f"{one.names['ko']} ({first}~{last or ''})"))
    return rows


def misspelt(benefit: Benefit | None, known: Iterable[str]) -> tuple[Fault, ...]:
    """Relations to benefits there are none of, where one is called nearly so: the set refuses them, too."""
    if benefit is None:
        return ()
    faults = []
    for relation in benefit.interactions:
        for other in relation.with_:
            hint = "" if other in known or other == benefit.id else meant(other, known, 0.88)
            if hint:
                words = f"관계에 적은 급여 `{other}`가 없습니다."
                faults.append(Fault(*relation.place, "unknown-name", words, hint, benefit.file))
    return tuple(faults)


__all__ = [
    "Library", "check_file", "check_text", "folder", "ids", "library", "load", "misspelt", "rule_files", "vocabulary",
]  # fmt: skip
