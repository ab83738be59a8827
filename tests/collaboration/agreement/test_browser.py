"""The journey of an agreement in a browser: on a phone, by keyboard, and without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from dure.collaboration.agreement import actions
from dure.core.ids import uuid7
from tests.collaboration.agreement.conftest import fields, proposed, sign, signed
from tests.collaboration.agreement.test_pages import just_shown
from tests.collaboration.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.usefixtures("transactional_db")
def test_an_agreement_in_a_browser(browse: Any, axe: Any, screenshot: Any, live_server: Any) -> None:
    world = make_world()
    waiting = world.together()
    version = proposed(
        world,
        waiting,
        cost={"mode": "equal", "total": 1_000_000, "shares": {}},
        extra=[{"id": "a", "title": "안전", "text": "날마다 차를 살핍니다."}],
    )
    actions.clause_comment(by=world.other, id=uuid7(), version_id=version.pk, clause="cost", text="얼마인가요?")
    sign(version, world.offerer)
    done, _first = signed(world, extra=[{"id": "a", "title": "안전", "text": "살핍니다."}])
    second = actions.agreement_revise(by=world.other, id=done.pk)
    changed = fields(done, purpose="통근버스를 오래 굴립니다.", extra=[])
    actions.agreement_save(by=world.other, id=second.pk, edit=1, fields=changed)
    slug = version.signatures.get().body.slug
    there, amended = (f"/collaborations/{one.receipt}/agreement/" for one in (waiting, done))
    pages = {
        "agreement": there,
        "agreement-sign": f"{there}sign/",
        "agreement-edit": f"{amended}edit/1/",
        "agreement-cost": f"{amended}edit/2/",
        "agreement-extra": f"{amended}edit/6/",
        "agreement-propose": f"{amended}propose/",
        "agreement-compare": f"{amended}compare/",
        "agreement-list": "/agreements/",
        "agreement-verify": f"/agreements/verify/?code={version.code}",
        "agreement-keys": f"/agreements/keys/{slug}/",
    }
    session = just_shown(world.asker).cookies[settings.SESSION_COOKIE_NAME].value
    for width in (360, 1280):
        page = browse(width=width)
        enter(page, session, live_server.url)
        for name, url in list(pages.items())[:: 1 if width == 360 else 3]:
            page.goto(url)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{url} is wider than {width}"
            axe(page)
            screenshot(page, name, full=True)
    page = browse(width=360, script=False)
    enter(page, session, live_server.url)
    page.goto(there)
    page.get_by_role("link", name="읽고 서명하기").click()
    page.get_by_label("글을 모두 읽었고").check()
    page.get_by_role("button", name="서명하기").click()
    page.get_by_text("서명 2/3").wait_for()
    page.goto(f"{amended}edit/2/")
    page.get_by_label("똑같이", exact=True).check()
    page.get_by_role("button", name="저장하고 다음").click()
    page.get_by_text("모두 얼마인지 적어 주세요.").first.wait_for()
    page.get_by_label("모두 얼마(원)").fill("3,000,000원")
    page.get_by_role("button", name="저장하고 다음").click()
    page.get_by_role("heading", name="정하는 방식과 기간").wait_for()


def enter(page: Any, session: str, url: str) -> None:
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
