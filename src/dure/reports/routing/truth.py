"""The file of routing truths (data/roads/truth.csv): reading it, judging answers by it, figures per kind. Pure.

A truth says which body the law makes responsible for a report; an answer is one line that `manage route` wrote. What
the columns mean stands in data/roads/truth.md.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

NOBODY = "-"  # in `also_right`: that no body is found is right, too
ASKED = ("id", "lon", "lat", "accuracy_m", "category", "road_class", "road_no", "text", "on_date")
FIVE_ROADS = "deer-"  # the kinds of a dead animal on the five kinds of road begin so


class Unreadable(ValueError):
    """The file has not the columns it must have; the message names them."""


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the file, as written: every value is text, codes in `also_right` and articles in `law` apart."""

    id: str
    kind: str
    lon: str
    lat: str
    accuracy_m: str
    category: str
    road_class: str
    road_no: str
    text: str
    on_date: str
    body_code: str
    also_right: tuple[str, ...]
    clarify: str
    law: tuple[str, ...]
    why: str
    author: str
    checked_by: str
    confidence: str
    areas: str
    map: str

    @property
    def sure(self) -> bool:
        return self.confidence == "sure"


@dataclass(frozen=True, slots=True)
class Answer:
    """One line that `manage route` wrote. `body` is empty where nobody was found."""

    id: str
    body: str
    alternatives: tuple[str, ...]
    clarify: str
    reason: str
    law: str

    @property
    def explained(self) -> bool:
        """It says why, and on which law where it names a body."""
        return bool(self.reason.strip()) and (not self.body or bool(self.law.strip()))


@dataclass(frozen=True, slots=True)
class Verdict:
    """`exact`: the expected body stands first. `right`: that, or one as acceptable, or asked where asking is right."""

    case: Case
    answer: Answer
    exact: bool
    right: bool

    def __str__(self) -> str:
        case, answer = self.case, self.answer
        place = f"{case.lon},{case.lat}" if case.lon else "no point"
        return (
            f"{case.id} ({place}, {case.category}, {case.road_class or '-'}, {case.on_date or 'today'}): "
            f"expected {case.body_code or 'nobody'} ask={case.clarify}, got {answer.body or 'nobody'} "
            f"others={'|'.join(answer.alternatives) or '-'} ask={answer.clarify}; {answer.reason}"
        )


@dataclass(slots=True)
class Figure:
    """Counts of one kind of case; `sure` and `sure_right` leave out cases of open interpretation."""

    kind: str
    total: int = 0
    exact: int = 0
    right: int = 0
    sure: int = 0
    sure_right: int = 0
    explained: int = 0

    def add(self, verdict: Verdict) -> None:
        self.total += 1
        self.exact += verdict.exact
        self.right += verdict.right
        self.explained += verdict.answer.explained
        self.sure += verdict.case.sure
        self.sure_right += verdict.case.sure and verdict.right


def _codes(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split("|") if part.strip())


def read(path: Path) -> list[Case]:
    """All cases of the file (UTF-8, with or without a byte-order mark). Raises Unreadable for a missing column."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        wanted = [field.name for field in fields(Case)]
        if absent := [name for name in wanted if name not in (table.fieldnames or ())]:
            raise Unreadable(f"{path.name}: no column {', '.join(absent)}")
        cases = []
        for line in table:
            values = {name: (line[name] or "").strip() for name in wanted}
            lists = {name: _codes(values.pop(name)) for name in ("also_right", "law")}
            cases.append(Case(**values, **lists))  # type: ignore[arg-type]
    return cases


def questions(cases: Iterable[Case]) -> str:
    """The cases as the CSV that `manage route --csv` reads: without what is expected."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(ASKED)
    table.writerows([getattr(case, name) for name in ASKED] for case in cases)
    return out.getvalue()


def read_answers(text: str) -> dict[str, Answer]:
    """What `manage route` wrote, by id."""
    return {
        line["id"]: Answer(
            id=line["id"],
            body=(line["body_code"] or "").strip(),
            alternatives=_codes(line["alternatives"] or ""),
            clarify=(line["clarify"] or "").strip(),
            reason=line["reason"] or "",
            law=line["law"] or "",
        )
        for line in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    }


