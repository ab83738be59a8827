"""The guideline's pieces and the courses by API. What is right stays out: the server grades."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest

from dure.core.api import PageOf, Router, Schema, answers
from dure.learning import queries
from dure.learning.source import Course, Said, courses, pieces

router = Router(tags=["learning"])


class SaidOut(Schema):
    ko: str
    en: str


class PieceOut(Schema):
    key: str
    step: str
    title: SaidOut
    text: SaidOut
    source: SaidOut


class CourseLine(Schema):
    slug: str
    version: int
    title: SaidOut
    about: SaidOut
    pass_percent: int
    minutes: int
    url: str


class PageOut(Schema):
    key: str
    title: SaidOut
    body: SaidOut
    source: SaidOut


class OptionOut(Schema):
    key: str
    text: SaidOut


class QuestionOut(Schema):
    key: str
    kind: Literal["one", "several", "order"]
    text: SaidOut
    options: list[OptionOut]


class CourseOut(CourseLine):
    pages: list[PageOut]
    questions: list[QuestionOut]


@router.get("/pieces", response=answers(PageOf[PieceOut]), summary="The guideline in short pieces")
def guideline(request: HttpRequest) -> Any:
    items = [
        {"key": one.key, "step": one.step, **{n: _said(getattr(one, n)) for n in ("title", "text", "source")}}
        for one in pieces()
    ]
    return {"items": items, "next": None}


@router.get("/courses", response=answers(PageOf[CourseLine]), summary="The courses")
def all_courses(request: HttpRequest) -> Any:
    return {"items": [_line(request, of) for of in courses().values()], "next": None}


@router.get("/courses/{slug}", response=answers(CourseOut, 404), summary="One course with its pages and questions")
def course(request: HttpRequest, slug: str) -> Any:
    of = queries.course(slug)
    return _line(request, of) | {
        "pages": [
            {"key": page.key, **{n: _said(getattr(page, n)) for n in ("title", "body", "source")}} for page in of.pages
        ],
        "questions": [
            {
                "key": one.key,
                "kind": one.kind,
                "text": _said(one.text),
                "options": [
                    {"key": option.key, "text": _said(option.text)}
                    for option in sorted(one.options, key=lambda option: option.key)
                ],
            }
            for one in of.questions
        ],
    }


def _said(text: Said) -> dict[str, str]:
    return {"ko": text.ko, "en": text.en}


def _line(request: HttpRequest, of: Course) -> dict[str, Any]:
    return {
        "slug": of.slug,
        "version": of.version,
        "title": _said(of.title),
        "about": _said(of.about),
        "pass_percent": of.mark,
        "minutes": of.minutes,
        "url": request.build_absolute_uri(f"/learning/courses/{of.slug}/"),
    }
