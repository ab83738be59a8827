"""Content of the demonstration: surveys of an invented ministry and county, answered by invented counties, through the
actions that real ones use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from dure.bodies.demo import demo_body
from dure.core import clock
from dure.core import demo as people
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.needs import actions, queries
from dure.needs.models import Need, NeedsSurvey

MEMBERS = {
    "garam": "official-1",
    "naru": "official-2",
    "maru": "official-3",
    "yeoul": "official-4",
    "centre": "centre",
}
COUNTIES = ("garam", "naru", "maru", "yeoul")


def demo_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"dure-demo:needs:{name}")


def acting(key: str) -> Viewer:
    return Viewer.person(people.person(MEMBERS[key]).pk, demo_body(key).pk, "officer")


def demo(progress: Progress) -> None:
    """Make the demo surveys that are missing: one open, one answered, one being sorted, one draft."""
    made = ((_open, "open"), (_answered, "answered"), (_sorting, "sorting"), (_draft, "draft"))
    for done, (make, name) in enumerate(made, start=1):
        if not NeedsSurvey.objects.filter(pk=demo_id(name)).exists():
            make(demo_id(name))
        progress(done, len(made), name)


def _ask(id: UUID, by: Viewer, **fields: Any) -> None:
    today = clock.today()
    named = [demo_body(key).pk for key in COUNTIES if demo_body(key).pk != by.body_id]
    days = {"until": today + timedelta(days=14), "promised_on": today + timedelta(days=60)}
    actions.survey_save(by=by, id=id, fields={"named": named, **days, **fields})
    actions.survey_open(by=by, id=id)


def _give(id: UUID, key: str, values: Sequence[int | None], *own: tuple[str, str, str, int], note: str = "") -> None:
    listed = queries.listed(NeedsSurvey.objects.get(pk=id))
    said: Mapping[UUID, int] = {
        need.pk: value for need, value in zip(listed, values, strict=False) if value is not None
    }
    wanted = [{"title": t, "why": why, "people": whom, "points": points} for t, why, whom, points in own]
    actions.answer_give(by=acting(key), survey_id=id, priorities=said, own=wanted, note=note)


def _open(id: UUID) -> None:
    _ask(
        id,
        acting("centre"),
        title="함께 쓰는 협업 시스템에 무엇이 먼저 필요한가요",
        purpose="지방자치단체가 함께 일할 때 쓸 시스템을 내년에 설계합니다. "
        "만드는 쪽이 아니라 쓸 쪽의 차례를 먼저 알고 싶습니다.",
        use="순위가 높은 다섯 가지를 첫해에 만들고, 나머지는 까닭과 함께 언제 다시 볼지 답합니다.",
        needs=[
            "협약서 초안을 함께 고치기",
            "기관 사이 정산표",
            "비슷한 사례 찾아 주기",
            "주민에게 진행 상황 알리기",
            "전자결재와 잇기",
        ],
    )
    _give(
        id,
        "garam",
        [5, 4, 3, 4, None],
        ("담당자가 바뀔 때 이어받기", "해마다 절반이 자리를 옮겨 처음부터 다시 설명합니다.", "협업을 맡은 담당자", 5),
    )
    _give(id, "naru", [4, 5, 2, None, 5], note="정산은 회계 부서와 함께 답했습니다.")
    _give(id, "maru", [3, 5, None, 5, 2], ("휴대전화로 승인하기", "현장에 나가 있는 날이 많습니다.", "현장 담당자", 3))
    actions.answer_narrow(
        by=acting("maru"),
        id=queries.own_answer(acting("maru"), NeedsSurvey.objects.get(pk=id)).answer.pk,  # type: ignore[union-attr]
        level="partners",
        reason="deliberation",
        review_on=clock.today() + timedelta(days=90),
    )


def _answered(id: UUID) -> None:
    centre = acting("centre")
    _ask(
        id,
        centre,
        title="군 경계를 넘는 교통에 무엇이 필요한가요",
        purpose="군 경계에서 끊기는 버스와 택시를 잇는 사업을 내년에 시작하려 합니다.",
        use="받아들인 것은 내년 예산에 올리고, 미룬 것과 못 하는 것은 까닭을 하나하나 답합니다.",
        needs=["경계를 넘는 버스 노선", "교통비를 나누는 정산 방식", "휠체어가 타는 차량"],
    )
    _give(
        id,
        "garam",
        [5, 4, 4],
        ("장날 버스 증편", "장날마다 서서 갑니다.", "장 보러 가는 어르신 600명", 4),
        ("밤에 부르는 택시", "밤 아홉 시 뒤에는 버스가 없습니다.", "늦게 퇴근하는 주민", 3),
    )
    _give(id, "naru", [5, 5, 3], ("장날에 버스를 더 보내기", "장날 버스가 하루 두 번뿐입니다.", "면 네 곳의 어르신", 5))
    _give(id, "maru", [4, 5, 5], ("밤에 택시 부르기", "야간 응급실에 갈 길이 없습니다.", "아이 키우는 집", 5))
    _give(id, "yeoul", [3, 4, 5])
    actions.survey_sort(by=centre, id=id)
    own = {need.title: need for need in Need.objects.filter(survey=id)}
    market = actions.need_merge(
        by=centre,
        survey_id=id,
        need_ids=[own["장날 버스 증편"].pk, own["장날에 버스를 더 보내기"].pk],
        title="장날에 버스를 늘리기",
        why="두 군이 같은 장날, 같은 노선을 말했습니다.",
    )
    night = actions.need_merge(
        by=centre,
        survey_id=id,
        need_ids=[own["밤에 부르는 택시"].pk, own["밤에 택시 부르기"].pk],
        title="밤에 부를 수 있는 택시",
        why="둘 다 밤에 다닐 길이 없다는 것입니다.",
    )
    objection = actions.merge_object(
        by=acting("maru"),
        need_id=own["밤에 택시 부르기"].pk,
        text="우리는 응급실에 가는 길이 급합니다. 늦은 퇴근과는 조금 다릅니다.",
    )
    actions.objection_reply(
        by=centre, id=objection.pk, text="응급실 가는 길을 먼저 하기로 하고, 답에도 그렇게 적겠습니다."
    )
    taken, later = "taken", "later"
    for need, verdict, reason in (
        (own["경계를 넘는 버스 노선"], taken, "네 군 모두 급하다고 했습니다. 내년 상반기에 두 노선을 시작합니다."),
        (own["교통비를 나누는 정산 방식"], taken, "노선보다 먼저 정해져야 합니다. 표준 정산표를 함께 만듭니다."),
        (own["휠체어가 타는 차량"], later, "차량을 만드는 데 1년이 걸려 내후년 예산에 올립니다."),
        (market.result, taken, "이미 있는 차량을 장날에 옮겨 쓰면 바로 할 수 있습니다."),
        (night.result, "no", "이 예산으로는 운전자를 구할 수 없습니다. 응급실 가는 길은 보건 사업에서 따로 답합니다."),
    ):
        later_on = clock.today() + timedelta(days=300) if verdict == later else None
        actions.need_answer(by=centre, id=need.pk, verdict=verdict, reason=reason, later_on=later_on)
    actions.need_outcome(
        by=centre,
        id=own["교통비를 나누는 정산 방식"].pk,
        outcome="under_way",
        note="정산표 초안을 네 군 회계 담당자와 두 번 고쳤습니다.",
    )
    actions.need_outcome(by=centre, id=market.result.pk, outcome="done", note="장날 버스가 하루 네 번으로 늘었습니다.")
    yeoul = acting("yeoul")
    if links := queries.may_tie_to(yeoul):
        wanted = next((link for link in links if "장날" in link.title), links[0])
        actions.need_link(by=yeoul, id=market.result.pk, urn=wanted.urn)
    actions.survey_finish(by=centre, id=id)


def _sorting(id: UUID) -> None:
    asker = acting("garam")
    _ask(
        id,
        asker,
        title="네 군이 함께 쓸 공공시설의 차례",
        purpose="빈 시설을 함께 고쳐 쓰려는데 어디부터 할지 이웃 군과 정하고 싶습니다.",
        use="순위대로 함께 쓰자고 청하고, 답마다 까닭을 적어 돌려 드립니다.",
        mode="ranks",
        needs=["수영장", "농기계 수리소", "공연장"],
    )
    _give(
        id,
        "naru",
        [2, 1, 3],
        ("농기계를 빌리고 고치는 곳", "봄마다 농기계를 빌리러 한 시간을 나갑니다.", "농가 900호", 5),
    )
    _give(id, "maru", [1, 2, 2], ("농기계 빌려주는 곳", "봄마다 농기계가 모자랍니다.", "작은 농가", 4))
    _give(id, "yeoul", [1, None, 2])
    actions.survey_sort(by=asker, id=id)


def _draft(id: UUID) -> None:
    fields = {"title": "내년에 함께 배울 것", "purpose": "담당자 교육을 네 군이 함께 열려고 합니다."}
    actions.survey_save(by=acting("yeoul"), id=id, fields=fields)
