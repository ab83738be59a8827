"""Pages of the company desk: what is typed stays, lists page and export, and English is whole."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.cache import cache
from django.test import Client

from dure.bodies.models import Body
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.reports import asking
from dure.reports.company import actions
from dure.reports.company.pages import door
from dure.reports.company.pages.common import PER_PAGE
from dure.reports.models import CareApproval, CompanyCare, Report, RuleChange, Visit
from tests.collaboration.world import client_of, officer
from tests.reports.company.conftest import HEARD, RULE, SAID, collected, hand_in, logged, make_firm
from tests.reports.world import World, route_to

HANGUL = re.compile(r"[가-힣]")


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer: Any = client.get(path)
    assert answer.status_code == status, path
    whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(whole.decode())


def slug_of(viewer: Viewer) -> str:
    return Body.objects.get(pk=viewer.body_id).slug


def test_the_door_keeps_what_was_typed(world: World, firm: Viewer) -> None:
    bad = Client().post("/reports/company/", {"difficulty": "막혔습니다"})
    assert bad.status_code == 422
    assert "막혔습니다" in bad.content.decode()
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)):
        assert client_of(firm).post("/reports/company/", SAID).status_code == 302
    report = Report.objects.get()
    assert report.sender_id == firm.body_id
    assert "창고 증축" in text_of(client_of(firm), "/reports/company/mine/")
    assert "회사가 아닌 기관" in text_of(client_of(world.officer), "/reports/company/")


def test_a_doubled_post_is_one_and_written_on_is_another(world: World) -> None:
    client, id = Client(), str(uuid7())
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)):
        for difficulty in ("하나", "하나", "둘", "둘"):
            answer = client.post("/reports/company/", {**SAID, "id": id, "difficulty": difficulty})
            assert answer.status_code == 302
    assert Report.objects.count() == 2


def test_a_flood_is_stopped_and_what_was_typed_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PER_HOUR", 1)
    cache.clear()
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)):
        assert Client().post("/reports/company/", SAID).status_code == 302
        stopped = Client().post("/reports/company/", {**SAID, "difficulty": "또 막혔습니다"})
    assert stopped.status_code == 422
    assert "또 막혔습니다" in stopped.content.decode()
    assert "너무 많이" in stopped.content.decode()


def test_a_company_says_who_may_care_for_it(world: World, firm: Viewer) -> None:
    client = client_of(firm)
    path = "/reports/company/mine/bodies/"
    assert client.post(path, {"body": "너른군", "do": "accept"}).status_code == 302
    assert CareApproval.objects.get().state == "accepted"
    assert "너른군" in text_of(client, "/reports/company/mine/")
    bad = client.post(path, {"body": "없는 기관", "do": "accept"})
    assert bad.status_code == 422
    assert "없는 기관" in bad.content.decode()
    assert client.post(path, {"body": "너른군", "do": "end"}).status_code == 302
    assert CareApproval.objects.get().state == "ended"
    report = hand_in(world, firm)
    day = clock.today() + timedelta(days=9)
    assert client.post(f"/reports/company/mine/{report.pk}/withhold/", {}).status_code == 422
    assert client.post(f"/reports/company/mine/{report.pk}/withhold/", {"review_on": str(day)}).status_code == 302
    assert client.post(f"/reports/company/mine/{report.pk}/open/").status_code == 302
    assert Client().get(report.get_absolute_url()).status_code == 200


def test_an_official_takes_hands_over_and_ends(world: World, firm: Viewer) -> None:
    head, clerk = client_of(world.head), client_of(world.officer)
    assert clerk.post("/reports/company/desk/care/take/", {"company": slug_of(firm)}).status_code == 302
    assert "김도로" in text_of(head, "/reports/company/desk/companies/")
    form = {"company": "샘가구", "officer": str(world.head.person_id)}
    assert head.post("/reports/company/desk/care/", {**form, "company": "샘"}).status_code == 422
    assert head.post("/reports/company/desk/care/", form).status_code == 302
    assert head.post("/reports/company/desk/care/end/", {"company": slug_of(firm)}).status_code == 302
    assert CompanyCare.objects.filter(until=None).count() == 0
    page = text_of(Client(), f"/reports/company/of/{slug_of(firm)}/")
    assert page.index("이과장") < page.index("김도로")
    far = make_firm(world, "먼가구", area=world.there)
    form = {"company": "먼가구", "reason": "함께 풀 일이 있습니다."}
    assert clerk.post("/reports/company/desk/care/ask/", {"company": "먼가구"}).status_code == 422
    assert clerk.post("/reports/company/desk/care/ask/", form).status_code == 302
    assert "함께 풀 일이 있습니다." in text_of(client_of(far), "/reports/company/mine/")


def test_visits_through_the_pages(world: World, firm: Viewer) -> None:
    client = client_of(world.officer)
    day = clock.today()
    form = {"company": "샘가구", "kind": "visit", "on": str(day), "purpose": "창고를 봅니다.", "starts": "14:30"}
    assert client.post("/reports/company/desk/visit/plan/", {**form, "on": ""}).status_code == 422
    assert client.post("/reports/company/desk/visit/plan/", form).status_code == 302
    visit = Visit.objects.get()
    path = visit.get_absolute_url()
    assert "14:30" in text_of(client_of(firm), path)
    assert client.post(f"{path}move/", {"on": str(day), "purpose": "증축을 봅니다."}).status_code == 302
    bad = client.post(f"{path}log/", {"on": str(day), "heard": "남는 말"})
    assert bad.status_code == 422
    assert "남는 말" in bad.content.decode()
    due = {"promised": "알아보겠습니다.", "answer_due": str(day)}
    assert client.post(f"{path}log/", {**HEARD, "on": str(day), **due}).status_code == 302
    assert "창고가 모자랍니다." in text_of(client, "/reports/company/desk/visits/?state=owed")
    assert "샘가구" in text_of(client, "/reports/company/desk/")
    assert client.post(f"{path}answer/", {"text": "됩니다."}).status_code == 302
    assert client.get(f"{path}withhold/").status_code == 200
    hide = {"why": "trade_secret", "review_on": str(day + timedelta(days=3))}
    assert client.post(f"{path}withhold/", {**hide, "review_on": str(day)}).status_code == 422
    assert client.post(f"{path}withhold/", hide).status_code == 302
    assert "됩니다." not in text_of(Client(), path)
    assert client.post(f"{path}open/").status_code == 302
    assert "됩니다." in text_of(Client(), path)
    assert client.get(f"{path}burn/").status_code == 404
    assert (
        client.post("/reports/company/desk/visit/log/", {**HEARD, "company": "샘가구", "on": str(day)}).status_code
        == 422
    )
    log = {**HEARD, "company": "샘가구", "on": str(day), "kind": "call"}
    assert client.post("/reports/company/desk/visit/log/", log).status_code == 302
    lines = text_of(client, "/reports/company/desk/visits/csv/")
    assert "전화·영상" in lines
    assert client.get("/reports/company/desk/visits/xlsx/").status_code == 200


def test_rules_through_the_pages(world: World) -> None:
    client = client_of(world.officer)
    assert client.post("/reports/company/rules/new/", {**RULE, "law": ""}).status_code == 422
    assert client.post("/reports/company/rules/new/", RULE).status_code == 302
    rule = RuleChange.objects.get()
    path = rule.get_absolute_url()
    step = {"state": "sent", "on": str(clock.today()), "to": "국토부", "source": "공문 3호"}
    bad = client.post(f"{path}step/", {**step, "source": "", "note": "남는 말"})
    assert bad.status_code == 422
    assert "남는 말" in bad.content.decode()
    assert client.post(f"{path}step/", step).status_code == 302
    assert "공문 3호" in text_of(Client(), path)
    assert "창고 높이" in text_of(Client(), "/reports/company/rules/?state=followed&q=창고")
    assert "창고 높이" not in text_of(Client(), "/reports/company/rules/?state=changed")
    assert "창고 높이" in text_of(Client(), "/reports/company/rules/csv/")
    assert Client().get("/reports/company/rules/xlsx/").status_code == 200
    assert Client().get("/reports/company/rules/pdf/").status_code == 404


def test_lists_of_more_than_a_page_go_on(world: World, firm: Viewer) -> None:
    for number in range(PER_PAGE + 2):
        hand_in(world, firm, difficulty=f"어려움 {number:03d}")
        collected(world.officer, title=f"규정 {number:03d}")
    client = client_of(world.officer)
    seen = text_of(client, "/reports/company/desk/") + text_of(client, "/reports/company/desk/?page=2")
    assert {int(n) for n in re.findall(r"어려움 (\d{3})", seen)} == set(range(PER_PAGE + 2))
    own = text_of(client_of(firm), "/reports/company/mine/") + text_of(client_of(firm), "/reports/company/mine/?page=2")
    assert {int(n) for n in re.findall(r"어려움 (\d{3})", own)} == set(range(PER_PAGE + 2))
    first = text_of(Client(), "/reports/company/rules/")
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    second = text_of(Client(), f"/reports/company/rules/{link[1].replace('&amp;', '&')}")
    assert {int(n) for n in re.findall(r"규정 (\d{3})", first + second)} == set(range(PER_PAGE + 2))


def test_figures_add_up_and_lead_to_a_body(world: World, firm: Viewer) -> None:
    from dure.reports.company.queries import figures
    from dure.reports.working import actions as working

    actions.care_take(by=world.officer, company_id=firm.body_id)
    done = hand_in(world, firm)
    hand_in(world, firm, secret=True)
    hand_in(world, firm)
    world.report()
    working.report_answer(by=world.officer, id=done.pk, outcome="answered", text="답입니다.")
    logged(world.officer, firm)
    collected(world.officer)
    now = figures.now(world.here)
    assert (now.open, now.answered, now.cared, now.rules["collected"]) == (2, 1, 1, 1)
    assert figures.now(world.there).open == 0
    row = figures.quarters(world.here)[0]
    found = (row.received, row.answered, row.in_time, row.open, row.visits, row.companies, row.cared, row.collected)
    assert found == (3, 1, 1, 2, 1, 1, 1, 1)
    assert row.days == 0
    assert [one.body for one in figures.by_body()] == [world.here]
    page = text_of(Client(), "/reports/company/figures/")
    assert "온샘시" in page
    assert "온샘시" in text_of(Client(), f"/reports/company/figures/?body={world.here.slug}")
    assert Client().get("/reports/company/figures/?body=nobody").status_code == 404
    quarters = text_of(Client(), "/reports/company/figures/csv/").splitlines()
    assert len(quarters) == 41
    assert quarters[1].split(",")[1:3] == ["3", "1"]
    assert text_of(Client(), "/reports/company/figures/csv/?by=body").splitlines()[1].startswith("온샘시,2,0,1,")


def test_in_english_nothing_is_left_in_korean(world: World, firm: Viewer) -> None:
    client = client_of(world.head)
    paths = (
        *("", "mine/", "desk/", "desk/companies/", "desk/care/", "desk/care/ask/", "desk/visits/", "desk/visit/plan/"),
        *("desk/visit/log/", "rules/", "rules/new/", "meetings/", "meetings/new/", "figures/"),
    )
    for path in paths:
        page = client.get(f"/reports/company/{path}", headers={"accept-language": "en"}).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        said = re.sub(r"<[^>]+>", " ", main)
        for name in ("온샘시", "샘가구", "이과장", "김도로", "너른군"):
            said = said.replace(name, "")
        assert not HANGUL.search(said), (path, HANGUL.findall(said)[:10], said[:600])


def test_who_acts_for_a_company_is_led_from_the_desk_to_its_own(world: World, firm: Viewer) -> None:
    answer = client_of(firm).get("/reports/company/desk/")
    assert answer["Location"] == "/reports/company/mine/"
    reader = officer(Body.objects.get(pk=firm.body_id), "직원", "reader")
    assert "받아들이기" not in text_of(client_of(reader), "/reports/company/mine/")
