"""The job that computes a run: seed by seed, with a checkpoint after each, and the curve after them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.benefits.reading import Library, library
from dure.core import clock
from dure.core.events import record
from dure.core.jobs import Context, titled
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.engines.population import FitReport
from dure.engines.rules.columns import ColumnFault
from dure.engines.rules.faults import Faults
from dure.engines.scenario import Part, Plan, curve, digest, result
from dure.engines.scenario import run as compute
from dure.simulation import populations, spec
from dure.simulation.models import OwnPopulation, Run

Source = Callable[[], Iterable[Part]]


@titled(gettext_lazy("모의계산"))
def run_job(context: Context) -> dict[str, Any]:
    """Compute a run. Refused (the job fails with these words) where rules or population cannot be taken."""
    run = Run.objects.select_related("scenario").filter(pk=UUID(context.args["run"])).first()
    if run is None:
        raise Refused("gone", _("지워진 모의계산입니다."))
    url = run.scenario.get_absolute_url()
    if run.done_at is not None:
        return {"url": url}
    try:
        found, notes = _compute(run.inputs, context)
    except Faults as faults:
        raise Refused("conflict", " ".join(str(one) for one in list(faults.faults)[:3])) from None
    except (ColumnFault, ValueError) as fault:
        raise Refused("conflict", str(fault)) from None
    except KeyError as fault:
        raise Refused("conflict", _("그날 시행되지 않는 혜택입니다: %s") % fault.args[0]) from None
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run.pk)
        run.result, run.result_hash, run.notes, run.done_at = found, digest(found), notes, clock.now()
        if (
            run.again
            and Run.objects.filter(scenario=run.scenario_id, published=True, result_hash=run.result_hash).exists()
        ):
            run.result, run.notes = None, {}  # the same as what is published: the hash says it all
        context.checkpoint = {}
        run.save(update_fields=["result", "result_hash", "notes", "done_at"])
        type = "simulation.run.repeated" if run.again else "simulation.run.done"
        record(by=Viewer.anonymous(), type=type, subject=run.scenario.urn)
        context.save()
    return {"url": f"{url}#again" if run.again else url}


@contextmanager
def sources(inputs: dict[str, Any]) -> Iterator[list[tuple[int | None, Source]]]:
    """The populations of a run by seed; one without a seed where it is a body's own."""
    of = inputs["population"]
    if "own" in of:
        own = OwnPopulation.objects.filter(pk=of["own"], sha256=of["data"]).first()
        if own is None:
            raise Refused("gone", _("올린 인구 자료가 지워졌습니다."))
        with populations.opened(own.households, own.persons) as files:
            yield [(None, files.parts)]
        return
    day = date.fromisoformat(inputs["day"])
    yield [(seed, populations.drawn(of["area"], of["households"], seed, day)) for seed in of["seeds"]]


def _compute(inputs: dict[str, Any], context: Context) -> tuple[dict[str, Any], dict[str, Any]]:
    lib = library()
    after = spec.rules_under(lib, inputs, inputs["changes"], inputs["texts"])
    plan = spec.plan_of(lib, inputs, after)
    values = list(inputs["curve"].get("values", []))
    done: list[dict[str, Any]] = context.checkpoint.setdefault("runs", [])
    points: list[dict[str, Any]] = context.checkpoint.setdefault("points", [])
    context.progress(0, 1, _("인구를 만드는 중"))
    with sources(inputs) as of:
        steps = len(of) + len(values) + 1
        for seed, source in of[len(done) :]:
            context.progress(len(done), steps, _("계산하는 중"))
            done.append(compute(plan, source(), seed=seed, least=populations.LEAST_GROUP if seed is None else 0))
            context.save()
        for value in values[len(points) :]:
            context.progress(len(done) + len(points), steps, _("수치를 바꾸어 가며 계산하는 중"))
            points.extend(curve([(value, _at(lib, inputs, value))], of[0][1]))
            context.save()
        found = result(done)
        if points:
            found["curve"] = {"code": inputs["curve"]["code"], "dims": inputs["curve"]["dims"], "points": points}
        context.progress(steps - 1, steps, _("맞는 정도를 재는 중"))
        notes = _notes(inputs, plan, after.diff(), of)
    context.progress(steps, steps)
    return found, notes


def _at(lib: Library, inputs: dict[str, Any], value: str) -> Plan:
    """The plan with one figure of the curve put in last."""
    after = spec.rules_under(lib, inputs, spec.with_point(inputs["changes"], inputs["curve"], value), inputs["texts"])
    return spec.plan_of(lib, inputs, after)


def _notes(inputs: dict[str, Any], plan: Plan, diff: Any, of: list[tuple[int | None, Source]]) -> dict[str, Any]:
    """What is told about a run beside its figures."""
    notes: dict[str, Any] = {
        "diff": [[line.where, line.sign, line.text] for line in diff],
        "usual": plan.assumed(),
        "missing": _missing(plan, of),
    }
    drawn = inputs["population"]
    if "own" not in drawn:
        notes["fit"] = fit_of(populations.report(drawn["area"], drawn["households"], drawn["seeds"][0]))
    return notes


def _missing(plan: Plan, of: list[tuple[int | None, Source]]) -> list[str]:
    first = next(iter(of[0][1]()), None)
    return [] if first is None else spec.missing(plan, first.households, first.persons)


def fit_of(report: FitReport) -> dict[str, Any]:
    """A report of fit as JSON: shares in parts of ten thousand."""
    return {
        "rows": report.rows,
        "households": report.households,
        "persons": report.persons,
        "effective": int(report.effective),
        "lines": [
            {
                "margin": one.margin,
                "role": one.role,
                "figures": one.figures,
                "largest": round(one.largest * 10_000),
                "share": round(one.share * 10_000),
                "at": one.at,
                "year": one.year,
                "confidence": one.confidence,
                "source": one.source,
            }
            for one in report.summaries
        ],
        "assumed": dict(report.assumed),
        "notes": list(report.notes),
    }
