"""Korean search: morphemes, synonyms, BM25F, layered by jurisdiction and validity. Pure: no database, no clock, no
network.

    analyser = shared_analyser()                       # loads Kiwi at the first text
    store = MemoryStore()                              # or a database's own full text behind the same three questions
    store.add("a", analyser.analyse("학교밖청소년 배움터"), analyser.analyse("정규 수업이 어려운 학생을 돕는다"))
    found = search(plan("학교 밖 청소년", analyser, shared_synonyms()), store)

A document is found under its words, its title's words and the letter pairs inside its nouns (`document_lexemes`). A
query becomes a `Plan` of concepts; `search` asks the store ever looser boolean questions and ranks a bounded set of
candidates itself, so that the order is the same on every backend.
"""

from dure.engines.retrieval.analyser import Analyser, Analysis, Word, house_words, shared_analyser
from dure.engines.retrieval.errors import AreaError, DictionaryError, RetrievalError
from dure.engines.retrieval.layers import applies, layers, nearest_wins, shorten, valid
from dure.engines.retrieval.memory import MemoryStore
from dure.engines.retrieval.query import (
    AllOf,
    AnyOf,
    Concept,
    Expression,
    Lexeme,
    Plan,
    document_lexemes,
    plan,
    to_fts5,
    to_tsquery,
)
from dure.engines.retrieval.ranking import Candidate, Ranked, Weights, Why
from dure.engines.retrieval.search import Found, Store, search
from dure.engines.retrieval.snippet import Snippet, snippet
from dure.engines.retrieval.synonyms import Synonyms, shared_synonyms
from dure.engines.retrieval.text import clean

__all__ = [
    "AllOf",
    "Analyser",
    "Analysis",
    "AnyOf",
    "AreaError",
    "Candidate",
    "Concept",
    "DictionaryError",
    "Expression",
    "Found",
    "Lexeme",
    "MemoryStore",
    "Plan",
    "Ranked",
    "RetrievalError",
    "Snippet",
    "Store",
    "Synonyms",
    "Weights",
    "Why",
    "Word",
    "applies",
    "clean",
    "document_lexemes",
    "house_words",
    "layers",
    "nearest_wins",
    "plan",
    "search",
    "shared_analyser",
    "shared_synonyms",
    "shorten",
    "snippet",
    "to_fts5",
    "to_tsquery",
    "valid",
]
