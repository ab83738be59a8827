"""Two clients of others drive the door: FixMyStreet's, as far as its behaviour is known, and `three` from PyPI."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from dure.core import clock
from dure.reports.models import Report, Word
from dure.reports.open311 import actions
from tests.reports.open311.conftest import photo
from tests.reports.open311.georeport import ROOT, checked
from tests.reports.world import World


@dataclass
class FixMyStreet:
    """What FixMyStreet's Open311 client sends and looks for. It reads XML loosely: an element that is there once stands
    alone, an empty one is no value; a report is sent when it was given a number, else its token is asked about."""

    key: str
    jurisdiction: str
    http: Client = field(default_factory=Client)

    def services(self) -> list[dict[str, str]]:
        return self._read("services", "service")

    def questions(self, code: str) -> list[str]:
        root = checked(self.http.get(f"{ROOT}/services/{code}.xml", {"jurisdiction_id": self.jurisdiction}))
        return [one.findtext("code") or "" for one in root.iter("attribute")]

    def send(self, number: int, *, code: str, **more: Any) -> str:
        """A problem becomes a request: title, detail and address of the page in one description, the pin as degrees,
        and its own number and the projected pin as attributes."""
        sent = self._write(
            "requests",
            {
                "service_code": code,
                "lat": "36.7898",
                "long": "127.0018",
                "description": "title: 고라니\n\ndetail: 국도 갓길에 있어요\n\nurl: https://fms.example/report/1\n\n",
                "first_name": "Minsu",
                "last_name": "Kim",
                "email": "minsu@example.kr",
                "phone": "010-1234-5678",
                "attribute[fixmystreet_id]": str(number),
                "attribute[easting]": "200160",
                "attribute[northing]": "465432",
                "attribute[title]": "고라니",
                **more,
            },
        )
        number_given = sent.findtext("request/service_request_id")
        if number_given:
            return number_given
        token = sent.findtext("request/token")
        return checked(self.http.get(f"{ROOT}/tokens/{token}.xml")).findtext("request/service_request_id") or ""

    def comment(self, number: int, about: str, text: str, status: str = "OPEN") -> str:
        sent = self._write(
            "servicerequestupdates",
            {
                "update_id_ext": str(number),
                "updated_datetime": clock.now().isoformat(timespec="seconds"),
                "service_request_id": about,
                "service_request_id_ext": "1",
                "status": status,
                "email": "minsu@example.kr",
                "first_name": "Minsu",
                "last_name": "Kim",
                "title": "MR",
                "description": text,
                "public_anonymity_required": "FALSE",
            },
        )
        return sent.findtext("request_update/update_id") or ""

    def poll(self, minutes: int = 60) -> list[dict[str, str]]:
        end = clock.now()
        since = {"start_date": _w3c(end - timedelta(minutes=minutes)), "end_date": _w3c(end)}
        return self._read("servicerequestupdates", "request_update", **since)

    def _read(self, path: str, name: str, **given: str) -> list[dict[str, str]]:
        given |= {"jurisdiction_id": self.jurisdiction, "api_key": self.key}
        root = checked(self.http.get(f"{ROOT}/{path}.xml", given))
        return [{one.tag: one.text or "" for one in entry} for entry in root.iter(name)]

    def _write(self, path: str, form: dict[str, Any]) -> ElementTree.Element:
        form = {"jurisdiction_id": self.jurisdiction, "api_key": self.key, **form}
        response = self.http.post(f"{ROOT}/{path}.xml", form)
        assert 200 <= response.status_code < 300, response.content.decode()
        return checked(response, response.status_code)


def _w3c(at: Any) -> str:
    return str(at.strftime("%Y-%m-%dT%H:%M:%SZ"))


def test_fixmystreet_sends_a_problem_and_reads_what_becomes_of_it(routed: World, key: Any) -> None:
    partner = FixMyStreet(key(routed.there), routed.here.slug)
    codes = {one["service_code"]: one["group"] for one in partner.services()}
    assert codes["roads.roadkill"]
    assert "road_class" in partner.questions("roads.roadkill")

    given = partner.send(41, code="roads.roadkill", media_url="https://fms.example/photo/1.jpeg")
    assert partner.send(41, code="roads.roadkill") == given, "a try that was cut off is sent again"
    report = Report.objects.get(receipt=given)
    assert report.sender == routed.there
    assert "국도 갓길" in report.words

    mine = partner.comment(7, given, "아직 있어요")
    actions.word_add(by=routed.officer, report_id=report.pk, text="오늘 치우겠습니다.")
    Report.objects.filter(pk=report.pk).update(
        state="closed", outcome="solved", closed_at=clock.now(), body=routed.here, officer=routed.officer.person_id
    )
    Word.objects.create(report=report, kind="answer", text="치웠습니다.", body=routed.here)
    # The end of the stretch is told in whole seconds, so what was said in this one comes with the next poll.
    told = [one for one in _later(partner) if one["service_request_id"] == given]
    assert mine in {one["update_id"] for one in told}, "so that it knows its own comment again"
    answer = next(one for one in told if one["description"] == "치웠습니다.")
    assert (answer["status"], answer["external_status_code"]) == ("closed", "answer")
    assert next(one for one in told if "오늘" in one["description"])["status"] == "open"
    assert _later(partner) == _later(partner), "what was read once has the same number the next time"


def _later(partner: FixMyStreet) -> list[dict[str, str]]:
    with pytest.MonkeyPatch.context() as patch:
        now = clock.now() + timedelta(seconds=2)
        patch.setattr(clock, "now", lambda: now)
        return partner.poll()


def test_fixmystreet_uploads_its_pictures(routed: World, key: Any) -> None:
    partner = FixMyStreet(key(routed.there), "9100000000")
    partner.send(42, code="roads.pothole", photo1=photo(), photo2=photo("2.jpg", "blue"))
    report = Report.objects.get()
    from dure.core.models import Attachment

    assert Attachment.objects.filter(subject=report.urn).count() == 2


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package was written for Python 2; all that keeps it from Python 3 is one name of the standard library."""
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    import three as package

    return package


