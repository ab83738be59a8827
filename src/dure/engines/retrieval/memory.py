"""A store in memory: for small collections that are searched as a whole, and the yardstick for the stores in
databases.
"""

from __future__ import annotations

from collections.abc import Sequence

from dure.engines.retrieval.analyser import Analysis
from dure.engines.retrieval.query import AllOf, Expression, Lexeme, document_lexemes
from dure.engines.retrieval.ranking import Candidate


class MemoryStore:
    """Documents by key; adding a key again replaces its document and keeps its row. Not for many threads at once
    while adding.
    """

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._documents: dict[int, Candidate] = {}
        self._lexemes: dict[int, list[str]] = {}
        self._postings: dict[str, set[int]] = {}

    def add(self, key: str, title: Analysis, body: Analysis) -> int:
        row = self._rows.setdefault(key, len(self._rows) + 1)
        self._forget(row)
        self._documents[row] = Candidate(row, key, " ".join(title.forms()), " ".join(body.forms()))
        self._lexemes[row] = document_lexemes(title, body)
        for lexeme in self._lexemes[row]:
            self._postings.setdefault(lexeme, set()).add(row)
        return row

    def remove(self, key: str) -> None:
        self._forget(self._rows.get(key, 0))

    def _forget(self, row: int) -> None:
        for lexeme in self._lexemes.pop(row, ()):
            self._postings[lexeme].discard(row)
        self._documents.pop(row, None)

    def _matching(self, expression: Expression) -> set[int]:
        if isinstance(expression, Lexeme):
            return self._postings.get(expression.name, set())
        sets = [self._matching(item) for item in expression.items]
        return set.intersection(*sets) if isinstance(expression, AllOf) else set.union(*sets)

    def size(self) -> int:
        return len(self._rows)

    def counts(self, expressions: Sequence[Expression], cap: int) -> list[int]:
        return [min(len(self._matching(expression)), cap) for expression in expressions]

    def find(self, expression: Expression, limit: int) -> list[int]:
        return sorted(self._matching(expression), reverse=True)[:limit]

    def load(self, rows: Sequence[int]) -> list[Candidate]:
        return [self._documents[row] for row in rows]
