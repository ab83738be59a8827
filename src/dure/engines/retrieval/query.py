"""From what a person typed to a bounded plan: concepts with alternatives, and the boolean stages that find
candidates.

Stages loosen step by step: all concepts, all but one, any two of the rarest, one of the rarest. Every stage is a
small boolean expression over lexemes, so that SQLite FTS5, PostgreSQL tsquery and memory find the same documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from dure.engines.retrieval.analyser import LONGEST_WORD, Analyser, Analysis, Word, dull_words
from dure.engines.retrieval.synonyms import Synonyms
from dure.engines.retrieval.text import HANGUL, bigrams, clean, fold

MAX_LETTERS = 300
MAX_CONCEPTS = 10
MAX_FORMS_IN_CONCEPT = 12
SYNONYM_WEIGHT = 0.7
JOINED_WEIGHT = 0.9
PART_WEIGHT = 0.5
PIECE_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Lexeme:
    name: str


@dataclass(frozen=True, slots=True)
class AllOf:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    items: tuple[Expression, ...]


Expression = Lexeme | AllOf | AnyOf


def title_lexeme(form: str) -> str:
    """The name under which a word of a title is indexed once more, so that a hit in a title can be asked for
    alone.
    """
    return f"={form}"


def pair_lexeme(pair: str) -> str:
    """The name under which a pair of letters inside a noun is indexed."""
    return f"~{pair}"


def document_lexemes(title: Analysis, body: Analysis) -> list[str]:
    """Every name under which a document can be found: words, words of the title, letter pairs; sorted, no
    doubles.
    """
    names = {word.form for word in title.words} | {word.form for word in body.words}
    names |= {title_lexeme(word.form) for word in title.words}
    names |= {pair_lexeme(pair) for pair in title.pairs | body.pairs}
    return sorted(names)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which a document can speak of a concept.

    `forms` must all be there. `how`: 'word' as typed; 'joined' with its neighbour in one word; 'synonym' from the
    table; 'part' inside a longer noun; 'piece' one word of a phrase, which counts a little in ranking but finds
    nothing by itself.
    """

    forms: tuple[str, ...]
    weight: float
    how: str

    def expression(self) -> Expression:
        if self.how == "part":
            return _all([Lexeme(pair_lexeme(pair)) for pair in bigrams(self.forms[0])])
        return _all([Lexeme(form) for form in self.forms])


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that was asked for. `needed` ones decide which documents are candidates, the others only rank."""

    typed: str
    alternatives: tuple[Alternative, ...]
    needed: bool
    weight: float = 1.0

    def expression(self) -> Expression:
        return _any([way.expression() for way in self.alternatives if way.how != "piece"])

    def in_words(self) -> Expression:
        """Without looking inside longer nouns: counted to know how rare the concept is, as it is cheaper."""
        return _any([way.expression() for way in self.alternatives if way.how not in {"piece", "part"}])

    def in_title(self) -> Expression:
        ways = [way for way in self.alternatives if way.how in {"word", "joined", "synonym"}]
        return _any([_all([Lexeme(title_lexeme(form)) for form in way.forms]) for way in ways])


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be searched for. `clipped`: the query was longer than what is used (300 letters, 10 concepts)."""

    query: str
    concepts: tuple[Concept, ...]
    clipped: bool = False

    @property
    def empty(self) -> bool:
        return not self.concepts


def _all(items: Sequence[Expression]) -> Expression:
    return items[0] if len(items) == 1 else AllOf(tuple(items))


def _any(items: Sequence[Expression]) -> Expression:
    unique = tuple(dict.fromkeys(items))
    return unique[0] if len(unique) == 1 else AnyOf(unique)


