"""Search over what everybody may see: one table, the database's own full text over Korean words.

A room calls `index_document` (or `remove_document`) in the transaction that changes the thing, and gives
`rebuild_search` in its manifest. RULE: only text that is public goes in; whoever shows a hit asks the room's
`visible_to` again (`search(viewer=...)` does it through links), because a thing may have been withheld since.

The words come from `dure.engines.retrieval`, which also ranks; SQLite and PostgreSQL only count and find, so the
order is the same on both. Kiwi takes about 330 MB in each process that searches or indexes; a process that does
neither never loads it. A web process calls `warm_up()` once at its start (`core.rooms.warm_up`).
"""

from __future__ import annotations

import logging
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db import connection, transaction
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.links import Link, resolve
from dure.core.models.search import SearchDocument
from dure.core.viewer import Viewer
from dure.engines import retrieval
from dure.engines.retrieval import Analysis, Expression, Snippet, Word

log = logging.getLogger(__name__)

MAX_LIMIT = 100
RANKED_LETTERS = 8_000
# A tsvector holds one megabyte; words and letter pairs of 50,000 letters always fit.
INDEXED_LETTERS = 50_000
BATCH = 500
_KIND = re.compile(r"[a-z][a-z_-]{0,38}")


@dataclass(frozen=True, slots=True)
class Document:
    """A public text to be found. `area`: '' for the whole country, else an area code of 2, 5 or 10 digits.

    `valid_from`, `valid_to`: the days from and to which the text holds, both included; None is open.
    """

    urn: str
    kind: str
    title: str
    body: str = ""
    area: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One found document. `title` and `snippet` are pieces of text with spans to mark, no HTML.

    `reason` is one line for people; `why` the same as data. `link` is there when `search` was given a viewer.
    """

    urn: str
    kind: str
    score: float
    title: Snippet
    snippet: Snippet
    why: retrieval.Why
    reason: str
    link: Link | None = None


class Results(list[Hit]):
    """The hits, best first, and what a page should say about them.

    `unknown`: words of the query that occur nowhere. `clipped`: the query was too long and its end was left out.
    `bounded`: more documents matched than were ranked (200). `next`: give it as `after` for the next page; None at the
    end.
    """

    unknown: tuple[str, ...] = ()
    clipped: bool = False
    bounded: bool = False
    next: str | None = None


def warm_up() -> None:
    """Loads the analyser, so that the first search need not wait for it.

    Kiwi keeps the interpreter's lock for most of its 1-3 s, so other requests of this process wait meanwhile: call it
    at the start, before the server listens or right after.
    """
    retrieval.shared_analyser().warm_up()
    retrieval.shared_synonyms()


def index_document(
    urn: str,
    kind: str,
    title: str,
    body: str = "",
    *,
    area: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> None:
    """Makes a public text findable, or replaces it; part of the caller's transaction.

    Of a very long text the first 50,000 letters are findable (logged), the title's first 1,000.
    Raises ValueError for a kind that is not a short lower-case word, an unknown form of area code, or dates in the
    wrong order.
    """
    index_many([Document(urn, kind, title, body, area, valid_from, valid_to)])


def index_many(documents: Iterable[Document]) -> int:
    """The same for many, in batches of 500 with one transaction each, analysed on both cores; returns how many."""
    done = 0
    source = iter(documents)
    while batch := list(islice(source, BATCH)):
        _index({document.urn: document for document in batch})
        done += len(batch)
    return done


def remove_document(urn: str) -> bool:
    """Makes a text unfindable, in the caller's transaction; False when it was not there."""
    return bool(SearchDocument.objects.filter(urn=urn).delete()[0])


