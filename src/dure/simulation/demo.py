"""Content of the demonstration: a small scenario on a small sample, of an invented county, published, and a draft."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from dure.bodies.demo import demo_body
from dure.core import demo as people
from dure.core.models import Job
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.simulation import actions
from dure.simulation.models import Scenario

DAY = date(2026, 1, 1)
JEJU = "5000000000"


def demo_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"dure-demo:simulation:{name}")


def _by() -> Viewer:
    return Viewer.person(people.person("official-1").pk, demo_body("garam").pk, "officer")


def demo(progress: Progress) -> None:
    """Make what is missing: one scenario published, one being written; marked as demonstrations."""
    for done, (name, make) in enumerate((("livelihood", _livelihood), ("children", _children)), start=1):
        if not Scenario.objects.filter(pk=demo_id(name)).exists():
            make(demo_id(name))
        progress(done, 2, name)


def _fields(**fields: Any) -> dict[str, Any]:
    return {"day": DAY, "area": JEJU, "sample": 400, "seeds": 2, "assumed": "", **fields}


def _livelihood(id: UUID) -> None:
    by = _by()
    fields = _fields(
        title="[시연] 생계급여의 기준을 35%로 올리면(제주)",
        question="시연용으로 지어낸 물음입니다. 제주 인구를 본뜬 400가구만으로 계산했으니 정책의 근거로 쓰지 마세요.",
        benefits=["livelihood-benefit"],
    )
    actions.scenario_save(by=by, id=id, fields=fields)
    curve = {"key": "livelihood_ratio", "low": "30%", "high": "40%", "points": "2"}
    actions.scenario_figures(by=by, id=id, typed={"livelihood_ratio": "35%"}, curve=curve)
    actions.scenario_run(by=by, id=id)
    compute(id)
    actions.scenario_publish(by=by, id=id)


def compute(id: UUID) -> None:
    """Compute a demo scenario at once, in the place of the worker."""
    from dure.core import clock
    from dure.core.jobs import Context
    from dure.simulation.computing import run_job
    from dure.simulation.models import Run

    run = Run.objects.select_related("job").filter(scenario_id=id).latest("created_at")
    assert run.job is not None
    claimed = Job.objects.filter(pk=run.job.pk, state=Job.State.QUEUED)
    claimed.update(state=Job.State.RUNNING, worker=f"demo-{id}", started_at=clock.now(), beat_at=clock.now())
    run.job.refresh_from_db()
    result = run_job(Context(run.job, lambda: False))
    Job.objects.filter(pk=run.job.pk).update(state=Job.State.DONE, result=result, ended_at=clock.now())


def _children(id: UUID) -> None:
    fields = _fields(
        title="[시연] 아동수당을 한 달 20만 원으로",
        question="시연용으로 지어낸 물음입니다. 아직 쓰는 중입니다.",
        benefits=["child-allowance"],
    )
    actions.scenario_save(by=_by(), id=id, fields=fields)
