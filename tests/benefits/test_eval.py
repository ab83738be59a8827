"""`dure manage benefit`: JSON both ways, mistakes said with their place, and a set that stays live."""

from __future__ import annotations

import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from dure.benefits import reading
from dure.benefits.reading import folder, library

HERE = folder()


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("benefit", *args, stdout=out)
    return out.getvalue()


def asked(tmp_path: Path, said: Any, *more: str, on: str = "2026-01-01") -> Any:
    file = tmp_path / "home.json"
    file.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    return json.loads(run("eval", "--date", on, "--household", str(file), *more))


def one(tmp_path: Path, benefit: str, said: Any, on: str = "2026-01-01") -> Any:
    (answer,) = asked(tmp_path, said, "--benefit", benefit, on=on)["answers"]
    return answer


@pytest.fixture
def own_rules(tmp_path: Path) -> Path:
    """A copy of the rules that a test may break, beside the list of places."""
    root = tmp_path / "data" / "benefits"
    shutil.copytree(HERE, root)
    shutil.copytree(HERE.parent / "places", tmp_path / "data" / "places")
    for file in (root / "rules").glob("*.yaml"):
        if file.stem not in {"livelihood-benefit", "tv-fee-exemption"}:
            file.unlink()
    return root


def test_a_flat_household(tmp_path: Path) -> None:
    found = asked(
        tmp_path, {"household_size": 4, "recognized_income": 1500000}, "--benefit", "livelihood-benefit", "--lang", "en"
    )
    assert found["on"] == "2026-01-01"
    assert found["rules"] == library().rules.version
    (answer,) = found["answers"]
    assert (answer["state"], answer["eligible"], answer["member"]) == ("yes", True, None)
    assert answer["name"] == "Livelihood benefit"
    (amount,) = answer["amounts"]
    assert (amount["won"], amount["per"], amount["range"]) == (578316, "month", [578316, 578316])
    (reason,) = answer["reasons"]
    assert reason["words"] == "Recognized income is at most 2,078,316 won a month"
    assert (reason["distance"], reason["unit"], reason["law"]) == (578316, "원", "국민기초생활 보장법 제8조제2항")
    assert answer["result"]["amount_month"] == 578316
    assert {"as_of": "2026-11-21"}.items() <= answer["to_check"][0].items()


def test_a_missed_limit_says_by_how_much_and_what_would_change_it(tmp_path: Path) -> None:
    answer = one(tmp_path, "livelihood-benefit", {"household_size": 1, "recognized_income": 940556})
    assert answer["state"] == "no"
    (reason,) = answer["reasons"]
    assert reason["distance"] == -120000
    assert reason["changes"] == [{"code": "recognized_income", "member": None, "op": "<=", "value": 820556}]
    assert answer["result"]["amount_month"] == 0


def test_members_have_an_answer_each(tmp_path: Path) -> None:
    home = {
        "facts": {"receives_livelihood": True, "residence": "11"},
        "members": [{"age": 34}, {"birth_date": "2021-03-02"}],
    }
    found = asked(tmp_path, home, on="2026-09-01")["answers"]
    cards = [answer for answer in found if answer["benefit"] == "culture-voucher"]
    assert [(answer["member"], answer["state"]) for answer in cards] == [(0, "yes"), (1, "no")]
    assert {answer["benefit"] for answer in found} == set(library().rules.benefits)


def test_what_nobody_said_stays_unknown_and_what_is_usual_is_named(tmp_path: Path) -> None:
    said = {"age": 26, "sido": "서울특별시", "employed": False, "graduated": True, "income_ratio_of_median": 1.2}
    answer = one(tmp_path, "seoul-youth-allowance", said, on="2025-03-01")
    assert (answer["state"], answer["eligible"]) == ("unknown", None)
    assert set(answer["missing"]) == {"receives_livelihood", "near_poor", "similar_programme"}
    assert answer["result"] == {
        "eligible": True, "amount_month": 500000, "month_times": 6, "months": 6, "income_limit": 3588020
    }  # fmt: skip
    assert answer["assumed"] == {
        "household_size": 1, "near_poor": False, "receives_livelihood": False, "similar_programme": False
    }  # fmt: skip


def test_supposing_refuses_nobody(tmp_path: Path) -> None:
    answer = one(tmp_path, "culture-voucher", {"age": 15}, on="2026-03-01")
    assert answer["state"] == "unknown"
    assert answer["result"]["eligible"] is None
    assert answer["result"]["amount_year"] == 160000
    assert answer["amounts"][0]["won"] is None


def test_an_unknown_figure_stays_unknown(tmp_path: Path) -> None:
    said = {"household_size": 2, "eligible": True}
    assert one(tmp_path, "energy-voucher", said, on="2025-10-01")["result"]["amount_year"] == 407500
    later = one(tmp_path, "energy-voucher", said, on="2026-10-01")
    assert later["result"]["amount_year"] is None


def test_income_and_property_are_worked_out(tmp_path: Path) -> None:
    home = {
        "household_size": 1, "age": 24, "earned_income_month": 1500000, "region_tier": "경기", "deposit": 50000000,
        "financial_assets": 0, "debt": 0, "general_assets": 0, "car_value": 0, "home_value": 0, "other_income": 0,
        "disability": "none",
    }  # fmt: skip
    answer = one(tmp_path, "livelihood-benefit", home)
    assert answer["outputs"]["evaluated_income"] == 630000
    assert answer["outputs"]["asset_income_month_approx"] == 0
    assert (answer["state"], answer["amounts"][0]["won"]) == ("yes", 190556)
    assert answer["assumed"] == {}


