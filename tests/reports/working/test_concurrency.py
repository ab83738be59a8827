"""Many at once: a report is taken by one officer, and accepted or taken back, never both."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from dure.core.models import Event
from dure.core.refused import Refused
from dure.reports.working import actions
from tests.collaboration.world import officer
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
def test_one_officer_takes_it(database: str) -> None:
    if connection.vendor != database:
        pytest.skip(f"this pass is on {connection.vendor}")
    world = make_world()
    report = world.report()
    people = [world.officer, world.head, *(officer(world.here, f"담당 {n}") for n in range(4))]
    done, no, faults = together([lambda by=by: actions.report_take(by=by, id=report.pk) for by in people])  # type: ignore[misc]
    assert not faults, faults[:2]
    assert (done, set(no)) == (1, {"conflict"})
    assert Event.objects.filter(type="reports.taken").count() == 1


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.django_db(transaction=True)
def test_accepted_or_taken_back(database: str) -> None:
    if connection.vendor != database:
        pytest.skip(f"this pass is on {connection.vendor}")
    world = make_world()
    report = world.report()
    actions.report_pass_on(by=world.officer, id=report.pk, target_id=world.there.pk, reason="그 군의 길입니다.")
    acts: list[Callable[[], Any]] = [
        lambda: actions.move_accept(by=world.other, id=report.pk),
        lambda: actions.move_withdraw(by=world.officer, id=report.pk),
    ]
    done, _no, faults = together(acts)
    assert not faults, faults
    assert done == 1
    report.refresh_from_db()
    assert (report.body == world.there) == (report.moves.get().state == "accepted")
