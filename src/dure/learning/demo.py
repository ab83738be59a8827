"""Content of the demonstration: a few people who have learned something, through the actions that real ones use."""

from __future__ import annotations

from dure.core import demo as people
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.learning import actions, queries
from dure.learning.source import Course, courses

FINISHED = {
    "first-steps": {"official-1": 0, "official-2": 1, "official-3": 2, "centre": 0, "company": 1},
    "disputes-and-agreements": {"official-1": 1, "resident": 0},
}
"""Course and person, and how many questions they get wrong."""


def demo(progress: Progress) -> None:
    """Let the demo people finish what they have not finished; one tries in vain, one is on the way."""
    done, total = 0, sum(len(keys) for keys in FINISHED.values()) + 2
    for slug, keys in FINISHED.items():
        for key, wrong in keys.items():
            _finish(courses()[slug], Viewer.person(people.person(key).pk), wrong=wrong)
            done += 1
            progress(done, total, key)
    second = courses()["disputes-and-agreements"]
    _finish(second, Viewer.person(people.person("official-2").pk), wrong=len(second.questions))
    reader = Viewer.person(people.person("official-4").pk)
    first = courses()["first-steps"]
    for page in first.pages[:3]:
        actions.page_read(by=reader, course=first, key=page.key)
    progress(total, total, "")


def _finish(of: Course, by: Viewer, *, wrong: int) -> None:
    """Read everything and answer, `wrong` of the questions wrongly."""
    if queries.notes_of(by, of).tries:
        return
    for page in of.pages:
        actions.page_read(by=by, course=of, key=page.key)
    actions.attempt_begin(by=by, course=of)
    for number, question in enumerate(of.questions):
        right = question.right
        given = right if number >= wrong else _wrong(question.kind, right, [one.key for one in question.options])
        actions.question_answer(by=by, course=of, key=question.key, given=given)
    actions.course_finish(by=by, course=of)


def _wrong(kind: str, right: list[str], keys: list[str]) -> list[str]:
    if kind == "order":
        return right[::-1]
    return [key for key in keys if key not in right][:1] or right[:1]
