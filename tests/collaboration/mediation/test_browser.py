"""A mediation in a browser: the journey on a phone without a mouse's precision, axe, and whole without a script."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from dure.collaboration.mediation import actions
from dure.collaboration.mediation.models import Dispute, Mediator, Step
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from tests.collaboration.mediation.panel import Panel, chair, fresh, make_panel, mark_of, seats, viewer_of
from tests.collaboration.world import client_of, make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def enter(page: Any, viewer: Viewer, live_server: Any) -> Any:
    key = client_of(viewer).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    return page


@pytest.fixture
def panel(transactional_db: None) -> Panel:
    return make_panel(make_world(), 7)


def test_a_mediation_in_a_browser(panel: Panel, browse: Any, axe: Any, screenshot: Any, live_server: Any) -> None:
    world = panel.world
    collaboration = world.together()
    page = enter(browse(width=360), world.asker, live_server)
    page.goto(f"/collaborations/{collaboration.receipt}/mediation/")
    axe(page)
    screenshot(page, "mediation-empty", full=True)
    page.get_by_role("link", name="조정 청하기").click()
    axe(page)
    page.get_by_label("한 줄로 말하면").fill("운영비를 나누는 방식이 다릅니다")
    page.get_by_label("무엇이 문제인가요").fill("석 달을 셈해 보니 한쪽이 세 배를 썼습니다.")
    page.get_by_label("무엇을 바라나요").fill("쓴 만큼도 절반은 셈에 넣고 싶습니다.")
    page.get_by_label("협약과 예산 나누기").check()
    page.get_by_role("button", name="조정 청하기").click()
    page.get_by_text("누구와의 갈등인가요").first.wait_for()
    assert page.get_by_label("한 줄로 말하면").input_value() == "운영비를 나누는 방식이 다릅니다"
    screenshot(page, "mediation-refer-error", full=True)
    page.get_by_label("나루군").check()
    page.get_by_role("button", name="조정 청하기").click()
    page.get_by_text("조정을 청했습니다.").wait_for()
    axe(page)
    screenshot(page, "mediation-stating", full=True)
    dispute = Dispute.objects.get()
    for side in (world.asker, world.offerer):
        actions.dispute_state(by=side, id=dispute.pk, text="우리의 입장은 이렇습니다.", final=True)
    without_script(panel, dispute, enter(browse(width=360, script=False), viewer_of(seats(dispute)[0]), live_server))
    panel.working(fresh(dispute))
    actions.hearing_set(
        by=chair(fresh(dispute)),
        id=dispute.pk,
        hearing_id=uuid7(),
        at=clock.now() + timedelta(days=5),
        place="나루군 보건소 2층 회의실",
        invited="두 군의 예산 담당자",
    )
    actions.mediation_draft(
        by=chair(fresh(dispute)),
        id=dispute.pk,
        text="반은 아이 수대로, 반은 온 수대로 나눕니다.",
        duties={world.asker.body_id: "석 달마다 셈을 알립니다."},
    )
    for width in (360, 1280):
        page = enter(browse(width=width), chair(fresh(dispute)), live_server)
        for name, address in (
            ("mediation-dispute", dispute.get_absolute_url()),
            ("mediation-roster", "/mediation/roster/"),
            ("mediation-mine", "/mediation/mine/"),
            ("mediation-draft", f"{dispute.get_absolute_url()}draft/"),
            ("mediation-entry", Mediator.objects.get(person=chair(fresh(dispute)).person_id).get_absolute_url()),
            ("mediation-list", f"/collaborations/{collaboration.receipt}/mediation/"),
        ):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} is wider than {width}"
            for more in page.locator("main details").all():
                more.evaluate("element => { element.open = true }")
            axe(page)
            screenshot(page, name, full=True)
    actions.mediation_approve(by=chair(fresh(dispute)), id=dispute.pk, seen=mark_of(dispute))
    for seat in seats(dispute)[1:3]:
        actions.mediation_approve(by=viewer_of(seat), id=dispute.pk, seen=mark_of(dispute))
    actions.mediation_answer(by=world.asker, id=dispute.pk, accepts=False, reason="올해 쓸 수 있는 돈이 없습니다.")
    actions.mediation_answer(by=world.offerer, id=dispute.pk, accepts=True)
    page = browse(width=360, language="en")
    page.goto(dispute.get_absolute_url())
    axe(page)
    screenshot(page, "mediation-closed", full=True)


def without_script(panel: Panel, dispute: Dispute, page: Any) -> None:
    """A member takes the seat; the last one's acceptance begins the election."""
    page.goto(dispute.get_absolute_url())
    page.get_by_role("button", name="이해관계가 없고, 맡겠습니다").click()
    page.get_by_text("조정위원을 맡았습니다.").wait_for()
    for seat in seats(dispute)[1:]:
        actions.seat_accept(by=viewer_of(seat), id=dispute.pk)
    assert fresh(dispute).step == Step.ELECTING
    page.reload()
    page.locator("input[name=choice]").first.check()
    page.get_by_role("button", name="투표하기").click()
    page.get_by_text("투표했습니다.").wait_for()
