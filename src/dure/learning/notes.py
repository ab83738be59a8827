"""How far somebody is in a course. The same for a person (kept in `Study`) and for nobody in particular (kept in the
session, on the server): pages read, and one attempt at the questions in an order that its seed decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.engines.quizzes import arranged, graded, passed, percent
from dure.learning.source import Course, Option, Question


@dataclass
class Notes:
    """`answers`: question key to option keys. `right` is None until the attempt is finished. `tries` counts those."""

    version: int = 0
    read: list[str] = field(default_factory=list)
    seed: str = ""
    answers: dict[str, list[str]] = field(default_factory=dict)
    right: int | None = None
    tries: int = 0

    @classmethod
    def of(cls, course: Course, kept: Mapping[str, Any] | None) -> Notes:
        """What was kept, as far as it is of this version of the course; else a fresh start."""
        if not kept or kept.get("version") != course.version:
            return cls(version=course.version)
        return cls(**kept)

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def finished(self) -> bool:
        return self.right is not None

    @property
    def running(self) -> bool:
        return bool(self.seed) and self.right is None

    def next_page(self, course: Course) -> str:
        """The first page that was not read, else the first."""
        return next((page.key for page in course.pages if page.key not in self.read), course.pages[0].key)

    def questions(self, course: Course) -> list[Question]:
        """The questions in the order of this attempt."""
        order = arranged([question.key for question in course.questions], seed=self.seed, salt="questions")
        return [question for key in order if (question := course.question(key))]

    def options(self, question: Question) -> list[Option]:
        """The options in the order of this attempt."""
        order = arranged([option.key for option in question.options], seed=self.seed, salt=question.key)
        return [option for key in order if (option := question.option(key))]

    def next_question(self, course: Course) -> int:
        """The number, from 1, of the first question without an answer; one past the last when all have one."""
        listed = self.questions(course)
        return next((n for n, one in enumerate(listed, start=1) if one.key not in self.answers), len(listed) + 1)

    def read_page(self, course: Course, key: str) -> None:
        if course.page(key) is None:
            raise Refused("not_found", _("없는 쪽입니다."))
        if key not in self.read:
            self.read = [*self.read, key]

    def begin(self, seed: str) -> None:
        """A new attempt; one that runs goes on."""
        if not self.running:
            self.seed, self.answers, self.right = seed, {}, None

    def give(self, course: Course, key: str, given: Sequence[str]) -> None:
        """Keep the answer to a question; it can be changed until the attempt is finished."""
        question = course.question(key)
        if question is None:
            raise Refused("not_found", _("없는 물음입니다."))
        if not self.running:
            raise Refused("conflict", _("이미 마친 풀이입니다. 다시 풀어 주세요."))
        known = {option.key for option in question.options}
        chosen = list(given)
        if set(chosen) - known or len(set(chosen)) != len(chosen):
            words = (
                _("차례가 겹치거나 빠졌습니다. 하나에 한 자리씩 골라 주세요.")
                if question.kind == "order"
                else _("보기에서 골라 주세요.")
            )
            raise Refused("invalid", words, "answer")
        if question.kind == "order" and len(chosen) != len(known):
            raise Refused("invalid", _("차례가 겹치거나 빠졌습니다. 하나에 한 자리씩 골라 주세요."), "answer")
        if not chosen or (question.kind == "one" and len(chosen) != 1):
            raise Refused("invalid", _("답을 골라 주세요."), "answer")
        self.answers = {**self.answers, key: chosen}

    def finish(self, course: Course) -> bool:
        """Grade the attempt; whether it passed. Refused while a question is unanswered."""
        if self.finished:
            return self.has_passed(course)
        if not self.running:
            raise Refused("conflict", _("아직 풀지 않았습니다."))
        left = len(course.questions) - len(self.answers)
        if left:
            raise Refused("conflict", _("아직 답하지 않은 물음이 %(n)d개 있습니다.") % {"n": left})
        self.right = sum(self.is_right(question) for question in course.questions)
        self.tries += 1
        return self.has_passed(course)

    def is_right(self, question: Question) -> bool:
        return graded(question.kind, right=question.right, given=self.answers.get(question.key, []))

    def has_passed(self, course: Course) -> bool:
        return self.right is not None and passed(self.right, len(course.questions), course.mark)

    def score(self, course: Course) -> int:
        return percent(self.right or 0, len(course.questions))
