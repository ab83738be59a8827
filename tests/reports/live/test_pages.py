"""The pages of reporter, crew and dispatcher through the client; nobody else sees where a crew is."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from dure.core import clock, live, tokens
from dure.core.events import timeline
from dure.core.ids import uuid7
from dure.core.links import resolve
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.engines.routing import Choice, Clarify, Other
from dure.reports.live import actions, codes, links, meanwhile, queries
from dure.reports.models import Dispatch, Report, RouteDecision, StatusLink, WrongPlace
from tests.collaboration.world import client_of
from tests.reports.live.conftest import AWAY, crew_of, crew_token, driving, sent
from tests.reports.world import HERE, World, route_to


def here_of(report: Report) -> str:
    return f"/r/{tokens.token_of('report', report.pk)}/"


def test_the_status_link_shows_who_comes_and_how_far(world: World) -> None:
    report = world.report()
    driving(world, report)
    page = Client().get(report.status_path)
    html = page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert "도로보수 1조" in html
    assert "약 2.9 km" in html
    assert "분에서" in html
    assert "어림했습니다" in html
    assert "<svg" in html
    assert "짐승을 손으로 만지지 마세요" in html
    assert 'href="tel:110"' in html
    assert "자리가 달라요" in html
    assert f"crew_watch:{report.status_link.watch}" in page.context["live_url"].replace("%3A", ":")
    assert len(page.content) < 60_000


def test_the_part_that_changes_says_whether_an_event_happened(world: World) -> None:
    report = world.report()
    url = here_of(report) + "now/"
    first = Client().get(url)
    assert first["HX-Trigger"] == "report-changed"
    assert "HX-Trigger" not in Client().get(url, {"seq": queries.last_event(report.pk)})


def test_nobody_else_sees_where_the_crew_is(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    report = world.report()
    dispatch, _phone = driving(world, report)
    token = crew_token(dispatch)
    Client().post(f"/crew/{token}/position/", {"lon": "127.45678", "lat": "36.98765", "accuracy": "5"})
    secret = ("127.45678", "36.98765", "127.4567", "36.9876")
    inside = [Client().get(report.status_path), client_of(world.officer).get("/reports/dispatch/")]
    assert all("km" in page.content.decode() for page in inside)
    outside = [
        client.get(url)
        for client in (Client(), client_of(world.citizen), client_of(world.other), client_of(world.far))
        for url in (
            report.get_absolute_url(),
            "/reports/dispatch/",
            "/reports/dispatch/figures/",
            f"/reports/{report.receipt}/dispatch/",
            f"/api/v1/reports/{report.receipt}/",
            "/api/v1/reports/",
            f"/search/?q={report.receipt}",
        )
    ]
    for page in outside:
        text = page.content.decode()
        assert not any(one in text for one in secret)
        assert "약 " not in text or "km" not in text
    for event in Event.objects.all():
        assert not any(one in json.dumps(event.data) for one in secret)
    assert not any(one in caplog.text for one in secret)
    assert all(not any(one in line.text for one in secret) for line in timeline(report.urn, Viewer.anonymous()))


def test_every_viewer_but_three_gets_no_position(world: World) -> None:
    report = world.report()
    _dispatch, phone = driving(world, report)
    other_link = Viewer.link(world.report().urn)
    viewers = {
        "reporter": Viewer.link(report.urn),
        "crew": phone,
        "officer": world.officer,
        "reader": world.reader,
        "head": world.head,
    }
    strangers = [
        Viewer.anonymous(),
        world.citizen,
        world.other,
        world.far,
        other_link,
        Viewer.person(uuid7(), staff_session_id=uuid7()),
        Viewer.system(world.here.pk, frozenset({"read", "write"}), uuid7()),
        Viewer.system(world.there.pk, frozenset({"read"}), uuid7()),
    ]
    for viewer in viewers.values():
        assert queries.crews_of(report, viewer)[0].position, viewer
    for viewer in strangers:
        assert queries.crews_of(report, viewer)[0].position is None, viewer
        if not viewer.is_person or not viewer.is_official:
            with pytest.raises(Refused):
                queries.board(viewer)
        else:
            assert not queries.board(viewer).out


def test_the_streams_of_moves_open_only_for_those_who_know_or_belong(world: World) -> None:
    report = world.report()
    driving(world, report)
    watch = f"dure:crew_watch:{report.status_link.watch}"
    board = f"dure:dispatch_board:{world.here.pk}"
    moved = queries.moves()
    assert set(moved) == {watch, board}
    assert watch in resolve([watch], Viewer.anonymous())
    assert f"dure:crew_watch:{report.pk}" not in resolve([f"dure:crew_watch:{report.pk}"], Viewer.anonymous())
    assert board in resolve([board], world.reader)
    for viewer in (Viewer.anonymous(), world.citizen, world.other):
        assert not resolve([board], viewer)
    assert str(report.status_link.watch) not in Client().get(report.get_absolute_url()).content.decode()


def test_a_move_is_told_without_an_event(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    report = world.report()
    dispatch, phone = driving(world, report)
    told: list[Any] = []
    reader = live.Reader(live.Live(), None, 0)  # type: ignore[arg-type]
    monkeypatch.setattr(reader, "_hand_over", told.extend)
    monkeypatch.setattr(live, "LOOK_AT_MOVES", 0.0)
    reader._look_at_moves()
    assert told == []
    actions.position_set(by=phone, dispatch=dispatch, lon=AWAY[0], lat=AWAY[1])
    reader._look_at_moves()
    watch = f"dure:crew_watch:{report.status_link.watch}"
    assert (live.MOVED, watch) in told
    told.clear()
    reader._look_at_moves()
    assert told == []


def test_the_crews_page_and_its_buttons(world: World, settings: Any) -> None:
    settings.GATEWAYS = {"sms": ("https://sms.example/", "key")}
    report = world.report(channel="phone", address_of="01012345678")
    dispatch, _phone = sent(world, report, note="다리 쪽에서 들어오세요", share_contact=True)
    base = f"/crew/{crew_token(dispatch)}/"
    client = Client()
    page = client.get(base)
    html = page.content.decode()
    assert page["X-Robots-Tag"] == "noindex"
    assert "다리 쪽에서 들어오세요" in html
    assert "tel:+821012345678" in html
    unasked, _phone = sent(world, world.report(channel="phone", address_of="01012345678"))
    assert "1012345678" not in client.get(f"/crew/{crew_token(unasked)}/").content.decode()
    assert client.post(f"{base}start/", {"share": "0"}).status_code == 302
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.sharing_since) == ("under_way", None)
    assert client.post(f"{base}place/", {"place": "둘째 다리"}).status_code == 302
    assert "둘째 다리" in Client().get(report.status_path).content.decode()
    assert client.post(f"{base}place/", {"place": ""}).status_code == 422
    client.post(f"{base}start/", {"share": "1"})
    answer = client.post(f"{base}position/", {"lon": AWAY[0], "lat": AWAY[1], "accuracy": "12.5"})
    assert answer.json() == {"seq": queries.last_event(report.pk)}
    assert client.post(f"{base}position/", {"lon": "x", "lat": "1"}).status_code == 422
    client.post(f"{base}stop/", {"why": "battery"})
    assert "전지가 얼마" in Client().get(report.status_path).content.decode()
    assert client.post(f"{base}position/", {"lon": AWAY[0], "lat": AWAY[1]}).status_code == 410
    client.post(f"{base}missing/")
    assert "찾지 못하고 있습니다" in Client().get(report.status_path).content.decode()
    client.post(f"{base}arrive/")
    assert client.post(f"{base}done/", {"text": "가" * 1001}).status_code == 422
    assert client.post(f"{base}done/", {"text": "치웠습니다"}).status_code == 302
    assert "치웠습니다" in Client().get(report.status_path).content.decode()
    assert "tel:+82" not in client.get(base).content.decode()
    assert client.post(f"{base}nothing/").status_code == 404
    assert Client().get("/crew/" + "x" * 43 + "/").status_code == 404


def test_the_crews_link_ends(world: World, hands: Any) -> None:
    dispatch, _phone = sent(world)
    base = f"/crew/{crew_token(dispatch)}/"
    hands.forward(hours=25)
    assert Client().get(base).status_code == 410


def test_wrong_place_on_the_page_keeps_what_was_typed(world: World) -> None:
    report = world.report()
    dispatch, _phone = driving(world, report)
    url = here_of(report) + "place/"
    client = Client()
    assert client.get(url).status_code == 200
    same = {"id": uuid7(), "lat": HERE[1], "lon": HERE[0], "address": "", "note": "주유소 앞이에요"}
    kept = client.post(url, same)
    assert kept.status_code == 422
    assert "주유소 앞이에요" in kept.content.decode()
    moved = client.post(url, {**same, "move": "n", "step": "1000"})
    assert moved.context["form"]["lat"].value() == pytest.approx(HERE[1] + 0.008993, abs=1e-5)
    assert "주유소 앞이에요" in moved.content.decode()
    assert not WrongPlace.objects.exists()
    assert client.post(url, {**same, "lat": "36.8", "lon": "127.01"}).status_code == 302
    crew = client.get(f"/crew/{crew_token(dispatch)}/").content.decode()
    assert "36.80000, 127.01000" in crew
    assert "주유소 앞이에요" in crew
    board = client_of(world.officer)
    assert "자리가 다르다고 합니다" in board.get("/reports/dispatch/").content.decode()
    board.post(f"/reports/dispatch/alerts/{WrongPlace.objects.get().pk}/seen/")
    assert "자리가 다르다고 합니다" not in board.get("/reports/dispatch/").content.decode()


def asking_about(*choices: Choice, kind: str = "border") -> Clarify:
    return Clarify("다리 어느 쪽인가요?", choices, kind, "On which side of the bridge is it?")


def asked(report: Report, **more: str) -> dict[str, str]:
    return {"asked": str(report.route_id), **more}


def test_the_one_question_is_answered_on_the_link(world: World) -> None:
    south = Choice(
        world.there.code, "남쪽", "South", unit="건설과", reason="군이 지정한 길이라서 군이 맡습니다(도로법 제17조).",
        reason_en="The county designated it (도로법 제17조).", law=("도로법 제17조",), rule="gun", confidence=0.9,
        area="4481000000",
    )  # fmt: skip
    other = Other(world.there.code, "", "이곳이 남쪽이면 너른군이 맡습니다.", "If it lies south, Neoreun is.")
    clarify = asking_about(Choice(world.here.code, "북쪽", "North"), south)
    report = world.report(route=route_to(world.here.code, clarify=clarify, others=(other,)))
    receipt = f"{report.status_path}received/"
    url = here_of(report) + "answer/"
    for page in (report.status_path, receipt):
        html = Client().get(page).content.decode()
        assert html.count("다리 어느 쪽인가요?") == 1
        assert f'action="{url}"' in html
        english = Client(headers={"accept-language": "en"}).get(page).content.decode()
        assert "On which side of the bridge is it?" in english
        assert not [said for said in ("다리 어느", "남쪽", "북쪽") if said in english]
    first = asked(report)
    for wrong in ({}, {"choice": "2"}, {"choice": "x"}, {"choice": "9" * 5000}):
        refused = Client().post(url, {**first, **wrong}, follow=True)
        assert "답 가운데에서 골라 주세요" in refused.content.decode()
    assert Client().post(url, {"choice": "1"}, follow=True).redirect_chain == [(report.status_path, 302)]
    report.refresh_from_db()
    assert report.body == world.here
    assert Client().post(url, {**first, "choice": "1", "back": "received"})["Location"] == receipt
    report.refresh_from_db()
    assert (report.body, report.unit, report.area_code) == (world.there, "건설과", "4481000000")
    for page in (report.status_path, receipt):
        html = Client().get(page).content.decode()
        assert "다리 어느 쪽인가요?" not in html
        assert "답해 주신 대로 이 기관으로 보냈습니다. 군이 지정한 길이라서" in html
        assert "<li>도로법 제17조</li>" in html
        assert "이곳이 남쪽이면" not in html
    # Whoever still has the page with the question open is told, and nothing moves.
    late = Client().post(url, {**first, "choice": "0"}, follow=True).content.decode()
    assert "이 물음은 없어졌습니다" in late
    report.refresh_from_db()
    assert report.body == world.there
    assert RouteDecision.objects.filter(report=report).count() == 2


def test_where_nothing_can_be_chosen_the_place_is_asked_for(world: World) -> None:
    where = Clarify("어디쯤인가요?", (), "ground", "Roughly where?")
    report = world.report(route=route_to("", clarify=where))
    for page in (report.status_path, f"{report.status_path}received/"):
        html = Client().get(page).content.decode()
        assert "어디쯤인가요?" in html
        assert f'href="{here_of(report)}correct/"' in html
        assert f'action="{here_of(report)}answer/"' not in html
        assert "Roughly where?" in Client(headers={"accept-language": "en"}).get(page).content.decode()


def test_an_answer_that_names_the_category_sets_it(world: World) -> None:
    lamp = Choice(world.there.code, "가로등", category="lighting.streetlight")
    report = world.report(route=route_to(world.here.code, clarify=asking_about(lamp, kind="category")), category="")
    Client().post(here_of(report) + "answer/", asked(report, choice="0"))
    report.refresh_from_db()
    # Routed anew with the category: here routing leaves it where it was.
    assert (report.category, report.category_by, report.body) == ("lighting.streetlight", "person", world.here)


def test_the_short_code_leads_there_and_guessing_is_stopped(world: World) -> None:
    report = world.report()
    path = links.short_path(report)
    code = path.split("/")[2]
    assert len(path) == 16
    assert Client().get(path)["Location"] == f"{report.status_path}?via=link"
    typed = f"{code[:4].lower()}-{code[4:8]}-{code[8:]}".replace("0", "o").replace("1", "l")
    assert Client().get(f"/s/{typed}/").status_code == 302
    assert code not in str(StatusLink.objects.values())
    for _try in range(20):
        assert Client().get("/s/ZZZZZZZZZZZZ/").status_code == 404
    assert Client().get("/s/ZZZZZZZZZZZZ/").status_code == 429
    assert Client().get(path).status_code == 429
    assert Client().get(path, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_two_reports_with_one_code(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = codes.code_of
    monkeypatch.setattr(codes, "code_of", lambda report, turn=0: real(report, turn) if turn > 1 else "0123456789AB")
    first, second = world.report(), world.report()
    assert (first.status_link.turn, second.status_link.turn) == (0, 2)
    assert not codes.usable("010123456789")
    assert links.report_of(links.short_path(second).split("/")[2]) == second


def test_opened_is_counted_once_and_only_after_it_was_sent(world: World) -> None:
    report = world.report()
    url = here_of(report)
    assert "opened/" not in Client().get(url).content.decode()
    assert "opened/" in Client().get(f"{url}?via=link").content.decode()
    Client().post(f"{url}opened/")
    assert StatusLink.objects.get(report=report).opened_at is None
    StatusLink.objects.filter(report=report).update(sent_at=clock.now())
    assert links.link_opened(report)
    assert not links.link_opened(report)
    other = world.report()
    StatusLink.objects.filter(report=other).update(sent_at=clock.now())
    Client().get(f"{here_of(other)}?via=link")
    month = queries.figures(world.reader)[0]
    assert (month.sent, month.opened, month.percent) == (2, 1, 50)
    page = client_of(world.officer).get("/reports/dispatch/figures/").content.decode()
    assert "25 % → 38 %" in page
    csv = b"".join(client_of(world.officer).get("/reports/dispatch/figures/?format=csv").streaming_content).decode()
    assert ",2,1,50" in csv
    with pytest.raises(Refused):
        queries.figures(world.citizen)


def test_sending_on_the_page(world: World) -> None:
    report = world.report()
    client = client_of(world.officer)
    url = f"/reports/{report.receipt}/dispatch/"
    assert "적어 둔 출동조가 없습니다" in client.get(url).content.decode()
    assert client.post("/reports/dispatch/crews/", {"id": uuid7(), "name": "", "phone": "1"}).status_code == 422
    assert client.post("/reports/dispatch/crews/", {"id": uuid7(), "name": "1조", "phone": ""}).status_code == 302
    crew = queries.crews(world.officer)[0]
    said = {"id": uuid7(), "crew": crew.pk, "note": "조심"}
    assert client.post(url, {**said, "note": "가" * 301}).status_code == 422
    assert client.post(url, said).status_code == 302
    dispatch = Dispatch.objects.get()
    assert dispatch.crew_path in client.get(url).content.decode()
    assert "출동조" in client.get(report.get_absolute_url()).content.decode()
    assert dispatch.crew_path not in Client().get(report.get_absolute_url()).content.decode()
    client.post(f"/reports/dispatch/{dispatch.pk}/cancel/")
    client.post(f"/reports/dispatch/crews/{crew.pk}/end/")
    assert queries.crews(world.officer) == []


def test_the_board_asks_as_often_for_many_as_for_one(world: World, django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(world.officer)
    driving(world)
    client.get("/reports/dispatch/")

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/reports/dispatch/").status_code == 200
        return len(caught)

    one = asked()
    for _number in range(4):
        driving(world, world.report())
    assert asked() == one


def test_a_position_costs_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    dispatch, _phone = driving(world)
    client = Client()
    url = f"/crew/{crew_token(dispatch)}/position/"
    client.post(url, {"lon": AWAY[0], "lat": AWAY[1]})
    with django_assert_max_num_queries(4):
        client.post(url, {"lon": AWAY[0], "lat": AWAY[1]})


def test_in_english(world: World) -> None:
    report = world.report()
    driving(world, report)
    html = Client().get(report.status_path, headers={"accept-language": "en"}).content.decode()
    assert "Wrong place" in html
    assert "Do not touch the animal." in html
    crew = crew_of(world, "2조")
    assert crew.name == "2조"


def test_every_dangerous_category_has_its_manual() -> None:
    from dure.reports.categories import by_id

    for id, category in by_id().items():
        with translation.override("ko"):
            manual = meanwhile.manual_for(id)
        if category.safety >= 2:
            assert manual.id != "default", id
        if category.safety == 3:
            assert manual.call, id
        assert 2 <= len(manual.steps) <= 4
    for section in ("groups", "categories"):
        for id, entry in meanwhile._table()[section].items():
            assert id in by_id() or section == "groups"
            assert len(entry["ko"]) == len(entry["en"]), id
    assert meanwhile.manual_for("").id == "default"
