"""Search in the database that the suite runs on (SQLite, or PostgreSQL when DURE_DATABASE_URL names one)."""

from __future__ import annotations

import os
from datetime import date
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dure.core import search as core_search
from dure.core.links import Link
from dure.core.models import SearchDocument
from dure.core.rooms import Room
from dure.core.search import Document, index_document, index_many, remove_document, search
from dure.core.viewer import Viewer
from dure.engines import retrieval

IDS = [UUID(int=number) for number in range(1, 9)]
TEXTS = [
    ("case", "학교밖 배움터 달팽이학교", "정규 수업이 어려운 청소년에게 대체 수업을 운영"),
    ("case", "안양시 공동급식지원센터", "네 시가 학교급식 지원센터를 함께 세우고 운영"),
    ("case", "공영주차장 조성", "국유지에 주차장을 만든다"),
    ("service", "동물 사체(로드킬) 신고", "길에서 죽은 동물을 치워 달라고 알린다"),
    ("case", "독거노인 고독사 예방", "혼자 지내는 어르신의 안부를 살핀다"),
    ("case", "빈집은행 프로젝트", "빈집을 청년에게 내준다"),
    ("service", "청소년증 발급", "9~18세 청소년의 신분을 확인해 주는 카드"),
    ("service", "거주자우선주차 신청", "집 가까운 노상 주차면을 배정받는다"),
]
DOCUMENTS = [
    Document(f"dure:{kind}:{id}", kind, title, body) for id, (kind, title, body) in zip(IDS, TEXTS, strict=True)
]


def urns(query: str, **options: object) -> list[str]:
    return [hit.urn for hit in search(query, **options)]  # type: ignore[arg-type]


@pytest.fixture
def filled(db: None) -> None:
    assert index_many(DOCUMENTS) == len(DOCUMENTS)


@pytest.mark.parametrize(
    ("query", "first"),
    [("학교 밖 청소년", 0), ("공동 급식", 1), ("주차장", 2), ("고라니", 3), ("홀로 사는 노인", 4), ("빈 집", 5)],
)
@pytest.mark.usefixtures("filled")
def test_first_hit(query: str, first: int) -> None:
    assert urns(query)[0] == DOCUMENTS[first].urn


@pytest.mark.usefixtures("filled")
def test_a_hit_says_what_was_found_where() -> None:
    hit = search("주차장 국유지")[0]
    assert hit.urn == DOCUMENTS[2].urn
    assert hit.kind == "case"
    assert hit.score > 0
    assert [hit.title.text[a:b] for a, b in hit.title.marks] == ["주차장"]
    assert [hit.snippet.text[a:b] for a, b in hit.snippet.marks] == ["국유지", "주차장"]
    assert hit.reason == "제목에 나온 말: 주차장 · 본문에 나온 말: 국유지"


@pytest.mark.usefixtures("filled")
def test_kinds_narrow() -> None:
    assert urns("주차", kinds=["service"]) == [DOCUMENTS[7].urn]
    assert urns("주차", kinds=[]) == []
    assert urns("주차", kinds=["report"]) == []


@pytest.mark.usefixtures("filled")
def test_the_same_urn_is_replaced_and_a_removed_one_is_gone() -> None:
    urn = DOCUMENTS[2].urn
    index_document(urn, "case", "작은도서관", "책을 빌린다")
    assert urn not in urns("주차장")
    assert urns("작은도서관") == [urn]
    assert SearchDocument.objects.count() == len(DOCUMENTS)
    assert remove_document(urn)
    assert not remove_document(urn)
    assert urns("작은도서관") == []


@pytest.mark.usefixtures("filled")
def test_what_is_deleted_in_any_other_way_is_gone_too() -> None:
    SearchDocument.objects.filter(kind="case").delete()
    assert urns("주차") == [DOCUMENTS[7].urn]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM core_searchindex")
            assert cursor.fetchone()[0] == SearchDocument.objects.count()


@pytest.mark.django_db(transaction=True)
def test_index_and_row_are_one_transaction() -> None:
    class Broken(Exception):
        pass

    with pytest.raises(Broken), transaction.atomic():  # noqa: PT012
        index_document(DOCUMENTS[0].urn, "case", "공영주차장", "")
        assert urns("주차장") == [DOCUMENTS[0].urn]
        raise Broken
    assert urns("주차장") == []


@pytest.mark.usefixtures("filled")
def test_pages_are_complete_and_without_doubles() -> None:
    for number in range(25):
        index_document(f"dure:case:{UUID(int=100 + number)}", "case", f"마을 주차장 {number}", "주차장 이야기")
    whole = urns("주차장", limit=100)
    assert len(whole) > 25
    seen: list[str] = []
    after = None
    while True:
        page = search("주차장", limit=7, after=after)
        seen += [hit.urn for hit in page]
        after = page.next
        if after is None:
            break
    assert seen == whole


@pytest.mark.parametrize("after", ["", "x", "1.0|", "x|dure:case:1", "nan"])
@pytest.mark.usefixtures("filled")
def test_a_bad_place_is_a_value_error(after: str) -> None:
    with pytest.raises(ValueError):
        search("주차장", after=after)


@pytest.mark.parametrize("limit", [0, -1, 101])
@pytest.mark.django_db
def test_limits_are_kept(limit: int) -> None:
    with pytest.raises(ValueError):
        search("주차장", limit=limit)


