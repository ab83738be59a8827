"""The way in with a browser: on a phone, by keyboard, with the brush, without a line; and what it weighs."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import pytest
from PIL import Image

from dure.core.attachments import open_blob
from dure.core.models import Attachment
from dure.engines.routing import Choice, Clarify
from dure.reports import asking
from dure.reports.guess import Guess
from dure.reports.intake import forms, questions
from dure.reports.models import Report
from tests.reports.world import HERE, World, make_world, route_to

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LIMIT = 60 * 1024
UNSURE = Guess((("roads.pothole", 0.44), ("roads.roadkill", 0.31), ("lighting.streetlight", 0.1)), False, ("도로",))


@pytest.fixture(autouse=True)
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    found = make_world()
    monkeypatch.setattr(questions, "guess", lambda text: UNSURE)
    monkeypatch.setattr(forms, "FASTEST", 0.0)
    ask = Clarify("어떤 길인가요?", (Choice(found.here.code, "동네 길"), Choice(found.roads.code, "고속국도")), "road")
    with mock.patch.object(asking, "route_for", return_value=route_to(found.here.code, clarify=ask)):
        yield found


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "길.png"
    Image.new("RGB", (400, 300), "#7fb2e5").save(path)
    return path


def place_it(page: Any) -> None:
    page.get_by_text("좌표나 시·군·구로 적기").click()
    page.get_by_label("위도").fill(str(HERE[1]))
    page.get_by_label("경도").fill(str(HERE[0]))


def test_the_journey_on_a_phone(browse: Any, axe: Any, screenshot: Any, world: World, picture: Path) -> None:
    first = world.report(category="roads.pothole", words="장터 앞 도로가 움푹 패였어요")
    page = browse(width=360)
    page.goto("/reports/?text=장터 앞 도로에 구멍이 있어요")
    assert page.get_by_label("무슨 일인가요").input_value() == "장터 앞 도로에 구멍이 있어요"
    axe(page)
    screenshot(page, "intake-door", full=True)
    page.get_by_label("사진", exact=False).first.set_input_files(picture)
    canvas = page.get_by_role("application", name="사진 1: 가리기")
    canvas.focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    page.get_by_text("네모의 자리").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("칠했습니다.").wait_for()
    page.keyboard.press("u")
    page.get_by_text("되돌렸습니다.").wait_for()
    page.keyboard.press("Enter")
    axe(page)
    screenshot(page, "intake-brush", full=True)
    place_it(page)
    page.get_by_role("button", name="보내기", exact=True).click()
    page.get_by_text("보내기 전에 사진에서").wait_for()
    page.get_by_role("button", name="다 가렸습니다").click()
    page.get_by_role("button", name="보내기", exact=True).click()
    page.get_by_role("heading", name="보내기 전에 이것만 여쭙니다").wait_for()
    axe(page)
    screenshot(page, "intake-check", full=True)
    assert page.get_by_text(first.receipt).is_visible()
    page.get_by_role("button", name="보내기", exact=True).click()
    page.get_by_role("heading", name="접수했습니다").wait_for()
    axe(page)
    screenshot(page, "intake-received", full=True)
    report = Report.objects.exclude(pk=first.pk).get()
    assert (report.category, report.visibility) == ("roads.pothole", "public")
    with open_blob(Attachment.objects.get()) as file:
        sent = Image.open(BytesIO(file.read())).convert("RGB")
    assert sum(sent.getpixel((190, 150))) < 60
    assert sum(sent.getpixel((5, 5))) > 300
    page.get_by_role("button", name="고속국도", exact=True).click()
    page.get_by_text("맡을 기관을 정했습니다").first.wait_for()
    page.get_by_role("heading", name="접수했습니다").wait_for()
    report.refresh_from_db()
    assert report.body == world.roads
    page.set_viewport_size({"width": 1280, "height": 900})
    axe(page)
    screenshot(page, "intake-received", full=True)
    page.goto("/reports/")
    axe(page)
    assert page.locator("#drafts").is_hidden()
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto(report.status_path)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_a_script(browse: Any, picture: Path) -> None:
    page = browse(width=360, script=False)
    page.goto("/reports/")
    assert page.get_by_role("button", name="지도에서 고르기").is_hidden()
    page.get_by_label("무슨 일인가요").fill("장터 앞 도로에 구멍이 있어요")
    page.get_by_label("사진", exact=False).first.set_input_files(picture)
    page.get_by_label("어디인가요").fill("나루읍 장터 앞 36.78980, 127.00180")
    page.get_by_role("button", name="보내기", exact=True).click()
    page.get_by_label("이 가운데 없음").check()
    page.get_by_label("모든 종류").select_option("lighting.streetlight")
    page.get_by_label("살펴보았습니다").check()
    page.get_by_role("button", name="보내기", exact=True).click()
    page.get_by_role("heading", name="접수했습니다").wait_for()
    report = Report.objects.get()
    assert (report.category, report.lon, Attachment.objects.get().visibility) == (
        "lighting.streetlight",
        127.0018,
        "public",
    )
    page.get_by_role("link", name="맞지 않으면 바로잡기").click()
    page.get_by_label("종류").select_option("roads.pothole")
    page.get_by_role("button", name="바로잡아 다시 보내기").click()
    page.get_by_text("바로잡았습니다.").wait_for()


def test_a_report_written_without_a_line_is_sent_later(browse: Any, axe: Any, screenshot: Any, picture: Path) -> None:
    page = browse(width=360)
    page.goto("/reports/")
    page.get_by_label("무슨 일인가요").fill("산길 난간이 부러졌어요")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.reload()
    page.get_by_label("무슨 일인가요").fill("산길 난간이 부러졌어요")
    page.get_by_label("사진", exact=False).first.set_input_files(picture)
    page.get_by_role("button", name="다 가렸습니다").click()
    page.get_by_label("어디인가요").fill("둘레길 3구간")
    page.get_by_role("button", name="보내기", exact=True).click()
    page.get_by_text("이 전화기에 보관했습니다").wait_for()
    axe(page)
    screenshot(page, "intake-kept", full=True)
    assert page.locator("#drafts [data-state=kept]").count() == 1
    assert page.get_by_label("무슨 일인가요").input_value() == ""
    assert not Report.objects.exists()
    page.context.set_offline(False)
    page.locator("#drafts [data-state=sent]").wait_for()
    report = Report.objects.get()
    assert page.get_by_text(f"접수번호 {report.receipt}").is_visible()
    assert (report.words, report.address) == ("산길 난간이 부러졌어요", "둘레길 3구간")
    assert Attachment.objects.get(subject=report.urn)
    screenshot(page, "intake-sent", full=True)
    page.reload()
    page.locator("#drafts [data-state=sent]").wait_for()
    assert Report.objects.count() == 1


def test_the_map_by_keyboard(browse: Any, axe: Any, screenshot: Any) -> None:
    page = browse(width=360)
    page.goto("/reports/")
    place_it(page)
    page.get_by_role("button", name="지도에서 고르기").press("Enter")
    pick = page.locator(".map-pick")
    pick.wait_for()
    assert page.evaluate("document.activeElement.className") == "map-pick"
    axe(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_text("고른 자리").wait_for()
    north = (float(page.get_by_label("위도").input_value()) - HERE[1]) * 111_320
    east = (float(page.get_by_label("경도").input_value()) - HERE[0]) * 111_320 * 0.8009
    assert (round(north), round(east)) == (10, 100)
    assert pick.get_attribute("data-span") == "2000.0"
    page.keyboard.press("+")
    page.locator(".map-pick[data-span='1000.0']").wait_for()
    page.get_by_role("button", name="남", exact=True).click()
    page.get_by_label("100 m씩").check()
    page.get_by_role("button", name="서", exact=True).click()
    screenshot(page, "intake-map", full=True)
    south = (float(page.get_by_label("위도").input_value()) - HERE[1]) * 111_320
    assert round(south) == 0


def test_the_first_view_weighs_at_most_60_kilobytes(browse: Any) -> None:
    page = browse(width=360)
    weights = {}

    def weigh(response: Any) -> None:
        body = response.body()
        weights[urlsplit(response.url).path] = len(gzip.compress(body, 6))

    page.on("response", weigh)
    page.goto("/reports/", wait_until="networkidle")
    assert {"/reports/", "/static/dure/intake.js"} <= set(weights)
    assert "/reports/worker.js" not in weights
    print(weights, sum(weights.values()))
    assert sum(weights.values()) <= LIMIT, weights
