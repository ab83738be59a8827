"""One verb, one form, one question: `/reports/<receipt>/desk/<verb>/`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dure.core.attempts import attempt
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import policy
from dure.reports import queries as room
from dure.reports.models import Report
from dure.reports.working import actions, queries
from dure.reports.working import forms as f
from dure.reports.working.pages.common import crumbs, taken


@dataclass(frozen=True)
class Verb:
    """`form(viewer, report)` gives what to make the form with; `act(viewer, report, cleaned)` does it."""

    title: Any
    button: Any
    done: Any
    act: Callable[[Viewer, Report, dict[str, Any]], Any]
    form: type[forms.Form] = forms.Form
    extra: Callable[[Viewer, Report], dict[str, Any]] = lambda viewer, report: {}
    lead: Any = ""
    template: str = "reports/working/verb.html"
    rename: tuple[tuple[str, str], ...] = ()


def _split(viewer: Viewer, report: Report, data: dict[str, Any]) -> Any:
    rows = [
        (data[f"words_{n}"], data[f"body_{n}"], data[f"category_{n}"])
        for n in range(f.SplitForm.ROWS)
        if data[f"words_{n}"] or data[f"body_{n}"]
    ]
    pieces = [actions.Piece(words, body or UUID(int=0), category) for words, body, category in rows]
    return actions.report_split(by=viewer, id=report.pk, pieces=pieces, reason=data["reason"])


def _collaborate(viewer: Viewer, report: Report) -> dict[str, Any]:
    return {"links": queries.collaborations(viewer), "initial": {"urn": report.collaboration}}


def _withhold(viewer: Viewer, report: Report) -> dict[str, Any]:
    return {"report": report, "words": room.said(viewer, report)}


VERBS: dict[str, Verb] = {
    "take": Verb(
        gettext_lazy("이 신고를 맡을까요?"),
        gettext_lazy("맡기"),
        gettext_lazy("맡았습니다."),
        lambda by, report, data: actions.report_take(by=by, id=report.pk),
        lead=gettext_lazy("담당자가 되면 신고하신 분께 알립니다. 이름은 알리지 않습니다."),
    ),
    "assign": Verb(
        gettext_lazy("누가 맡나요?"),
        gettext_lazy("담당자로 정하기"),
        gettext_lazy("담당자를 정했습니다."),
        lambda by, report, data: actions.report_assign(by=by, id=report.pk, person_id=UUID(data["person"])),
        f.AssignForm,
        lambda by, report: {"people": queries.officers(by)},
    ),
    "start": Verb(
        gettext_lazy("현장으로 가나요?"),
        gettext_lazy("출발 알리기"),
        gettext_lazy("현장으로 가는 중이라고 알렸습니다."),
        lambda by, report, data: actions.report_start(by=by, id=report.pk),
        lead=gettext_lazy("신고하신 분이 상황 링크에서 바로 봅니다."),
    ),
    "ask": Verb(
        gettext_lazy("신고하신 분께 무엇을 여쭐까요?"),
        gettext_lazy("여쭙기"),
        gettext_lazy("여쭈었습니다. 답이 올 때까지 기한이 쉽니다."),
        lambda by, report, data: actions.report_ask(by=by, id=report.pk, text=data["text"], days=data["days"]),
        f.AskForm,
    ),
    "update": Verb(
        gettext_lazy("어디까지 되었나요?"),
        gettext_lazy("알리기"),
        gettext_lazy("알렸습니다."),
        lambda by, report, data: actions.report_update(
            by=by, id=report.pk, text=data["text"], files=taken(data["pictures"])
        ),
        f.SayForm,
        rename=(("files", "pictures"),),
    ),
    "answer": Verb(
        gettext_lazy("답하고 마칩니다"),
        gettext_lazy("답하고 마치기"),
        gettext_lazy("답을 드리고 마쳤습니다."),
        lambda by, report, data: actions.report_answer(
            by=by, id=report.pk, outcome=data["outcome"], text=data["text"], files=taken(data["pictures"])
        ),
        f.AnswerForm,
        rename=(("files", "pictures"),),
        template="reports/working/answer.html",
    ),
    "extend": Verb(
        gettext_lazy("기한을 왜 늘리나요?"),
        gettext_lazy("기한 늘리기"),
        gettext_lazy("적었습니다. 신고하신 분께 알립니다."),
        lambda by, report, data: actions.report_extend(by=by, id=report.pk, reason=data["reason"]),
        f.ExtendForm,
        lead=gettext_lazy("처음은 처리기간만큼 늘어납니다. 두 번째는 신고하신 분이 동의해야 늘어납니다."),
    ),
    "category": Verb(
        gettext_lazy("어떤 일인가요?"),
        gettext_lazy("고치고 다시 찾기"),
        gettext_lazy("종류를 고치고 맡을 기관을 다시 찾았습니다."),
        lambda by, report, data: actions.report_recategorise(by=by, id=report.pk, category=data["category"]),
        f.CategoryForm,
        lambda by, report: {"initial": {"category": report.category}},
    ),
    "pass-on": Verb(
        gettext_lazy("우리 일이 아니면, 누구의 일인가요?"),
        gettext_lazy("넘기기"),
        gettext_lazy("그 기관에 넘기자고 했습니다. 답이 올 때까지 우리가 맡고 있습니다."),
        lambda by, report, data: actions.report_pass_on(
            by=by, id=report.pk, target_id=data["target"], reason=data["reason"]
        ),
        f.PassOnForm,
        template="reports/working/pass_on.html",
    ),
    "withdraw": Verb(
        gettext_lazy("넘기기를 거둘까요?"),
        gettext_lazy("거두기"),
        gettext_lazy("거두었습니다."),
        lambda by, report, data: actions.move_withdraw(by=by, id=report.pk),
    ),
    "split": Verb(
        gettext_lazy("여러 기관의 일을 나눕니다"),
        gettext_lazy("나누기"),
        gettext_lazy("나누었습니다. 모두 마치면 이 신고도 마칩니다."),
        _split,
        f.SplitForm,
        template="reports/working/split.html",
    ),
    "join": Verb(
        gettext_lazy("어느 신고와 같은 일인가요?"),
        gettext_lazy("합치기"),
        gettext_lazy("합쳤습니다. 언제든 되돌릴 수 있습니다."),
        lambda by, report, data: actions.report_join_to(by=by, id=report.pk, receipt=data["receipt"]),
        f.JoinForm,
    ),
    "unjoin": Verb(
        gettext_lazy("합친 것을 되돌릴까요?"),
        gettext_lazy("되돌리기"),
        gettext_lazy("되돌렸습니다."),
        lambda by, report, data: actions.report_unjoin(by=by, id=report.pk),
    ),
    "collaborate": Verb(
        gettext_lazy("함께 풀 일인가요?"),
        gettext_lazy("잇기"),
        gettext_lazy("적었습니다."),
        lambda by, report, data: actions.report_collaborate(by=by, id=report.pk, urn=data["urn"]),
        f.CollaborateForm,
        _collaborate,
        template="reports/working/collaborate.html",
    ),
    "abuse": Verb(
        gettext_lazy("왜 신고가 아닌가요?"),
        gettext_lazy("신고가 아님"),
        gettext_lazy("우리 기관만 볼 수 있게 했습니다. 되돌릴 수 있습니다."),
        lambda by, report, data: actions.report_mark_abuse(by=by, id=report.pk, reason=data["reason"]),
        f.ReasonForm,
        lead=gettext_lazy("광고나 욕설처럼 알린 일이 없을 때만 씁니다. 틀린 신고는 답하고 마쳐 주세요."),
    ),
    "unabuse": Verb(
        gettext_lazy("신고가 맞나요?"),
        gettext_lazy("되돌리기"),
        gettext_lazy("되돌렸습니다. 다시 모두에게 보입니다."),
        lambda by, report, data: actions.report_unmark_abuse(by=by, id=report.pk),
    ),
    "withhold": Verb(
        gettext_lazy("무엇을 왜 가리나요?"),
        gettext_lazy("가리기"),
        gettext_lazy("우리 기관만 볼 수 있게 했습니다. 까닭과 다시 볼 날이 대신 보입니다."),
        lambda by, report, data: actions.report_withhold(
            by=by, id=report.pk, thing=data["thing"], reason=data["reason"], review_on=data["review_on"]
        ),
        f.WithholdForm,
        _withhold,
        rename=(("withheld_reason", "reason"),),
    ),
    "open": Verb(
        gettext_lazy("모두에게 공개할까요?"),
        gettext_lazy("공개하기"),
        gettext_lazy("공개했습니다."),
        lambda by, report, data: actions.report_open(by=by, id=report.pk, thing=report.urn),
    ),
}


@require_http_methods(["GET", "POST"])
def verb(request: HttpRequest, receipt: str, verb: str) -> HttpResponse:
    what = VERBS.get(verb)
    if what is None:
        raise Refused("not_found", _("그런 일은 없습니다."))
    viewer = request.viewer
    report = queries.access(viewer, receipt)
    policy.must_work(viewer, report)
    extra = what.extra(viewer, report)
    if verb == "answer":
        extra |= _draft(request, viewer, report)
    if request.method == "POST":
        extra.pop("initial", None)
        form = what.form(request.POST, request.FILES, **extra)
        if form.is_valid():
            done = attempt(form, lambda: what.act(viewer, report, form.cleaned_data), **dict(what.rename))
            if done is not None:
                messages.success(request, str(what.done))
                return redirect(_next(request, report))
    else:
        form = what.form(**extra)
    context = {
        "report": report,
        "what": what,
        "verb": verb,
        "form": form,
        "crumbs": crumbs((report.receipt, report.get_absolute_url()), (str(what.button), "")),
        "back": _next(request, report),
        **_beside(viewer, report, verb),
    }
    return render(request, what.template, context, status=422 if form.errors else 200)


def _next(request: HttpRequest, report: Report) -> str:
    """Back to where the verb was chosen: the list with its filters, or the report."""
    to = request.POST.get("next") or request.GET.get("next") or ""
    return to if to and url_has_allowed_host_and_scheme(to, allowed_hosts=None) else report.get_absolute_url()


def _draft(request: HttpRequest, viewer: Viewer, report: Report) -> dict[str, Any]:
    """The answer begun with what was chosen: a template, or an answer from before."""
    chosen = request.GET.get("from", "")
    if not chosen.isdigit():
        return {}
    drafts = queries.drafts(viewer, report)
    at = int(chosen) if len(chosen) < 4 else len(drafts)
    return {"initial": {"text": drafts[at].text}} if at < len(drafts) else {}


def _beside(viewer: Viewer, report: Report, verb: str) -> dict[str, Any]:
    if verb == "answer":
        return {"drafts": queries.drafts(viewer, report)}
    if verb == "pass-on":
        number = report.moves.count() + 1
        return {"suggestions": queries.suggestions(report), "number": number, "late": not queries.in_time(report)}
    if verb == "collaborate":
        said = f"{report.title}\n\n{report.words}\n\n{report.receipt}"[:4000]
        return {"ask_url": reverse("collaboration:ask", args=[uuid7()]), "said": said}
    return {}


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, receipt: str) -> HttpResponse:
    """A report that another body wants to pass on: accept it, give it back, or, as the arbiter, decide."""
    viewer = request.viewer
    report = queries.access(viewer, receipt)
    work = queries.work_of(viewer, report)
    if not (work.may_answer or work.may_decide):
        if not viewer.is_person:
            raise Refused("not_signed_in", _("로그인해 주세요."))
        raise Refused("not_allowed", _("이 넘김에 답할 수 있는 기관이 아닙니다."))
    data = request.POST if request.method == "POST" else None
    form = f.DecideForm(data) if work.may_decide else f.ReasonForm(data)
    if data is not None and form.is_valid():
        if work.may_decide:
            cleaned = form.cleaned_data
            act: Callable[[], Any] = lambda: actions.move_decide(  # noqa: E731
                by=viewer, id=report.pk, body_id=cleaned["body"], reason=cleaned["reason"]
            )
        elif request.POST.get("do") == "accept":
            act = lambda: actions.move_accept(by=viewer, id=report.pk)  # noqa: E731
        else:
            act = lambda: actions.move_return(by=viewer, id=report.pk, reason=form.cleaned_data["reason"])  # noqa: E731
        if attempt(form, act) is not None:
            messages.success(request, _("답했습니다. 두 기관에 알립니다."))
            return redirect(report.get_absolute_url())
    context = {
        "report": report,
        "work": work,
        "move": work.move,
        "form": form,
        "crumbs": crumbs((report.receipt, report.get_absolute_url()), (_("넘김"), "")),
    }
    return render(request, "reports/working/move.html", context, status=422 if form.errors else 200)