def test_a_list_is_answered_as_a_list(tmp_path: Path) -> None:
    many = [
        {"id": "a", "benefit": "first-meeting-voucher", "birth_order": 2},
        {
            "id": "b",
            "benefit": "asan-guard-subsidy",
            "on": "2017-01-01",
            "guard_age": 62,
            "case": "고용 유지",
            "guards": 1,
        },
    ]
    first, second = asked(tmp_path, many)["households"]
    assert (first["id"], first["answers"][0]["result"]["amount_once"]) == ("a", 3000000)
    assert (second["id"], second["answers"][0]["result"]["amount_month"]) == ("b", 120000)


def test_without_a_benefit_each_takes_its_own_words(tmp_path: Path) -> None:
    said = {"household": "맞벌이", "children": 2, "total_income_year": 20000000, "assets": 0}
    found = {answer["benefit"]: answer for answer in asked(tmp_path, said, on="2026-05-01")["answers"]}
    assert found["ctc"]["result"]["amount_year"] == 2000000
    assert found["eitc"]["result"]["amount_year"] == 2933333
    assert found["emergency-livelihood"]["state"] == "unknown"


def test_a_place_is_the_place_of_its_day(tmp_path: Path) -> None:
    said = {"sigungu": "장성군", "distance_to_stop_m": 700, "village_designated": True, "village_resident": True}
    assert one(tmp_path, "jeonnam-100won-taxi", said, on="2022-07-11")["state"] == "yes"
    assert one(tmp_path, "jeonnam-100won-taxi", said, on="2026-08-01")["state"] == "yes"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"househod_size": 4}, "household_size"),
        ({"household_size": 4.5}, "정수"),
        ({"household_size": 400}, "범위"),
        ({"status": "차상"}, "차상위"),
        ({"sido": "서울특벌시"}, "서울특별시"),
        ({"sigungu": "중구"}, "여러 곳"),
        ({"members": [{"household_size": 3}]}, "facts"),
        ({"members": [{"age": 3}], "household_size": 0}, "범위"),
        ("4", "묶음"),
    ],
)
def test_what_cannot_be_understood_is_named(tmp_path: Path, said: Any, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        asked(tmp_path, said)


def test_other_mistakes_of_the_command(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"age": 3, "age": 4}', encoding="utf-8")
    with pytest.raises(CommandError, match="두 번"):
        run("eval", "--date", "2026-01-01", "--household", str(bad))
    with pytest.raises(CommandError, match="읽을 수 없습니다"):
        run("eval", "--date", "2026-01-01", "--household", str(tmp_path / "none.json"))
    with pytest.raises(CommandError, match="2026-01-01처럼"):
        run("list", "--date", "1월")
    with pytest.raises(CommandError, match="없는 혜택"):
        asked(tmp_path, {}, "--benefit", "nothing")
    with pytest.raises(CommandError, match="시행하지 않는"):
        asked(tmp_path, {}, "--benefit", "rural-basic-income-pilot", on="2020-01-01")
    with pytest.raises(CommandError, match="--all"):
        run("check")


def test_the_list_of_a_day() -> None:
    lines = run("list", "--date", "2026-09-01", "--lang", "ja").splitlines()
    assert len(lines) == len(library().rules.benefits)
    assert any(line.startswith("livelihood-benefit\t生計給付\t보건복지부\thousehold") for line in lines)


def test_a_county_checks_its_own_file(tmp_path: Path) -> None:
    file = tmp_path / "gapyeong.yaml"
    text = (HERE / "rules" / "tv-fee-exemption.yaml").read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    assert "좋습니다. TV 수신료 면제" in run("check", str(file))
    file.write_text(text.replace("수신료_월액", "수신료_원액"), encoding="utf-8")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1개"):
        call_command("benefit", "check", str(file), stdout=out)
    assert "수신료_월액" in out.getvalue()
    line = next(number for number, line in enumerate(file.read_text("utf-8").split("\n"), 1) if "수신료_원액" in line)
    assert f"{file}:{line}:" in out.getvalue()
    file.write_bytes(b"benefit: \xff\xfe")
    with pytest.raises(CommandError):
        call_command("benefit", "check", str(file), stdout=(out := io.StringIO()))
    assert "UTF-8" in out.getvalue()


def test_a_broken_file_leaves_the_old_set_live(own_rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LOOK_EVERY", 0.0)
    before = library(own_rules)
    assert not before.faults
    file = own_rules / "rules" / "tv-fee-exemption.yaml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("의료급여_수급", "의료급여수급"), encoding="utf-8")
    broken = library(own_rules)
    assert broken.rules is before.rules
    assert any("의료급여_수급" in fault for fault in broken.faults)
    file.write_text(good.replace("TV fee exemption", "TV licence"), encoding="utf-8")
    os.utime(file, ns=(1, 1))
    mended = library(own_rules)
    assert mended.rules.version != before.rules.version
    assert not mended.faults
    assert "TV licence" in run("--data", str(own_rules), "list", "--date", "2026-06-01", "--lang", "en")
