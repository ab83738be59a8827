"""Content of the demonstration: a contest that takes entries, one in judging, one whose selected are supported.

Everything is made by the actions that real ones use. Where a step needs a day that has passed, only the date columns
are moved back afterwards.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from dure.bodies.demo import BODIES, demo_body
from dure.contests import actions
from dure.contests.actions.judge import digest
from dure.contests.actions.result import years_later
from dure.contests.models import Contest, Entry, Judge, Support, YearReport
from dure.core import clock
from dure.core import demo as people
from dure.core.rooms import Progress
from dure.core.viewer import Viewer

MEMBERS = {one.key: one.member for one in BODIES}
WEIGHTS = {"actors": 200, "sharing": 250, "sustainability": 250, "effect": 200, "novelty": 100}

ENTRIES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "garam": (
        "밤에 여는 소아 진료소",
        "네 군이 의사와 돈, 방을 나누어 밤 11시까지 문을 여는 진료소를 엽니다.",
        ("naru", "maru"),
    ),
    "naru": ("산골 100원 택시", "버스가 끊긴 마을을 회사와 함께 잇고 비용을 달마다 나눕니다.", ("dasom",)),
    "maru": ("함께 쓰는 급식 센터", "급식 센터 하나를 세 군이 함께 쓰고 지역 농산물을 절반 넘게 씁니다.", ("yeoul",)),
    "yeoul": ("끊긴 옛길 잇기", "군 경계에서 끊긴 길을 하나로 잇고 길 안내를 합칩니다.", ("maru", "residents")),
}


def demo_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"dure-demo-contest:{name}")


def acting(key: str) -> Viewer:
    return Viewer.person(people.person(MEMBERS[key]).pk, demo_body(key).pk, "officer")


def expert(number: int) -> Viewer:
    return Viewer.person(people.person(f"expert-{number}").pk)


def demo(progress: Progress) -> None:
    """Make the demo contests that are missing."""
    made = (("open", _open), ("judging", _judging), ("published", _published))
    for done, (name, make) in enumerate(made, start=1):
        if not Contest.objects.filter(pk=demo_id(name)).exists():
            make(demo_id(name))
        progress(done, len(made), name)


def _contest(id: UUID, **fields: Any) -> Contest:
    today = clock.today()
    actions.contest_save(
        by=acting("centre"),
        id=id,
        fields={
            "eligibility": "두 곳 이상이 함께하는 협업이면 지방자치단체, 기업, 주민 모임 누구나 낼 수 있습니다.",
            "least_bodies": 2,
            "least_judges": 3,
            "select": 2,
            "weights": WEIGHTS,
            "opens_on": today,
            "entries_until": today + timedelta(days=30),
            "judging_until": today + timedelta(days=50),
            "results_on": today + timedelta(days=60),
            **fields,
        },
    )
    return actions.contest_open(by=acting("centre"), id=id)


def _enter(contest: Contest, *keys: str) -> list[Entry]:
    found = []
    for key in keys:
        title, summary, others = ENTRIES[key]
        answers = {
            "actors": f"{demo_body(key).name_ko}과 이웃 기관, 주민이 함께 정하고 저마다 맡은 일을 적어 두었습니다.",
            "sharing": "예산과 인력을 나누어 내고, 남는 방과 차를 함께 씁니다.",
            "sustainability": "함께 쓰는 조례를 준비하고 있으며 전담 직원 두 명을 두었습니다.",
            "effect": "첫 석 달 동안 이용한 주민이 1,200명이고, 기다리는 시간이 40분에서 15분으로 줄었습니다.",
            "novelty": "군 경계를 넘어 하나의 창구로 일하는 것은 이 지역에서 처음입니다.",
        }
        entry = actions.entry_hand_in(
            by=acting(key),
            contest_id=contest.pk,
            entry_id=uuid5(contest.pk, key),
            fields={"title": title, "summary": summary, "answers": answers},
            bodies=[demo_body(other).pk for other in others],
        )
        found.append(entry)
    return found


def _seat(contest: Contest, count: int) -> None:
    """Invited by letter; the link's token is only in the letter, so that the demo puts one of its own in its place."""
    for number in range(1, count + 1):
        email = people.person(f"expert-{number}").email
        judge = actions.judge_invite(by=acting("centre"), contest_id=contest.pk, email=email)
        token = f"demo-{judge.pk}"
        Judge.objects.filter(pk=judge.pk).update(token_hash=digest(token))
        actions.judge_accept(by=expert(number), token=token)


