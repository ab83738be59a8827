"""Many at once: a company has one official, a quarter one meeting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.reports.company import actions
from dure.reports.company.quarters import Quarter
from dure.reports.models import CompanyCare, FeedbackMeeting
from tests.collaboration.world import officer
from tests.reports.company.conftest import make_firm
from tests.reports.world import make_world

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def together(acts: list[Callable[[], Any]]) -> tuple[int, list[str], list[Exception]]:
    start, done, no, faults = threading.Barrier(len(acts)), [], [], []  # type: ignore[var-annotated]

    def work(act: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=60)
            act()
            done.append(1)
        except Refused as refused:
            no.append(refused.code)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done), no, faults


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.django_db(transaction=True)
def test_one_official_takes_a_company(database: str) -> None:
    if connection.vendor != database:
        pytest.skip(f"this pass is on {connection.vendor}")
    world = make_world()
    firm = make_firm(world)
    people = [world.officer, world.head, *(officer(world.here, f"담당 {n}") for n in range(4))]
    done, no, faults = together(
        [lambda by=by: actions.care_take(by=by, company_id=firm.body_id) for by in people]  # type: ignore[misc]
    )
    assert not faults, faults[:2]
    assert (done, set(no)) == (1, {"conflict"})
    assert CompanyCare.objects.count() == 1


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.django_db(transaction=True)
def test_one_meeting_for_a_quarter(database: str) -> None:
    if connection.vendor != database:
        pytest.skip(f"this pass is on {connection.vendor}")
    world = make_world()
    this = Quarter.of(clock.today())
    fields = {"year": this.year, "quarter": this.number, "on": clock.today(), "place": "회의실"}
    acts = [lambda: actions.meeting_plan(by=world.officer, id=uuid7(), fields=fields) for _n in range(4)]
    done, no, faults = together(acts)  # type: ignore[arg-type]
    assert not faults, faults[:2]
    assert (done, set(no)) == (1, {"conflict"})
    assert FeedbackMeeting.objects.count() == 1
