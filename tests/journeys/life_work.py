"""Working together: one decision blocked and one carried; a task, a meeting with minutes, money planned and spent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dure.core import clock
from tests.journeys.life import ASKER, COMPANY, COUNTIES, EVERYBODY, RESIDENTS, Life, in_days, told

BLOCKED, CARRIED = "주민 설명회 없이 후보지를 정합니다", "후보지 평가표를 함께 만듭니다"
WHY_BLOCKED = "주민이 듣지 못한 채 정해진 터는 오래가지 못합니다."
TASK, MEETING, LINE = "이송 시간 자료 모으기", "첫 실무회의", "타당성 조사"


def works(life: Life) -> None:
    _decides(life)
    _moves_a_task(life)
    _meets(life)
    _spends(life)
    for tab in ("", "tasks/", "meetings/", "budget/"):
        life.guest.goto(life.at(f"workspace/{tab}"))
        life.look(life.guest)


def proposes(life: Life, by: str, title: str, text: str, kind: str = "text", **fields: str) -> str:
    """The address of the proposal."""
    page = life.cast.page(by)
    page.goto(life.at(f"decisions/propose/{kind}/"))
    for name, value in fields.items():
        if name == "outcome":
            page.get_by_label(value).check()
        else:
            page.locator(f"[name=data-{name}]").fill(value)
    page.get_by_label("무엇을 정하나요").fill(title)
    page.get_by_label("내용과 까닭").fill(text)
    page.get_by_role("button", name="안건 올리기").click()
    told(page, "안건을 올렸습니다")
    return str(page.url)


def votes(life: Life, name: str, address: str, choice: str, reason: str = "") -> Any:
    with life.cast.as_(name, address) as page:
        page.get_by_label(choice, exact=True).check()
        page.get_by_label("까닭").fill(reason)
        page.get_by_role("button", name="뜻 밝히기").click()
        told(page, "우리 기관의 뜻을 밝혔습니다")
        return page


def _decides(life: Life) -> None:
    address = proposes(life, ASKER, BLOCKED, "시간을 아끼려 설명회를 거치지 않고 네 군이 정합니다.")
    votes(life, COMPANY, address, "기권")
    votes(life, "괴산군", address, "찬성")
    page = life.cast.page(RESIDENTS)
    page.goto(address)
    page.get_by_label("막음").check()
    page.get_by_role("button", name="뜻 밝히기").click()
    page.get_by_text("막는 까닭을 적어 주세요").first.wait_for()
    page = votes(life, RESIDENTS, address, "막음", WHY_BLOCKED)
    page.locator("#result").get_by_text(WHY_BLOCKED).wait_for()
    assert "부결" in page.locator("main").inner_text()
    carries(life, ASKER, CARRIED, "여섯 곳이 같은 잣대로 터를 견줍니다.")
    life.guest.goto(life.at("decisions/"))
    life.look(life.guest)


def carries(life: Life, by: str, title: str, text: str, **more: Any) -> None:
    """All six agree; the last one carries it."""
    address = proposes(life, by, title, text, **more)
    for name in EVERYBODY:
        page = votes(life, name, address, "찬성")
    assert "가결" in page.locator("main").inner_text()
    life.look(page)


def _moves_a_task(life: Life) -> None:
    page = life.cast.page(COMPANY)
    page.goto(life.at("workspace/tasks/"))
    page.get_by_role("link", name="할 일 더하기").click()
    page.get_by_label("무엇을 하나요").fill(TASK)
    page.get_by_label("언제까지").fill(in_days(20))
    page.get_by_role("button", name="더하기").click()
    told(page, "할 일을 더했습니다")
    for to in ("하는 중", "마침"):
        page.goto(life.at("workspace/tasks/"))
        page.locator("article").filter(has_text=TASK).get_by_role("button", name=f"{to}으로").click()
        told(page, f"{TASK} → {to}")


def _meets(life: Life) -> None:
    page = life.cast.page("음성군")
    page.goto(life.at("workspace/meetings/call/"))
    begins = clock.local(clock.now()) + timedelta(minutes=40)
    page.get_by_label("무슨 회의인가요").fill(MEETING)
    page.get_by_label("시작", exact=True).fill(f"{begins:%Y-%m-%dT%H:%M}")
    page.get_by_label("끝", exact=True).fill(f"{begins + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    page.get_by_label("어디서").fill("충북혁신도시 회의실")
    page.locator("[name=agenda_1]").fill("평가표의 잣대")
    page.get_by_role("button", name="회의 열기").click()
    told(page, "회의를 열었습니다")
    address = page.url
    with life.cast.as_(RESIDENTS, address) as other:
        other.get_by_role("button", name="참석", exact=True).click()
        told(other, "참석 여부를 답했습니다")
    life.later.shift(hours=1)  # no longer than a sign-in with a second factor holds
    page.goto(address)
    page.get_by_role("link", name="참석한 사람 적기").click()
    page.get_by_label(f"{RESIDENTS} 담당").check()
    page.get_by_role("button", name="저장").click()
    told(page, "참석한 사람을 적었습니다")
    page.get_by_role("link", name="회의록 적기").click()
    page.get_by_label("회의록").fill("잣대\t점수\n접근성\t40\n주민 뜻\t60\n\n다음 모임에서 다시 봅니다.")
    page.get_by_label(CARRIED).check()
    page.get_by_role("button").filter(has_text="올리기").click()
    told(page, "회의록을 올렸습니다")
    assert page.get_by_role("cell", name="60").is_visible(), "a pasted table is a table"


def _spends(life: Life) -> None:
    page = life.cast.page(COUNTIES[1])
    page.goto(life.at("workspace/budget/add/"))
    page.get_by_label("무엇에 쓰나요").fill(LINE)
    page.get_by_label("쓸 돈(원)").fill("50,000,000")
    page.get_by_role("button").filter(has_text="더하기").click()
    told(page, "예산 항목을 더했습니다")
    page.goto(life.at("workspace/budget/"))
    page.get_by_role("link", name=LINE).click()
    page.get_by_role("link", name="쓴 돈 적기").click()
    page.get_by_label("쓴 돈(원)").fill("12,300,000원")
    page.get_by_label("어디에 썼나요").fill("용역 착수금")
    page.locator("main form button[type=submit]").click()
    told(page, "쓴 돈을 적었습니다")
    assert "37,700,000" in page.locator("main").inner_text(), "what is left"