def _move(contest: Contest, days: int) -> None:
    """Every date of the contest so many days back: nothing but dates is touched."""
    back = timedelta(days=days)
    names = ("opens_on", "entries_until", "judging_until", "results_on")
    contest.refresh_from_db()
    Contest.objects.filter(pk=contest.pk).update(
        **{name: getattr(contest, name) - back for name in names}, opened_at=contest.opened_at - back
    )


def _start(contest: Contest, entries: list[Entry]) -> None:
    for entry in entries:
        actions.entry_clear(by=acting("centre"), id=entry.pk)
    actions.judging_start(by=acting("centre"), id=contest.pk)


def _mark(contest: Contest, number: int, entry: Entry, points: tuple[int, ...], comment: str) -> None:
    by = expert(number)
    actions.conflict_declare(by=by, contest_id=contest.pk, entry_id=entry.pk, kind="none")
    given = dict(zip(WEIGHTS, points, strict=True))
    actions.sheet_save(by=by, contest_id=contest.pk, entry_id=entry.pk, points=given, comment=comment)


def _open(id: UUID) -> None:
    contest = _contest(
        id,
        title="이웃 지역과 함께 푸는 돌봄 공모(시연)",
        purpose="아이와 어르신을 돌보는 일은 한 군의 힘으로 풀기 어렵습니다. "
        "이웃과 함께 푸는 협업을 찾아 두 해 돕습니다.",
        theme="돌봄",
        award="장관상과 전문가 자문",
        support_years=2,
        support_won=50_000_000,
    )
    _enter(contest, "garam")
    _seat(contest, 3)


def _judging(id: UUID) -> None:
    """Three judges; one has a tie with one entry, two have marked some."""
    contest = _contest(
        id,
        title="오가는 길을 함께 여는 공모(시연)",
        purpose="군 경계에서 끊기는 버스와 길을 함께 잇는 협업을 찾습니다.",
        theme="교통과 길",
        method="rank",
        least_judges=2,
        select=1,
        edge="vote",
    )
    entries = _enter(contest, "naru", "yeoul", "maru")
    _seat(contest, 3)
    _move(contest, 35)
    _start(contest, entries)
    _mark(contest, 1, entries[0], (8, 7, 6, 8, 9), "달마다 비용을 나누는 방식이 분명합니다.")
    _mark(contest, 1, entries[1], (6, 6, 7, 5, 6), "길을 돌볼 사람이 정해져 있어 좋습니다.")
    actions.conflict_declare(
        by=expert(2), contest_id=contest.pk, entry_id=entries[0].pk, kind="cooperation", note="지난해 자문했습니다."
    )
    _mark(contest, 2, entries[2], (7, 9, 8, 7, 5), "나누는 자원이 많고 구체적입니다.")


