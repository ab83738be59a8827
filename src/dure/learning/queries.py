"""Who reads what. How far somebody is: that person. Who has finished: that person, and the heads of the bodies they
belong to today. For everybody: counts, and only from three up, so that a number never points at somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.bodies.models import Body, Membership
from dure.core import clock
from dure.core.events import Line
from dure.core.links import Link, parse
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.rooms import Hint
from dure.core.viewer import Viewer
from dure.learning.models import Completion, Study
from dure.learning.notes import Notes
from dure.learning.source import STEPS, Course, Piece, Said, courses, pieces

FEWEST = 3
"""A count of people is public from here up."""


def course(slug: str) -> Course:
    """The course of this address; Refused `not_found`."""
    found = courses().get(slug)
    if found is None:
        raise Refused("not_found", _("없는 배움길입니다."))
    return found


def notes_of(viewer: Viewer, of: Course) -> Notes:
    """How far the person is; a fresh start for one who has not begun, and for anybody else."""
    study = Study.objects.filter(person_id=viewer.person_id, course=of.slug).first() if viewer.person_id else None
    return Notes.of(of, study.notes if study else None)


def has_study(viewer: Viewer, of: Course) -> bool:
    return Study.objects.filter(person_id=viewer.person_id, course=of.slug).exists()


def all_notes(viewer: Viewer) -> dict[str, Notes]:
    """By course, for every course; one query."""
    rows = Study.objects.filter(person_id=viewer.person_id) if viewer.person_id else Study.objects.none()
    kept = {study.course: study.notes for study in rows}
    return {slug: Notes.of(of, kept.get(slug)) for slug, of in courses().items()}


def completions_of(viewer: Viewer) -> list[Completion]:
    """One's own, newest first."""
    if viewer.person_id is None:
        return []
    return list(Completion.objects.filter(person_id=viewer.person_id).order_by("-finished_at"))


def completion(viewer: Viewer, of: Course) -> Completion | None:
    """One's own of this course, the newest version."""
    rows = Completion.objects.filter(person_id=viewer.person_id, course=of.slug) if viewer.person_id else None
    return rows.order_by("-version").first() if rows is not None else None


def own_completion(viewer: Viewer, number: str) -> Completion:
    """One's own by its number; Refused `not_found` for everybody else's, so that a number tells nothing."""
    if viewer.person_id is None:
        raise Refused("not_signed_in", _("로그인해 주세요."))
    found = Completion.objects.filter(person_id=viewer.person_id, number=number).first()
    if found is None:
        raise Refused("not_found", _("없는 확인서입니다."))
    return found


def title_of(done: Completion) -> str:
    return str(Said(done.title_ko, done.title_en))


@dataclass(frozen=True)
class Member:
    """A person of the body and what they have finished, newest first."""

    name: str
    role: str
    unit: str
    done: tuple[Completion, ...]


def members_table(viewer: Viewer) -> list[Member]:
    """The body's people today with what they have finished. Its heads only."""
    if viewer.person_id is None:
        raise Refused("not_signed_in", _("로그인해 주세요."))
    if viewer.body_id is None or viewer.role != "head":
        raise Refused("not_allowed", _("기관의 책임자만 볼 수 있습니다."))
    rows = Membership.objects.valid_on(clock.today()).filter(body_id=viewer.body_id).select_related("person")
    members = list(rows.order_by("person__name", "pk"))
    done: dict[UUID, list[Completion]] = {}
    people = [row.person_id for row in members]
    for one in Completion.objects.filter(person__in=people).order_by("-finished_at"):
        done.setdefault(one.person_id, []).append(one)
    return [
        Member(row.person.name, str(row.get_role_display()), row.unit, tuple(done.get(row.person_id, ())))
        for row in members
    ]


def finished_count(of: Course) -> int | None:
    """How many people have finished the course in any version; None below `FEWEST`."""
    count = Completion.objects.filter(course=of.slug).values("person").distinct().count()
    return count if count >= FEWEST else None


def counts_by_body(of: Course) -> list[tuple[Body, int]]:
    """Public bodies and how many of their people today have finished, where at least `FEWEST` have; most first."""
    people = Completion.objects.filter(course=of.slug).values("person")
    rows = Membership.objects.valid_on(clock.today()).filter(person__in=people)
    pairs = set(rows.filter(body__in=Body.objects.public().values("pk")).values_list("body_id", "person_id"))
    counts = Counter(body for body, _person in pairs)
    enough = {id: count for id, count in counts.items() if count >= FEWEST}
    bodies = Body.objects.select_related("province").in_bulk(enough)
    return sorted(((bodies[id], count) for id, count in enough.items()), key=lambda one: (-one[1], one[0].name))


def by_step() -> list[tuple[str, str, list[Piece]]]:
    """(step, its name, its pieces) in the order of working together; steps without a piece are left out."""
    names = step_names()
    found = [(step, names[step], [piece for piece in pieces() if piece.step == step]) for step in STEPS]
    return [one for one in found if one[2]]


def step_names() -> Mapping[str, str]:
    return {
        "ask-1": _("요청: 문제"),
        "ask-2": _("요청: 바라는 결과"),
        "ask-3": _("요청: 가진 것과 모자란 것"),
        "ask-4": _("요청: 어디서 언제까지"),
        "ask-5": _("요청: 올리기 전에"),
        "offer": _("제안하기"),
        "choose": _("함께할 곳 고르기"),
        "agreement": _("협약"),
        "decisions": _("함께 정하기"),
        "workspace": _("함께 일하기"),
        "mediation": _("갈등 조정"),
        "sustaining": _("오래가게 하기"),
        "evaluation": _("되돌아보기"),
        "closing": _("마무리"),
        "contest": _("공모와 여러 해 지원"),
        "needs": _("수요조사"),
        "resources": _("자원 나누기"),
    }


def hints(step: str, viewer: Viewer) -> list[Hint]:
    """The pieces of a step, for the pages of other rooms."""
    more = f"{reverse('learning:guideline')}#{step}"
    return [Hint(str(one.title), str(one.text), str(one.source), more) for one in pieces() if one.step == step]


def _readable(ids: Sequence[UUID], viewer: Viewer) -> list[Completion]:
    """One's own, and of the people of the body one heads."""
    if viewer.person_id is None:
        return []
    mine = Q(person_id=viewer.person_id)
    if viewer.role == "head" and viewer.body_id:
        members = Membership.objects.valid_on(clock.today()).filter(body_id=viewer.body_id).values("person")
        mine |= Q(person__in=members)
    return list(Completion.objects.filter(mine, pk__in=ids))


def resolve_completions(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    found = {}
    for done in _readable(ids, viewer):
        own = done.person_id == viewer.person_id
        url = reverse("learning:certificate", args=[done.number]) if own else reverse("learning:body")
        found[done.pk] = Link(done.urn, title_of(done), url, done.name)
    return found


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    """That a course was finished: for the person and the heads of their bodies."""
    rows: dict[str, Any] = {done.urn: done for done in _readable([parse(e.subject)[1] for e in events], viewer)}
    lines = {}
    for event in events:
        done = rows.get(event.subject)
        if done is not None and event.type == "learning.course.finished":
            own = done.person_id == viewer.person_id
            url = reverse("learning:certificate", args=[done.number]) if own else reverse("learning:body")
            text = _("‘%(course)s’를 마쳤습니다.") % {"course": title_of(done)}
            lines[event.seq] = Line(event.seq, event.at, text, done.name, url, event.type)
    return lines
