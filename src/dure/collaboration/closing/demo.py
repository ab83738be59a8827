"""What the demonstration shows of staying alive, judging and ending: on three of its invented collaborations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from dure.collaboration import parts
from dure.collaboration.closing import actions
from dure.collaboration.demo import acting, demo_id
from dure.collaboration.models import TOGETHER, Collaboration, Stage
from dure.core import clock
from dure.core import demo as people
from dure.core.rooms import Progress
from dure.core.viewer import Viewer


def demo(progress: Progress) -> None:
    """Fill those of the demo collaborations that are there and have nothing of this yet."""
    for done, (name, fill) in enumerate(STORIES.items(), start=1):
        row = Collaboration.objects.filter(pk=demo_id(name)).first()
        fresh = row is not None and row.settled_at is not None and not row.indicators.exists()
        if row is not None and fresh and row.stage in TOGETHER and "closing" not in row.paused:
            _let_time_pass(row)
            fill(row)
        progress(done, len(STORIES), name)


def _let_time_pass(row: Collaboration) -> None:
    """As if it had begun 200 days ago, so that there is something to measure."""
    now = clock.now()
    Collaboration.objects.filter(pk=row.pk).update(
        stage=Stage.WORKING, settled_at=now - timedelta(days=210), working_at=now - timedelta(days=200)
    )
    row.refresh_from_db()


def _indicator(row: Collaboration, by: Viewer, *texts: str, due: int) -> Any:
    name, unit, direction, baseline, target, source = texts
    fields = {"name": name, "unit": unit, "direction": direction, "baseline": baseline, "target": target}
    due_on = clock.today() + timedelta(days=due)
    return actions.indicator_propose(by=by, id=row.pk, fields={**fields, "due_on": due_on, "source": source})


def _agree(row: Collaboration, *keys: str) -> None:
    row.refresh_from_db()
    version = row.indicator_set.version
    for key in keys:
        actions.indicators_confirm(by=acting(key), id=row.pk, version=version)


def _measure(by: Viewer, indicator: Any, value: str, ago: int, source: str) -> Any:
    fields = {"value": value, "on": clock.today() - timedelta(days=ago), "source": source}
    return actions.measurement_record(by=by, id=indicator.pk, fields=fields)


def _check(row: Collaboration, by: Viewer, **answers: tuple[str, str]) -> None:
    for item, (mark, text) in answers.items():
        actions.checklist_answer(by=by, id=row.pk, item=item, mark=mark, text=text)


def _end(row: Collaboration, by: Viewer, **data: str) -> None:
    effect = parts.effects()["close"]
    with transaction.atomic():
        fresh = Collaboration.objects.get(pk=row.pk)
        if not fresh.paused:
            effect.check(fresh, data)
            effect.apply(by, fresh, data)


def _rate(row: Collaboration, key: str, respect: int, fair: int, again: int, text: str) -> None:
    scores = {"respect": respect, "fair": fair, "again": again}
    actions.partner_rate(by=acting(key), id=row.pk, scores=scores, text=text)


def _clinic(row: Collaboration) -> None:
    """Indicators that all agreed on, measured and once put right; half of the checklist; one party has rated."""
    garam, naru = acting("garam"), acting("naru")
    time = _indicator(
        row, garam, "밤에 아픈 아이가 진료소까지 가는 시간", "분", "less", "52", "30", "진료소 접수 기록", due=165
    )
    visits = _indicator(row, naru, "한 달에 진료받은 아이", "명", "more", "", "240", "진료소 접수 기록", due=165)
    cost = _indicator(
        row, acting("dasom"), "한 번 진료에 드는 돈", "원", "keep", "38,000", "41,000", "네 군의 결산", due=-20
    )
    _agree(row, "garam", "naru", "maru", "yeoul", "dasom", "residents")
    _measure(garam, time, "47", 150, "첫 달 접수 기록 평균")
    wrong = _measure(garam, time, "14", 60, "넷째 달 접수 기록 평균")
    fields = {"value": "41.5", "on": wrong.on, "source": "넷째 달 접수 기록 평균"}
    actions.measurement_correct(by=naru, id=wrong.pk, fields=fields, reason="자릿수를 잘못 옮겨 적었습니다.")
    _measure(naru, visits, "187", 60, "넷째 달 접수 기록")
    assert cost
    _check(
        row,
        garam,
        ordinance=("partial", "네 군의 공동 운영 규약안을 만들어 군의회 두 곳이 의결했습니다."),
        unit=("yes", "가람군 보건소에 공동진료팀 3명을 두었습니다."),
    )
    _check(row, naru, standing=("no", "아직 조합이나 법인이 없습니다."))
    _rate(row, "garam", 5, 4, 5, "회의 때마다 네 군이 먼저 자료를 내놓았습니다.")


def _trails(row: Collaboration) -> None:
    """Ended well: measured, checked, rated by parties and citizens, and a case in the library."""
    maru, yeoul = acting("maru"), acting("yeoul")
    length = _indicator(row, maru, "끊기지 않고 이어진 옛길", "km", "more", "0", "3.2", "두 군의 준공 측량", due=-10)
    road = _indicator(
        row, yeoul, "찻길을 걷는 사람(주말 하루)", "명", "less", "120", "20", "주말 두 번 세어 평균", due=-10
    )
    _agree(row, "maru", "yeoul")
    _measure(maru, length, "1.9", 120, "1차 준공 측량")
    _measure(maru, length, "3.2", 8, "최종 준공 측량")
    _measure(yeoul, road, "34", 8, "준공 뒤 두 번의 주말")
    _check(
        row,
        maru,
        ordinance=("yes", "두 군의 옛길 관리 조례(시연)를 같은 날 고쳤습니다."),
        unit=("yes", "두 군 산림과에 옛길 담당을 한 명씩 정했습니다."),
        standing=("partial", "옛길 협의회가 있으나 아직 법인이 아닙니다."),
        funding=("yes", "관리비를 5년 동안 절반씩 내는 중기계획을 세웠습니다."),
        care=("yes", "마루군 숲길 관리원이 한 달에 두 번 돌아봅니다."),
    )
    _rate(row, "maru", 5, 4, 5, "다리 자리를 두고 다투었지만 서로의 사정을 끝까지 들었습니다.")
    _rate(row, "yeoul", 4, 4, 5, "비용을 절반씩 나누는 약속이 끝까지 지켜졌습니다.")
    _end(
        row,
        maru,
        outcome="done",
        reached="끊긴 3.2 km를 모두 이었습니다.\n길 안내판을 두 군이 같은 모양으로 바꾸었습니다.",
        learnt="다리 한 곳의 관리 책임을 먼저 정하지 않아 석 달을 보냈습니다.",
        differently="설계를 맡기기 전에 누가 돌볼지부터 적어 두세요.",
    )
    for key, score, text in (
        ("citizen", 5, "찻길로 내려가지 않고 아이와 끝까지 걸었습니다."),
        ("expert-1", 4, "안내판이 같아져서 길을 잃지 않습니다."),
        ("expert-2", 4, ""),
    ):
        actions.citizen_rate(by=Viewer.person(people.person(key).pk), id=row.pk, score=score, text=text)


def _rides(row: Collaboration) -> None:
    """Ended without reaching what it wanted, with what was learnt."""
    yeoul = acting("yeoul")
    trips = _indicator(row, yeoul, "장날 버스가 다닌 횟수", "번", "more", "2", "6", "운행 기록", due=-30)
    _agree(row, "yeoul", "garam", "dasom")
    _measure(yeoul, trips, "3", 90, "셋째 달 장날 운행 기록")
    _measure(yeoul, trips, "2", 31, "다섯째 달 장날 운행 기록")
    _rate(row, "yeoul", 4, 3, 4, "")
    _rate(row, "dasom", 4, 2, 3, "기사 두 분이 오가는 시간을 셈에 넣지 않아 한쪽이 무거웠습니다.")
    _end(
        row,
        yeoul,
        outcome="failed",
        reached="두 달 동안 하루 세 번까지 늘렸습니다.",
        learnt="다른 군의 기사가 우리 군 차를 몰 때의 보험을 아무도 알아보지 않았습니다. "
        "사고가 난 뒤에야 알았고, 보험료를 나누는 데 끝내 뜻을 모으지 못했습니다.",
        differently="차와 사람이 군 경계를 넘기 전에 보험과 책임부터 협약에 적어 주세요.",
    )


STORIES = {"clinic": _clinic, "trails": _trails, "rides": _rides}
