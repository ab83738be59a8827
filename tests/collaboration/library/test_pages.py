"""The library's pages through HTTP."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile

import pytest
from django.urls import reverse
from django.utils.html import escape

from dure.collaboration.models import Case
from dure.core.tables import safe

pytestmark = pytest.mark.usefixtures("library")
LIST = reverse("library:list")


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", response.content.decode())


def titles(response) -> list[str]:
    return [case.no for case, _ in response.context["rows"]]


def test_list_counts_pages_and_queries(client, django_assert_num_queries):
    with django_assert_num_queries(2):
        response = client.get(LIST)
    assert "601건" in text(response)
    assert len(titles(response)) == 20
    assert client.get(LIST, {"page": "31"}).context["rows"][0][0].no == "A601"


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"partner_type": "지자체-중앙"}, 21),
        ({"partner_type": "지자체-중앙-민간"}, 10),
        ({"service_field": "교육"}, 55),
        ({"sustainable": "lasting"}, 72),
        ({"sustainable": "partial"}, 8),
        ({"tech_applied": "yes"}, 94),
        ({"tech_applicable": "yes"}, 183),
        ({"resource_shared": "no"}, 0),
        ({"depth": "yes"}, 23),
        ({"level": "중앙행정기관"}, 7),
        ({"sido": "제주특별자치도"}, 5),
        ({"sido": "전라북도", "sigungu": "군산시", "partner_type": "지자체-지자체"}, 1),
        ({"sigungu": "아산시", "service_field": "생활/편의", "depth": "yes"}, 1),
    ],
)
def test_filters(client, asked, number):
    response = client.get(LIST, asked)
    assert response.context["page"].paginator.count == number


@pytest.mark.slow
def test_filters_partition_the_library(client):
    for name in ("partner_type", "service_field", "subtype", "level", "depth", "doubtful", "tech_applied"):
        choices = [key for key, _ in client.get(LIST).context["form"].fields[name].choices if key]
        counts = [client.get(LIST, {name: key}).context["page"].paginator.count for key in choices]
        assert sum(counts) == 601, name


def test_an_unknown_filter_is_an_error_that_keeps_the_rest(client):
    response = client.get(LIST, {"level": "우주", "service_field": "교육"})
    page = text(response)
    assert response.context["page"].paginator.count == 55
    assert 'role="alert"' in page


@pytest.mark.parametrize(
    ("words", "no"),
    [("빈집 은행", "A093"), ("소방차 위치", "A096"), ("로드킬", "A297"), ("경비원", "A006"), ("SK텔레콤", "A297")],
)
def test_search_finds_by_stem_compound_and_participant(client, words, no):
    assert no in titles(client.get(LIST, {"q": words}))


def test_search_orders_by_match_and_filters_narrow_it(client):
    found = client.get(LIST, {"q": "빈집"})
    assert "빈집" in found.context["rows"][0][0].title
    both = client.get(LIST, {"q": "빈집", "service_field": "지역개발/환경"})
    assert 0 < both.context["page"].paginator.count < found.context["page"].paginator.count


def test_nothing_found_says_what_to_do(client):
    page = text(client.get(LIST, {"q": "쀍쀍"}))
    assert "이 조건에 맞는 사례가 없습니다" in page
    assert "낱말을 줄이거나" in page


@pytest.mark.parametrize("sort", ["no", "title", "government", "field", "lasting", "depth"])
def test_every_order_shows_every_case_once(client, sort):
    paginator = client.get(LIST, {"sort": sort}).context["page"].paginator
    seen = [case.no for number in paginator.page_range for case in paginator.page(number)]
    assert len(seen) == len(set(seen)) == 601
    if sort == "lasting":
        lasting = Case.objects.exclude(sustainable="no").values_list("no", flat=True)
        assert set(seen[:72]) == set(lasting)


@pytest.mark.slow
def test_doubtful_titles_are_marked_in_list_case_and_compare(client):
    doubtful = Case.objects.filter(title_state="doubtful").order_by("no")
    numbers = list(doubtful.values_list("no", flat=True))
    paginator = client.get(LIST, {"doubtful": "yes"}).context["page"].paginator
    assert set(numbers) <= {case.no for number in paginator.page_range for case in paginator.page(number)}
    page = text(client.get(LIST, {"doubtful": "yes"}))
    assert page.count("의심</span>") >= 20
    for no in numbers:
        page = text(client.get(reverse("library:case", args=[no])))
        assert "그대로 믿지 마세요" in page
        assert "읽어 들인 이의 메모" in page
    assert "사업명 의심" in text(client.get(reverse("library:compare"), {"case": numbers[:2]}))


def test_the_lost_title_is_said_to_be_lost(client):
    page = text(client.get(reverse("library:case", args=["A353"])))
    assert "사업명이 남지 않은 사례" in page
    assert "사업명이 사라졌습니다" in page


@pytest.mark.parametrize("no", [f"A{n:03}" for n in (2, 11, 96, 129, 295, 443, 485)])
def test_in_depth_cases_show_everything(client, no):
    case = Case.objects.get(no=no)
    page = text(client.get(case.get_absolute_url()))
    depth = case.depth
    for said in [
        *depth["policy_effect"]["items"],
        *(role["role"] for role in depth["roles"]),
        *(figure["printed"] for figure in depth["key_figures"]),
        *depth["it_system"]["facts"],
        *depth["table_issues"],
        depth["sustainability"]["note"],
    ]:
        assert re.sub(r"\s+", " ", escape(said)) in page
    assert "에 가깝습니다." in page
    assert "이 모델에서 살필 것" in page


def test_every_case_page_answers_and_has_similar_cases_with_reasons(client):
    for no in ("A001", "A086", "A276", "A374", "A420", "A601"):
        response = client.get(reverse("library:case", args=[no]))
        assert response.status_code == 200
        similar = response.context["view"].similar
        assert len(similar) == 5
        assert all(near.reason for near in similar)
        assert no not in {near.case.no for near in similar}


def test_an_unknown_case_is_not_found(client):
    assert client.get(reverse("library:case", args=["A999"])).status_code == 404


def test_compare_adds_removes_and_says_what_it_left_out(client):
    url = reverse("library:compare")
    page = text(client.get(url, {"case": ["A129", "A384", "nope", "A001", "A002", "A003"]}))
    assert "이런 번호의 사례가 없습니다: NOPE" in page
    assert "네 건까지만 견줄 수 있어 뺐습니다: A003" in page
    response = client.get(url, {"case": ["A129"], "add": "a384"})
    assert response.context["numbers"] == ["A129", "A384"]
    assert "?case=A384" in text(response)
    assert "아직 고른 사례가 없습니다" in text(client.get(url))
    rows = {row.name: row for row in response.context["rows"]}
    assert not rows["서비스 분야"].differs
    assert rows["주체유형"].differs


def test_what_is_not_known_is_a_dash_in_compare(client):
    rows = {row.name: row for row in client.get(reverse("library:compare"), {"case": ["A001"]}).context["rows"]}
    assert rows["정책효과"].cells == ["–"]
    assert rows["속성"].cells == ["–"]


def test_picks_live_in_the_address(client):
    response = client.get(LIST, {"service_field": "교육", "case": ["A001"]})
    adds = [add for _, add in response.context["rows"] if add]
    assert all("case=A001&case=" in add and "service_field=" in add for add in adds)
    full = client.get(LIST, {"case": ["A001", "A002", "A003", "A004", "A005"]})
    assert full.context["picks"].numbers == ["A001", "A002", "A003", "A004"]
    assert not [add for _, add in full.context["rows"] if add]


def test_export_csv_is_the_filtered_list_for_excel(client):
    response = client.get(reverse("library:export", args=["csv"]), {"service_field": "교육"})
    body = b"".join(response.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(rows) == 55
    assert {row["서비스 분야"] for row in rows} == {"교육"}


def test_export_xlsx_has_every_case(client):
    response = client.get(reverse("library:export", args=["xlsx"]))
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 602
    assert "<f>" not in sheet


@pytest.mark.parametrize("bad", ["=1+1", "+82", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1"])
def test_no_cell_is_a_formula(bad):
    assert safe(bad) == f"'{bad}"
    assert safe("사례=1") == "사례=1"


def test_export_refuses_what_it_cannot_do(client):
    assert client.get(reverse("library:export", args=["pdf"])).status_code == 404
    assert client.get(reverse("library:export", args=["csv"]), {"level": "우주"}).status_code == 422


def test_figures_are_one_query_and_add_up(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get(reverse("library:figures"))
    figures = response.context["figures"]
    assert sum(bar.number for bar in figures.fields) == 601
    assert sum(bar.number for bar in figures.partner_types) == 601
    assert sum(total for *_, total in figures.cross) == 601
    two = sum(len(case.sidos) > 1 for case in Case.objects.all())
    assert sum(bar.number for bar in figures.regions) + figures.no_region == 601 + two
    assert {tile.label: tile.number for tile in figures.tiles}["경기"] == 135
    assert "<svg" in text(response)


def test_the_study_s_tables_come_out_again(client):
    tables = {table.number: table for table in client.get(reverse("library:figures")).context["figures"].tables}
    assert list(tables) == ["2-1", "2-2", "2-3", "3-1", "3-2"]
    assert tables["3-1"].verdict == "same"
    assert [line.ours for line in tables["3-1"].lines] == [21, 10, 115, 184, 271, 601]
    assert {line.difference for line in tables["3-1"].lines} == {0}
    assert [line.ours for line in tables["3-2"].lines] == [3, 2, 10, 24, 33, 72]
    assert [line.printed for line in tables["3-2"].lines] == [3, 2, 10, 24, 34, 73]
    assert sum(line.difference for line in tables["2-2"].lines[:-1]) == -28
    assert all(line.difference <= 0 for line in tables["2-2"].lines)
    assert tables["2-3"].lines[-1].ours == 94
    assert {line.ours for line in tables["2-1"].lines} == {None}
    assert all(table.why for table in tables.values())


def test_typology_page_shows_agreement_misses_and_the_left_out_figure(client):
    response = client.get(reverse("library:typology"))
    page = text(response)
    evaluation = response.context["evaluation"]
    assert f"{evaluation.agreed} / 22" in page
    assert f"{evaluation.left_out} / 22" in page
    assert len(response.context["rows"]) == 23
    for row in response.context["rows"]:
        if row.row.agrees is False:
            assert row.why_missed


@pytest.mark.parametrize(
    "url", [LIST, "/library/A129/", "/library/A001/", "/library/compare/?case=A129", "/library/figures/"]
)
def test_english_pages_mark_korean_and_light_pages_stay_light(client, url):
    response = client.get(url, headers={"accept-language": "en"})
    page = response.content.decode()
    assert 'lang="en"' in page
    assert 'lang="ko"' in page or url == "/library/figures/"
    assert len(gzip.compress(response.content)) < 20_000
    assert "style=" not in page
    assert "onclick" not in page