def _published(id: UUID) -> None:
    """Selected two years and a month ago: one reported on its first year and not on its second, one on both."""
    contest = _contest(
        id,
        title="함께 쓰는 공공시설 공모(시연)",
        purpose="군마다 따로 지으면 반은 노는 시설을 함께 쓰는 협업을 찾아 세 해 돕습니다.",
        theme="시설 함께 쓰기",
        award="장관상",
        support_years=3,
        support_won=80_000_000,
    )
    entries = _enter(contest, "garam", "naru", "maru", "yeoul")
    _seat(contest, 4)
    _move(contest, 35)
    _start(contest, entries)
    points = (
        ((9, 8, 8, 9, 7), (7, 8, 6, 7, 6), (8, 9, 9, 7, 6), (5, 4, 6, 5, 7)),
        ((8, 8, 7, 8, 8), (6, 6, 5, 7, 5), (9, 9, 8, 8, 7), (4, 5, 5, 4, 6)),
        ((10, 9, 9, 9, 8), (8, 7, 7, 8, 7), (9, 8, 9, 9, 8), (7, 6, 6, 7, 8)),
        ((7, 7, 6, 8, 6), (5, 6, 5, 5, 4), (8, 8, 7, 7, 5), (3, 4, 4, 4, 5)),
    )
    comments = (
        "주민이 함께 정한 점이 돋보입니다.",
        "비용을 나누는 셈이 뚜렷합니다.",
        "자원을 많이 나눕니다.",
        "맡을 사람이 더 필요합니다.",
    )
    for number, row in enumerate(points, start=1):
        for entry, given, comment in zip(entries, row, comments, strict=True):
            _mark(contest, number, entry, given, comment if number == 1 else "")
    actions.contest_decide(by=acting("centre"), id=contest.pk)
    actions.contest_publish(by=acting("centre"), id=contest.pk)
    _two_years_back(contest)
    first, second = Support.objects.filter(entry__contest=contest).order_by("entry__number")
    for support in (first, second):
        _support(support)
    _report(first, "garam")
    for year in (1, 2):
        _report(second, "maru", year)


def _two_years_back(contest: Contest) -> None:
    """As if the results had come out two years and a month ago: dates of the contest, the supports, the reports."""
    days = 760
    _move(contest, days)
    back = timedelta(days=days)
    contest.refresh_from_db()
    moments = ("judging_at", "decided_at", "published_at")
    Contest.objects.filter(pk=contest.pk).update(**{name: getattr(contest, name) - back for name in moments})
    for support in Support.objects.filter(entry__contest=contest):
        start = support.starts_on - back
        Support.objects.filter(pk=support.pk).update(starts_on=start)
        for report in support.reports.all():
            YearReport.objects.filter(pk=report.pk).update(due_on=years_later(start, report.year))


def _support(support: Support) -> None:
    goals = [
        (1, "함께 쓰는 규칙을 조례로 정합니다."),
        (1, "이용하는 주민을 한 해 3,000명으로 늘립니다."),
        (2, "전담 조직을 두고 이웃 군 한 곳이 더 함께합니다."),
        (3, "지원 없이 스스로 꾸려 갑니다."),
    ]
    actions.goals_set(by=acting("centre"), support_id=support.pk, goals=goals)
    key = demo_key(support)
    actions.support_agree(by=acting(key), support_id=support.pk)
    start = Support.objects.values_list("starts_on", flat=True).get(pk=support.pk)
    for year in (1, 2):
        paid_on = years_later(start, year - 1) + timedelta(days=20)
        actions.payment_save(
            by=acting("centre"),
            support_id=support.pk,
            year=year,
            planned=80_000_000,
            paid=80_000_000 if year == 1 else 40_000_000,
            paid_on=paid_on,
        )


def demo_key(support: Support) -> str:
    """Whose entry it is."""
    return next(one.key for one in BODIES if demo_body(one.key).pk == support.entry.body_id)


def _report(support: Support, key: str, year: int = 1) -> None:
    report = support.reports.get(year=year)
    text = (
        "함께 쓰는 규칙을 두 군의 조례로 정했습니다. 이용한 주민은 3,400명이고, 기다리는 시간은 15분입니다. "
        "겨울에 차가 모자라 이웃 군의 차를 빌려 썼습니다."
    )
    actions.report_hand_in(by=acting(key), report_id=report.pk, text=text)
    actions.report_answer(
        by=acting("centre"), report_id=report.pk, accept=True, answer="고맙습니다. 목표를 이루었습니다."
    )
