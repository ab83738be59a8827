"""The same personal numbers handed in through every door are readable through none."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client

from dure.core import events, follow, notices
from dure.core.attachments import open_blob
from dure.core.models import Attachment, Event, Message, Notice, SearchDocument
from dure.core.search import search
from dure.core.viewer import Viewer
from dure.reports.intake import questions
from dure.reports.models import Report
from dure.reports.open311.mail.actions import mail_take
from tests.collaboration.world import client_of
from tests.reports.intake.test_pages import SURE, opened
from tests.reports.open311.conftest import photo
from tests.reports.open311.georeport import ROOT
from tests.reports.world import HERE, World

NUMBERS = {
    "resident": "900101-1234568",
    "phone": "010-2345-6789",
    "card": "4111-1111-1111-1111",
    "account": "123456-04-123456",
    "plate": "12가3456",
    "email": "deer.driver@example.kr",
}
TEXT = (
    "도로에 고라니 사체가 있어요. 주민등록번호 {resident}, 전화 {phone}, 카드 {card}, 국민은행 계좌 {account}, "
    "제 차는 {plate}, 메일 {email}"
).format(**NUMBERS)
PLACE = f"큰길 1 앞, {NUMBERS['phone']}"
PICTURE = f"고라니 {NUMBERS['phone']}.jpg"
NEEDLES = {*NUMBERS.values(), *(number.replace("-", "") for number in NUMBERS.values())}
PLACED = {"lat": str(HERE[1]), "long": str(HERE[0])}


def page(key: str) -> None:
    client = Client()
    said = {"words": TEXT, "lon": HERE[0], "lat": HERE[1], "address": PLACE, "photos": photo(PICTURE), "looked": "yes"}
    assert client.post("/reports/", {**opened(client), **said, "final": "1"}).status_code == 302
    link = Report.objects.get().status_path
    assert client.post(f"{link}correct/", {"category": "roads.roadkill", "address": f"{PLACE} 쪽"}).status_code == 302


def api(key: str) -> None:
    said = {"words": TEXT, "lon": HERE[0], "lat": HERE[1], "address": PLACE, "road_no": NUMBERS["phone"]}
    said |= {"category": "roads.roadkill"}
    headers = {"Authorization": f"Bearer {key}"}
    made = Client().post("/api/v1/reports", said, content_type="application/json", headers=headers)
    assert made.status_code == 201
    words = f"/api/v1/reports/{made.json()['receipt']}/words"
    more = Client().post(words, {"text": TEXT}, content_type="application/json", headers=headers)
    assert more.status_code == 201
    assert not found_in(made.content.decode() + more.content.decode())


def open311(form: str) -> Callable[[str], None]:
    def send(key: str) -> None:
        said = {**PLACED, "service_code": "roads.roadkill", "description": TEXT, "address_string": PLACE}
        said |= {"media": photo(PICTURE), "attribute[road_no]": NUMBERS["phone"]}
        said |= {"email": NUMBERS["email"], "first_name": "주민", "last_name": NUMBERS["phone"]}
        made = Client().post(f"{ROOT}/requests.{form}", said)
        assert made.status_code == 201, made.content.decode()
        assert not found_in(made.content.decode())

    return send


def letter(key: str) -> None:
    message = EmailMessage()
    message["From"], message["To"] = f"{NUMBERS['phone']} <{NUMBERS['email']}>", "report@dure.example"
    message["Subject"], message["Message-ID"] = f"고라니 {NUMBERS['plate']}", "<deer@example.kr>"
    message.set_content(TEXT)
    message.add_attachment(photo().read(), maintype="image", subtype="jpeg", filename=PICTURE)
    assert mail_take(message.as_bytes()).state == "report"


DOORS = {"page": page, "api": api, "open311 json": open311("json"), "open311 xml": open311("xml"), "letter": letter}


def found_in(text: str) -> set[str]:
    return {needle for needle in NEEDLES if needle in text or quote(needle) in text}


def read(client: Client, address: str) -> str:
    """The whole answer as text; of a workbook all its parts."""
    response = client.get(address)
    assert response.status_code == 200, address
    data = b"".join(response.streaming_content) if response.streaming else response.content
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    text = data.decode()
    # JSON writes Hangul as \u…: read, it says the same as it does to whoever asked.
    return json.dumps(json.loads(text), ensure_ascii=False) if text[:1] in "{[" else text


def public_addresses(report: Report) -> Iterator[str]:
    receipt = report.receipt
    yield from ("/", "/reports/", "/reports/all/", "/reports/all/?q=고라니", "/reports/all/feed.atom", "/map/")
    yield from (f"/reports/all/list.{kind}" for kind in ("csv", "xlsx", "geojson"))
    yield from ("/reports/evidence/", "/reports/evidence/spots/")
    yield from (report.get_absolute_url(), report.status_path, f"{report.status_path}received/")
    yield from (f"{report.status_path}now/", f"{report.status_path}correct/", f"/feeds/report/{report.pk}.xml")
    yield f"/bodies/{report.body.slug}/"
    yield from ("/api/v1/reports", f"/api/v1/reports/{receipt}", f"/api/v1/reports/{receipt}/timeline")
    for form in ("json", "xml"):
        yield from (f"{ROOT}/requests.{form}", f"{ROOT}/requests/{receipt}.{form}")
        yield from (f"{ROOT}/requests.{form}?extensions=true", f"{ROOT}/servicerequestupdates.{form}")


@pytest.mark.parametrize(
    "door", ["page", *(pytest.param(door, marks=pytest.mark.slow) for door in DOORS if door != "page")]
)
def test_what_is_personal_is_readable_nowhere(
    routed: World, key: Any, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "guess", lambda text: SURE)
    follow.follow(by=routed.citizen, subject=routed.here.urn)
    DOORS[door](key(routed.there))
    report = Report.objects.get()
    follow.follow(by=routed.citizen, subject=report.urn)
    for _round in range(5):
        events.deliver_due()
        notices.write_due()
    # The body that answers reads what was typed, so nothing was lost; and so this test would find what shows.
    own = client_of(routed.officer).get(report.get_absolute_url()).content.decode()
    assert set(NUMBERS.values()) <= found_in(own)
    cache.clear()
    everywhere = list(public_addresses(report))
    # What people who are signed in see beyond that stands on the report's page and in the list.
    signed_in = [report.get_absolute_url(), "/reports/all/", "/reports/mine/", "/desk/", "/notices/"]
    readers = [(Client(), everywhere), *((client_of(one), signed_in) for one in (routed.citizen, routed.other))]
    for client, addresses in readers:
        for address in addresses:
            text = read(client, address)
            assert not found_in(text), (address, found_in(text))
    for row in Attachment.objects.all():
        assert not found_in(row.name)
        with open_blob(row) as file:
            assert not [one for one in NEEDLES if one.encode() in file.read()]
    for event in Event.objects.all():
        assert not found_in(json.dumps([event.subject, event.thing, event.data], ensure_ascii=False))
    for found in SearchDocument.objects.all():
        assert not found_in(f"{found.title}{found.title_words}{found.body}{found.body_words}")
    assert [hit.urn for hit in search("고라니", viewer=Viewer.anonymous())] == [report.urn]
    for needle in NEEDLES:
        assert not search(needle, viewer=Viewer.anonymous()), needle
        assert report.receipt not in read(Client(), f"/reports/all/?q={quote(needle)}"), needle
    assert Notice.objects.exists()
    for message in Message.objects.all():
        assert not found_in(message.subject + message.text), message.text
    assert Report.objects.get().original == report.original
