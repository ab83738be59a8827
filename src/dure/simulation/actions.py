"""What can be done with scenarios: write, compute, publish, recompute, copy, delete; populations of one's own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from hashlib import sha256
from math import floor
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from dure.benefits.reading import library
from dure.core import clock, jobs
from dure.core.attachments import largest
from dure.core.events import record
from dure.core.ids import receipt_number, uuid7
from dure.core.links import urn
from dure.core.models import Job
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.engines.population import Ages, Checked, read_own, read_provinces
from dure.engines.rules.checker import Checked as CheckedRule
from dure.engines.rules.checker import check
from dure.engines.rules.faults import Fault, Faults
from dure.engines.rules.scenario import changed
from dure.simulation import policy, populations, spec
from dure.simulation.models import AgeTable, OwnPopulation, Run, Scenario
from dure.simulation.public_text import refresh

KIND = "simulation.run"
OPEN = (Job.State.QUEUED, Job.State.RUNNING)
MOST_RULE = 100_000


def _draft(by: Viewer, id: UUID, seen: str = "") -> Scenario:
    """The row to be changed, locked. `seen`: its mark as the form was made of. Refused: not_found, not_allowed,
    conflict (published, or changed by somebody else since)."""
    found = Scenario.objects.select_for_update(of=("self",)).visible_to(by).filter(pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 모의계산입니다."))
    policy.must_own(by, found)
    policy.must_be_draft(found)
    policy.must_be_as_seen(found, seen)
    return found


def scenario_save(*, by: Viewer, id: UUID, fields: Mapping[str, Any], seen: str = "") -> Scenario:
    """Keep what a draft asks: title, question, day, benefits, area, sample, seeds, own, assumed (lines). The same id
    twice is one draft. Refused `invalid` with the field."""
    policy.must_write_for(by, by.body_id)
    values = _fields(by, fields)
    with transaction.atomic():
        if Scenario.objects.filter(pk=id).exists():
            found = _draft(by, id, seen)
            type = "simulation.scenario.changed"
        else:
            now = clock.now()
            found = Scenario(
                pk=id,
                receipt=receipt_number("SC", id, now),
                body_id=by.body_id,
                person_id=by.person_id,
                created_at=now,
            )
            type = "simulation.scenario.drafted"
        values["benefits"] += spec.added(found)
        if len(values["benefits"]) > spec.MOST_BENEFITS:
            raise Refused("invalid", _most_benefits(), "benefits")
        for name, value in values.items():
            setattr(found, name, value)
        found.texts = {id: text for id, text in found.texts.items() if id in found.benefits}
        found.changes = _kept(found)
        if found.curve and not any(one[0].code == found.curve["code"] for one in _used(found)):
            found.curve = {}
        found.changed_at = clock.now()
        found.save()
        record(by=by, type=type, subject=found.urn)
    return found


def _most_benefits() -> str:
    return _("혜택을 하나에서 %s개까지 골라 주세요.") % spec.MOST_BENEFITS


def _used(scenario: Scenario) -> Any:
    return spec.used(library(), scenario.benefits, scenario.texts)


def _kept(scenario: Scenario) -> list[dict[str, Any]]:
    """Changes that still name a figure in use which is known on the day."""
    known = {cell.key for figure in spec.figures(scenario) for cell in figure.cells}
    return [one for one in scenario.changes if spec.key_of(one["code"], one["dims"]) in known]


def _fields(by: Viewer, fields: Mapping[str, Any]) -> dict[str, Any]:
    title = tidy(fields.get("title"), longest=120, field="title", needed=_("제목을 적어 주세요."), one_line=True)
    question = tidy(fields.get("question"), longest=2000, field="question")
    day = fields.get("day")
    if not isinstance(day, date) or not date(2015, 1, 1) <= day <= date(2099, 12, 31):
        raise Refused("invalid", _("2015년부터 2099년 사이의 날을 적어 주세요."), "day")
    rules = library().rules
    benefits = list(dict.fromkeys(fields.get("benefits") or []))
    if not 1 <= len(benefits) <= spec.MOST_BENEFITS:
        raise Refused("invalid", _most_benefits(), "benefits")
    for one in benefits:
        if one not in rules.benefits:
            raise Refused("invalid", _("없는 혜택이 들어 있습니다."), "benefits")
        if not rules.benefits[one].in_force(day):
            words = _("%s: 그날에는 시행되지 않습니다.") % rules.benefits[one].names["ko"]
            raise Refused("invalid", words, "benefits")
    found = {"title": title, "question": question, "day": day, "benefits": benefits}
    return found | _population(by, fields) | {"assumed": spec.assumed_typed(str(fields.get("assumed") or "")[:4000])}


def _population(by: Viewer, fields: Mapping[str, Any]) -> dict[str, Any]:
    area = str(fields.get("area") or "")
    if area and area not in dict(populations.provinces()):
        raise Refused("invalid", _("목록에 있는 시·도를 골라 주세요."), "area")
    sample, seeds = fields.get("sample"), fields.get("seeds")
    least = populations.LEAST
    if not isinstance(sample, int) or not least <= sample <= populations.MOST:
        words = _("%(least)s가구에서 %(most)s가구 사이로 적어 주세요.")
        raise Refused("invalid", words % {"least": f"{least:,}", "most": f"{populations.MOST:,}"}, "sample")
    if not isinstance(seeds, int) or not 1 <= seeds <= 9:
        raise Refused("invalid", _("씨앗은 1에서 9까지입니다."), "seeds")
    own_id = fields.get("own") or None
    if own_id and not OwnPopulation.objects.filter(pk=own_id, body_id=by.body_id).exists():
        raise Refused("invalid", _("우리 기관이 올린 자료를 골라 주세요."), "own")
    return {"area": area, "sample": sample, "seeds": seeds, "own_id": own_id}


class WrongFigures(Exception):
    """What is wrong with typed figures, by key."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(", ".join(wrong))
        self.wrong = dict(wrong)


