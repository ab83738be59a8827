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
from dure.benefits.shown import facts_of, sources

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


def test_a_few_usual_facts_refuse_and_are_named(tmp_path: Path) -> None:
    said = {"age": 26, "sido": "서울특별시", "employed": True, "graduated": True, "income_ratio_of_median": 1.2}
    answer = one(tmp_path, "seoul-youth-allowance", said)
    assert (answer["state"], answer["result"]["eligible"]) == ("unknown", False)
    assert answer["assumed"]["short_hours"] is False
    answer = one(tmp_path, "senior-jobs", {"programme": "public_service"})
    assert (answer["result"]["eligible"], answer["result"]["amount_month"]) == (None, 290000)
    answer = one(tmp_path, "culture-voucher", {"age": 30, "status": "기초생활수급자"}, on="2026-03-01")
    assert (answer["result"]["amount_year"], answer["assumed"]["receives_livelihood"]) == (150000, True)


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
        ({"age": 5, "birth_date": "2010-01-01"}, "나이.*생년월일"),
        ({"age_months": 5, "birth_date": "2025-01-01"}, "월령.*개월"),
        ({"age": 3, "age_months": 5}, "월령.*나이"),
        ({"birth_year": 2016, "birth_date": "2017-01-01"}, "출생연도.*생년월일"),
        ({"birth_year": 2016, "age": 30}, "출생연도.*나이"),
        ({"birth_date": "2030-01-01"}, "생년월일.*기준일보다 뒤"),
        ({"birth_date": "1800-01-01"}, "1800-01-01.*1870-01-01"),
        ({"members": [{"age": 3}, {"age": 5, "birth_date": "2010-01-01"}]}, "나이.*가구원 1"),
        ({"household_size": 1, "members": [{}, {}]}, "2명"),
        ({"household_size": 3, "members": [{}], "whole": True}, "whole"),
        ({"household_size": 1, "members": [{}], "whole": False}, "whole"),
        ({"members": [{}], "whole": "no"}, "whole"),
        ({"members": [{}] * 21}, "20명"),
        ({"members": [{"agee": 3}]}, "age.*가구원 0"),
        ({"recognized_income": 10**20}, "소득인정액.*범위"),
        ({"recognized_income": 10**100}, "소득인정액.*정수"),
        ({"recognized_income": -1}, "소득인정액.*범위"),
        ({"recognized_income": True}, "소득인정액.*정수"),
        ({"status": "차상위", "near_poor": False}, "차상위.*두 번"),
        ({"household": "single", "pension_household": "couple"}, "노령가구.*두 번"),
        ({"region_tier": "경기", "property_region": "seoul"}, "재산지역.*두 번"),
        ({"sido": "서울특별시", "sigungu": "가평군"}, "가평군.*안에 있지 않"),
        ({"sido": "서울특별시", "residence": "41"}, "거주지.*두 번"),
        ({"sido": ["서울특별시"]}, "지역의 이름"),
        ({"eligible": "yes"}, "eligible"),
        ({"on": "2026-02-30"}, "문서의 날짜"),
        ({"on": "2026-01-01", "as_of": "2025-01-01"}, "날짜가 둘"),
        ({"benefit": ["eitc"]}, "없는 혜택"),
        ({"benefit": "etic"}, "eitc"),
        ([{"age": 3}, {"age": "x"}], "2번째 문서.*나이"),
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
    for text, words in (
        ("", "비어"),
        ("household_size: 4", "1번째 줄"),
        ('{"household_size": 4,}', "1번째 줄"),
        ('{"household_size": NaN}', "가구원수.*NaN"),
        ('{"household_size": 1e400}', "가구원수.*1e400"),
        ("[" * 100_000, "깊"),
    ):
        bad.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError, match=words):
            run("eval", "--date", "2026-01-01", "--household", str(bad))
    with pytest.raises(CommandError, match="medical-aid"):
        asked(tmp_path, {"benefit": "medical-aid"}, "--benefit", "eitc")
    with pytest.raises(CommandError, match="2026-01-01처럼"):
        asked(tmp_path, {}, on="20260101")
    with pytest.raises(CommandError, match="2026-01-01처럼"):
        run("list", "--date", "1월")
    with pytest.raises(CommandError, match="없는 혜택"):
        asked(tmp_path, {}, "--benefit", "nothing")
    with pytest.raises(CommandError, match="시행하지 않는"):
        asked(tmp_path, {}, "--benefit", "rural-basic-income-pilot", on="2020-01-01")
    with pytest.raises(CommandError, match="--all"):
        run("check")


