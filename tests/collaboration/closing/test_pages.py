"""The pages through the client: what each shows and takes, errors keep what was typed, queries do not grow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dure.collaboration.closing import actions
from dure.collaboration.closing.models import CitizenRating, Handover, Indicator, Measurement, SustainabilityAnswer
from dure.collaboration.models import Case, Collaboration
from dure.core import clock
from dure.core.viewer import Viewer
from tests.collaboration.closing.conftest import INDICATOR, Life
from tests.collaboration.world import body, client_of, officer, person


def at(life: Life, name: str, *args) -> str:
    return reverse(f"closing:{name}", args=[life.row.receipt, *args])


def html(response, status=200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_everybody_reads_the_checklist_and_a_party_answers(life):
    page = html(Client().get(at(life, "page")))
    assert "아직 모릅니다." in page
    assert "점검하기" not in page
    asker = client_of(life.world.asker)
    assert "점검하기" in html(asker.get(at(life, "page")))
    form = html(asker.get(at(life, "item", "unit")))
    assert "담당" in form
    sent = {"mark": "yes", "text": "담당 2명", "link": "어디", "key": ""}
    page = html(asker.post(at(life, "item", "unit"), sent), 422)
    assert "담당 2명" in page
    assert "https로 시작하는 주소" in page
    response = asker.post(at(life, "item", "unit"), {**sent, "link": "https://example.kr/"})
    assert response.headers["Location"].endswith("#item-unit")
    page = html(Client().get(at(life, "page")))
    assert "담당 2명" in page
    assert "5가지 가운데 1가지" in page


def test_forty_thousand_signs_come_back_with_a_clear_answer(life):
    page = html(client_of(life.world.asker).post(at(life, "item", "unit"), {"mark": "no", "text": "가" * 40_000}), 422)
    assert "1000" in page
    assert "40000" in page
    assert "가" * 40_000 in page
    assert not SustainabilityAnswer.objects.exists()


def test_overdue_is_public(life, monkeypatch):
    life.answer()
    later = clock.now() + timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "다시 볼 날이 지났습니다" in html(Client().get(at(life, "page")))


def test_before_partners_are_settled_there_is_no_page(world):
    call = world.call()
    for name in ("page", "evaluation"):
        assert Client().get(reverse(f"closing:{name}", args=[call.receipt])).status_code == 404


def test_handing_over_by_pages(life):
    council = officer(body("통근버스조합", "cooperative"), "조합장")
    asker = client_of(life.world.offerer)
    assert "이런 이름의 기관이 없습니다" in html(
        asker.post(at(life, "handover_new"), {"body": "없는 조합", "reason": "까닭"}), 422
    )
    sent = {"body": "통근버스조합", "reason": "오래 남습니다."}
    response = asker.post(at(life, "handover_new"), sent)
    handover = Handover.objects.get()
    assert response.headers["Location"] == handover.get_absolute_url()
    theirs = client_of(council)
    assert "맡겠습니다" in html(theirs.get(handover.get_absolute_url()))
    assert "맡겠습니다" not in html(Client().get(handover.get_absolute_url()))
    assert "사양하는 까닭" in html(theirs.post(handover.get_absolute_url(), {"decline": "1", "answer": ""}), 422)
    assert theirs.post(handover.get_absolute_url(), {"accept": "1", "answer": "네"}).status_code == 302
    life.effect("handover", {"handover": str(handover.pk)})
    page = html(Client().get(at(life, "page")))
    assert "처음 요청한 기관" in page
    assert "통근버스조합" in page
    main = html(Client().get(reverse("collaboration:page", args=[life.row.receipt])))
    assert "지금 맡은 기관" in main
    assert "맡는 기관이 바뀌었습니다: 가람군 → 통근버스조합" in main


def test_indicators_by_pages(life):
    asker, other = client_of(life.world.asker), client_of(life.world.other)
    due = (clock.today() + timedelta(days=9)).isoformat()
    page = html(asker.post(at(life, "indicator_new"), {**INDICATOR, "target": "2", "due_on": due}), 422)
    assert "목표값이 기준값과 같으면" in page
    assert 'value="하루에 다니는 버스"' in page
    sent = {**INDICATOR, "due_on": due, "key": "01a21387-6d76-7f28-9e4c-6bee05f44c05"}
    for _twice in range(2):
        assert asker.post(at(life, "indicator_new"), sent).status_code == 302
    indicator = Indicator.objects.get()
    assert "동의합니다" in html(other.get(at(life, "evaluation")))
    for viewer in life.parties:
        client_of(viewer).post(at(life, "indicators_confirm"), {"version": life.version})
    page = html(Client().get(at(life, "evaluation")))
    assert "모든 기관이 동의함" in page
    assert "아직 재지 않았습니다." in page
    sent = {"value": "네", "on": clock.today().isoformat(), "source": "기록"}
    page = html(other.post(at(life, "measure", indicator.pk), sent), 422)
    assert "숫자만 적어 주세요" in page
    assert 'value="네"' in page
    assert other.post(at(life, "measure", indicator.pk), {**sent, "value": "4"}).status_code == 302
    measured = Measurement.objects.get()
    fields = {**sent, "value": "5", "reason": "잘못 셈"}
    assert asker.post(at(life, "correct", measured.pk), fields).status_code == 302
    page = html(Client().get(at(life, "evaluation")))
    assert "목표까지 75%" in page
    assert "<s>4</s>" in page
    assert client_of(life.world.asker).get(at(life, "indicator_drop", indicator.pk)).status_code == 200


def test_the_export_holds_every_value_safely(life):
    indicator = life.agreed(name="=위험")
    life.measure(indicator, "4")
    text = b"".join(Client().get(at(life, "export", "csv")).streaming_content).decode()
    assert "'=위험" in text
    assert ",4,50,운행 기록,가람군," in text
    assert Client().get(at(life, "export", "xlsx")).status_code == 200
    assert Client().get(at(life, "export", "pdf")).status_code == 404


def test_a_citizen_rates_on_the_public_page(life):
    client = client_of(life.world.citizen)
    page = html(client.get(at(life, "evaluation")))
    assert "1분 안에 평가하기" in page
    assert "확인받을 전자우편 주소" not in page
    bad = html(client.post(at(life, "rate"), {"text": "점수를 잊었어요"}), 422)
    assert "점수를 잊었어요" in bad
    assert client.post(at(life, "rate"), {"score": "4", "text": "좋아요"}).status_code == 302
    page = html(client.get(at(life, "evaluation")))
    assert "내 평가 4점" in page
    assert "1분 안에 평가하기" not in page
    bad = html(client.post(at(life, "rate"), {"score": "5", "text": "또"}), 422)
    assert "이미 평가하셨습니다" in bad
    rating = CitizenRating.objects.get()
    assert client.get(at(life, "rating_remove", rating.pk)).status_code == 200
    assert client.post(at(life, "rating_remove", rating.pk)).status_code == 302


def test_without_an_account_a_letter_confirms(life):
    client = Client()
    page = html(client.get(at(life, "evaluation")))
    assert "확인받을 전자우편 주소" in page
    response = client.post(at(life, "rate"), {"score": "4", "channel": "email", "address": "a@example.kr"})
    assert response.status_code == 302
    assert "한 단계만 남았습니다" in html(client.get(response.headers["Location"]))
    bad = html(client.post(at(life, "rate"), {"score": "4", "channel": "email", "address": "없음"}), 422)
    assert "전자우편 주소를 다시 확인해 주세요." in bad


def test_moderating_words_by_pages(life):
    by = Viewer.person(person("주민").pk)
    rating = actions.citizen_rate(by=by, id=life.row.pk, score=1, text="나쁜 말")
    assert Client().post(at(life, "rating_flag", rating.pk), {"why": "abuse"}).status_code == 302
    asker = client_of(life.world.asker)
    assert "살펴봐 달라는 알림" in html(asker.get(at(life, "evaluation")))
    assert asker.post(at(life, "rating_hide", rating.pk), {"reason": "욕설"}).status_code == 302
    page = html(Client().get(at(life, "evaluation")))
    assert "나쁜 말" not in page
    assert "까닭: 욕설" in " ".join(page.split())
    assert asker.post(at(life, "rating_restore", rating.pk)).status_code == 302
    assert "나쁜 말" in html(Client().get(at(life, "evaluation")))


def test_a_party_rates_by_its_page(life):
    client = client_of(life.world.other)
    bad = html(client.post(at(life, "partner"), {"respect": "5", "text": "남은 글"}), 422)
    assert "남은 글" in bad
    sent = {"respect": "5", "fair": "4", "again": "5", "text": "고맙습니다"}
    assert client.post(at(life, "partner"), sent).status_code == 302
    assert "고맙습니다" in html(client.get(at(life, "evaluation")))
    assert "고맙습니다" not in html(Client().get(at(life, "evaluation")))
    assert "이미 평가했습니다" in html(client.post(at(life, "partner"), sent), 422)


def test_the_end_and_its_case(life):
    life.agreed()
    life.end(outcome="failed", reached="", learnt="보험을 먼저 알아보아야 합니다.")
    page = html(Client().get(at(life, "page")))
    assert "부끄러운 일이 아닙니다" in page
    assert "H0001" in page
    main = html(Client().get(reverse("collaboration:page", args=[life.row.receipt])))
    assert "마친 협업입니다" in main
    case = html(Client().get("/library/H0001/"))
    for words in ("두레에서 마친 협업", "뜻대로 되지 않음", "보험을 먼저", "이 협업이 지나온 길", "하루에 다니는 버스"):
        assert words in case
    assert "부록에만 실린" not in case
    assert "사례 고치기" not in case
    listed = html(Client().get("/library/"))
    assert "두레에서 마친 협업 1건" in listed
    assert "H0001" in html(Client().get("/library/?origin=here"))
    assert "어떻게 마쳤나" in html(Client().get("/library/compare/?case=H0001"))
    row = Client().get("/api/v1/library/cases/H0001").json()
    assert (row["origin"], row["outcome"], row["collaboration"]) == ("here", "failed", life.row.urn)
    csv = b"".join(Client().get("/library/export.csv").streaming_content).decode()
    assert "두레에서 마친 협업,뜻대로 되지 않음" in csv


def test_editing_the_case_by_its_page(life):
    life.end()
    asker = client_of(life.world.asker)
    page = html(asker.get(at(life, "case")))
    assert "하루 네 번 다닙니다." in page
    case = Case.objects.get(origin="here")
    sent = {
        "title": "",
        "effects": "하나\r\n둘",
        "roles": "",
        "tech_applied": "no",
        "tech_applicable": "partial",
        "resource_shared": "yes",
    }
    page = html(asker.post(at(life, "case"), {**sent, "title": case.title, "roles": "누구"}), 422)
    assert "누구</textarea>" in page
    response = asker.post(at(life, "case"), {**sent, "title": "새 제목"})
    assert response.headers["Location"] == "/library/H0001/"
    assert "고치기 전 글" in html(asker.get(at(life, "case")))
    assert client_of(life.world.offerer).get(at(life, "case")).status_code == 403


@pytest.mark.parametrize("language", ["en"])
def test_in_english(life, language):
    indicator = life.agreed()
    life.measure(indicator)
    life.answer()
    client = Client(headers={"Accept-Language": language})
    page = html(client.get(at(life, "page")))
    assert "Dedicated unit and staff" in page
    assert "Going on" in page
    assert "Indicators" in html(client.get(at(life, "evaluation")))


def test_queries_do_not_grow_with_the_lists(life):
    def count(name: str) -> int:
        with CaptureQueriesContext(connection) as found:
            html(Client().get(at(life, name)))
        return len(found)

    def fill(number: int) -> None:
        for one in range(number):
            life.answer("unit", "partial", f"{one}명")
        for row in Indicator.objects.all():
            for ago in range(number):
                if not row.measurements.filter(on=clock.today() - timedelta(days=ago)).exists():
                    life.measure(row, str(ago + 3), ago=ago)
        for _each in range(number):
            by = Viewer.person(person("주민").pk)
            actions.citizen_rate(by=by, id=life.row.pk, score=4, text="좋아요")

    life.indicator(name="둘째")
    life.agreed()
    fill(3)
    html(Client().get(at(life, "page")))
    before = count("page"), count("evaluation")
    fill(8)
    assert (count("page"), count("evaluation")) == before


def test_api_reads_and_a_system_measures(life):
    indicator = life.agreed()
    life.answer()
    root = f"/api/v1/collaborations/{life.row.receipt}"
    found = Client().get(f"{root}/sustainability").json()
    assert found["mark"] is None
    assert found["items"][1]["answer"]["mark"] == "yes"
    rows = Client().get(f"{root}/indicators").json()
    assert (rows[0]["target"], rows[0]["agreed"], rows[0]["achieved_per_cent"]) == ("6", True, None)
    assert Client().get(f"{root}/indicators/{indicator.pk}").json()["name"] == indicator.name
    assert Client().post(f"{root}/indicators/{indicator.pk}/measurements", "{}", "application/json").status_code in {
        401,
        422,
    }
    assert Collaboration.objects.get(pk=life.row.pk).stage == "working"
