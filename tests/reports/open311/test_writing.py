"""GeoReport v2, writing: reports with pictures and attributes, words, who may, and what hostile forms get."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.core import tokens
from dure.core.models import Attachment, Event, Message
from dure.reports.models import Report, Word
from dure.reports.open311 import pages
from dure.reports.sealed import unseal
from tests.reports.open311.conftest import photo
from tests.reports.open311.georeport import ROOT, checked, json, xml
from tests.reports.world import World

FORM = {"service_code": "roads.roadkill", "lat": "36.7898", "long": "127.0018", "description": "고라니가 죽어 있어요."}


def post(client: Client, status: int = 201, **form: Any) -> Any:
    response = client.post(f"{ROOT}/requests.json", {**FORM, **form})
    assert response.status_code == status, response.content.decode()
    return response.json()[0]


def test_a_report_is_taken_in_with_everything_that_was_said(routed: World, client: Client) -> None:
    made = post(
        client,
        address_string="온샘시 큰길 1",
        email="Me@Example.kr",
        first_name="주민",
        last_name="한",
        media=[photo(), photo("2.jpg", "red")],
        **{
            "attribute[road_class]": "expressway",
            "attribute[road_no]": "1",
            "attribute[road_km]": "324.5",
            "attribute[heading]": "270",
            "attribute[accuracy]": "12",
            "attribute[happened_at]": "2026-11-25T08:00:00+09:00",
            "attribute[unknown]": "x",
        },
    )
    report = Report.objects.get(receipt=made["service_request_id"])
    assert (report.source, report.category, report.category_by) == ("open311", "roads.roadkill", "person")
    assert (report.road_class, report.road_no, report.road_km) == ("expressway", "1", 324.5)
    assert (report.heading, report.accuracy_m) == (270, 12)
    assert report.happened_at is not None
    assert (report.lat, report.lon, report.body) == (36.7898, 127.0018, routed.here)
    assert unseal(report.contact.sealed) == "me@example.kr"
    assert report.contact.name == "주민 한"
    assert Message.objects.filter(address="me@example.kr").count() == 1
    assert Attachment.objects.filter(subject=report.urn).count() == 2
    assert report.status_path in made["service_notice"]
    assert "온샘시" in made["service_notice"]
    assert json(client, "requests")[0]["media_url"]


def test_the_answer_in_xml_and_a_place_by_words_only(routed: World, client: Client) -> None:
    form = {"service_code": "roads.pothole", "address_string": "온샘시 큰길 1", "description": "<b>&\x0b구멍"}
    root = checked(client.post(f"{ROOT}/requests.xml", form), 201)
    report = Report.objects.get(receipt=root.findtext("request/service_request_id"))
    assert (report.lat, report.address) == (None, "온샘시 큰길 1")
    assert xml(client, "requests").findtext("request/description") == "<b>&\n구멍"


def test_pictures_elsewhere_are_not_fetched(routed: World, client: Client) -> None:
    made = post(client, media_url="http://169.254.169.254/latest")
    assert "media_url" in made["service_notice"]
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"service_code": ""}, "service_code"),
        ({"service_code": "no.such"}, "service_code"),
        ({"lat": ""}, "lat"),
        ({"lat": "", "long": ""}, "lat"),
        ({"lat": "1e5"}, "lat"),
        ({"lat": "95"}, "lat"),
        ({"description": "가" * 4001}, "description"),
        ({"address_string": "가" * 201}, "address_string"),
        ({"email": "nobody"}, "email"),
        ({"first_name": "가" * 61}, "first_name"),
        ({"attribute[road_class]": "moon"}, "road_class"),
        ({"attribute[heading]": "361"}, "attribute[heading]"),
        ({"attribute[happened_at]": "soon"}, "attribute[happened_at]"),
        ({"jurisdiction_id": "nowhere"}, "jurisdiction_id"),
        ({"media": SimpleUploadedFile("a.jpg", b"no picture")}, "file"),
        ({"media": SimpleUploadedFile("a.txt", b"no picture at all")}, "media"),
    ],
)
def test_what_is_refused_names_the_field(routed: World, client: Client, form: dict[str, Any], field: str) -> None:
    error = post(client, 404 if field == "jurisdiction_id" else 400, **form)
    assert error["description"].startswith(f"{field}: "), error
    assert not Report.objects.exists()


def test_six_pictures_are_too_many(routed: World, client: Client) -> None:
    assert post(client, 400, media=[photo(f"{n}.jpg") for n in range(6)])["description"].startswith("media: ")


def test_without_a_key_a_few_in_an_hour_with_a_key_many(
    routed: World, client: Client, key: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "FREE_POSTS", 2)
    for _time in range(2):
        post(client)
    assert "잠시 동안" in post(client, 429)["description"]
    token = key(routed.there)
    for _time in range(3):
        post(client, api_key=token)
    assert {one.sender for one in Report.objects.all()} == {None, routed.there}
    assert post(client, 403, api_key=key(routed.there, "read"))["code"] == 403
    assert post(client, 403, api_key="dure_wrong")["code"] == 403


def test_the_same_report_sent_again_makes_no_second_one(routed: World, client: Client, key: Any) -> None:
    ours, theirs = key(routed.there), key(routed.here)
    first = post(client, api_key=ours, **{"attribute[fixmystreet_id]": "77"})
    again = post(client, api_key=ours, **{"attribute[fixmystreet_id]": "77"})
    other = post(client, api_key=theirs, **{"attribute[fixmystreet_id]": "77"})
    nobody = post(client, **{"attribute[fixmystreet_id]": "77"})
    assert first["service_request_id"] == again["service_request_id"]
    assert len({one["service_request_id"] for one in (first, other, nobody)}) == 3
    assert Event.objects.filter(type="reports.received").count() == 3
    header = {"Idempotency-Key": "abc", "Authorization": f"Bearer {ours}"}
    twice = [client.post(f"{ROOT}/requests.json", FORM, headers=header).json() for _time in range(2)]
    assert twice[0] == twice[1]


def test_a_report_is_not_lost_when_its_address_was_asked_too_often(routed: World, client: Client, key: Any) -> None:
    token = key(routed.there)
    for _time in range(7):
        made = post(client, api_key=token, email="same@example.kr")
    assert Report.objects.count() == 7
    assert "연락처 없이" in made["service_notice"]
    assert Message.objects.filter(address="same@example.kr").count() == 5


def test_a_browser_session_gives_no_right(routed: World) -> None:
    from tests.collaboration.world import client_of

    made = post(client_of(routed.officer))
    assert Report.objects.get(receipt=made["service_request_id"]).person is None


def tell(client: Client, code: int = 201, **form: Any) -> Any:
    response = client.post(f"{ROOT}/servicerequestupdates.json", form)
    assert response.status_code == code, response.content.decode()
    return response.json()[0]


def test_words_of_the_service_the_body_and_the_holder_of_the_link(routed: World, client: Client, key: Any) -> None:
    service, body, stranger = key(routed.there), key(routed.here), key(routed.roads)
    receipt = post(client, api_key=service)["service_request_id"]
    report = Report.objects.get()
    given = {"service_request_id": receipt, "description": "아직 그대로예요."}
    first = tell(client, api_key=service, update_id_ext="5", status="CLOSED", **given)
    assert tell(client, api_key=service, update_id_ext="5", **given) == first
    tell(client, api_key=body, **(given | {"description": "오늘 갑니다."}))
    tell(client, token=tokens.token_of("report", report.pk), description="고맙습니다.")
    assert list(Word.objects.order_by("at").values_list("from_reporter", "body__name_ko", "text")) == [
        (True, None, "아직 그대로예요."),
        (False, "온샘시", "오늘 갑니다."),
        (True, None, "고맙습니다."),
    ]
    tell(client, 403, api_key=stranger, **given)
    tell(client, 403, **given)
    tell(client, 404, api_key=service, service_request_id="R-0", description="x")
    tell(client, 400, api_key=service, service_request_id=receipt, description=" ")
    tell(client, 400, api_key=body, status="closed", **given)
    tell(client, 404, token="x" * 43, description="x")
    assert Report.objects.get().state == "received"
    read = json(client, "servicerequestupdates", {"service_request_id": receipt})
    assert [one["description"] for one in read] == ["아직 그대로예요.", "오늘 갑니다.", "고맙습니다."]
    assert read[0]["update_id"] == first["update_id"]


def test_an_answer_to_a_question_brings_the_report_back(routed: World, client: Client, key: Any) -> None:
    service = key(routed.there)
    receipt = post(client, api_key=service)["service_request_id"]
    Report.objects.update(state="asked")
    tell(client, api_key=service, service_request_id=receipt, description="다리 아래예요.")
    assert Report.objects.get().state == "received"
    assert Word.objects.get().kind == "reply"


def test_bodies_that_cannot_be_read(routed: World, client: Client) -> None:
    address = f"{ROOT}/requests.json"
    broken = client.post(address, b"--x\r\nbroken", content_type="multipart/form-data; boundary=x")
    assert broken.status_code in (400, 413)
    many = "&".join(f"a{n}=1" for n in range(600))
    huge = "description=" + "a" * 3_000_000
    form = "application/x-www-form-urlencoded"
    for body, status in ((many, 400), (huge, 413), ("", 400), ("%ff%fe=%00&lat=%00", 400)):
        response = client.post(address, body.encode(), content_type=form)
        assert response.status_code == status
        assert response.json()[0]["code"] == status
    nameless = client.post(address, {**FORM, "description": "\x00\x01\ud7ff"})
    assert nameless.status_code == 201


NASTY = st.text(max_size=60) | st.sampled_from(
    [
        "]]>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
        "\x00",
        "\ufffe",
        "a" * 5000,
        "1e999",
        "-0",
        "٣",
    ]
)
NAMES = ["service_code", "lat", "long", "address_string", "description", "email", "phone", "first_name", "media_url",
         "jurisdiction_id", "api_key", "attribute[road_no]", "attribute[heading]", "attribute[happened_at]",
         "attribute[]", "attribute[x", "service_request_id", "status", "token", "update_id"]  # fmt: skip


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(form=st.dictionaries(st.sampled_from(NAMES), NASTY, max_size=8), base=st.booleans(), path=st.booleans())
def test_no_form_breaks_the_door(routed: World, form: dict[str, str], base: bool, path: bool) -> None:
    from django.core.cache import cache

    cache.clear()
    client = Client(raise_request_exception=True)
    given = {name: text.encode("utf-8", "replace") for name, text in ({**FORM, **form} if base else form).items()}
    address = "requests" if path else "servicerequestupdates"
    response = client.post(f"{ROOT}/{address}.xml", given)
    assert response.status_code in (201, 400, 403, 404)
    checked(response, response.status_code)
    checked(client.get(f"{ROOT}/requests.xml"))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    query=st.dictionaries(
        st.sampled_from([*NAMES, "start_date", "end_date", "updated_after", "page", "page_size", "bbox", "radius"]),
        NASTY | st.datetimes().map(str) | st.integers().map(str) | st.floats().map(str),
        max_size=5,
    )
)
def test_no_query_breaks_the_door(routed: World, query: dict[str, str]) -> None:
    plain = {name: text.encode("utf-8", "replace") for name, text in query.items()}
    for address in ("requests", "servicerequestupdates", "services"):
        response = Client().get(f"{ROOT}/{address}.xml", plain)
        assert response.status_code in (200, 400, 403, 404)
        checked(response, response.status_code)
