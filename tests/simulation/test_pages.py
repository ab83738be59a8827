"""The pages, without a script, through the client."""

from __future__ import annotations

import hashlib
import html
import json
from pathlib import Path
from typing import Any

import pytest

from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.simulation.models import OwnPopulation, Scenario
from tests.collaboration.world import client_of
from tests.simulation.test_actions import uploads
from tests.simulation.world import World, work

NOBODY = Viewer.anonymous()
FORM: dict[str, Any] = {
    "title": "생계급여를 35%로",
    "question": "얼마가 더 드나요?",
    "day": "2026-01-01",
    "benefits": ["livelihood-benefit"],
    "area": "",
    "sample": "300",
    "seeds": "2",
    "assumed": "",
}


def text(response: Any) -> str:
    return response.content.decode()


@pytest.mark.slow
def test_from_new_to_published_by_forms_alone(world: World) -> None:
    client: Any = client_of(world.writer)
    anybody: Any = client_of(NOBODY)
    edit = client.get("/simulation/new/")["Location"]
    assert "모의계산 만들기" in text(client.get(edit))
    wrong = client.post(edit, {**FORM, "title": "", "sample": "3"})
    assert wrong.status_code == 422
    assert "얼마가 더 드나요?" in text(wrong)
    figures = client.post(edit, FORM)["Location"]
    page = text(client.get(figures))
    assert "국민기초생활 보장법" in page
    assert 'name="f:livelihood_ratio"' in page
    assert 'value="32%"' in page
    wrong = client.post(figures, {"f:livelihood_ratio": "많이"})
    assert wrong.status_code == 422
    assert 'value="많이"' in text(wrong)
    assert text(wrong).count("비율은 32%, 0.32, 2/3처럼") == 2
    curve = {"curve_key": "livelihood_ratio", "curve_low": "30%", "curve_high": "40%", "curve_points": "2"}
    there = client.post(figures, {"f:livelihood_ratio": "35%", **curve, "run": "1"})["Location"]
    assert "계산하고 있습니다" in text(client.get(there))
    assert "계산하고 있습니다" in text(client.get(f"{there}state/"))
    assert anybody.get(there).status_code == 404
    work()
    assert client.get(f"{there}state/")["HX-Refresh"] == "true"
    page = text(client.get(there))
    for words in (
        "한 해 비용의 변화",
        "소득 10분위",
        "10분위",
        "<svg",
        "지금 규칙과 다른 줄",
        "모두에게 펴내기",
        "조금씩",
    ):
        assert words in page
    for by, words in (("region", "서울특별시"), ("age_band", "30대"), ("household_type", "한부모")):
        assert words in text(client.get(f"{there}?by={by}"))
    assert client.post(f"{there}publish/").status_code == 302
    page = text(anybody.get(there))
    scenario = Scenario.objects.get()
    run = world.run(scenario)
    assert run.result_hash in page
    assert anybody.post(f"{there}recompute/").status_code == 302
    work()
    assert "같음" in text(anybody.get(there))
    listed = text(anybody.get("/simulation/?q=생계"))
    assert scenario.title in listed
    assert "맞는 모의계산이 없습니다" in text(anybody.get("/simulation/?q=없는말"))
    taken = anybody.get(f"{there}result.json")
    assert hashlib.sha256(taken.content).hexdigest() == run.result_hash
    assert json.loads(anybody.get(f"{there}inputs.json").content)["day"] == "2026-01-01"
    lines = b"".join(anybody.get(f"{there}result.csv").streaming_content).decode()
    assert "소득 10분위,10분위,생계급여,after,cost," in lines
    assert anybody.get(f"{there}result.xlsx").status_code == 200
    assert anybody.get(f"{there}result.doc").status_code == 404
    assert client.get(f"{there}figures/").status_code == 409


def test_compare(world: World) -> None:
    one, two = world.published(seeds=1), world.published(value="40%", seeds=1)
    draft = world.computed(value="38%", seeds=1)
    anybody = client_of(NOBODY)
    asked = "&".join(f"s={row.receipt}" for row in (one, two, draft))
    page = text(anybody.get(f"/simulation/compare/?{asked}"))
    assert page.count('<th scope="col"><a href="/simulation/') == 2
    assert "느는 가구" in page
    assert "1분위" in page
    assert "서울특별시" in text(anybody.get(f"/simulation/compare/?{asked}&by=region"))
    assert "둘 이상" in text(anybody.get(f"/simulation/compare/?s={one.receipt}"))
    assert text(client_of(world.writer).get(f"/simulation/compare/?{asked}")).count('<th scope="col"><a href') == 3


def test_one_province_is_shown_by_its_municipalities(world: World) -> None:
    scenario = world.published(area="5000000000", seeds=1)
    page = text(client_of(NOBODY).get(f"/simulation/{scenario.receipt}/?by=region"))
    assert "제주시" in page
    assert "서귀포시" in page
    assert client_of(NOBODY).get(f"/api/v1/simulation/{scenario.receipt}").json()["result"]["version"] == 1
    assert scenario.receipt in client_of(NOBODY).get("/api/v1/simulation").content.decode()


