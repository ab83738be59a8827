"""What if: a set of rules with changed figures or replaced texts, and what differs, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256
from math import lcm

from dure.engines.rules import ir
from dure.engines.rules.benefit import Benefit
from dure.engines.rules.catalogue import MOST, Catalogue
from dure.engines.rules.checker import check
from dure.engines.rules.faults import Fault, Faults, meant, shown
from dure.engines.rules.parameters import Dated, Parameter, Parameters
from dure.engines.rules.words import percent, whole


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """One cell of a parameter from a day on, to the end of the value that holds on it. `dims`: its place, in order.

    `value`: whole won, number …; for ratios a Fraction. None: not known.
    """

    code: str
    dims: tuple[int | str, ...]
    from_: date
    value: int | Fraction | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changed figures, and texts that stand in for (or, None, remove) benefits by id. A new id adds one."""

    changes: tuple[ParameterChange, ...] = ()
    texts: Mapping[str, str | None] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a difference: `sign` is - (was), + (is) or a blank (stays); `where`: a parameter's code or a
    benefit's id.
    """

    where: str
    sign: str
    text: str


def changed(parameters: Parameters, changes: Iterable[ParameterChange]) -> Parameters:
    """The figures with the changes put in. Faults where one cannot be: no such parameter, cell, day or value."""
    by_code = dict(parameters.by_code)
    faults: list[Fault] = []
    for one in changes:
        parameter = by_code.get(one.code)
        if parameter is None:
            words = f"모르는 매개변수입니다: 「{shown(one.code)}」"
            faults.append(Fault(0, 0, "unknown-name", words, meant(one.code, by_code), "시나리오"))
            continue
        words = _wrong(parameter, one)
        if words:
            faults.append(Fault(0, 0, "value", f"「{parameter.ko}」: {words}", "", "시나리오"))
            continue
        by_code[one.code] = _put(parameter, one)
    if faults:
        raise Faults(faults)
    text = sha256((parameters.text + repr(tuple(changes))).encode()).hexdigest()
    return Parameters(by_code, text, {one.ko: one for one in by_code.values()})


def _wrong(parameter: Parameter, one: ParameterChange) -> str:
    dated = parameter.on(one.from_)
    if dated is None:
        return f"{one.from_}에 정해진 값이 없어 바꿀 수 없습니다."
    if one.value is not None:
        if parameter.type != "ratio" and not isinstance(one.value, int):
            return "값은 정수여야 합니다."
        if not -MOST <= one.value <= MOST or Fraction(one.value).denominator > 10**9:
            return "값이 너무 큽니다."
    if len(one.dims) != len(dated.table.axes) or _spot(dated.table, one.dims) is None:
        return f"표에 없는 자리입니다: {', '.join(map(str, one.dims)) or '-'}"
    return ""


def _spot(table: ir.Table, dims: tuple[int | str, ...]) -> int | None:
    row = 0
    for axis, key in zip(table.axes, dims, strict=True):
        if axis.codes:
            if key not in axis.codes or key == "":
                return None
            row = row * len(axis.codes) + axis.codes.index(str(key))
        else:
            place = int(key) - axis.first if isinstance(key, int) else -1
            if not 0 <= place < axis.size:
                return None
            row = row * axis.size + place
    return row


def _put(parameter: Parameter, one: ParameterChange) -> Parameter:
    dated = parameter.on(one.from_)
    assert dated is not None
    spot = _spot(dated.table, one.dims)
    assert spot is not None
    scale = lcm(dated.scale, Fraction(one.value or 0).denominator)
    grow = scale // dated.scale
    cells = [None if cell is None else cell * grow for cell in dated.table.cells]
    cells[spot] = None if one.value is None else int(Fraction(one.value) * scale)
    steps = tuple(None if step is None else step * grow for step in dated.table.steps)
    table = replace(dated.table, cells=tuple(cells), steps=steps)
    after = replace(dated, first=one.from_, table=table, scale=scale)
    before: list[Dated] = []
    if dated.first < one.from_:
        before.append(replace(dated, last=one.from_ - timedelta(days=1)))
    others = [other for other in parameter.dated if other is not dated]
    return replace(parameter, dated=tuple(sorted([*others, *before, after], key=lambda found: found.first)))


def replaced(
    benefits: Mapping[str, Benefit], scenario: Scenario, catalogue: Catalogue, parameters: Parameters
) -> list[Benefit]:
    """The benefits under a scenario. Faults of all texts put in, and of texts that do not hold with the changed
    figures.

    A text must be of the id it stands in for. The files' own examples are not run: they are of the law as it is.
    """
    faults: list[Fault] = []
    words = {parameters.by_code[one.code].ko for one in scenario.changes}
    everywhere = any(word in catalogue.text for word in words)
    texts = {id: one.text for id, one in benefits.items() if everywhere or any(word in one.text for word in words)}
    found = {id: one for id, one in benefits.items() if id not in scenario.texts}
    for id, text in {**texts, **scenario.texts}.items():
        if text is None:
            continue
        file = benefits[id].file if id in benefits else f"{id}.yaml"
        checked = check(text, file=file, catalogue=catalogue, parameters=parameters, examples=False)
        faults.extend(checked.faults)
        if checked.benefit is not None:
            if checked.benefit.id != id:
                said = f"급여의 id가 다릅니다: {checked.benefit.id}"
                faults.append(Fault(1, 1, "code", said, f"benefit: {shown(id)}(으)로 적어 주세요.", file))
            found[id] = checked.benefit
    if faults:
        raise Faults(faults)
    return list(found.values())


def diff(
    before: Parameters, after: Parameters, old: Mapping[str, Benefit], new: Mapping[str, Benefit]
) -> tuple[Line, ...]:
    """What differs: first figures, each changed cell as was and is, then texts with three lines around every change."""
    found: list[Line] = []
    for code in sorted({*before.by_code, *after.by_code}):
        one, two = before.by_code.get(code), after.by_code.get(code)
        was, now = _cells(one) if one else {}, _cells(two) if two else {}
        for key in sorted({*was, *now}, key=str):
            if was.get(key) != now.get(key):
                found += [Line(code, "-", f"{key}: {was[key]}")] if key in was else []
                found += [Line(code, "+", f"{key}: {now[key]}")] if key in now else []
    for id in sorted({*old, *new}):
        left, right = (many[id].text.splitlines() if id in many else [] for many in (old, new))
        for line in list(difflib.unified_diff(left, right, n=3, lineterm=""))[2:]:
            if not line.startswith("@@"):
                found.append(Line(id, line[:1], line[1:]))
    return tuple(found)


def _cells(parameter: Parameter) -> dict[str, str]:
    """Each cell by its period and place, as people read it."""
    found: dict[str, str] = {}
    for dated in parameter.dated:
        period = f"{dated.first}~{dated.last or ''}"
        spots: list[tuple[int | str, ...]] = [()]
        for axis in dated.table.axes:
            keys = axis.codes or range(axis.first, axis.first + axis.size)
            spots = [(*spot, key) for spot in spots for key in keys]
        for spot, cell in zip(spots, dated.table.cells, strict=True):
            place = f"[{', '.join(str(key) or '그 밖' for key in spot)}]" if spot else ""
            if cell is not None:
                ratio = parameter.type == "ratio"
                said = percent(Fraction(cell, dated.scale), "ko") if ratio else whole(cell, "ko")
                found[f"{parameter.ko}{place} {period}"] = said
            elif not spot or "" not in spot:
                found[f"{parameter.ko}{place} {period}"] = "모름"
    return found


__all__ = ["Line", "ParameterChange", "Scenario", "changed", "diff", "replaced"]