def scenario_figures(
    *, by: Viewer, id: UUID, typed: Mapping[str, str], curve: Mapping[str, str], seen: str = ""
) -> Scenario:
    """Change figures of the law: `typed` by `spec.key_of`; `curve` has key, low, high, points (key '' for none).
    WrongFigures with all that is wrong; Refused `invalid` where the rules would not hold."""
    with transaction.atomic():
        found = _draft(by, id, seen)
        changes, wrong = spec.changes_typed(found, typed)
        wanted: dict[str, Any] = {}
        try:
            wanted = _curve(found, curve)
        except Refused as refused:
            wrong[refused.field or "curve"] = str(refused.message)
        if wrong:
            raise WrongFigures(wrong)
        spec.must_hold(found, changes, found.texts)
        if wanted:
            spec.must_hold(found, spec.with_point(changes, wanted, wanted["values"][-1]), found.texts)
        found.changes, found.curve, found.changed_at = changes, wanted, clock.now()
        found.save(update_fields=["changes", "curve", "changed_at"])
        record(by=by, type="simulation.scenario.changed", subject=found.urn, data={"figures": len(changes)})
    return found


def _curve(scenario: Scenario, typed: Mapping[str, str]) -> dict[str, Any]:
    """Evenly spaced values of one figure, both ends included, rounded down to whole numbers but for ratios."""
    key = typed.get("key", "")
    if not key:
        return {}
    spots = {cell.key: (figure, cell) for figure in spec.figures(scenario) for cell in figure.cells}
    if key not in spots:
        raise Refused("invalid", _("곡선을 그릴 수치를 목록에서 골라 주세요."), "curve_key")
    figure, cell = spots[key]
    try:
        low, high = (spec.value_from(typed.get(name, ""), figure.type) for name in ("low", "high"))
    except ValueError:
        raise Refused("invalid", _("곡선의 처음과 끝을 수치와 같은 모양으로 적어 주세요."), "curve_low") from None
    text = typed.get("points", "")
    points = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
    if not 2 <= points <= spec.MOST_POINTS:
        raise Refused("invalid", _("곡선의 점은 2개에서 %s개까지입니다.") % spec.MOST_POINTS, "curve_points")
    if not 0 <= low < high:
        raise Refused("invalid", _("곡선의 처음은 0 이상이고 끝은 처음보다 커야 합니다."), "curve_high")
    values = [Fraction(low) + Fraction(high - low) * at / (points - 1) for at in range(points)]
    said = [spec.text_of(value if figure.type == "ratio" else floor(value), figure.type) for value in values]
    return {"code": figure.code, "dims": list(cell.dims), "values": list(dict.fromkeys(said))}