def test_what_is_said_twice_alike_or_not_at_all_is_taken(tmp_path: Path) -> None:
    said = {"household_size": 2, "status": None, "household": None, "income_ratio_of_median": None, "near_poor": None}
    assert one(tmp_path, "livelihood-benefit", said)["result"]["threshold"] == 1343773
    twice = {"status": "차상위", "near_poor": True, "age": 15}
    assert one(tmp_path, "culture-voucher", twice, on="2026-03-01")["result"]["amount_year"] == 160000
    whole = {
        "id": "x",
        "origin": "published_table",
        "verified": "…",
        "facts": {"household_size": 2},
        "result": {"a": 1},
    }
    assert one(tmp_path, "medical-aid", whole)["result"]["threshold"] == 1679717
    seoul = {"sido": "서울", "sigungu": "중구", "age": 20}
    assert one(tmp_path, "seoul-youth-allowance", seoul)["reasons"][0]["state"] == "yes"


def test_words_of_the_language_are_found() -> None:
    assert "나이\tage\t가구원의 사실\tyears 0~130세" in run("words", "나이")
    assert "가평군\t41820\t지역" in run("words", "가평")
    assert "기준중위소득[household_size]\tmedian_income\t수치" in run("words", "중위")
    assert len(run("words").splitlines()) > 400
    with pytest.raises(CommandError, match="낱말이 없습니다"):
        run("words", "없는낱말")


COUNTY = """\
benefit: gapyeong-senior-transport
names: {ko: 어르신 교통 이용권}
provider: {body: 가평군}
level: municipality
areas: [41820]
unit: person
in_force: {from: 2026-01-01}
conditions:
  - {id: age, if: 나이 >= 75세, words: 만 75세 이상, law: 조례 제4조}
amounts:
  - {id: quarter, per: quarter, value: 30000원, words: 석 달에 한 번}
apply: 읍·면사무소에 신청서를 냅니다.
documents: 신분증
sources: 가평군 어르신 교통비 지원 조례 제4조
examples:
  - id: grandmother
    on: 2026-03-01
    given: {나이: 80, 거주지: 4182000000}
    expect: {eligible: true, amount_quarter: 30000}
"""


def test_a_county_writes_a_benefit(own_rules: Path, tmp_path: Path) -> None:
    """As short as a file may be: what is rarely meant is said, and the file is good."""
    file = own_rules / "rules" / "gapyeong.yaml"
    file.write_text(COUNTY, encoding="utf-8")
    said = run("--data", str(own_rules), "check", str(file))
    assert "좋습니다. 어르신 교통 이용권 · 보기 1개" in said
    assert "en, zh, vi, ja" in said
    (answer,) = asked_of(own_rules, tmp_path, {"age": 75, "sigungu": "가평군"}, "gapyeong-senior-transport")
    assert answer["result"]["amount_quarter"] == 30000
    (answer,) = asked_of(own_rules, tmp_path, {"age": 75, "sigungu": "연천군"}, "gapyeong-senior-transport")
    assert answer["eligible"] is False
    shown = facts_of(library(own_rules).rules.benefits["gapyeong-senior-transport"], "en")
    assert (shown.channels, shown.documents) == (("읍·면사무소에 신청서를 냅니다.",), ("신분증",))
    assert sources(library(own_rules).rules.benefits["gapyeong-senior-transport"]) == [
        "가평군 어르신 교통비 지원 조례 제4조"
    ]
    assert facts_of(library().rules.benefits["basic-pension"], "ko").online


def asked_of(root: Path, tmp_path: Path, said: Any, benefit: str) -> Any:
    file = tmp_path / "home.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    more = ("--date", "2026-03-01", "--household", str(file), "--benefit", benefit)
    return json.loads(run("--data", str(root), "eval", *more))["answers"]


def test_a_file_that_clashes_with_the_set_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(COUNTY.replace("gapyeong-senior-transport", "basic-pension"), encoding="utf-8")
    assert "basic-pension.yaml" in run("check", str(file))
    file.write_text(COUNTY + "interactions:\n  - {kind: excludes, with: [basic-pensoin]}\n", encoding="utf-8")
    with pytest.raises(CommandError, match="1개"):
        call_command("benefit", "check", str(file), stdout=(out := io.StringIO()))
    assert ":21:5: " in out.getvalue()
    assert "「basic-pension」" in out.getvalue()
    file.write_bytes(COUNTY.encode().replace("가평군}".encode(), b"\xff}", 1))
    with pytest.raises(CommandError):
        call_command("benefit", "check", str(file), stdout=(out := io.StringIO()))
    assert f"{file}:3:18: " in out.getvalue()


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