def _index(documents: dict[str, Document]) -> None:
    listed = list(documents.values())
    for document in listed:
        if not _KIND.fullmatch(document.kind):
            raise ValueError(f"not a kind of thing: {document.kind!r}")
        if document.valid_from and document.valid_to and document.valid_to < document.valid_from:
            raise ValueError(f"{document.urn} would end before it starts")
        if len(document.title) + len(document.body) > INDEXED_LETTERS:
            log.warning("%s is longer than %s letters; its end cannot be found", document.urn, INDEXED_LETTERS)
    areas = [retrieval.shorten(document.area) for document in listed]
    analysed = retrieval.shared_analyser().analyse_many(
        text
        for document in listed
        for text in (document.title[:1000], document.body[: INDEXED_LETTERS - min(len(document.title), 1000)])
    )
    pairs = list(zip(analysed, analysed, strict=True))
    now = clock.now()
    rows = [
        SearchDocument(
            urn=document.urn,
            kind=document.kind,
            area=area,
            valid_from=document.valid_from,
            valid_to=document.valid_to,
            updated=now,
            title=title.text,
            title_words=" ".join(title.forms()),
            title_spans=_pack(title),
            body=body.text,
            body_words=" ".join(body.forms()),
            body_spans=_pack(body),
        )
        for document, area, (title, body) in zip(listed, areas, pairs, strict=True)
    ]
    changing = [field.name for field in SearchDocument._meta.fields if field.name not in {"id", "urn"}]
    with transaction.atomic():
        known = dict(SearchDocument.objects.filter(urn__in=documents).values_list("urn", "pk"))
        for row in rows:
            # Without its number a replaced row would use up a new one, and numbers stand for the size of the whole.
            row.pk = known.get(row.urn)
        SearchDocument.objects.bulk_create(rows, update_conflicts=True, unique_fields=["urn"], update_fields=changing)
        ids = dict(SearchDocument.objects.filter(urn__in=documents).values_list("urn", "pk"))
        _write_lexemes(
            (ids[document.urn], [*retrieval.document_lexemes(title, body), _kind_lexeme(document.kind), _area(area)])
            for document, area, (title, body) in zip(listed, areas, pairs, strict=True)
        )