class WrongRule(Exception):
    """What is wrong with a rule text: faults with line and remedy."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


def scenario_rule(
    *, by: Viewer, id: UUID, benefit: str, text: str | None, keep: bool = True, seen: str = ""
) -> Scenario:
    """Put a text in the place of a benefit's rule; None takes the benefit away; `keep` False gives back the rule as it
    is live. One that the scenario added is gone by either. WrongRule with every fault; Refused not_found for a benefit
    that is not in the scenario."""
    with transaction.atomic():
        found = _draft(by, id, seen)
        live = library().rules.benefits.get(benefit)
        if benefit not in found.benefits or (live is None and benefit not in found.texts):
            raise Refused("not_found", _("이 모의계산에 없는 혜택입니다."))
        texts = dict(found.texts)
        texts.pop(benefit, None)
        if keep and not (live is None and text is None):
            texts[benefit] = None if text is None else _checked(found, benefit, text)
            if live is not None and texts[benefit] == live.text:
                del texts[benefit]
        elif live is None:
            found.benefits = [one for one in found.benefits if one != benefit]
        return _with_texts(by, found, texts)


def scenario_rule_add(*, by: Viewer, id: UUID, text: str) -> Scenario:
    """Add a benefit that does not exist yet by its rule text. WrongRule with every fault; Refused `invalid` at `text`
    where there is such a benefit already, too many, or it is not in force on the scenario's day."""
    with transaction.atomic():
        found = _draft(by, id)
        text = _checked(found, None, text)
        made = _read(found, text, "").benefit
        assert made is not None
        if made.id in library().rules.benefits or made.id in found.texts:
            raise Refused("invalid", _("이미 있는 혜택의 id입니다: %s") % made.id, "text")
        if len(found.benefits) >= spec.MOST_BENEFITS:
            raise Refused("invalid", _most_benefits(), "text")
        if not made.in_force(found.day):
            raise Refused("invalid", _("%s: 그날에는 시행되지 않습니다.") % made.names["ko"], "text")
        found.benefits = [*found.benefits, made.id]
        return _with_texts(by, found, {**found.texts, made.id: text})


def _with_texts(by: Viewer, found: Scenario, texts: dict[str, str | None]) -> Scenario:
    """Keep the texts of a draft that is locked, if rules can be made of them."""
    try:
        spec.rules_under(library(), found, found.changes, texts)
    except Faults as faults:
        raise WrongRule(faults.faults) from None
    found.texts, found.changed_at = texts, clock.now()
    found.save(update_fields=["benefits", "texts", "changed_at"])
    record(by=by, type="simulation.scenario.changed", subject=found.urn, data={"texts": len(texts)})
    return found


def _read(scenario: Scenario, text: str, file: str) -> CheckedRule:
    lib = library()
    change = spec.change_of(lib, scenario.day, scenario.changes, {})
    figures = changed(lib.rules.parameters, change.changes)
    # A file's own examples are of the law as it is: that they come out otherwise is what a scenario is about.
    return check(text, file=file, catalogue=lib.rules.catalogue, parameters=figures, examples=False)


