"""The same for somebody without an account: kept in the session, gone with it, and without a certificate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dure.core.ids import uuid7
from dure.learning.notes import Notes
from dure.learning.source import Course

KEY = "learning"


def notes_of(session: Any, course: Course) -> Notes:
    return Notes.of(course, session.get(KEY, {}).get(course.slug))


def kept(session: Any, course: Course) -> dict[str, Any] | None:
    found: dict[str, Any] | None = session.get(KEY, {}).get(course.slug)
    return found


def forget(session: Any, course: Course) -> None:
    rest = {slug: notes for slug, notes in session.get(KEY, {}).items() if slug != course.slug}
    session[KEY] = rest


def _keep(session: Any, course: Course, notes: Notes) -> Notes:
    session[KEY] = {**session.get(KEY, {}), course.slug: notes.kept()}
    return notes


def page_read(session: Any, course: Course, key: str) -> Notes:
    notes = notes_of(session, course)
    notes.read_page(course, key)
    return _keep(session, course, notes)


def attempt_begin(session: Any, course: Course) -> Notes:
    notes = notes_of(session, course)
    notes.begin(str(uuid7()))
    return _keep(session, course, notes)


def question_answer(session: Any, course: Course, key: str, given: Sequence[str]) -> Notes:
    notes = notes_of(session, course)
    notes.give(course, key, given)
    return _keep(session, course, notes)


def course_finish(session: Any, course: Course) -> Notes:
    notes = notes_of(session, course)
    notes.finish(course)
    return _keep(session, course, notes)
