"""All that is read of scenarios, narrowed to the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from dure.core import keyset
from dure.core.models import Job
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.simulation import policy, spec
from dure.simulation.models import AgeTable, OwnPopulation, Run, Scenario

SIZE = 20
MOST_COMPARED = 4


def scenario_list(viewer: Viewer, *, state: str, q: str, page: int) -> tuple[list[Scenario], bool]:
    """A page of scenarios, the newest first: `published`, or `mine` of one's body; and whether there are more."""
    rows = Scenario.objects.visible_to(viewer).select_related("body")
    if state == "mine":
        rows = rows.filter(body_id=viewer.body_id) if viewer.body_id else rows.none()
    else:
        rows = rows.filter(state=Scenario.State.PUBLISHED)
    if q:
        rows = rows.filter(Q(title__icontains=q) | Q(question__icontains=q) | Q(body__name_ko__icontains=q))
    found = list(rows.order_by("-changed_at", "-pk")[(page - 1) * SIZE : page * SIZE + 1])
    return found[:SIZE], len(found) > SIZE


def by_receipt(viewer: Viewer, receipt: str) -> Scenario:
    found = Scenario.objects.visible_to(viewer).select_related("body", "own").filter(receipt=receipt).first()
    if found is None:
        raise Refused("not_found", _("없는 모의계산입니다."))
    return found


def draft(viewer: Viewer, receipt: str) -> Scenario:
    """To be changed by its body. Refused as the actions refuse."""
    found = by_receipt(viewer, receipt)
    policy.must_own(viewer, found)
    policy.must_be_draft(found)
    return found


def by_id(viewer: Viewer, id: UUID) -> Scenario | None:
    """For a page of a new draft: None while nothing is kept; Refused not_found for what one may not see."""
    found = Scenario.objects.visible_to(viewer).select_related("own").filter(pk=id).first()
    if found is None and Scenario.objects.filter(pk=id).exists():
        raise Refused("not_found", _("없는 모의계산입니다."))
    return found


@dataclass(frozen=True)
class Shown:
    """What the page of a scenario shows: the run looked at (`run`), the one under way or failed (`last`), the published
    one, those who computed again, and whether the draft changed since the run."""

    run: Run | None
    last: Run | None
    published: Run | None
    again: Sequence[Run]
    stale: bool


def shown(scenario: Scenario) -> Shown:
    rows = list(
        Run.objects.filter(scenario=scenario).select_related("job").defer("result").order_by("-created_at")[:30]
    )
    own = [row for row in rows if not row.again]
    done = next((row for row in own if row.done_at), None)
    public = next((row for row in own if row.published), None) or (
        Run.objects.filter(scenario=scenario, published=True).select_related("job").first()
        if scenario.published
        else None
    )
    run = public or done
    stale = False
    if run is not None and not scenario.published:
        stale = run.inputs_hash != spec.inputs_hash(spec.inputs_of(scenario))
    again = [row for row in rows if row.again][:10]
    return Shown(run, own[0] if own else None, public, again, stale)


def finished(viewer: Viewer, scenario: Scenario) -> Run:
    """The run whose figures are shown. Refused `conflict` where there is none yet."""
    run = shown(scenario).run
    if run is None:
        raise Refused("not_found", _("아직 결과가 없습니다."))
    return run


def compared(viewer: Viewer, receipts: Sequence[str]) -> list[tuple[Scenario, Run]]:
    """Up to four scenarios with results, in the order asked for; what one may not see or has no result is left out."""
    wanted = list(dict.fromkeys(receipts))[:MOST_COMPARED]
    rows = {row.receipt: row for row in Scenario.objects.visible_to(viewer).filter(receipt__in=wanted)}
    runs: dict[UUID, Run] = {}
    for run in Run.objects.filter(scenario__in=list(rows.values()), again=False, done_at__isnull=False).order_by(
        "published", "done_at"
    ):
        runs[run.scenario_id] = run
    return [(rows[one], runs[rows[one].pk]) for one in wanted if one in rows and rows[one].pk in runs]


def comparable(viewer: Viewer) -> list[Scenario]:
    """What can be put side by side: published ones and those of one's body, the newest 50."""
    rows = Scenario.objects.visible_to(viewer).filter(runs__done_at__isnull=False, runs__again=False)
    return list(rows.select_related("body").distinct().order_by("-changed_at")[:50])


def populations_of(viewer: Viewer) -> list[OwnPopulation]:
    if not viewer.body_id or not viewer.reads_for(viewer.body_id):
        return []
    return list(OwnPopulation.objects.filter(body_id=viewer.body_id).order_by("-created_at")[:200])


def is_open(run: Run | None) -> bool:
    return run is not None and run.job is not None and run.job.state in (Job.State.QUEUED, Job.State.RUNNING)


def scenario_keyset(viewer: Viewer, *, after: str, limit: int) -> keyset.Page[Scenario]:
    rows = Scenario.objects.visible_to(viewer).filter(state=Scenario.State.PUBLISHED).select_related("body")
    order = ("-published_at", "-id")
    return keyset.page(rows, order=order, after=after, limit=limit, name="simulation")


def published(viewer: Viewer, receipt: str) -> tuple[Scenario, Run]:
    """A published scenario and the run that was published. Refused not_found otherwise."""
    found = by_receipt(viewer, receipt)
    run = Run.objects.filter(scenario=found, published=True).first()
    if run is None:
        raise Refused("not_found", _("없는 모의계산입니다."))
    return found, run


def age_table_mark() -> str:
    """Which table of residents by age counts now; '' while there is none."""
    return AgeTable.objects.order_by("-loaded_at", "-pk").values_list("sha256", flat=True).first() or ""


def age_table(mark: str) -> AgeTable:
    return AgeTable.objects.filter(sha256=mark).latest("loaded_at")
