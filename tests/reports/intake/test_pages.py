"""The way in through pages: without a script, with everything typed kept, and what comes after."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from dure.core import clock
from dure.core.attachments import open_blob
from dure.core.models import Attachment, Message
from dure.reports import asking
from dure.reports.actions import id_of
from dure.reports.guess import Guess
from dure.reports.intake import actions, questions
from dure.reports.intake.forms import BEGAN, began
from dure.reports.models import Intake, Report
from tests.collaboration.world import client_of
from tests.reports.world import HERE, World, route_to

SURE = Guess((("roads.roadkill", 0.93),), True, ("고라니",))
UNSURE = Guess((("roads.roadkill", 0.4), ("roads.pothole", 0.3), ("roads.sign_damaged", 0.1)), False, ("도로",))


@pytest.fixture(autouse=True)
def clear_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text model is another engine's matter; here it is sure."""
    monkeypatch.setattr(questions, "guess", lambda text: SURE)


@pytest.fixture(autouse=True)
def routed(world: World) -> Any:
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)) as route:
        yield route


def photo(name: str = "a.jpg") -> SimpleUploadedFile:
    picture = Image.new("RGB", (60, 40), "red")
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (36.0, 47.0, 23.0)}
    exif[0x010F] = "Nobody's phone"
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def hidden(html: str) -> dict[str, str]:
    """What a browser sends of a page's fields without anybody touching them."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", html):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("type") == "hidden" or (given.get("type") == "radio" and " checked" in tag):
            fields[given.get("name", "")] = unescape(given.get("value", ""))
    for name, text in re.findall(r'<textarea name="(\w+)" hidden>([^<]*)</textarea>', html):
        fields[name] = unescape(text)
    fields.pop("csrfmiddlewaretoken", None)
    return fields


def opened(client: Client, at: str = "/reports/") -> dict[str, str]:
    fields = hidden(client.get(at).content.decode())
    # As somebody who took a minute.
    with mock.patch("time.time", return_value=clock.now().timestamp() - 60):
        fields["began"] = began()
    return fields


def send(client: Client, **typed: Any) -> HttpResponse:
    fields = {"words": "국도 갓길에 고라니가 죽어 있어요.", "lon": HERE[0], "lat": HERE[1], **typed}
    return client.post("/reports/", {**opened(client), **fields})


def test_the_whole_way_without_a_script(world: World) -> None:
    client = Client()
    page = client.get("/reports/?text=고라니가 죽어 있어요").content.decode()
    assert "고라니가 죽어 있어요</textarea>" in page
    answer = send(client, contact="me@example.kr")
    assert answer.status_code == 302
    report = Report.objects.get()
    assert answer["Location"] == f"{report.status_path}received/"
    assert (report.category, report.category_by, report.body) == ("roads.roadkill", "words", world.here)
    receipt = client.get(answer["Location"])
    html = receipt.content.decode()
    assert receipt["Referrer-Policy"] == "same-origin"
    for said in (
        report.receipt,
        world.here.name,
        report.route.reason,
        report.status_path,
        '<svg class="qr"',
        "확인 링크",
    ):
        assert said in html
    assert Message.objects.get(address="me@example.kr")
    assert not Intake.objects.get().held


def test_a_telephone_is_confirmed_by_a_code(world: World) -> None:
    client = Client()
    with mock.patch("dure.core.ports.channels", return_value={"email", "sms"}):
        answer = send(client, contact="010-2345-6789")
    confirmation = Report.objects.get().contact.confirmation_id
    assert f"/confirm/code/{confirmation}/" in client.get(answer["Location"]).content.decode()


def test_it_is_in_english_too(world: World) -> None:
    html = Client().get("/reports/", headers={"accept-language": "en"}).content.decode()
    assert "What is wrong?" in html


def test_the_same_form_twice_makes_one_report(world: World) -> None:
    client = Client()
    fields = {**opened(client), "words": "고라니가 죽어 있어요."}
    first, again = client.post("/reports/", fields), client.post("/reports/", fields)
    assert first["Location"] == again["Location"]
    assert Report.objects.count() == 1
    other = client.post("/reports/", {**fields, "words": "이번에는 가로등이 꺼졌어요."})
    assert other["Location"] != first["Location"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"words": "", "lon": "", "lat": "", "address": ""}, "한마디를 적거나"),
        ({"words": "가" * 4001}, "4000"),
        ({"lon": "", "lat": "36"}, "경도와 위도를 모두"),
        ({"lon": "멀리", "lat": "36"}, "id_lon_error"),
        ({"lon": "181", "lat": "36"}, "id_lon_error"),
        ({"lon": "nan", "lat": "36"}, "id_lon_error"),
        ({"contact": "nobody@"}, "전자우편 주소를 다시"),
        ({"contact": "12"}, "id_contact_error"),
        ({"address": "가" * 201}, "id_address_error"),
        ({"area": "9999999999"}, "id_area_error"),
    ],
)
def test_an_error_keeps_what_was_typed(world: World, typed: dict[str, str], said: str) -> None:
    kept = {"words": "다리 난간이 <흔들려요>", "address": "큰다리 & 남쪽", "contact": "me@example.kr"}
    answer = send(Client(), **{**kept, "photos": photo(), **typed})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert not Report.objects.exists()
    for name, text in {**kept, **typed}.items():
        assert text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in html, name
    assert "a.jpg 빼기" in html


def test_photos_survive_an_error_and_lose_their_metadata(world: World) -> None:
    client = Client()
    page = send(client, words="", lon="", lat="", photos=[photo("a.jpg")]).content.decode()
    fields = {**hidden(page), **opened(client), "kept": hidden(page)["kept"]}
    answer = client.post("/reports/", {**fields, "words": "고라니", "looked": "yes"})
    assert answer.status_code == 302
    attachment = Attachment.objects.get(subject=Report.objects.get().urn)
    assert attachment.visibility == "public"
    with open_blob(attachment) as file:
        assert not Image.open(file).getexif()


def test_what_is_no_photo_is_said(world: World) -> None:
    text = SimpleUploadedFile("메모.txt", "그냥 글".encode(), "text/plain")
    html = send(Client(), photos=text).content.decode()
    assert "메모.txt" in html
    assert not Report.objects.exists()
    assert send(Client(), photos=[photo(f"{n}.jpg") for n in range(1)] + [text]).status_code == 422


def test_unclear_words_are_asked_about(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "guess", lambda text: UNSURE)
    client = Client()
    page = send(client)
    html = page.content.decode()
    assert page.status_code == 200
    assert "무엇에 관한 일인가요?" in html
    assert "‘도로’" in html
    assert html.count("<option") == 97
    answer = client.post("/reports/", {**hidden(html), "pick": "roads.pothole", "final": "yes"})
    assert answer.status_code == 302
    report = Report.objects.get()
    assert (report.category, report.category_by) == ("roads.pothole", "person")
    assert report.words.startswith("국도 갓길")


def test_not_knowing_the_kind_is_an_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "guess", lambda text: Guess())
    client = Client()
    html = send(client).content.decode()
    back = client.post("/reports/", {**hidden(html), "back": "yes"})
    assert "국도 갓길" in back.content.decode()
    assert client.post("/reports/", {**hidden(html), "category": "", "final": "yes"}).status_code == 302
    assert Report.objects.get().category == ""


def test_photos_nobody_looked_at_wait_for_the_body(world: World) -> None:
    client = Client()
    html = send(client, photos=photo()).content.decode()
    assert "사진에 얼굴이나 차 번호가 있나요?" in html
    answer = client.post("/reports/", {**hidden(html), "final": "yes"})
    report = Report.objects.get()
    attachment = Attachment.objects.get()
    assert (attachment.visibility, attachment.withheld_by_body) == ("body", world.here.pk)
    assert "살펴본 뒤에 공개합니다" in client.get(answer["Location"]).content.decode()
    assert "공개되지 않음" in Client().get(report.get_absolute_url()).content.decode()
    officer = client_of(world.officer)
    assert "살펴볼 것" in officer.get(report.get_absolute_url()).content.decode()
    assert client_of(world.other).post(f"/reports/{report.receipt}/look/").status_code == 403
    assert officer.post(f"/reports/{report.receipt}/look/").status_code == 302
    attachment.refresh_from_db()
    assert attachment.visibility == "public"


def test_somebody_was_first_and_joining(world: World) -> None:
    first = world.report()
    client = Client()
    html = send(client, lat=HERE[1] + 0.0004).content.decode()
    assert "누가 먼저 알린 일인가요?" in html
    assert first.receipt in html
    assert "44 m" in html
    answer = client.post("/reports/", {**hidden(html), "join": first.receipt, "final": "yes"})
    joined = Report.objects.exclude(pk=first.pk).get()
    assert (joined.outcome, joined.joined_to) == ("joined", first)
    page = client.get(answer["Location"]).content.decode()
    assert "같은 신고에 합쳤습니다" in page
    assert "1명 더" in client.get(first.get_absolute_url()).content.decode()
    assert client.post(f"{joined.status_path}part/").status_code == 302
    joined.refresh_from_db()
    assert joined.open
    # Whoever was asked is not asked again; whoever sent it later from a draft is.
    assert "합치기" not in client.get(joined.status_path).content.decode()
    Intake.objects.update(same_asked=False)
    assert "합치기" in client.get(joined.status_path).content.decode()
    assert client.post(f"{joined.status_path}join/", {"to": first.receipt}).status_code == 302


def test_not_right_put_it_right(world: World, routed: Any) -> None:
    client = Client()
    path = send(client)["Location"].removesuffix("received/")
    routed.return_value = route_to(world.there.code)
    wrong = client.post(f"{path}correct/", {"category": "roads.pothole", "lat": "36.1", "lon": ""})
    assert wrong.status_code == 422
    assert "36.1" in wrong.content.decode()
    right = client.post(
        f"{path}correct/", {"category": "roads.pothole", "address": "36.5000, 127.5000", "lat": "", "lon": ""}
    )
    assert right.status_code == 302
    report = Report.objects.get()
    assert (report.category, report.lon, report.lat, report.body) == ("roads.pothole", 127.5, 36.5, world.there)
    again = {"category": "roads.pothole", "address": "36.5000, 127.5000", "lat": "36.5", "lon": "127.5"}
    assert client.post(f"{path}correct/", again).status_code == 302
    assert client.post(f"{path}correct/", {}).status_code == 302
    report.refresh_from_db()
    assert (report.category, report.lon, report.routes.count()) == ("roads.pothole", 127.5, 2)


def test_danger_comes_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from dure.reports.categories import by_id

    worst = next(one.id for one in by_id().values() if one.safety == 3)
    monkeypatch.setattr(questions, "guess", lambda text: Guess(((worst, 0.9),), True, ()))
    client = Client()
    html = client.get(send(client)["Location"]).content.decode()
    assert html.index("tel:119") < html.index("<h1")


def test_a_trap_and_a_hurry_hold_and_say_so(world: World) -> None:
    client = Client()
    for typed in ({"homepage": "https://spam.example"}, {"began": began()}, {"began": "x"}):
        answer = send(client, **typed)
        report = Report.objects.latest("created_at")
        assert report.visibility == "body"
        assert "먼저 살펴본 뒤 공개합니다" in client.get(answer["Location"]).content.decode()
        assert Client().get(report.get_absolute_url()).status_code == 404
        assert client_of(world.officer).get(report.get_absolute_url()).status_code == 200
        assert client.get(report.status_path).status_code == 200


def test_a_script_gets_json(world: World) -> None:
    client = Client()
    fields = {**opened(client), "words": "고라니가 죽어 있어요."}
    answer = client.post("/reports/", fields, headers={"accept": "application/json"})
    report = Report.objects.get()
    assert answer.status_code == 201
    assert answer.json()["receipt"] == report.receipt
    assert report.pk == id_of(UUID(fields["id"]))
    wrong = client.post("/reports/", {**fields, "words": "", "id": ""}, headers={"accept": "application/json"})
    assert wrong.status_code == 422
    assert "words" in wrong.json()["errors"]


def test_what_the_script_asks_for(world: World) -> None:
    client = Client()
    assert client.get("/reports/ready/").json()["csrf"]
    worker = client.get("/reports/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert "/static/dure/intake.js" in worker.content.decode()
    html = client.get("/reports/around/?lon=127&lat=36&span=2000").content.decode()
    assert "<svg" in html
    assert "500 m" in html
    assert client.get("/reports/around/?lon=x").status_code == 200
    assert client.get("/reports/around/?lon=127&lat=nan").status_code == 422


def test_my_reports(world: World) -> None:
    assert Client().get("/reports/mine/").status_code == 302
    client = client_of(world.citizen)
    assert "아직 알리신 것이 없습니다" in client.get("/reports/mine/").content.decode()
    for number in range(22):
        world.report(by=world.citizen, words=f"{number}번째 일")
    world.report(words="남의 일")
    html = client.get("/reports/mine/").content.decode()
    assert html.count('quiet">R-') == 20
    assert "남의 일" not in html
    after = re.search(r"\?after=([^\"]+)", html)
    assert after
    assert client.get(f"/reports/mine/?after={unescape(after[1])}").content.decode().count('quiet">R-') == 2


def test_queries_do_not_grow_with_the_list(world: World, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(world.citizen)
    counts = []
    for more in (2, 12):
        for number in range(more):
            world.report(by=world.citizen, words=f"{more} {number}번째 일")
        client.get("/reports/mine/")
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get("/reports/mine/")
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_the_counter(world: World) -> None:
    assert Client().get("/reports/counter/").status_code in (302, 401, 403)
    assert client_of(world.reader).get("/reports/counter/").status_code == 403
    client = client_of(world.officer)
    fields = {**hidden(client.get("/reports/counter/").content.decode()), "words": "다리가 흔들린대요", "way": "phone"}
    wrong = client.post("/reports/counter/", {**fields, "contact": "me@example.kr"})
    assert wrong.status_code == 422
    assert "동의를 받았다고" in wrong.content.decode()
    assert "me@example.kr" in wrong.content.decode()
    assert "골라 주세요" in client.post("/reports/counter/", {**fields, "way": ""}).content.decode()
    answer = client.post("/reports/counter/", {**fields, "contact": "me@example.kr", "consent": "on", "name": "한주민"})
    assert answer.status_code == 302
    report = Report.objects.get()
    row = report.intake
    assert (report.source, report.person_id, row.way, row.entered_by_id) == (
        "counter",
        None,
        "phone",
        world.officer.person_id,
    )
    assert row.consent_at
    assert report.contact.name == "한주민"


def test_officials_join_and_part(world: World) -> None:
    first, second = world.report(), world.report()
    officer = client_of(world.officer)
    assert "여기에 합치기" in officer.get(second.get_absolute_url()).content.decode()
    assert officer.post(f"/reports/{second.receipt}/join/", {"to": first.receipt}).status_code == 302
    second.refresh_from_db()
    assert second.joined_to == first
    assert officer.post(f"/reports/{second.receipt}/part/").status_code == 302
    assert client_of(world.other).post(f"/reports/{second.receipt}/join/", {"to": first.receipt}).status_code == 403


def test_too_many_photos_in_an_hour_are_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PHOTOS_PER_HOUR", 1)
    answer = send(Client(), photos=[photo("a.jpg"), photo("b.jpg")])
    assert answer.status_code == 422
    assert "한 시간에 올릴 수 있는 사진" in answer.content.decode()


def test_salt_is_ours_alone() -> None:
    assert BEGAN.startswith("dure.")


def test_the_public_id_of_a_report_opens_no_status_link(world: World) -> None:
    send(Client())
    first = Report.objects.get()
    answer = send(Client(), id=str(first.pk), final="1")
    assert first.status_path not in answer.get("Location", "")
    assert first.status_path not in answer.content.decode()