def _write_lexemes(entries: Iterable[tuple[int, list[str]]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                "INSERT OR REPLACE INTO core_searchindex (rowid, lexemes) VALUES (%s, %s)",
                [(row, " ".join(lexemes)) for row, lexemes in entries],
            )
        else:
            cursor.executemany(
                "UPDATE core_searchdocument SET lexemes = array_to_tsvector(%s::text[]) WHERE id = %s",
                [(lexemes, row) for row, lexemes in entries],
            )


def _kind_lexeme(kind: str) -> str:
    return f"@{kind}"


def _area(code: str) -> str:
    return f"#{code}"


def _pack(analysis: Analysis) -> bytes:
    return array("I", (place for word in analysis.words for place in (word.start, word.length))).tobytes()


def _unpack(words: str, spans: bytes) -> list[Word]:
    places = array("I")
    places.frombytes(bytes(spans))
    return [
        Word(form, start, length, "")
        for form, start, length in zip(words.split(), places[::2], places[1::2], strict=True)
    ]


class _DatabaseStore:
    """The engine's three questions, put to this database. `on`: only what is valid that day. `here`: nearer wins."""

    def __init__(self, within: list[Expression], on: date, here: str | None) -> None:
        self._within = within
        self._on = on
        self._here = here

    def _render(self, expression: Expression) -> str:
        return (retrieval.to_fts5 if connection.vendor == "sqlite" else retrieval.to_tsquery)(expression)

    def size(self) -> int:
        with connection.cursor() as cursor:
            # Two lookups: max and min in one SELECT would make SQLite read the whole table.
            cursor.execute(
                "SELECT (SELECT max(id) FROM core_searchdocument) - (SELECT min(id) FROM core_searchdocument) + 1"
            )
            return cursor.fetchone()[0] or 0

    def counts(self, expressions: Sequence[Expression], cap: int) -> list[int]:
        if not expressions:
            return []
        if connection.vendor == "sqlite":
            part = "SELECT count(*) FROM (SELECT 1 FROM core_searchindex WHERE core_searchindex MATCH %s LIMIT %s)"
        else:
            part = (
                "SELECT count(*) FROM "
                "(SELECT 1 FROM core_searchdocument WHERE lexemes @@ %s::tsquery LIMIT %s) AS found"
            )
        sql = " UNION ALL ".join(f"SELECT {at}, ({part})" for at in range(len(expressions)))
        given = [value for expression in expressions for value in (self._render(expression), cap)]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            return [count for _at, count in sorted(cursor.fetchall())]

    def find(self, expression: Expression, limit: int) -> list[int]:
        if self._within:
            expression = retrieval.AllOf((*self._within, expression))
        if connection.vendor == "sqlite":
            sql = (
                "SELECT d.id FROM core_searchindex AS i JOIN core_searchdocument AS d ON d.id = i.rowid "
                "WHERE core_searchindex MATCH %s AND {valid} ORDER BY i.rowid DESC LIMIT %s"
            )
        else:
            sql = (
                "SELECT d.id FROM core_searchdocument AS d "
                "WHERE d.lexemes @@ %s::tsquery AND {valid} ORDER BY d.id + 0 DESC LIMIT %s"
            )
        sql = sql.format(
            valid="(d.valid_from IS NULL OR d.valid_from <= %s) AND (d.valid_to IS NULL OR d.valid_to >= %s)"
        )
        day = self._on.isoformat() if connection.vendor == "sqlite" else self._on
        with connection.cursor() as cursor:
            cursor.execute(sql, [self._render(expression), day, day, limit])
            return [row for (row,) in cursor.fetchall()]

    def load(self, rows: Sequence[int]) -> list[retrieval.Candidate]:
        if not rows:
            return []
        marks = ", ".join(["%s"] * len(rows))
        sql = (
            f"SELECT id, urn, area, title_words, substr(body_words, 1, {RANKED_LETTERS}) "
            f"FROM core_searchdocument WHERE id IN ({marks})"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, list(rows))
            return [
                retrieval.Candidate(row, urn, title, body, (len(area) + 1) // 3 if self._here else 0)
                for row, urn, area, title, body in cursor.fetchall()
            ]


def search(
    query: str,
    *,
    kinds: Iterable[str] | None = None,
    limit: int = 20,
    after: str | None = None,
    area: str | None = None,
    on: date | None = None,
    viewer: Viewer | None = None,
) -> Results:
    """The best documents for what a person typed; never fails on what was typed.

    kinds: only these (None: all). limit: 1 to 100. after: `Results.next` of the page before. area: only what applies in
    this area, nearer first (None: everything). on: only what is valid that day (default today in Seoul).
    viewer: hits this viewer may not see are left out, and each hit carries its link; without it the caller asks its
    own room. Raises ValueError for a limit, area or `after` that cannot be.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise ValueError(f"limit must be 1 to {MAX_LIMIT}, not {limit}")
    within: list[Expression] = []
    if kinds is not None:
        wanted = sorted(set(kinds))
        if not wanted:
            return Results()
        within.append(retrieval.AnyOf(tuple(retrieval.Lexeme(_kind_lexeme(kind)) for kind in wanted)))
    if area is not None:
        within.append(retrieval.AnyOf(tuple(retrieval.Lexeme(_area(code)) for code in retrieval.layers(area))))
    plan = retrieval.plan(query, retrieval.shared_analyser(), retrieval.shared_synonyms())
    found = retrieval.search(plan, _DatabaseStore(within, on or clock.today(), area))
    ranked = list(found.hits)
    if after is not None:
        place = _place(after)
        ranked = [hit for hit in ranked if (-hit.score, hit.candidate.key) > place]
    links: dict[str, Link] = {}
    if viewer is not None:
        links = resolve([hit.candidate.key for hit in ranked], viewer)
        ranked = [hit for hit in ranked if hit.candidate.key in links]
    results = Results(_hits(ranked[:limit], links))
    results.unknown, results.clipped, results.bounded = found.unknown, found.clipped, found.bounded
    if len(ranked) > limit:
        results.next = f"{ranked[limit - 1].score}|{ranked[limit - 1].candidate.key}"
    return results


def _place(after: str) -> tuple[float, str]:
    score, bar, urn = after.partition("|")
    if not bar or not urn:
        raise ValueError(f"not a place in a list of results: {after!r}")
    return -float(score), urn


def _hits(ranked: Sequence[retrieval.Ranked], links: dict[str, Link]) -> list[Hit]:
    rows = SearchDocument.objects.in_bulk([hit.candidate.row for hit in ranked])
    hits = []
    for hit in ranked:
        row = rows.get(hit.candidate.row)
        if row is None:
            continue
        title = retrieval.snippet(
            row.title, _unpack(row.title_words, row.title_spans), hit.forms, width=max(len(row.title), 1)
        )
        piece = retrieval.snippet(row.body, _unpack(row.body_words, row.body_spans), hit.forms)
        hits.append(Hit(row.urn, row.kind, hit.score, title, piece, hit.why, reason(hit.why), links.get(row.urn)))
    return hits


def reason(why: retrieval.Why) -> str:
    """One line for people: which of their words stand where, and what was taken for the same."""
    parts = []
    if why.title:
        parts.append(_("제목에 나온 말: %(words)s") % {"words": ", ".join(why.title)})
    if why.body:
        parts.append(_("본문에 나온 말: %(words)s") % {"words": ", ".join(why.body)})
    if why.meant:
        pairs = ", ".join(f"{typed} → {found}" for typed, found in why.meant)
        parts.append(_("비슷한 말로 찾음: %(words)s") % {"words": pairs})
    if why.missing:
        parts.append(_("나오지 않은 말: %(words)s") % {"words": ", ".join(why.missing)})
    return " · ".join(parts)
