"""The study's files into the database, with nothing lost and nothing made surer than it is."""

from __future__ import annotations

import csv
from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from dure.bodies import queries as bodies
from dure.bodies.models import Body
from dure.collaboration.library import queries, source, typology
from dure.collaboration.library.loading import load_cases
from dure.collaboration.models import Case, CaseParty
from dure.collaboration.partnering import candidates
from dure.core.models import SearchDocument
from dure.core.viewer import Viewer

pytestmark = pytest.mark.usefixtures("library")


def printed() -> dict[str, dict[str, str]]:
    with (source.folder() / "appendix.csv").open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_every_row_is_there_with_its_marks():
    rows = printed()
    assert Case.objects.count() == 601 == len(rows)
    for case in Case.objects.all():
        row = rows[case.no]
        for name in ("partner_type", "service_field", "tech_applied", "tech_applicable", "sustainable", "level"):
            assert getattr(case, name) == row[name]
        assert case.title == (row["title_corrected"] or row["title"])
        assert case.title_printed == row["title"]
        assert ";".join(case.sidos) == row["sido"]
        assert ";".join(case.sigungus) == row["sigungu"]
        assert case.ocr_note == row["ocr_note"]


def test_23_in_depth_cases_are_whole():
    depths = Case.objects.filter(depth_no__isnull=False)
    assert sorted(depths.values_list("depth_no", flat=True)) == list(range(1, 24))
    for case in depths:
        assert case.depth["appendix_id"] == case.no


def test_doubt_is_never_lost():
    states = Counter(Case.objects.values_list("title_state", flat=True))
    assert states["missing"] == 1
    assert states["corrected"] == 145
    for case in Case.objects.exclude(ocr_note=""):
        if "불확실" in case.ocr_note or "추정" in case.ocr_note or "의심" in case.ocr_note:
            assert case.doubtful, case.no
    assert Case.objects.get(no="A353").name != ""
    assert Case.objects.get(no="A001").title_doubtful
    assert not Case.objects.get(no="A002").doubtful


@pytest.mark.parametrize(
    ("title", "corrected", "note", "state"),
    [
        ("", "", "사업명 유실", "missing"),
        ("가", "", "", "as_printed"),
        ("가", "나", "사업명 오독 교정", "corrected"),
        ("가", "나", "지자체명: 인→안 오독 / 사업명 오독 교정", "corrected"),
        ("가", "", "추정: 나", "doubtful"),
        ("가", "", "지자체·사업명이 같은 행이 또 있음(A002)", "as_printed"),
        ("가", "", "지자체명 의심: 경북 예천군일 가능성", "as_printed"),
    ],
)
def test_title_state(title, corrected, note, state):
    assert source.title_state(title, corrected, note) == state


def test_bodies_are_linked_by_their_name_of_the_time():
    seoul = CaseParty.objects.get(case__no="A129", leads=True)
    assert Body.objects.get(pk=seoul.body_id).full_name_ko == "서울특별시 서대문구"
    leading = CaseParty.objects.filter(leads=True)
    unlinked = set(leading.filter(body_id=None).values_list("name", flat=True))
    assert leading.filter(body_id__isnull=False).count() >= 600
    assert {"경남 창원군", "대구 달성구", "원주군"} <= unlinked
    for party in leading.filter(body_id__isnull=False):
        assert Body.objects.get(pk=party.body_id).span.holds(source.AS_OF)


def test_a_doubtful_government_is_not_linked():
    assert not CaseParty.objects.filter(case__no="A201", leads=True, body_id__isnull=False).exists()


@pytest.mark.slow
@pytest.mark.everywhere
def test_loading_again_changes_nothing():
    def state():
        return (
            list(Case.objects.order_by("no").values()),
            list(CaseParty.objects.order_by("case__no", "position").values("case_id", "name", "kind", "body_id")),
            sorted(SearchDocument.objects.filter(kind="case").values_list("urn", "title", "body")),
        )

    before, told = state(), []
    assert load_cases(lambda done, total, what: told.append((done, total))) == 601
    assert state() == before
    assert told[-1] == (601, 601)
    assert len(told) > 3


@pytest.mark.slow
@pytest.mark.everywhere
def test_loading_mends_what_was_changed_and_leaves_other_cases_alone():
    Case.objects.filter(no="A010").update(title="딴것")
    own = Case.objects.get(no="A011")
    own.pk, own.no, own.origin, own.depth, own.depth_no = source.case_id("D1"), "D1", "here", None, None
    own.save(force_insert=True)
    load_cases(lambda done, total, what: None)
    row = printed()["A010"]
    assert Case.objects.get(no="A010").title == (row["title_corrected"] or row["title"])
    assert Case.objects.filter(no="D1").exists()


def test_a_title_cannot_go_missing_unsaid():
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(no="A010").update(title="")


def test_partners_are_bodies_of_today():
    need = typology.engine.Need(
        typology.engine.Attributes(title="빈집을 고쳐 청년에게", service_field="지역개발/환경"), "", frozenset()
    )
    found = typology.partners(need, candidates(), k=20)
    assert found
    for suggestion in found:
        assert Body.objects.get(pk=suggestion.key).is_active()
        assert Case.objects.filter(no__in=suggestion.evidence).count() == len(suggestion.evidence)
        assert suggestion.reason.ko.endswith(".")


def test_what_a_body_did_follows_its_changes():
    then = Body.objects.get(pk=CaseParty.objects.filter(case__sido=";강원도;", case__level="광역").first().body_id)
    [now] = bodies.what_became_of(then)
    assert now.pk != then.pk
    before = set(queries.done_by(then.pk, Viewer.anonymous()).values_list("no", flat=True))
    assert before
    assert before <= set(queries.done_by(now.pk, Viewer.anonymous()).values_list("no", flat=True))