def plan(query: str, analyser: Analyser, synonyms: Synonyms | None = None) -> Plan:
    """The plan for what a person typed. Letters in which Kiwi sees no content word are
    looked for as they stand. Nothing but punctuation or dull words gives an empty plan, never an
    error.
    """
    text = " ".join(clean(query[: MAX_LETTERS * 4]).split())
    clipped = len(text) > MAX_LETTERS or len(query) > MAX_LETTERS * 4
    analysis = analyser.analyse(text[:MAX_LETTERS])
    words = [word for word in analysis.words if word.kind != "whole"]
    nouns = {word.start for word in words if word.kind == "noun"}
    words = [word for word in words if word.kind != "gerund" and (word.kind != "stem" or word.start not in nouns)]
    if not analysis.words:
        words = [
            Word(run.group(), run.start(), len(run.group()), "noun")
            for run in HANGUL.finditer(analysis.text)
            if 2 <= len(run.group()) <= LONGEST_WORD and run.group() not in dull_words()
        ]
    concepts: list[Concept] = []
    seen: set[tuple[str, ...]] = set()
    at = 0
    while at < len(words):
        size, others = synonyms.match([word.form for word in words[at:]]) if synonyms else (0, ())
        chosen = words[at : at + max(size, 1)]
        at += len(chosen)
        forms = tuple(word.form for word in chosen)
        if forms not in seen:
            seen.add(forms)
            joined = [_joined(analysis.text, words, at - len(chosen) - 1), _joined(analysis.text, words, at - 1)]
            concepts.append(_concept(analysis.text, chosen, others, [form for form in joined if form]))
    for word in analysis.words:
        if word.kind == "whole" and (word.form,) not in seen:
            seen.add((word.form,))
            alone = not any(
                other.start >= word.start and other.start + other.length <= word.start + word.length for other in words
            )
            concepts.append(Concept(word.form, (Alternative((word.form,), 1.0, "word"),), alone, 1.0 if alone else 0.5))
    if concepts and not any(concept.needed for concept in concepts):
        concepts = [replace(concept, needed=True) for concept in concepts]
    return Plan(text, tuple(concepts[:MAX_CONCEPTS]), clipped or len(concepts) > MAX_CONCEPTS)


def _joined(text: str, words: Sequence[Word], at: int) -> str:
    """The word at `at` and the next one written together, if one blank parts them: '빈 집' is also looked for as
    '빈집'.
    """
    if not 0 <= at < len(words) - 1:
        return ""
    first, second = words[at], words[at + 1]
    if second.start - first.start - first.length != 1 or text[second.start - 1] != " ":
        return ""
    return fold(text[first.start : second.start + second.length])


def _concept(
    text: str, words: Sequence[Word], others: Iterable[tuple[str, ...]], joined: Iterable[str] = ()
) -> Concept:
    forms = tuple(word.form for word in words)
    ways = [Alternative(forms, 1.0, "word")]
    ways += [Alternative((form,), JOINED_WEIGHT, "joined") for form in joined]
    ways += [Alternative(other, SYNONYM_WEIGHT, "synonym") for other in others]
    if len(forms) == 1 and words[0].kind in {"noun", "foreign"} and len(forms[0]) >= 2:
        ways.append(Alternative(forms, PART_WEIGHT, "part"))
    ways += [Alternative((form,), PIECE_WEIGHT, "piece") for form in forms if len(forms) > 1]
    typed = text[words[0].start : words[-1].start + words[-1].length]
    needed = len(forms) > 1 or words[0].kind in {"noun", "foreign", "number"}
    return Concept(typed, tuple(ways[:MAX_FORMS_IN_CONCEPT]), needed)


def stages(concepts: Sequence[Concept]) -> list[Expression]:
    """Ever looser expressions over needed concepts, which come rarest first; at most ten conjunctions in each."""
    needed = [concept.expression() for concept in concepts]
    count = len(needed)
    if not count:
        return []
    sizes = [size for size in (count, count - 1) if size >= 1]
    found = [_any([_all(group) for group in combinations(needed, size)]) for size in dict.fromkeys(sizes)]
    if count > 3:
        found.append(_any([_all(pair) for pair in combinations(needed[:4], 2)]))
    if count > 2:
        found.append(_any(needed[:3]))
    return found


def to_fts5(expression: Expression) -> str:
    """The expression in SQLite FTS5's query language; every lexeme is quoted, so none can be read as syntax."""
    if isinstance(expression, Lexeme):
        return '"' + expression.name.replace('"', '""') + '"'
    glue = " AND " if isinstance(expression, AllOf) else " OR "
    return "(" + glue.join(to_fts5(item) for item in expression.items) + ")"


def to_tsquery(expression: Expression) -> str:
    """The expression as text for PostgreSQL's `::tsquery` cast; every lexeme is quoted."""
    if isinstance(expression, Lexeme):
        return "'" + expression.name.replace("\\", "\\\\").replace("'", "''") + "'"
    glue = " & " if isinstance(expression, AllOf) else " | "
    return "(" + glue.join(to_tsquery(item) for item in expression.items) + ")"
