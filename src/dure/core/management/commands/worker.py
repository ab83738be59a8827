"""The worker: carries events to their subscribers, runs jobs, sends letters."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from dure.core import clock, events, jobs, notices, outbox
from dure.core.models import Heartbeat
from dure.core.wake import Waiter

log = logging.getLogger(__name__)

BEAT = 10.0
"""Seconds between two heartbeats, two looks for silent jobs and two looks for periodic ones."""
LONGEST_BACK_OFF = 30.0


class Command(BaseCommand):
    help = "Carry events, run jobs and send letters until told to stop (SIGTERM, Ctrl-C)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
        if options["once"]:
            once(name)
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write(f"worker {name} runs")
        work(name, stop)
        self.stdout.write(f"worker {name} stopped")


def once(name: str) -> int:
    """Do everything that is due, also what becomes due by doing it; returns how many things were done."""
    jobs.requeue_stale()
    jobs.enqueue_periodic()
    total = 0
    while done := _carry() + jobs.run_due(name):
        total += done
    return total


def _carry() -> int:
    return events.deliver_due() + notices.write_due() + outbox.send_due()


def work(name: str, stop: threading.Event) -> None:
    """Work until `stop` is set; what is being done then is finished, a long job is put back at its next checkpoint."""
    # Jobs have a thread of their own, so that a long one keeps no event and no letter waiting.
    runner = threading.Thread(target=_run_jobs, args=(name, stop), name="jobs")
    runner.start()
    beat = _Every(BEAT)

    def step() -> bool:
        if beat.due():
            _beat(name)
            jobs.requeue_stale()
            jobs.enqueue_periodic()
        return bool(_carry())

    _loop(step, stop)
    runner.join()
    Heartbeat.objects.filter(worker=name).delete()
    connection.close()


def _run_jobs(name: str, stop: threading.Event) -> None:
    _loop(lambda: bool(jobs.run_due(name, stop.is_set)), stop)
    connection.close()


def _loop(step: Callable[[], bool], stop: threading.Event) -> None:
    """Take steps until told to stop, waiting while there is nothing to do, and for the database when it is away."""
    waiter = Waiter(stop)
    away = 0
    while not stop.is_set():
        try:
            close_old_connections()
            busy = step()
            if away:
                log.warning("the database is back")
                away = 0
            if busy:
                waiter.found()
            else:
                waiter.wait()
        except (OperationalError, InterfaceError) as error:
            connection.close()
            if not away:
                log.warning("the database is away (%s): trying again until it is back", str(error).split("\n")[0])
            away = min(away + 1, 10)
            stop.wait(min(0.25 * 2**away, LONGEST_BACK_OFF))
        except Exception:
            # A fault of ours must not end the worker: everything else still has to be done.
            log.exception("a step of the worker failed")
            connection.close()
            stop.wait(1.0)
    waiter.close()


def _beat(name: str) -> None:
    Heartbeat.objects.update_or_create(worker=name, defaults={"beat_at": clock.now()})


class _Every:
    """Whether so many seconds have passed since it was last due; the first time at once."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._next = seconds, 0.0

    def due(self) -> bool:
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + self._seconds
        return True
