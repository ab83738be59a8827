"""A dispute on the way: referred by the residents, mediated by five drawn from the roster, accepted by both sides."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from dure.bodies.models import Body
from dure.collaboration.mediation import actions
from dure.collaboration.mediation.models import CommitteeMember, Dispute, Expertise
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from tests.collaboration.world import officer
from tests.core.people import PASSWORD, somebody
from tests.journeys.life import ASKER, PHONE, RESIDENTS, Life, closed, told
from tests.journeys.life_work import TASK

TITLE = "설명회 비용을 누가 낼지 뜻이 다릅니다"
WISH = "설명회 비용을 예산에 넣고 싶습니다."
PROPOSED = "설명회 비용은 진천군이 내고, 주민모임이 진행합니다."


def is_disputed(life: Life) -> None:
    address = _refers(life)
    _rests(life)
    _both_state(life, address)
    committee = _sits(life, address)
    _hears(life, address, committee)
    _proposes(address, committee)
    _both_accept(life, address)
    _runs_again(life)


def there_is_a_roster() -> None:
    """Ten experts of five fields, each with an account and nothing else. They stand on it before the dispute begins:
    nobody joins to be drawn."""
    keeper = officer(Body.objects.filter(kind="central", state="confirmed").order_by("name_ko").first(), "명부 담당")
    fields = list(Expertise)
    for number in range(10):
        expert = somebody(f"{uuid7()}@example.com", f"위원{number}")
        made = actions.mediator_register(
            by=keeper,
            id=uuid7(),
            email=expert.email,
            name=expert.name,
            field=fields[number % len(fields)],
            starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=400),
        )
        actions.mediator_accept(by=Viewer.person(expert.pk), id=made.pk)


def _refers(life: Life) -> str:
    page = life.cast.page(RESIDENTS)
    page.goto(life.at("mediation/"))
    page.get_by_role("link", name="조정 청하기").click()
    page.get_by_label("한 줄로 말하면").fill(TITLE)
    page.get_by_label("무엇이 문제인가요").fill("설명회를 열 돈이 예산 어디에도 없습니다.")
    page.get_by_label("무엇을 바라나요").fill(WISH)
    page.get_by_label("함께 일하기").check()
    page.get_by_label(ASKER).check()
    page.get_by_role("button", name="조정 청하기").click()
    told(page, "조정을 청했습니다")
    life.look(page)
    return str(page.url)


def _rests(life: Life) -> None:
    """For everybody, whoever they are: the board says so and moves nothing."""
    with life.cast.as_("괴산군", life.at("workspace/tasks/")) as page:
        page.get_by_text("이 일을 두고 갈등을 조정하는 중이라 잠시 멈추어 있습니다").wait_for()
        assert page.locator("article").filter(has_text=TASK).count() == 1
        assert page.get_by_role("link", name="할 일 더하기").count() == 0
        page.goto(life.at("workspace/tasks/add/"))
        page.get_by_text("이 일을 두고 갈등을 조정하는 중이라 잠시 멈추어 있습니다").first.wait_for()


def _both_state(life: Life, address: str) -> None:
    for name, said in ((RESIDENTS, "주민은 돈이 없습니다."), (ASKER, "올해 예산은 이미 정해졌습니다.")):
        with life.cast.as_(name, address) as page:
            page.get_by_role("link", name="입장 밝히기").click()
            page.get_by_label("우리 기관의 입장").fill(said)
            page.get_by_label("더 고치지 않겠습니다").check()
            page.locator("main form button[type=submit]").click()
            page.wait_for_url(lambda url: "/state/" not in url)
            page.locator("#sides").get_by_text(said).wait_for()


def _sits(life: Life, address: str) -> list[Any]:
    """Everybody drawn takes the seat and votes for the same chair, who comes first in what is returned."""
    dispute = Dispute.objects.get(title=TITLE)
    drawn = list(CommitteeMember.objects.filter(dispute=dispute, state="drawn").select_related("person", "mediator"))
    assert len(drawn) == 5
    assert len({seat.field for seat in drawn}) >= 3
    pages = []
    for seat in drawn:
        page = life.cast.browse(width=PHONE)
        page.goto("/accounts/login/")
        page.locator("[name=login]").fill(seat.person.email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "login" not in url)
        page.goto(address)
        page.get_by_role("button", name="이해관계가 없고, 맡겠습니다").click()
        told(page, "조정위원을 맡았습니다")
        closed(page)
        pages.append(page)
    chair = drawn[0].mediator.name
    for page in pages:
        closed(*pages)
        page.goto(address)
        page.get_by_label(chair).check()
        page.get_by_role("button", name="투표하기").click()
        told(page, "투표했습니다")
    page.locator("#committee li").filter(has_text=chair).get_by_text("위원장").first.wait_for()
    closed(*pages)
    return pages


def _hears(life: Life, address: str, committee: list[Any]) -> None:
    page = committee[0]
    page.goto(address)
    page.get_by_role("link", name="조정 자리 정하기").click()
    page.get_by_label("언제").fill(f"{clock.local(clock.now()) + timedelta(minutes=40):%Y-%m-%dT%H:%M}")
    page.get_by_label("어디서").fill("진천군청 소회의실")
    page.get_by_label("누구를 부르나요").fill("두 곳의 예산 담당자")
    page.get_by_role("button", name="정하기").click()
    told(page, "자리를 정해")
    life.later.shift(hours=1)
    page.goto(address)
    page.get_by_role("link", name="기록 쓰기").click()
    page.get_by_label("오간 이야기").fill("두 곳이 설명회가 필요하다는 데는 뜻이 같았습니다.")
    page.get_by_role("button", name="기록 올리기").click()
    told(page, "기록을 올렸습니다")


def _proposes(address: str, committee: list[Any]) -> None:
    page = committee[0]
    page.goto(address)
    page.get_by_role("link", name="조정안 초안 쓰기").click()
    page.get_by_label("조정안").fill(PROPOSED)
    page.get_by_label(re.compile(f"할 일: .*{ASKER}")).fill("한 달 안에 설명회 예산을 세웁니다.")
    page.get_by_role("button", name="초안 두기").click()
    told(page, "초안을 두었습니다")
    for page in committee[:3]:
        page.goto(address)
        page.get_by_role("button", name="이 초안에 찬성").click()
        told(page, "초안에 찬성했습니다")
        closed(page)


def _both_accept(life: Life, address: str) -> None:
    for name in (RESIDENTS, ASKER):
        with life.cast.as_(name, address) as page:
            assert PROPOSED in page.locator("main").inner_text()
            page.get_by_role("link", name="조정안에 답하기").click()
            page.get_by_label("받아들입니다", exact=True).check()
            page.locator("main form button[type=submit]").click()
            page.wait_for_url(lambda url: "/answer/" not in url)
    assert Dispute.objects.get(title=TITLE).result == "settled"
    life.guest.goto(life.at("mediation/"))
    life.look(life.guest)


def _runs_again(life: Life) -> None:
    with life.cast.as_("괴산군", life.at("workspace/tasks/")) as page:
        assert page.get_by_text("잠시 멈추어 있습니다").count() == 0
        page.locator("article").filter(has_text=TASK).get_by_role("button", name="되돌리기").click()
        told(page, "되돌렸습니다")