def judge(case: Case, answer: Answer) -> Verdict:
    """Is the answer right?

    Where `clarify` is `yes` the router has to ask, and the expected body must be named at all: first or as another.
    Where it is `no` it may not ask, where it is `any` both will do; then the first body must be the expected one or
    stand in `also_right`.
    """
    asked_rightly = case.clarify in ("any", answer.clarify)
    acceptable = {case.body_code, *("" if code == NOBODY else code for code in case.also_right)}
    named = answer.body in acceptable
    if case.clarify == "yes" and case.body_code:
        named = case.body_code in {answer.body, *answer.alternatives}
    return Verdict(case, answer, answer.body == case.body_code and asked_rightly, named and asked_rightly)


def judge_all(cases: Sequence[Case], answers: Mapping[str, Answer]) -> list[Verdict]:
    """One verdict for each case, in their order. KeyError for a case that was not answered."""
    return [judge(case, answers[case.id]) for case in cases]


def figures(verdicts: Iterable[Verdict]) -> list[Figure]:
    """One line for each kind in the order of the file, and one for all of them named `all`."""
    found: dict[str, Figure] = {}
    whole = Figure("all")
    for verdict in verdicts:
        found.setdefault(verdict.case.kind, Figure(verdict.case.kind)).add(verdict)
        whole.add(verdict)
    return [*found.values(), whole]


def table(lines: Sequence[Figure]) -> str:
    """The figures as lines for a person."""
    rows: list[tuple[str, ...]] = [("kind", "right", "first", "sure right", "explained")]
    for one in lines:
        counts = ((one.right, one.total), (one.exact, one.total), (one.sure_right, one.sure))
        rows.append((one.kind, *(f"{hits}/{of}" for hits, of in counts), f"{one.explained}/{one.total}"))
    return "\n".join(f"{row[0]:<24}" + "".join(f"{cell:>12}" for cell in row[1:]) for row in rows)


def faults(
    cases: Sequence[Case],
    *,
    bodies: Mapping[str, tuple[date | None, date | None]],
    categories: Collection[str],
    road_classes: Collection[str],
    today: date,
) -> list[str]:
    """What is wrong with the file itself, one line each. `bodies`: code → first and last day, both included."""
    found = []
    seen: set[str] = set()
    for case in cases:

        def wrong(words: str, name: str = case.id) -> None:
            found.append(f"{name}: {words}")

        if not case.id or case.id in seen:
            wrong("its id is empty or used twice")
        seen.add(case.id)
        if case.category and case.category not in categories:
            wrong(f"no category {case.category!r}")
        if case.road_class and case.road_class not in road_classes:
            wrong(f"no road class {case.road_class!r}")
        for column, allowed in (
            ("clarify", ("yes", "no", "any")),
            ("confidence", ("sure", "interpretation")),
            ("areas", ("official", "any")),
        ):
            if getattr(case, column) not in allowed:
                wrong(f"{column} is {getattr(case, column)!r}")
        for column in ("kind", "why", "author"):
            if not getattr(case, column):
                wrong(f"{column} is empty")
        if case.body_code and not case.law:
            wrong("a body is expected on no law")
        if case.areas == "official" and not case.map:
            wrong("it needs official borders but names no map")
        for words in _bad_numbers(case):
            wrong(words)
        try:
            day = date.fromisoformat(case.on_date) if case.on_date else today
        except ValueError:
            wrong(f"on_date is {case.on_date!r}")
            continue
        for code in (case.body_code, *case.also_right):
            if code in ("", NOBODY):
                continue
            first, last = bodies.get(code, (date.max, None))
            if not ((first is None or first <= day) and (last is None or day <= last)):
                wrong(f"no body {code} on {day}")
    return found


def _bad_numbers(case: Case) -> list[str]:
    """Both coordinates or none, in degrees; an accuracy in metres that is not negative."""
    if bool(case.lon) != bool(case.lat):
        return ["one coordinate is empty"]
    found = []
    for column, least, most in (("lon", -180.0, 180.0), ("lat", -90.0, 90.0), ("accuracy_m", 0.0, 1e7)):
        value = getattr(case, column)
        try:
            if value and not least <= float(value) <= most:
                found.append(f"{column} is {value}")
        except ValueError:
            found.append(f"{column} is {value!r}")
    return found
