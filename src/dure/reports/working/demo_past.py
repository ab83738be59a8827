"""Reports of two years for the demonstration, so that there are figures to look at: the same ones wherever they are
made, said to be invented, and of demo bodies only. They are handed in, passed on, taken, answered and looked at again
by the same actions as real ones, each at its time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import translation

from dure.bodies.demo import demo_body
from dure.core import clock
from dure.core.demo import clock_at
from dure.core.models import Delivery
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.reports.actions import Said, report_hand_in
from dure.reports.actions.hand_in import send_to
from dure.reports.models import Report, RouteDecision
from dure.reports.working import actions
from dure.reports.working.demo import acting

MANY = 64
SEED = 4
DAYS = 720


@dataclass(frozen=True)
class Place:
    """Where a demo body's matters lie: the municipality on whose ground the invented one is drawn, and its middle.
    `pace` is how long the body takes, 1 as expected."""

    body: str
    area: str
    lon: float
    lat: float
    pace: float


PLACES = (
    Place("garam", "4182000000", 127.510, 37.830, 0.7),
    Place("naru", "4136000000", 127.216, 37.636, 1.0),
    Place("maru", "4183000000", 127.488, 37.491, 1.1),
    Place("yeoul", "5111000000", 127.730, 37.881, 1.8),
)
KINDS = (
    ("roads.roadkill", "(시연) 굽은 길에 고라니가 또 죽어 있어요.", 1.0),
    ("roads.pothole", "(시연) 비 온 뒤에 길이 패였습니다.", 6.0),
    ("lighting.streetlight", "(시연) 가로등이 꺼져서 밤길이 어둡습니다.", 4.0),
)
"""Category, words, and the days that it takes."""


def demo_id(number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"dure-demo:reports:evidence:{number}")


def demo(progress: Progress) -> None:
    """Make the demo reports that are missing."""
    dice = random.Random(SEED)
    now = clock.now()
    today = now.replace(minute=0, second=0, microsecond=0)
    for number in range(MANY):
        # Drawn for every number, also for one that is there already: the rest stay the same.
        place, (category, words, days) = PLACES[number % len(PLACES)], KINDS[dice.choices((0, 1, 2), (5, 3, 2))[0]]
        ago, took = timedelta(days=dice.uniform(3, DAYS)), timedelta(days=dice.expovariate(1 / (days * place.pace)))
        # Animals die at the same bend again and again; the rest lies anywhere.
        spread = 0.0003 if category == "roads.roadkill" else 0.04
        lon, lat = place.lon + dice.uniform(-spread, spread), place.lat + dice.uniform(-spread, spread)
        again, moved = dice.random() < 0.08, dice.random() < 0.15
        id = demo_id(number)
        if not Report.objects.filter(pk=id).exists():
            came = today - ago
            first = PLACES[(number + 1) % len(PLACES)] if moved else place
            with transaction.atomic(), translation.override("ko"):
                with clock_at(came):
                    _make(id, first.body, place, Said(words=words, category=category), lon, lat)
                for at, act in _story(id, first.body if moved else "", place.body, came, took, again=again):
                    if at < now:
                        with clock_at(at):
                            act()
                # Nobody is told today of what happened long ago.
                old = Delivery.objects.filter(subject=f"dure:report:{id}", due_at__lt=now - timedelta(days=7))
                old.filter(subscriber="reports.work").update(state=Delivery.State.SKIPPED)
        progress(number + 1, MANY, words)


def _make(id: UUID, body: str, place: Place, said: Said, lon: float, lat: float) -> None:
    """Handed in without a place, so that no real body gets anything invented; then sent to the demo body."""
    report = report_hand_in(by=Viewer.anonymous(), said=said, id=id)
    decision = RouteDecision.objects.create(
        report=report,
        cause=RouteDecision.Cause.AGAIN,
        at=clock.now(),
        body=demo_body(body),
        rule="demo",
        reason="시연을 위해 꾸민 신고라서 시연 기관으로 보냈습니다.",
        reason_en="Invented for the demonstration, so it went to a demo body.",
        confidence=1.0,
        facts={"sigungu": place.area},
    )
    report.lon, report.lat, report.accuracy_m = round(lon, 6), round(lat, 6), 10.0
    send_to(report, decision)
    report.save()


def _story(
    id: UUID, first: str, body: str, came: datetime, took: timedelta, *, again: bool
) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """What is done with a report, each with its time: passed on where it was with `first`, taken, answered, and where
    it was not solved looked at again, for as long as the first time."""
    by, ends = acting(body), came + took
    if first:
        why = "(시연) 이 길은 그 기관이 관리합니다."
        to = demo_body(body).pk
        yield came + took / 20, lambda: actions.report_pass_on(by=acting(first), id=id, target_id=to, reason=why)
        yield came + took / 10, lambda: actions.move_accept(by=by, id=id)
    yield came + took / 5, lambda: actions.report_take(by=by, id=id)
    yield ends, lambda: actions.report_answer(by=by, id=id, outcome="solved", text="(시연) 처리했습니다.")
    if again:
        reporter = Viewer.link(f"dure:report:{id}")
        later = ends + timedelta(days=1)
        yield later, lambda: actions.report_not_solved(by=reporter, id=id, text="(시연) 아직 그대로입니다.")
        text = "(시연) 다시 살펴보고 마저 처리했습니다."
        yield later + took, lambda: actions.report_answer(by=by, id=id, outcome="solved", text=text)
