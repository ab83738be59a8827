"""The table of bodies in the database: counts of its README, names, changes on their days."""

from collections import Counter
from datetime import date

import pytest

from dure.bodies import loader, names, queries
from dure.bodies.models import Body, BodyAlias, BodySuccession
from dure.core.links import resolve, urn
from dure.core.refused import Refused
from dure.core.viewer import Viewer

ANYONE = Viewer.anonymous()
BEFORE, AFTER = date(2026, 6, 30), date(2026, 7, 1)

pytestmark = pytest.mark.usefixtures("table")


def called(bodies: list[Body]) -> list[str]:
    return sorted(body.full_name_ko for body in bodies)


@pytest.mark.parametrize(
    ("day", "sido", "sigungu", "district"),
    [(date(2024, 6, 1), 17, 226, 37), (BEFORE, 17, 226, 41), (AFTER, 16, 227, 41), (date(2026, 11, 21), 16, 227, 41)],
)
def test_the_counts_that_the_table_states(day, sido, sigungu, district):
    kinds = Counter(Body.objects.valid_on(day).values_list("kind", flat=True))
    assert (kinds["sido"], kinds["sigungu"], kinds["district"]) == (sido, sigungu, district)


def test_loading_again_changes_nothing():
    body = Body.objects.get(code="4182000000")
    body.web_page = "https://www.gp.go.kr"
    body.save()
    before = list(Body.objects.order_by("pk").values())
    told = []
    counts = loader.load_bodies(lambda *step: told.append(step))
    assert counts == {"added": 0, "changed": 0, "same": 510}
    assert list(Body.objects.order_by("pk").values()) == before
    assert BodyAlias.objects.count() == len(loader.rows("aliases.csv"))
    assert BodySuccession.objects.count() == len(loader.rows("successions.csv"))
    assert [done for done, total, _ in told] == sorted(done for done, total, _ in told)
    assert told[-1][0] == told[-1][1]


def test_a_changed_row_is_put_right_and_what_people_wrote_stays():
    Body.objects.filter(code="4182000000").update(name_ko="틀린 이름", about="군민과 함께")
    assert loader.load_bodies()["changed"] == 1
    body = Body.objects.get(code="4182000000")
    assert (body.name_ko, body.about) == ("가평군", "군민과 함께")


def test_a_table_that_contradicts_itself_is_refused(tmp_path):
    for name in ("bodies.csv", "aliases.csv", "successions.csv"):
        (tmp_path / name).write_text((loader.folder() / name).read_text(encoding="utf-8-sig"), encoding="utf-8")
    text = (tmp_path / "bodies.csv").read_text(encoding="utf-8")
    (tmp_path / "bodies.csv").write_text(text.replace("4182000000,sigungu", "4182000000,village"), encoding="utf-8")
    with pytest.raises(loader.BadTable, match="village"):
        loader.load_bodies(place=tmp_path)


def test_ids_come_from_codes():
    assert Body.objects.get(code="4182000000").pk == names.body_id("4182000000")


def test_no_name_of_a_municipality_stands_without_its_province():
    for body in Body.objects.filter(kind__in=["sigungu", "district"]).select_related("province"):
        assert body.full_name_ko == f"{body.province.name_ko} {body.name_ko}"


def test_every_ended_body_of_the_table_leads_on():
    ended = Body.objects.filter(valid_to__isnull=False)
    assert ended.count() == 44
    for body in ended:
        assert queries.what_became_of(body, on=date(2026, 11, 21)), body.code


def test_every_change_begins_the_day_after_the_old_ended():
    for change in BodySuccession.objects.select_related("old", "new"):
        assert (change.on - change.old.valid_to).days == 1, change.old.code
        assert change.new.valid_from == change.on, change.new.code


