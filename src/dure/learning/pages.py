"""HTML of the guideline and the courses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.core import clock, limits
from dure.core.refused import Refused
from dure.core.tables import table_response
from dure.learning import actions, certificates, guests, queries
from dure.learning.forms import QuestionForm, VerifyForm
from dure.learning.notes import Notes
from dure.learning.source import Course, courses


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("배우기"), reverse("learning:list") if more else ""), *more]


def notes_of(request: HttpRequest, of: Course) -> Notes:
    """How far whoever asks is; who has just signed in goes on where the session was."""
    if not request.viewer.is_person:
        return guests.notes_of(request.session, of)
    before = guests.kept(request.session, of)
    if before is not None:
        notes = actions.study_take_over(by=request.viewer, course=of, kept=before)
        guests.forget(request.session, of)
        return notes
    return queries.notes_of(request.viewer, of)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    known = queries.all_notes(request.viewer)
    done = {one.course for one in queries.completions_of(request.viewer)}
    rows = []
    for of in courses().values():
        notes = known[of.slug] if request.viewer.is_person else guests.notes_of(request.session, of)
        rows.append({"course": of, "notes": notes, "read": len(notes.read), "done": of.slug in done})
    context = {"rows": rows, "heads": request.viewer.role == "head", "crumbs": crumbs()}
    return render(request, "learning/list.html", context)


@require_GET
def guideline(request: HttpRequest) -> HttpResponse:
    heading = _("협업의 길잡이")
    return render(request, "learning/guideline.html", {"steps": queries.by_step(), "crumbs": crumbs((heading, ""))})


@require_GET
def course(request: HttpRequest, slug: str) -> HttpResponse:
    of = queries.course(slug)
    notes = notes_of(request, of)
    context = {
        "course": of,
        "notes": notes,
        "done": queries.completion(request.viewer, of),
        "next_page": notes.next_page(of),
        "pages": [(page, page.key in notes.read) for page in of.pages],
        "next_question": min(notes.next_question(of), len(of.questions)) if notes.running else 1,
        "finished": queries.finished_count(of),
        "bodies": queries.counts_by_body(of),
        "fewest": queries.FEWEST,
        "crumbs": crumbs((str(of.title), "")),
    }
    return render(request, "learning/course.html", context)


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A page of a course; the button at its end notes that it was read and leads on."""
    of = queries.course(slug)
    found = of.page(key)
    if found is None:
        raise Refused("not_found", _("없는 쪽입니다."))
    at = of.pages.index(found)
    after = of.pages[at + 1] if at + 1 < len(of.pages) else None
    if request.method == "POST":
        if request.viewer.is_person:
            actions.page_read(by=request.viewer, course=of, key=key)
        else:
            guests.page_read(request.session, of, key)
        return redirect("learning:page", slug=slug, key=after.key) if after else redirect("learning:course", slug=slug)
    context = {
        "course": of,
        "page": found,
        "number": at + 1,
        "before": of.pages[at - 1] if at else None,
        "after": after,
        "labels": [str(one.title) for one in of.pages],
        "crumbs": crumbs((str(of.title), reverse("learning:course", args=[slug])), (str(found.title), "")),
    }
    return render(request, "learning/page.html", context)


@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    of = queries.course(slug)
    if request.viewer.is_person:
        notes = actions.attempt_begin(by=request.viewer, course=of)
    else:
        notes = guests.attempt_begin(request.session, of)
    return redirect("learning:question", slug=slug, number=min(notes.next_question(of), len(of.questions)))


