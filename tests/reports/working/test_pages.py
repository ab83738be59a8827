"""The pages of the work on a report: the list, each verb's form, and what whoever reported does."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from dure.core.ids import uuid7
from dure.core.models import Event
from dure.core.viewer import Viewer
from dure.reports.models import AnswerTemplate, Move, Report, Word, WorkBatch
from dure.reports.working import actions
from dure.reports.working.pages.verbs import VERBS
from dure.web.desk import desk
from tests.collaboration.world import client_of
from tests.reports.world import World, route_to


def page(client: Client, path: str, status: int = 200, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def work(report: Report, verb: str) -> str:
    return f"{report.get_absolute_url()}desk/{verb}/"


def test_from_the_list_to_the_answer(world: World) -> None:
    report = world.report()
    client = client_of(world.officer)
    html = page(client, "/reports/desk/")
    assert report.receipt in html
    assert client.post(work(report, "take"), {"next": "/reports/desk/"})["Location"] == "/reports/desk/"
    report.refresh_from_db()
    assert report.officer_id == world.officer.person_id
    assert "처리" in page(client, report.get_absolute_url())
    answer = client.post(work(report, "answer"), {"outcome": "solved", "text": "치웠습니다."})
    assert answer.status_code == 302
    report.refresh_from_db()
    assert (report.state, report.outcome) == ("closed", "solved")
    html = page(Client(), report.status_path)
    assert "치웠습니다." in html
    assert "풀리지 않았습니다" in html
    assert Client().post(f"{report.status_path}not-solved/", {"text": "그대로 있어요."}).status_code == 302
    report.refresh_from_db()
    assert report.state == "received"
    assert report.second_look_at
    page(client, report.get_absolute_url())


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_each_verb_has_its_form(world: World, verb: str) -> None:
    report = world.report()
    html = page(client_of(world.officer), work(report, verb))
    assert report.receipt in html
    assert "csrfmiddlewaretoken" in html
    page(client_of(world.other), work(report, verb), 403)
    page(Client(), work(report, verb), 302)


def test_every_page_also_in_english(world: World) -> None:
    report = world.report()
    client = client_of(world.officer)
    for path in ("/reports/desk/", "/reports/desk/templates/", work(report, "pass-on"), work(report, "answer")):
        page(client, path, **{"accept-language": "en"})
    assert "Reports at work" in page(client, "/reports/desk/", **{"accept-language": "en"})


def test_what_was_typed_stays_with_the_error(world: World) -> None:
    report = world.report()
    answer = client_of(world.officer).post(work(report, "pass-on"), {"target": "없는기관", "reason": "저쪽 길입니다."})
    assert answer.status_code == 422
    assert "저쪽 길입니다." in answer.content.decode()
    assert "없는기관" in answer.content.decode()
    answer = client_of(world.officer).post(work(report, "ask"), {"text": "어느 쪽 차로인가요?", "days": "99"})
    assert answer.status_code == 422
    assert "어느 쪽 차로인가요?" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        *("state=overdue", "state=second", "state=all", "state=closed", "group=roads", "officer=mine", "q=고라니"),
        *("officer=untaken", "safety=1", "since=2020-01-01&until=2030-01-01", "near=127.0018,36.7898,500"),
    ],
)
def test_the_list_filters(world: World, query: str) -> None:
    world.report()
    page(client_of(world.officer), f"/reports/desk/?{query}")


def test_filters_narrow(world: World) -> None:
    report = world.report()
    client = client_of(world.officer)
    for query in ("q=고라니", "officer=untaken", "near=127.0018,36.7898,500", "group=roads"):
        assert report.receipt in page(client, f"/reports/desk/?{query}")
    for query in ("q=가로등", "officer=mine", "near=127.1,36.7898,500", "state=closed", "safety=3"):
        assert report.receipt not in page(client, f"/reports/desk/?{query}")
    page(client, "/reports/desk/?near=abc", 422)


def test_the_list_is_the_bodys_own(world: World) -> None:
    mine, theirs = world.report(), world.report(to=world.there)
    html = page(client_of(world.officer), "/reports/desk/?state=all")
    assert mine.receipt in html
    assert theirs.receipt not in html
    page(client_of(world.reader), "/reports/desk/", 403)
    page(client_of(world.citizen), "/reports/desk/", 403)


def test_a_file_of_the_list(world: World) -> None:
    report = world.report()
    client = client_of(world.officer)
    csv = b"".join(client.get("/reports/desk/export/csv/?state=all").streaming_content).decode()  # type: ignore[attr-defined]
    assert report.receipt in csv
    assert client.get("/reports/desk/export/xlsx/").status_code == 200
    assert client.get("/reports/desk/export/doc/").status_code == 404


def test_as_many_queries_for_many_rows(world: World) -> None:
    client = client_of(world.officer)
    world.report()
    page(client, "/reports/desk/")
    with CaptureQueriesContext(connection) as few:
        page(client, "/reports/desk/")
    for _ in range(8):
        actions.report_take(by=world.officer, id=world.report().pk)
    with CaptureQueriesContext(connection) as many:
        page(client, "/reports/desk/")
    assert len(many) == len(few)


def test_many_at_once_and_back(world: World) -> None:
    first, second = world.report(), world.report()
    actions.report_take(by=world.head, id=second.pk)
    client, batch = client_of(world.officer), uuid7()
    sent = {"do": "take", "ids": [str(first.pk), str(second.pk)], "batch": str(batch)}
    html = client.post("/reports/desk/bulk/", sent, follow=True).content.decode()
    assert second.receipt in html
    assert "이미 담당자가" in html
    first.refresh_from_db()
    assert first.officer_id == world.officer.person_id
    client.post("/reports/desk/bulk/", sent)
    assert WorkBatch.objects.count() == 1
    client.post(f"/reports/desk/undo/{batch}/")
    first.refresh_from_db()
    assert (first.officer_id, first.state) == (None, "received")


def test_many_are_answered_with_a_template(world: World) -> None:
    reports = [world.report(), world.report()]
    client, id = client_of(world.officer), uuid7()
    client.post(f"/reports/desk/templates/{id}/", {"title": "치움", "text": "{receipt} {category} 치웠습니다."})
    ids = [str(report.pk) for report in reports]
    asked = client.post("/reports/desk/bulk/", {"do": "close", "ids": ids})
    assert "치움" in asked.content.decode()
    wrong = client.post("/reports/desk/bulk/", {"do": "close", "ids": ids, "go": "1"})
    assert wrong.status_code == 422
    client.post("/reports/desk/bulk/", {"do": "close", "ids": ids, "go": "1", "template": str(id), "outcome": "solved"})
    assert Report.objects.filter(state="closed", outcome="solved").count() == 2
    assert Word.objects.filter(text__startswith=reports[0].receipt).exists()


def test_many_are_passed_on_or_assigned(world: World) -> None:
    reports = [world.report(), world.report()]
    client, ids = client_of(world.head), [str(report.pk) for report in reports]
    sent = {"ids": ids, "go": "1"}
    client.post("/reports/desk/bulk/", {**sent, "do": "assign", "person": str(world.officer.person_id)})
    assert Report.objects.filter(officer=world.officer.person_id).count() == 2
    client.post("/reports/desk/bulk/", {**sent, "do": "pass_on", "target": "너른군", "reason": "그 군의 길입니다."})
    assert Move.objects.filter(state="offered").count() == 2
    client.post(f"/reports/desk/undo/{WorkBatch.objects.get(kind='pass_on').pk}/")
    assert not Move.objects.filter(state="offered").exists()


def test_nothing_ticked_is_said(world: World) -> None:
    html = client_of(world.officer).post("/reports/desk/bulk/", {"do": "take"}, follow=True).content.decode()
    assert "하나 넘게" in html


def test_a_move_is_answered_on_its_page(world: World) -> None:
    report = world.report()
    client_of(world.officer).post(work(report, "pass-on"), {"target": "너른군", "reason": "그 군의 길입니다."})
    assert "data-row" not in page(client_of(world.other), "/reports/desk/?state=all")
    assert "그 군의 길입니다." in page(client_of(world.other), "/reports/desk/")
    assert "넘겨받을까요" in page(client_of(world.other), work(report, "move"))
    page(client_of(world.far), work(report, "move"), 403)
    wrong = client_of(world.other).post(work(report, "move"), {"do": "return", "reason": ""})
    assert wrong.status_code == 422
    assert client_of(world.other).post(work(report, "move"), {"do": "accept"}).status_code == 302
    report.refresh_from_db()
    assert report.body == world.there


def test_whoever_reported_answers_by_the_link(world: World) -> None:
    report = world.report()
    actions.report_ask(by=world.officer, id=report.pk, text="어느 차로인가요?")
    assert "어느 차로인가요?" in page(Client(), report.status_path)
    assert "어느 차로인가요?" in page(Client(), f"{report.status_path}reply/")
    assert Client().post(f"{report.status_path}reply/", {"text": " "}).status_code == 422
    assert Client().post(f"{report.status_path}reply/", {"text": "바깥쪽 010-1234-5678"}).status_code == 302
    assert Client().get(f"{report.status_path}not-solved/").status_code == 409


def test_consent_by_the_link(world: World) -> None:
    report = world.report()
    for _ in range(2):
        actions.report_extend(by=world.officer, id=report.pk, reason="부품을 주문해 기다리고 있습니다.")
    assert "한 번 더" in page(Client(), report.status_path)
    page(Client(), f"{report.status_path}extension/")
    assert Client().post(f"{report.status_path}extension/", {"agree": "no"}).status_code == 302
    assert Client().get(f"{report.status_path}extension/").status_code == 409


def test_without_a_body(world: World) -> None:
    report = world.report(route=route_to("", reason="자리를 몰라 찾지 못했습니다.", law=(), confidence=0.0))
    page(client_of(world.officer), "/reports/desk/nobody/", 403)
    page(Client(), "/reports/desk/nobody/", 302)
    world.here.kind = "sido"
    world.here.save()
    client = client_of(world.officer)
    assert report.receipt in page(client, "/reports/desk/nobody/")
    sent = {"report": str(report.pk), "body": "너른군", "reason": ""}
    wrong = client.post("/reports/desk/nobody/", sent)
    assert wrong.status_code == 422
    assert "너른군" in wrong.content.decode()
    client.post("/reports/desk/nobody/", {**sent, "reason": "그 군의 들길입니다."})
    report.refresh_from_db()
    assert report.body == world.there


def test_answers_written_beforehand(world: World) -> None:
    client, id = client_of(world.officer), uuid7()
    page(client, "/reports/desk/templates/")
    page(client, f"/reports/desk/templates/{id}/")
    wrong = client.post(f"/reports/desk/templates/{id}/", {"title": "길", "text": "{name} 님께"})
    assert wrong.status_code == 422
    assert "{name}" in wrong.content.decode()
    client.post(f"/reports/desk/templates/{id}/", {"title": "길", "text": "{place}을 고쳤습니다."})
    assert "길" in page(client, "/reports/desk/templates/")
    report = world.report(address="너른로 1")
    assert "너른로 1" in page(client, work(report, "answer") + "?from=0")
    assert client.post(f"/reports/desk/templates/{id}/remove/").status_code == 302
    assert AnswerTemplate.objects.get(pk=id).removed_at
    page(client_of(world.other), f"/reports/desk/templates/{uuid7()}/")


def test_an_answer_from_before_is_offered_with_its_source(world: World) -> None:
    before = world.report(words="국도 갓길에 고라니가 죽어 있습니다.")
    actions.report_answer(by=world.officer, id=before.pk, outcome="solved", text="사체를 거두어 묻었습니다.")
    html = page(client_of(world.officer), work(world.report(), "answer"))
    assert before.receipt in html
    assert "사체를 거두어" in html


def test_the_timeline_says_what_happened(world: World) -> None:
    report = world.report()
    actions.report_take(by=world.officer, id=report.pk)
    actions.report_pass_on(by=world.officer, id=report.pk, target_id=world.there.pk, reason="그 군의 길입니다.")
    html = page(Client(), report.get_absolute_url())
    assert "담당자가 맡았습니다." in html
    assert "다른 기관에 넘기자고 했습니다." in html
    assert "너른군" in html
    assert "김도로" not in html
    assert "그 군" not in str(list(Event.objects.values_list("data", flat=True)))


def test_a_split_shows_its_parts_on_the_link(world: World) -> None:
    report = world.report()
    sent = {
        "reason": "길과 불의 일입니다.",
        "words_0": "고라니",
        "body_0": "온샘시",
        "words_1": "꺼진 불",
        "body_1": "너른군",
    }
    assert client_of(world.officer).post(work(report, "split"), sent).status_code == 302
    html = page(Client(), report.status_path)
    assert "꺼진 불" in html
    piece = report.pieces.get(body=world.there)
    assert piece.status_path in html
    page(Client(), piece.status_path)
    assert piece.status_path not in page(Client(), report.get_absolute_url())


def test_the_desk_shows_what_waits(world: World) -> None:
    report = world.report()
    Report.objects.filter(pk=report.pk).update(safety=3)
    items = [item for item in desk(world.officer).items if item.kind == "신고"]
    assert [item.url for item in items] == [report.get_absolute_url()]
    assert desk(world.officer).failed == ()
    actions.report_pass_on(by=world.officer, id=report.pk, target_id=world.there.pk, reason="그 군의 길입니다.")
    assert any(item.kind == "넘어온 신고" for item in desk(world.other).items)
    assert not any(item.kind == "신고" for item in desk(Viewer.anonymous()).items)


def picture() -> SimpleUploadedFile:
    kept = BytesIO()
    Image.new("RGB", (8, 8), "green").save(kept, "PNG")
    return SimpleUploadedFile("after.png", kept.getvalue(), "image/png")


def test_pictures_come_with_the_answer(world: World) -> None:
    report = world.report()
    client = client_of(world.officer)
    sent = {"outcome": "solved", "text": "치웠습니다."}
    wrong = client.post(work(report, "answer"), {**sent, "pictures": [picture() for _ in range(6)]})
    assert wrong.status_code == 422
    assert "치웠습니다." in wrong.content.decode()
    broken = SimpleUploadedFile("a.png", b"no picture", "image/png")
    assert client.post(work(report, "answer"), {**sent, "pictures": [broken]}).status_code == 422
    assert client.post(work(report, "answer"), {**sent, "pictures": [picture(), picture()]}).status_code == 302
    assert page(Client(), report.status_path).count("after.png") >= 2
    again = {"text": "그대로예요.", "pictures": [picture()]}
    assert Client().post(f"{report.status_path}not-solved/", again).status_code == 302


def test_whoever_reported_with_an_account_finds_the_way(world: World) -> None:
    report = world.report(by=world.citizen)
    actions.report_ask(by=world.officer, id=report.pk, text="어느 차로인가요?")
    assert f"{report.status_path}reply/" in page(client_of(world.citizen), report.get_absolute_url())
    assert report.status_path not in page(client_of(world.officer), report.get_absolute_url())
    assert report.status_path not in page(Client(), report.get_absolute_url())