@pytest.mark.parametrize(
    ("asked", "on", "answer"),
    [
        ("4182000000", AFTER, ["경기도 가평군"]),
        ("41820", AFTER, ["경기도 가평군"]),
        ("46", AFTER, ["전남광주통합특별시"]),
        ("46", BEFORE, ["전라남도"]),
        ("1200000000", BEFORE, ["광주광역시", "전라남도"]),
        ("4611000000", AFTER, ["전남광주통합특별시 목포시"]),
        ("1211000000", BEFORE, ["전라남도 목포시"]),
        ("2811000000", AFTER, ["인천광역시 영종구", "인천광역시 제물포구"]),
        ("2812500000", BEFORE, ["인천광역시 동구", "인천광역시 중구"]),
        ("4772000000", AFTER, ["대구광역시 군위군"]),
        ("군위군", date(2020, 1, 1), ["경상북도 군위군"]),
        ("4211000000", AFTER, ["강원특별자치도 춘천시"]),
        ("45111", AFTER, ["전북특별자치도 전주시 완산구"]),
        ("3611000000", AFTER, ["세종특별자치시"]),
        ("강원도", AFTER, ["강원특별자치도"]),
        ("강원도 춘천시", AFTER, ["강원특별자치도 춘천시"]),
        ("전라북도", date(2024, 1, 17), ["전라북도"]),
        ("충남 아산시", AFTER, ["충청남도 아산시"]),
        ("충남아산시", AFTER, ["충청남도 아산시"]),
        ("인천 동구", AFTER, ["인천광역시 제물포구"]),
        ("환경부", AFTER, ["기후에너지환경부"]),
        ("환경부", date(2020, 1, 1), ["환경부"]),
        ("기획재정부", AFTER, ["기획예산처", "재정경제부"]),
        ("산업통상자원부", AFTER, ["기후에너지환경부", "산업통상부"]),
        ("국가데이터처", date(2020, 1, 1), ["통계청"]),
        ("행안부", AFTER, ["행정안전부"]),
        ("검찰청", date(2026, 10, 2), ["공소청"]),
        ("청원군", AFTER, ["충청북도 청주시"]),
        ("없는기관", AFTER, []),
        ("", AFTER, []),
        ("9999999999", AFTER, []),
    ],
)
def test_both_sides_of_a_change_resolve(asked, on, answer):
    assert called(queries.resolve(asked, on=on)) == sorted(answer)


def test_a_shared_name_gives_all_of_them():
    found = called(queries.resolve("동구", on=AFTER))
    assert "부산광역시 동구" in found
    assert "전남광주통합특별시 동구" in found
    assert "인천광역시 제물포구" in found
    assert len(found) == len(set(found)) >= 5


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("가평", "경기도 가평군"),
        ("경기 가평", "경기도 가평군"),
        ("gapyeong", "경기도 가평군"),
        ("41820", "경기도 가평군"),
        ("경기도", "경기도"),
        ("도로공사", "한국도로공사"),
        ("전라남도 목포", "전남광주통합특별시 목포시"),
        ("환경부", "기후에너지환경부"),
        ("충북 청주", "충청북도 청주시"),
    ],
)
def test_names_are_found_by_their_parts(text, first):
    assert queries.find(ANYONE, text=text, on=AFTER).first().full_name_ko == first


def test_search_filters_by_kind_and_province_and_leaves_ended_ones_out():
    gyeonggi = Body.objects.get(code="4100000000")
    found = queries.find(ANYONE, kinds=["sigungu"], province=gyeonggi.pk, on=AFTER)
    assert found.count() == 31
    assert not queries.find(ANYONE, text="전라남도", kinds=["sido"], on=AFTER).filter(code="4600000000").exists()
    assert queries.find(ANYONE, text="전라남도", on=AFTER, ended_too=True).filter(code="4600000000").exists()
    assert queries.find(ANYONE, text="없는기관이름").count() == 0


def test_a_body_is_found_by_address_code_old_code_and_id():
    body = Body.objects.get(code="5111000000")
    for key in (body.slug, "5111000000", "51110", "4211000000", str(body.pk)):
        assert queries.by_key(key, ANYONE) == body
    for key in ("nothing-here", "9999999999", "", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(Refused) as refusal:
            queries.by_key(key, ANYONE)
        assert refusal.value.code == "not_found"


def test_the_history_tells_both_sides():
    old = Body.objects.get(code="4611000000")
    told = queries.history(old)
    assert [s.new.full_name_ko for s in told.successions] == ["전남광주통합특별시 목포시"]
    assert called(told.today) == ["전남광주통합특별시 목포시"]
    new = queries.history(Body.objects.get(code="1211000000"))
    assert [s.old.full_name_ko for s in new.origins] == ["전라남도 목포시"]
    assert new.today == []


def test_a_urn_of_a_body_resolves():
    body = Body.objects.get(code="4182000000")
    link = resolve([urn("body", body.pk)], ANYONE)[body.urn]
    assert (link.title, link.url) == ("경기도 가평군", "/bodies/gyeonggi-gapyeong-gun/")
