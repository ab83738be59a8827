"""The agreement: composed of the deal, its shares set right, talked over, signed by all six, and proved genuine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.cache import cache

from dure.collaboration.models import Collaboration
from tests.core.people import code_of
from tests.journeys.life import ASKER, COMPANY, RESIDENTS, Life, in_days, told

SHARES = {"진천군": "40%", "음성군": "20%", "증평군": "15%", "괴산군": "15%", COMPANY: "5%", RESIDENTS: "0%"}
SAFETY = "이송하는 차와 사람의 안전을 먼저 살핍니다."


def is_agreed(life: Life) -> None:
    _composes(life)
    _comments(life)
    _one_signature_is_void_after_an_edit(life)
    _all_sign(life)
    _is_proved(life)


def _composes(life: Life) -> None:
    page = life.cast.page(ASKER)
    page.goto(life.at("agreement/"))
    page.get_by_role("button", name="협약 쓰기 시작하기").click()
    page.wait_for_url("**/edit/1/")
    assert "터 3만 ㎡" in page.get_by_label("음성군: 내는 것").input_value(), "the deal is there already"
    page.get_by_label("목적", exact=True).fill("네 군이 소방복합치유센터의 후보지를 하나로 모아 함께 신청합니다.")
    page.get_by_label("진천군: 내는 것").fill("담당 공무원 2명")
    _next(page, 2)
    page.get_by_label("정한 비율로").check()
    page.get_by_label("모두 얼마(원)").fill("1억")
    for name, share in SHARES.items():
        page.get_by_label(f"{name}의 몫").fill(share)
    page.get_by_role("button", name="저장하고 다음").click()
    page.get_by_text("원 단위의 수로 적어 주세요.").first.wait_for()
    page.get_by_label("모두 얼마(원)").fill("100,000,000")
    page.get_by_role("button", name="저장하고 다음").click()
    page.get_by_text("나눈 비율을 더하면 100%보다 5% 모자랍니다.").first.wait_for()
    assert page.get_by_label(f"{COMPANY}의 몫").input_value() == "5%", "an error keeps what was typed"
    page.get_by_label("진천군의 몫").fill("45%")
    _next(page, 3)
    page.get_by_label("시작하는 날").fill(in_days(1))
    page.get_by_label("끝나는 날").fill(in_days(730))
    _next(page, 4)
    _next(page, 5)
    page.get_by_label("마친 뒤에 돌볼 기관").select_option(label="충청북도 음성군")
    _next(page, 6)
    page.get_by_role("button", name="저장하고 모두 읽기").click()
    page.wait_for_url("**/propose/")
    assert "45,000,000" in page.locator("#clause-cost").inner_text()


def _next(page: Any, step: int) -> None:
    page.get_by_role("button", name="저장하고 다음").click()
    page.wait_for_url(f"**/edit/{step}/")


def _comments(life: Life) -> None:
    with life.cast.as_("괴산군", life.at("agreement/")) as page:
        page.locator("#clause-cost").get_by_role("link", name="의견 남기기").click()
        page.get_by_label("이 조항에 대한 의견").fill("인구에 견주어 우리 몫이 알맞은지 알려 주세요.")
        page.get_by_role("button", name="의견 남기기").click()
        told(page, "의견을 남겼습니다")
        life.look(page)


def _proposes(page: Any, life: Life) -> None:
    page.goto(life.at("agreement/propose/"))
    page.get_by_role("button", name="이 글로 올리기").click()
    told(page, "서명받으려고 올렸습니다")


def _signs(life: Life, name: str, *, first: bool) -> Any:
    """On the page that is open. The `first` time the person proves once more who they are, and goes on from there."""
    page = life.cast.page(name)
    page.get_by_label("글을 모두 읽었고").check()
    page.get_by_role("button", name="서명하기").click()
    if first:
        page.get_by_role("link", name="인증 앱이나 복구 코드로 확인").click()
        cache.clear()  # a code is taken once: here the time in which the app shows another has passed
        page.locator("[name=code]").fill(code_of(life.cast.officers[name].secret))
        page.locator("main form button[type=submit]").first.click()
    return page


def _one_signature_is_void_after_an_edit(life: Life) -> None:
    page = life.cast.page(ASKER)
    _proposes(page, life)
    page.goto(life.at("agreement/sign/"))
    life.look(page)
    _signs(life, ASKER, first=True)
    told(page, "서명했습니다")
    life.cast.stay.add("증평군")
    late = life.cast.page("증평군")
    late.goto(life.at("agreement/sign/"))
    with life.cast.as_("음성군", life.at("agreement/")) as editor:
        editor.get_by_role("button", name="새 판 만들기").click()
        editor.wait_for_url("**/edit/1/")
        editor.goto(life.at("agreement/edit/6/"))
        editor.get_by_label("조항 1의 제목").fill("안전")
        editor.get_by_label("조항 1의 내용").fill(SAFETY)
        editor.get_by_role("button", name="저장하고 모두 읽기").click()
        editor.wait_for_url("**/propose/")
        _proposes(editor, life)
    _signs(life, "증평군", first=True)
    late.get_by_text("읽으신 판이 더는 서명할 판이 아닙니다").first.wait_for()
    life.cast.stay.clear()
    page.goto(life.at("agreement/versions/1/"))
    signed = page.locator("#signatures li").filter(has_text=ASKER)
    assert "효력 없음" in signed.inner_text()


def _all_sign(life: Life) -> None:
    for done, name in enumerate(SHARES, start=1):
        with life.cast.as_(name, life.at("agreement/sign/")) as page:
            assert SAFETY in page.locator("main").inner_text()
            _signs(life, name, first=name not in (ASKER, "증평군"))
            told(page, "서명했습니다")
            page.get_by_role("heading", name=f"서명 {done}/6").wait_for()
    assert Collaboration.objects.get(receipt=life.receipt).stage == "working"


def _is_proved(life: Life) -> None:
    page = life.guest
    page.goto(life.at("agreement/"))
    assert "효력이 있음" in page.locator("main").inner_text()
    life.look(page)
    with page.expect_download() as papers:
        page.get_by_role("link", name="PDF 문서").click()
    assert Path(papers.value.path()).read_bytes().startswith(b"%PDF-")
    with page.expect_download() as sealed:
        page.get_by_role("link", name="봉인 파일").click()
    whole = Path(sealed.value.path()).read_bytes()
    page.get_by_role("link", name="진짜인지 확인하기").click()
    page.get_by_text("여기에 있는 협약입니다").wait_for()
    life.look(page)
    _verifies(page, whole, "바뀌지 않았습니다")
    assert "여기에 있는 협약과 같은 글입니다" in page.locator("main").inner_text()
    altered = whole.replace("안전을 먼저".encode(), "안전을 먼지".encode())
    assert altered != whole
    _verifies(page, altered, "그대로가 아니거나 확인할 수 없습니다")


def _verifies(page: Any, data: bytes, answer: str) -> None:
    file = {"name": "agreement.json", "mimeType": "application/json", "buffer": data}
    page.get_by_label("봉인 파일").set_input_files(file)
    page.get_by_role("button", name="확인하기").click()
    page.get_by_text(answer).wait_for()
