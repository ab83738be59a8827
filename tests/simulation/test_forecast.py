"""Recipients of the next years: without the table of residents by age, loading it, and what is then shown."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from dure.core import clock
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.simulation import actions, foreseen, spec
from dure.simulation.models import AgeTable
from tests.simulation.residents import load, made_up

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)
ADDRESS = "/simulation/forecast/?benefit=child-allowance"


def say(*paths: Path) -> str:
    said = StringIO()
    call_command("load_residents", *map(str, paths), stdout=said)
    return said.getvalue()


def text(response: Any) -> str:
    return response.content.decode()


def test_without_the_table_the_page_says_how_it_comes(client: Any) -> None:
    for address in ("/simulation/forecast/", ADDRESS):
        page = client.get(address)
        assert page.status_code == 200
        assert "나이별 거주자 표가 아직 없습니다" in text(page)
        assert "./dure load residents FILE…" in text(page)
        assert "2024년을 포함해" in text(page)
    assert client.get(f"{ADDRESS}&file=csv").status_code == 404
    with pytest.raises(foreseen.NoResidents):
        foreseen.foresee("child-allowance", DAY)


def test_loading_takes_a_table_whole_or_not_at_all(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(made_up())
    bad.write_bytes(made_up().replace(b",m,", b",x,", 1))
    with pytest.raises(CommandError, match=r"bad.csv 2줄: sex는 all, m, f") as wrong:
        say(bad)
    assert "아무것도 넣지 않았습니다" in str(wrong.value)
    with pytest.raises(CommandError, match="읽을 수 없습니다"):
        say(tmp_path / "absent.csv")
    assert not AgeTable.objects.exists()
    told = say(good)
    assert "2024년: 시·도 17곳" in told
    assert "good.csv: 넣었습니다." in told
    assert "이미 들어 있습니다" in say(good)
    with pytest.raises(CommandError):
        say(bad)
    (row,) = AgeTable.objects.all()
    assert sorted(row.years) == ["2022", "2023", "2024"]
    assert Event.objects.get(type="simulation.residents.loaded").data == {"years": 3, "last": 2024}
    good.write_bytes(made_up((2021, 2022, 2023, 2024)))
    assert "2021년" in say(good)
    assert len(foreseen._table(AgeTable.objects.latest("loaded_at").sha256).years) == 4


def test_only_operators_load(client: Any) -> None:
    for by in (Viewer.anonymous(), Viewer("person"), Viewer("system", scopes=frozenset({"write"}))):
        with pytest.raises(Refused, match="운영자"):
            actions.residents_load(by=by, files=[("a.csv", made_up())])


def test_forecast(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: DAY)
    load()
    assert "<table" not in text(client.get("/simulation/forecast/"))
    page = text(client.get(ADDRESS))
    assert "나이별 거주자 표가" not in page
    for words in (
        "2029",
        "서울특별시",
        '<svg width="640"',
        "made-up.csv",
        "2022·2023년만 알고 2024년을",
        "2026. 1. 1.",
    ):
        assert words in page
    lines = b"".join(client.get(f"{ADDRESS}&file=csv").streaming_content).decode()
    assert lines.startswith("\ufeff지역,2024,2025")
    monkeypatch.setattr(clock, "today", lambda: date(2016, 1, 1))
    assert "오늘 시행되지 않아" in text(client.get("/simulation/forecast/?benefit=rural-basic-income-pilot"))
    monkeypatch.setattr(clock, "today", lambda: DAY)
    assert "Forecast of recipients" in text(client.get(ADDRESS, headers={"accept-language": "en"}))


def test_a_later_table_is_begun_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """With residents of 2025 known, the forecast begins there: the same share of the residents who live there then."""
    load()
    one = foreseen.foresee("child-allowance", DAY)
    load(made_up((2023, 2024, 2025)))
    two = foreseen.foresee("child-allowance", DAY)
    assert (one.forecast.years[0], two.forecast.years[0]) == (2024, 2025)
    assert two.recipients == pytest.approx(one.recipients * 0.99, rel=0.001)
    assert np.all(two.forecast.low <= two.forecast.high)
    monkeypatch.setattr(foreseen, "needed_year", lambda: 2026)
    assert not foreseen.there()


def test_what_is_not_known_is_told_and_can_be_assumed(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: DAY)
    load()
    address = "/simulation/forecast/?benefit=basic-pension"
    page = text(client.get(address))
    assert "자격을 알 수 없는" in page
    assert "인구 자료가 모르는 사실: " in page
    assert "국민연금액" in page
    bad = client.get(f"{address}&assumed=모르는말")
    assert bad.status_code == 422
    assert "모르는말" in text(bad)
    one = foreseen.foresee("basic-pension", DAY)
    two = foreseen.foresee("basic-pension", DAY, spec.assumed_typed(spec.ASSUMED_LIKE))
    assert two.recipients > one.recipients
    assert two.unknown < one.unknown
    assert "따로 둔 가정: " in text(client.get(f"{address}&assumed={spec.ASSUMED_LIKE}"))