@pytest.mark.django_db
def test_local_text_wins_and_other_places_stay_out() -> None:
    for area in ["", "41", "41111", "4113500000"]:
        index_document(f"dure:article:fee{area}", "article", "주차장 요금", "공영주차장 요금 안내", area=area)
    assert urns("주차장 요금", area="4111100000") == [f"dure:article:fee{area}" for area in ["41111", "41", ""]]
    assert urns("주차장 요금", area="11") == ["dure:article:fee"]
    assert len(urns("주차장 요금")) == 4


@pytest.mark.django_db
def test_only_what_is_valid_that_day() -> None:
    index_document("dure:article:old", "article", "주차장 요금", valid_to=date(2026, 6, 30))
    index_document("dure:article:new", "article", "주차장 요금", valid_from=date(2026, 7, 1))
    assert urns("주차장", on=date(2026, 6, 30)) == ["dure:article:old"]
    assert urns("주차장", on=date(2026, 7, 1)) == ["dure:article:new"]


@pytest.mark.parametrize(
    "bad",
    [
        Document("u", "Case!", "x"),
        Document("u", "case", "x", area="seoul"),
        Document("u", "case", "x", valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 1)),
    ],
)
@pytest.mark.django_db
def test_bad_documents_are_refused_before_anything_is_written(bad: Document) -> None:
    with pytest.raises(ValueError):
        index_many([DOCUMENTS[0], bad])
    assert not SearchDocument.objects.exists()


@pytest.mark.django_db
def test_very_long_texts_are_indexed_as_far_as_promised(caplog: pytest.LogCaptureFixture) -> None:
    index_document("dure:case:long", "case", "긴 글", "주차장 " + "가나다라마바사 " * 9000 + " 우주정거장")
    assert urns("주차장") == ["dure:case:long"]
    assert urns("우주정거장") == []
    assert "dure:case:long" in caplog.text


@pytest.mark.usefixtures("filled")
def test_hits_are_asked_again_for_the_viewer(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = DOCUMENTS[2].urn

    def resolve(wanted: list[str], viewer: Viewer) -> dict[str, Link]:
        assert viewer == Viewer.anonymous()
        return {urn: Link(urn, "제목", "/somewhere/") for urn in wanted if urn != hidden}

    monkeypatch.setattr(core_search, "resolve", resolve)
    hits = search("주차", viewer=Viewer.anonymous())
    assert [hit.urn for hit in hits] == [DOCUMENTS[7].urn]
    assert hits[0].link is not None
    assert hits[0].link.url == "/somewhere/"


def _room(documents: list[Document], broken: bool = False) -> Room:
    def rebuild(progress: object) -> None:
        index_many(documents)
        progress(len(documents), len(documents), "")  # type: ignore[operator]
        if broken:
            raise OSError("the disk is full")

    return Room("library", 2, "?", "", resolvers={"case": lambda ids, viewer: {}}, rebuild_search=rebuild)


@pytest.mark.usefixtures("filled")
def test_rebuilding_takes_out_what_is_no_longer_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from dure.core.management.commands import rebuild_search

    monkeypatch.setattr(rebuild_search, "rooms", lambda: (_room(DOCUMENTS[:2]),))
    out, err = StringIO(), StringIO()
    call_command("rebuild_search", stdout=out, stderr=err)
    left = set(SearchDocument.objects.values_list("urn", flat=True))
    assert left == {d.urn for d in DOCUMENTS[:2]} | {d.urn for d in DOCUMENTS if d.kind != "case"}
    assert "library: 2 documents, 3 removed" in out.getvalue()
    assert "2/2" in err.getvalue()
    with pytest.raises(CommandError, match="not a room"):
        call_command("rebuild_search", "nowhere")


@pytest.mark.usefixtures("filled")
def test_a_broken_rebuild_removes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from dure.core.management.commands import rebuild_search

    monkeypatch.setattr(rebuild_search, "rooms", lambda: (_room(DOCUMENTS[:1], broken=True),))
    with pytest.raises(OSError, match="full"):
        call_command("rebuild_search", stdout=StringIO(), stderr=StringIO())
    assert SearchDocument.objects.count() == len(DOCUMENTS)


@pytest.mark.skipif("DURE_DATABASE_URL" in os.environ, reason="about SQLite")
@pytest.mark.django_db
def test_the_trigger_is_there() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'core_searchdocument'")
        assert cursor.fetchall() == [("core_searchdocument_gone",)]


def test_warming_up_loads_the_analyser() -> None:
    core_search.warm_up()
    assert retrieval.shared_analyser().loaded


class AgainstMemory(TestCase):
    """The database answers exactly as the engine's own store in memory does."""

    @classmethod
    def setUpTestData(cls) -> None:
        index_many(DOCUMENTS)
        analyser = retrieval.shared_analyser()
        cls.memory = retrieval.MemoryStore()
        for document in DOCUMENTS:
            cls.memory.add(document.urn, analyser.analyse(document.title), analyser.analyse(document.body))

    @settings(max_examples=80, deadline=None)
    @given(
        st.one_of(
            st.text(max_size=50),
            st.lists(
                st.sampled_from(["주차장", "급식", "청소년", "학교", "빈", "집", "신고", "노인", "'", "\\"]),
                max_size=6,
            ).map(" ".join),
        )
    )
    def test_same_hits_in_the_same_order(self, query: str) -> None:
        plan = retrieval.plan(query, retrieval.shared_analyser(), retrieval.shared_synonyms())
        expected = [hit.candidate.key for hit in retrieval.search(plan, self.memory).hits]
        assert urns(query, limit=100) == expected