def _checked(scenario: Scenario, benefit: str | None, text: str) -> str:
    """The text with ends of lines as files have them, if it holds; of any benefit where none is named."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text if text.endswith("\n") else text + "\n"
    if len(text) > MOST_RULE:
        raise Refused("invalid", _("%s자까지 쓸 수 있습니다.") % f"{MOST_RULE:,}", "text")
    file = f"{benefit}.yaml" if benefit else ""
    found = _read(scenario, text, file)
    faults = list(found.faults)
    if benefit and found.benefit is not None and found.benefit.id != benefit:
        words = _("급여의 id가 다릅니다: %s") % found.benefit.id
        faults.append(Fault(1, 1, "id", words, f"benefit: {benefit}", file))
    if faults:
        raise WrongRule(faults)
    return text


def scenario_run(*, by: Viewer, id: UUID) -> Run:
    """Compute a draft as it is now. One that is under way with the same inputs is not begun again."""
    with transaction.atomic():
        found = _draft(by, id)
        return _begin(by, found, again=False)


def scenario_recompute(*, by: Viewer, id: UUID) -> Run:
    """Anybody may compute again what was published, with the rules and data as they are now, and see whether the same
    comes out."""
    with transaction.atomic():
        found = Scenario.objects.select_for_update(of=("self",)).visible_to(by).filter(pk=id).first()
        if found is None:
            raise Refused("not_found", _("없는 모의계산입니다."))
        policy.must_be_open_to_all(found)
        return _begin(by, found, again=True)


def _begin(by: Viewer, scenario: Scenario, *, again: bool) -> Run:
    inputs = spec.inputs_of(scenario)
    mark = spec.inputs_hash(inputs)
    rows = Run.objects.filter(scenario=scenario, again=again, inputs_hash=mark)
    under_way = rows.filter(done_at=None, job__state__in=OPEN).order_by("-created_at").first()
    if under_way is not None:
        return under_way
    run = Run(scenario=scenario, again=again, person_id=by.person_id, inputs=inputs, inputs_hash=mark)
    run.id = uuid7()
    run.job = jobs.enqueue(by=by, kind=KIND, args={"run": str(run.pk)})
    run.save(force_insert=True)
    type = "simulation.run.begun_again" if again else "simulation.run.begun"
    record(by=by, type=type, subject=scenario.urn)
    return run


def scenario_publish(*, by: Viewer, id: UUID) -> Scenario:
    """Show everybody the scenario with its last run. Refused `conflict` where that is not of what the draft says."""
    with transaction.atomic():
        found = _draft(by, id)
        run = Run.objects.filter(scenario=found, again=False, done_at__isnull=False).order_by("-done_at").first()
        policy.must_not_tell_of_few(found, populations.LEAST_PUBLISHED)
        policy.must_be_ready(found, run, spec.inputs_hash(spec.inputs_of(found)))
        assert run is not None
        run.published = True
        run.save(update_fields=["published"])
        found.state, found.published_at = Scenario.State.PUBLISHED, clock.now()
        found.save(update_fields=["state", "published_at"])
        refresh(found)
        record(by=by, type="simulation.scenario.published", subject=found.urn)
    return found


def scenario_copy(*, by: Viewer, id: UUID, copy_id: UUID) -> Scenario:
    """A draft of one's own body with all that a scenario one may see asks; not its population file of another body."""
    policy.must_write_for(by, by.body_id)
    with transaction.atomic():
        known = Scenario.objects.filter(pk=copy_id).first()
        if known is not None:
            policy.must_own(by, known)
            return known
        of = Scenario.objects.visible_to(by).filter(pk=id).first()
        if of is None:
            raise Refused("not_found", _("없는 모의계산입니다."))
        now = clock.now()
        names = ("question", "day", "benefits", "changes", "texts", "assumed", "curve", "area", "sample", "seeds")
        found = Scenario.objects.create(
            pk=copy_id,
            receipt=receipt_number("SC", copy_id, now),
            body_id=by.body_id,
            person_id=by.person_id,
            title=_("%s (베낌)") % of.title[:110],
            own_id=of.own_id if of.body_id == by.body_id else None,
            created_at=now,
            changed_at=now,
            **{name: getattr(of, name) for name in names},
        )
        record(by=by, type="simulation.scenario.drafted", subject=found.urn)
    return found


def scenario_delete(*, by: Viewer, id: UUID) -> None:
    """Delete a draft with its runs."""
    with transaction.atomic():
        found = _draft(by, id)
        record(by=by, type="simulation.scenario.deleted", subject=found.urn)
        found.delete()


