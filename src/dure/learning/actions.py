"""Learning: reading, answering, finishing. How far somebody is stays their own: only finishing is an event, and what
it tells is read by the person and the heads of their bodies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.events import record
from dure.core.ids import receipt_number, uuid7
from dure.core.models import Person
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.learning.models import Completion, Study
from dure.learning.notes import Notes
from dure.learning.source import Course


def page_read(*, by: Viewer, course: Course, key: str) -> Notes:
    """Note that the person has read a page."""
    return _note(by, course, lambda notes: notes.read_page(course, key))


def attempt_begin(*, by: Viewer, course: Course) -> Notes:
    """Begin to answer the questions, in an order of their own; an attempt that runs goes on."""
    return _note(by, course, lambda notes: notes.begin(str(uuid7())))


def question_answer(*, by: Viewer, course: Course, key: str, given: Sequence[str]) -> Notes:
    """Keep the answer to one question of the running attempt."""
    return _note(by, course, lambda notes: notes.give(course, key, given))


def study_take_over(*, by: Viewer, course: Course, kept: Mapping[str, Any]) -> Notes:
    """Go on where the person was before signing in. An attempt that was finished then has to be made again."""
    before = Notes.of(course, kept)

    def add(notes: Notes) -> None:
        notes.read = list(dict.fromkeys([*notes.read, *before.read]))
        if before.running and not notes.seed:
            notes.seed, notes.answers = before.seed, dict(before.answers)

    return _note(by, course, add)


def course_finish(*, by: Viewer, course: Course) -> tuple[Notes, Completion | None]:
    """Grade the running attempt. Whoever passes for the first time has finished this version and gets a number."""
    with transaction.atomic():
        study, notes = _locked(by, course)
        was = notes.finished
        done: Completion | None
        if notes.finish(course) and not was:
            done = _complete(by, course, notes)
        else:
            done = Completion.objects.filter(person=study.person, course=course.slug, version=course.version).first()
        _keep(study, notes)
    return notes, done


def _complete(by: Viewer, course: Course, notes: Notes) -> Completion:
    known = Completion.objects.filter(person_id=by.person_id, course=course.slug, version=course.version).first()
    if known:
        return known
    person = Person.objects.get(pk=by.person_id)
    id, now = uuid7(), clock.now()
    done = Completion.objects.create(
        pk=id,
        number=receipt_number("E", id, now),
        person=person,
        name=person.name,
        course=course.slug,
        title_ko=course.title.ko,
        title_en=course.title.en,
        version=course.version,
        score=notes.score(course),
        finished_at=now,
    )
    record(by=by, type="learning.course.finished", subject=done.urn, data={"score": done.score})
    return done


def _locked(by: Viewer, course: Course) -> tuple[Study, Notes]:
    if by.person_id is None:
        raise Refused("not_signed_in", _("로그인해 주세요."))
    Study.objects.get_or_create(person_id=by.person_id, course=course.slug)
    study = Study.objects.select_for_update(of=("self",)).get(person_id=by.person_id, course=course.slug)
    return study, Notes.of(course, study.notes)


def _keep(study: Study, notes: Notes) -> None:
    study.notes, study.changed_at = notes.kept(), clock.now()
    study.save(update_fields=["notes", "changed_at"])


def _note(by: Viewer, course: Course, change: Callable[[Notes], None]) -> Notes:
    with transaction.atomic():
        study, notes = _locked(by, course)
        change(notes)
        _keep(study, notes)
    return notes
