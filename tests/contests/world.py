"""A small world for the tests of this room: an organiser, entrants, judges, and a clock that can be moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from dure.contests import actions
from dure.contests.models import Contest, Entry, Judge
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Message, Person
from dure.core.viewer import Viewer
from tests.collaboration.world import body, officer, person

WEIGHTS = {"actors": 300, "sharing": 250, "sustainability": 250, "effect": 200}


@dataclass
class World:
    """`organiser` acts for a ministry, `entrants` for municipalities, `judges` for nobody; `citizen` is anybody."""

    patch: pytest.MonkeyPatch
    organiser: Viewer
    entrants: list[Viewer]
    judges: list[Viewer]
    citizen: Viewer
    start: datetime = field(default_factory=clock.now)

    def go(self, days: float) -> None:
        """Move the clock to so many days after the beginning."""
        at = self.start + timedelta(days=days)
        self.patch.setattr(clock, "now", lambda: at)

    def fields(self, **more: Any) -> dict[str, Any]:
        today = clock.local(self.start).date()
        return {
            "title": "함께 여는 돌봄 공모",
            "purpose": "혼자 풀 수 없는 돌봄 문제를 함께 푸는 협업을 찾습니다.",
            "theme": "돌봄",
            "eligibility": "지방자치단체가 낼 수 있습니다.",
            "blind": True,
            "method": "zscore",
            "trimmed": False,
            "least_judges": 2,
            "select": 2,
            "edge": "all",
            "award": "장관상",
            "opens_on": today,
            "entries_until": today + timedelta(days=10),
            "judging_until": today + timedelta(days=20),
            "results_on": today + timedelta(days=25),
            "support_years": 2,
            "support_won": 30_000_000,
            "weights": WEIGHTS,
            **more,
        }

    def draft(self, **more: Any) -> Contest:
        return actions.contest_save(by=self.organiser, id=uuid7(), fields=self.fields(**more))

    def contest(self, **more: Any) -> Contest:
        return actions.contest_open(by=self.organiser, id=self.draft(**more).pk)

    def enter(self, contest: Contest, by: Viewer, *, bodies: Any = (), **more: Any) -> Entry:
        fields = answers(**more)
        return actions.entry_hand_in(by=by, contest_id=contest.pk, entry_id=uuid7(), fields=fields, bodies=bodies)

    def seat(self, contest: Contest, *judges: Viewer) -> list[Judge]:
        """Invited and accepted."""
        found = []
        for judge in judges or self.judges:
            email = Person.objects.get(pk=judge.person_id).email
            row = actions.judge_invite(by=self.organiser, contest_id=contest.pk, email=email)
            found.append(actions.judge_accept(by=judge, token=token_of(row)))
        return found

    def judging(self, entries: int = 3, **more: Any) -> tuple[Contest, list[Entry]]:
        """Entries are in and cleared, judges sit, the judging has begun."""
        contest = self.contest(**more)
        made = [self.enter(contest, by, title=f"협업 {n}") for n, by in enumerate(self.entrants[:entries], start=1)]
        self.seat(contest)
        self.go(11)
        for entry in made:
            actions.entry_clear(by=self.organiser, id=entry.pk)
        actions.judging_start(by=self.organiser, id=contest.pk)
        contest.refresh_from_db()
        return contest, made

    def mark(self, contest: Contest, judge: Viewer, entry: Entry, points: Any, comment: str = "") -> None:
        """No tie declared, then the same points on every criterion, or points by criterion."""
        actions.conflict_declare(by=judge, contest_id=contest.pk, entry_id=entry.pk, kind="none")
        keys = list(contest.criteria.values_list("key", flat=True))
        given = points if isinstance(points, dict) else dict.fromkeys(keys, points)
        actions.sheet_save(by=judge, contest_id=contest.pk, entry_id=entry.pk, points=given, comment=comment)

    def published(self, points: Any = ((9, 8, 3), (8, 9, 2), (7, 9, 4)), **more: Any) -> tuple[Contest, list[Entry]]:
        """Each judge's points for each entry; the results are out."""
        contest, entries = self.judging(len(points[0]), **more)
        for judge, row in zip(self.judges, points, strict=False):
            for entry, given in zip(entries, row, strict=True):
                self.mark(contest, judge, entry, given, f"{given}점짜리 협업입니다.")
        actions.contest_decide(by=self.organiser, id=contest.pk)
        contest = actions.contest_publish(by=self.organiser, id=contest.pk)
        for entry in entries:
            entry.refresh_from_db()
        return contest, entries


def answers(**more: Any) -> dict[str, Any]:
    keys = more.pop("keys", WEIGHTS)
    return {
        "title": "밤에 여는 진료소",
        "summary": "두 군이 진료소 하나를 함께 엽니다.",
        "answers": {key: f"{key}에 맞게 했습니다." for key in keys},
        **more,
    }


def token_of(judge: Judge) -> str:
    text = Message.objects.get(once_key=f"contests.judge:{judge.pk}").text
    return text.split("/contests/invitations/")[1].split("/")[0]


NAMES = (
    "가온시",
    "나루군",
    "다솜구",
    "라온시",
    "마루군",
    "바다시",
    "사랑군",
    "아라시",
    "자람군",
    "차오름시",
    "카라군",
    "타래시",
)


def make_world(patch: pytest.MonkeyPatch, *, entrants: int = 4, judges: int = 3) -> World:
    return World(
        patch=patch,
        organiser=officer(body("함께행정부", "central"), "김중앙"),
        entrants=[officer(body(NAMES[n]), f"담당 {n}") for n in range(entrants)],
        judges=[Viewer.person(person(f"위원 {n}").pk) for n in range(judges)],
        citizen=Viewer.person(person("최주민").pk),
    )