@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    of = queries.course(slug)
    notes = notes_of(request, of)
    if not notes.running:
        return redirect("learning:result" if notes.finished else "learning:course", slug=slug)
    listed = notes.questions(of)
    if not 1 <= number <= len(listed):
        raise Refused("not_found", _("없는 물음입니다."))
    asked = listed[number - 1]
    form = QuestionForm(asked, notes, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        form.is_valid()
        try:
            given = form.given()
            if request.viewer.is_person:
                notes = actions.question_answer(by=request.viewer, course=of, key=asked.key, given=given)
            else:
                notes = guests.question_answer(request.session, of, asked.key, given)
        except Refused as refused:
            if refused.field is None:
                raise
            form.fault(str(refused.message))
            status = 422
        else:
            if number < len(listed):
                return redirect("learning:question", slug=slug, number=number + 1)
            return redirect("learning:check", slug=slug)
    context = {
        "course": of,
        "question": asked,
        "form": form,
        "number": number,
        "of": len(listed),
        "labels": [str(n) for n in range(1, len(listed) + 1)],
        "crumbs": crumbs((str(of.title), reverse("learning:course", args=[slug])), (_("풀기"), "")),
    }
    return render(request, "learning/question.html", context, status=status)


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Before handing in: which questions have an answer; POST grades the attempt."""
    of = queries.course(slug)
    notes = notes_of(request, of)
    if request.method == "POST":
        try:
            if request.viewer.is_person:
                actions.course_finish(by=request.viewer, course=of)
            else:
                guests.course_finish(request.session, of)
        except Refused as refused:
            if refused.code != "conflict":
                raise
            messages.error(request, str(refused.message))
            return redirect("learning:check" if notes.running else "learning:course", slug=slug)
        return redirect("learning:result", slug=slug)
    if not notes.running:
        return redirect("learning:result" if notes.finished else "learning:course", slug=slug)
    listed = notes.questions(of)
    context = {
        "course": of,
        "rows": [(n, one, one.key in notes.answers) for n, one in enumerate(listed, start=1)],
        "left": len(listed) - len(notes.answers),
        "crumbs": crumbs((str(of.title), reverse("learning:course", args=[slug])), (_("풀기"), "")),
    }
    return render(request, "learning/check.html", context)


@require_GET
def result(request: HttpRequest, slug: str) -> HttpResponse:
    of = queries.course(slug)
    notes = notes_of(request, of)
    if not notes.finished:
        return redirect("learning:course", slug=slug)
    rows = []
    for one in notes.questions(of):
        given = [option.text for key in notes.answers.get(one.key, []) if (option := one.option(key))]
        right = [option.text for key in one.right if (option := one.option(key))]
        rows.append({"question": one, "ok": notes.is_right(one), "given": given, "right": right})
    context = {
        "course": of,
        "notes": notes,
        "passed": notes.has_passed(of),
        "score": notes.score(of),
        "rows": rows,
        "done": queries.completion(request.viewer, of),
        "crumbs": crumbs((str(of.title), reverse("learning:course", args=[slug])), (_("결과"), "")),
    }
    return render(request, "learning/result.html", context)


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    if not request.viewer.is_person:
        raise Refused("not_signed_in", _("로그인해 주세요."))
    known = queries.all_notes(request.viewer)
    done = queries.completions_of(request.viewer)
    over = {one.course for one in done}
    running = [
        (of, notes)
        for slug, of in courses().items()
        if (notes := known[slug]).running or (slug not in over and (notes.read or notes.seed))
    ]
    heading = _("나의 배움")
    context = {
        "done": done,
        "running": running,
        "crumbs": crumbs((heading, "")),
    }
    return render(request, "learning/mine.html", context)


@require_GET
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    done = queries.own_completion(request.viewer, number)
    context = {
        "done": done,
        "code": certificates.code_of(done),
        "crumbs": crumbs((_("나의 배움"), reverse("learning:mine")), (_("수료 확인서"), "")),
    }
    return render(request, "learning/certificate.html", context)


@require_GET
def certificate_file(request: HttpRequest, number: str) -> HttpResponse:
    done = queries.own_completion(request.viewer, number)
    response = HttpResponse(certificates.paper(done), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{done.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Whether number, code and name are those of one certificate. Without all three it says nothing."""
    form = VerifyForm(request.POST if request.method == "POST" else None)
    found, asked = None, False
    if request.method == "POST" and form.is_valid():
        limits.check(request, "learning.verify", times=20, seconds=600)
        try:
            found, asked = certificates.verified(**form.cleaned_data), True
        except Refused as refused:
            form.add_error(refused.field, str(refused.message))
    context = {"form": form, "found": found, "asked": asked, "crumbs": crumbs((_("확인서 확인하기"), ""))}
    return render(request, "learning/verify.html", context, status=422 if form.errors else 200)


@require_GET
def body(request: HttpRequest) -> HttpResponse:
    """Who of the body has finished what: for its heads."""
    members = queries.members_table(request.viewer)
    context = {
        "members": members,
        "courses": list(courses().values()),
        "done": sum(1 for member in members if member.done),
        "crumbs": crumbs((_("우리 기관의 배움"), "")),
    }
    return render(request, "learning/body.html", context)


@require_GET
def body_file(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    heads = [_("이름"), _("부서"), _("역할"), _("배움길"), _("판"), _("점수"), _("마친 날"), _("번호")]
    rows: list[list[str]] = []
    for member in queries.members_table(request.viewer):
        who = [member.name, member.unit, member.role]
        rows += [[*who, *_cells(one)] for one in member.done] or [[*who, "", "", "", "", ""]]
    return table_response("learning", kind, heads, rows, widths=(16, 20, 10, 40))


def _cells(one: Any) -> list[str]:
    day = clock.local(one.finished_at).date().isoformat()
    return [queries.title_of(one), str(one.version), str(one.score), day, one.number]