class WrongPopulation(Exception):
    """What is wrong with a population handed in."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(f"{len(checked.faults)} faults")
        self.checked = checked


def population_add(
    *, by: Viewer, id: UUID, name: str, households: UploadedFile, persons: UploadedFile | None
) -> OwnPopulation:
    """Check and keep a body's own population. WrongPopulation with every fault; then nothing is kept."""
    policy.must_write_for(by, by.body_id)
    name = tidy(name, longest=120, field="name", needed=_("이름을 적어 주세요."), one_line=True)
    known = OwnPopulation.objects.filter(pk=id).first()
    if known is not None:
        by.must_act_for(known.body_id, _("우리 기관이 올린 자료가 아닙니다."))
        return known
    with _written(households, "households") as (first, mark), _written(persons, "persons") as (second, other):
        assert first is not None
        checked = read_own(first, second)
        if not checked.ok:
            raise WrongPopulation(checked)
        kept = [
            _store(id, part, path) for part, path in (("households", first), ("persons", second)) if path is not None
        ]
    try:
        with transaction.atomic():
            found = OwnPopulation.objects.create(
                pk=id,
                body_id=by.body_id,
                person_id=by.person_id,
                name=name,
                households=kept[0],
                persons=kept[1] if len(kept) > 1 else "",
                sha256=sha256(f"{mark}{other}".encode()).hexdigest(),
                rows=checked.households,
                people=checked.persons,
                weight=checked.weight,
                columns=[[one.table, one.name, one.missing, one.known] for one in checked.columns],
            )
            record(by=by, type="simulation.population.added", subject=urn("body", found.body_id))
    except BaseException:
        _drop(kept)
        raise
    return found


def _store(id: UUID, part: str, path: Path) -> str:
    with path.open("rb") as file:
        return default_storage.save(f"simulation/{id}-{part}.parquet", File(file))


def _drop(names: Sequence[str]) -> None:
    for name in names:
        if name:
            default_storage.delete(name)


@contextmanager
def _written(uploaded: UploadedFile | None, field: str) -> Iterator[tuple[Path | None, str]]:
    """The uploaded bytes in a file, and their hash."""
    if uploaded is None:
        yield None, ""
        return
    mix, size = sha256(), 0
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        for chunk in uploaded.chunks():
            size += len(chunk)
            if size > largest():
                raise Refused(
                    "invalid", _("파일이 너무 큽니다. %s MB까지 올릴 수 있습니다.") % (largest() >> 20), field
                )
            mix.update(chunk)
            file.write(chunk)
        if not size:
            raise Refused("invalid", _("빈 파일입니다."), field)
        file.flush()
        yield Path(file.name), mix.hexdigest()


def population_delete(*, by: Viewer, id: UUID) -> None:
    """Delete a population of one's own with its bytes. Refused `conflict` while a scenario names it."""
    with transaction.atomic():
        found = OwnPopulation.objects.select_for_update().filter(pk=id, body_id=by.body_id).first()
        if found is None:
            raise Refused("not_found", _("없는 자료입니다."))
        policy.must_write_for(by, found.body_id)
        if Scenario.objects.filter(own=found).exists():
            raise Refused("conflict", _("이 자료를 쓰는 모의계산이 있습니다. 그것을 먼저 고치거나 지워 주세요."))
        names = [found.households, found.persons]
        record(by=by, type="simulation.population.deleted", subject=urn("body", found.body_id))
        found.delete()
        transaction.on_commit(lambda: _drop(names))


class WrongTable(Exception):
    """What is wrong with a table of residents by age."""

    def __init__(self, found: Ages) -> None:
        super().__init__(f"{found.count} faults")
        self.found = found


def residents_load(*, by: Viewer, files: Sequence[tuple[str, bytes]]) -> tuple[AgeTable, Ages, bool]:
    """Check the official table in one or more files (name, bytes) and let it take the place of the one before: the row,
    what was read, and whether it is new. The newest one again makes nothing new. WrongTable with every fault; then the
    one before stays."""
    policy.must_load_residents(by)
    whole = populations.margins().by_province()
    names = {region.code: region.name for region in whole.regions}
    found = read_provinces(files, provinces=names, year=whole.on.year)
    if not found.ok:
        raise WrongTable(found)
    mark = sha256(b"".join(sha256(data).digest() for _name, data in files)).hexdigest()
    with transaction.atomic():
        last = AgeTable.objects.order_by("-loaded_at", "-pk").first()
        if last is not None and last.sha256 == mark:
            return last, found, False
        made = AgeTable.objects.create(
            names=", ".join(name for name, _data in files)[:300],
            sha256=mark,
            years={str(year): {code: ages.tolist() for code, ages in of.items()} for year, of in found.years.items()},
        )
        record(
            by=by,
            type="simulation.residents.loaded",
            subject=urn("age_table", made.pk),
            data={"years": len(found.years), "last": max(found.years)},
        )
    return made, found, True