class Wire:
    """Carries what `three` asks over `requests` to the application itself."""

    def __init__(self) -> None:
        self.client = Client()

    def get(self, url: str, params: Any = None, **more: Any) -> Any:
        return self.client.get(url.removeprefix("http://testserver"), params or {})

    def post(self, url: str, data: Any = None, files: Any = None) -> Any:
        return self.client.post(url.removeprefix("http://testserver"), {**data, **(files or {})})


def test_three_finds_reads_and_writes(routed: World, key: Any, three: Any) -> None:
    city = three.Three(f"http://testserver{ROOT}", api_key=key(routed.there), jurisdiction=routed.here.slug)
    city.session = Wire()
    assert city.discovery()["endpoints"][0]["type"] == "production"
    assert {one["service_code"] for one in city.services()} >= {"roads.roadkill", "roads.pothole"}
    assert city.services("roads.pothole")["service_code"] == "roads.pothole"
    picture = BytesIO(photo().read())
    picture.name = "photo.jpg"
    (made,) = city.post(
        "roads.pothole",
        lat=36.7898,
        long=127.0018,
        name="길동 홍",
        email="hong@example.kr",
        description="구멍",
        media=picture,
    )
    number = made["service_request_id"]
    (found,) = city.request(number)
    assert found["media_url"]
    assert [one["service_request_id"] for one in city.requests("roads.pothole", count=5)] == [number]
    assert city.requests("roads.roadkill") == []
    yesterday, tomorrow = ((clock.now() + timedelta(days=days)).strftime("%m-%d-%Y") for days in (-1, 2))
    assert len(city.requests(between=[yesterday, tomorrow])) == 1
    assert city.token(number)[0]["service_request_id"] == number
    city.configure(format="xml")
    city.session = Wire()
    assert number.encode() in city.get("requests", convert=False)
    wrong = three.Three(f"http://testserver{ROOT}", api_key="dure_wrong")
    wrong.session = Wire()
    assert wrong.post("roads.pothole", description="구멍")[0]["code"] == 403
