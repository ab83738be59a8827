"""A head and two officers of one body, an officer of another, somebody in none; all may learn."""

from __future__ import annotations

from dataclasses import dataclass

from dure.bodies.models import Body
from dure.core.viewer import Viewer
from dure.learning import actions
from dure.learning.models import Completion
from dure.learning.source import Course, Question, courses
from tests.collaboration.world import body, officer, person


@dataclass
class World:
    head: Viewer
    one: Viewer
    two: Viewer
    other: Viewer
    citizen: Viewer
    garam: Body

    @property
    def course(self) -> Course:
        return courses()["first-steps"]

    def finish(self, by: Viewer, *, wrong: int = 0) -> Completion | None:
        """Begin, answer all, `wrong` of them wrongly, and hand in."""
        actions.attempt_begin(by=by, course=self.course)
        for number, question in enumerate(self.course.questions):
            given = wrong_answer(question) if number < wrong else question.right
            actions.question_answer(by=by, course=self.course, key=question.key, given=given)
        return actions.course_finish(by=by, course=self.course)[1]


def wrong_answer(question: Question) -> list[str]:
    if question.kind == "order":
        return question.right[::-1]
    return [option.key for option in question.options if not option.right][:1] or question.right[:1]


def make_world() -> World:
    garam = body("가람군")
    return World(
        head=officer(garam, "김책임", "head"),
        one=officer(garam, "이담당"),
        two=officer(garam, "박담당"),
        other=officer(body("나루군"), "최담당", "head"),
        citizen=Viewer.person(person("정주민").pk),
        garam=garam,
    )