def test_rule_page_says_the_line(world: World) -> None:
    scenario = world.draft()
    client = client_of(world.writer)
    address = f"/simulation/{scenario.receipt}/rules/child-allowance/"
    page = client.get(address)
    assert "benefit: child-allowance" in text(page)
    wrong = client.post(address, {"text": "benefit: child-allowance\nunit: 무엇\n", "do": "save"})
    assert wrong.status_code == 422
    assert "unit: 무엇" in text(wrong)
    assert "줄" in text(wrong)
    assert client.post(address, {"text": "", "do": "remove"}).status_code == 302
    assert "없앰" in text(client.get(f"/simulation/{scenario.receipt}/figures/"))
    assert client.post(address, {"text": "", "do": "restore"}).status_code == 302
    assert client.get(f"/simulation/{scenario.receipt}/rules/ctc/").status_code == 404


def test_populations_page(world: World, tmp_path: Path) -> None:
    client = client_of(world.writer)
    assert "아직 올린 자료가 없습니다" in text(client.get("/simulation/populations/"))
    add = f"/simulation/populations/{uuid7()}/add/"
    one, two = uploads(tmp_path)
    wrong = client.post(add, {"name": "조사", "households": two})
    assert wrong.status_code == 422
    assert "아무것도 남기지 않았습니다" in text(wrong)
    one.seek(0)
    two.seek(0)
    assert client.post(add, {"name": "조사", "households": one, "persons": two}).status_code == 302
    assert "조사" in text(client.get("/simulation/populations/"))
    own = OwnPopulation.objects.get()
    assert str(own.pk) in text(client.get(client.get("/simulation/new/")["Location"]))
    assert client.post(f"/simulation/populations/{own.pk}/delete/").status_code == 302
    assert not OwnPopulation.objects.exists()


@pytest.mark.parametrize("address", ["/simulation/", "/simulation/compare/", "/simulation/forecast/?benefit=ctc"])
def test_in_english(world: World, address: str) -> None:
    page = text(client_of(world.writer).get(address, headers={"accept-language": "en"}))
    assert "Policy scenarios" in page or "Side by side" in page or "Forecast of recipients" in page


def test_a_new_benefit_by_its_form(world: World) -> None:
    scenario = world.draft(benefits=["child-allowance"], seeds=2)
    client: Any = client_of(world.writer)
    figures, add = (f"/simulation/{scenario.receipt}/{part}/" for part in ("figures", "add-rule"))
    assert add in text(client.get(figures))
    begun = html.unescape(
        text(client.get(add)).split('id="f-text"')[1].split(">", 1)[1].split("</textarea>")[0]
    ).removeprefix("\n")
    assert "benefit: new-allowance" in begun
    wrong = client.post(add, {"text": begun.replace("나이", "나아")})
    assert wrong.status_code == 422
    assert "9줄" in text(wrong)
    assert "나아" in text(wrong)
    assert client.post(add, {"text": begun}).status_code == 302
    page = text(client.get(figures))
    assert "새 수당" in page
    assert "새로 더함" in page
    rule = f"/simulation/{scenario.receipt}/rules/new-allowance/"
    assert "더한 혜택 빼기" in text(client.get(rule))
    client.post(f"/simulation/{scenario.receipt}/run/")
    work()
    page = text(client.get(f"/simulation/{scenario.receipt}/?by=age_band"))
    assert page.count("새 수당") > 5
    assert "고른 혜택만, 하나씩 계산해 더한 값입니다" in page
    assert "새 수당" in b"".join(client.get(f"/simulation/{scenario.receipt}/result.csv").streaming_content).decode()
    assert client.post(rule, {"text": "", "do": "remove"}).status_code == 302
    assert "새 수당" not in text(client.get(figures))
    assert client.get(rule).status_code == 404


def test_the_second_of_two_officials_is_told(world: World) -> None:
    scenario = world.draft()
    client = client_of(world.writer)
    figures = f"/simulation/{scenario.receipt}/figures/"
    seen = scenario.mark
    assert f'value="{seen}"' in text(client.get(figures))
    assert client.post(figures, {"f:livelihood_ratio": "35%", "seen": seen}).status_code == 302
    late = client.post(figures, {"f:livelihood_ratio": "40%", "seen": seen})
    assert late.status_code == 422
    assert "그사이에 다른 분이 고쳤습니다" in text(late)
    assert 'value="40%"' in text(late)
    late = client.post(f"/simulation/edit/{scenario.pk}/", {**FORM, "title": "다른 제목", "seen": seen})
    assert late.status_code == 422
    assert "그사이에 다른 분이 고쳤습니다" in text(late)
    assert "다른 제목" in text(late)
