"""What became of the selected: goals, reports, money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.contests import actions, policy, queries
from dure.contests.forms import AnswerForm, FileForm, GoalsForm, PaymentForm, ReportForm
from dure.contests.models import Contest, Support, YearReport
from dure.contests.pages.common import crumbs, inside, with_reason
from dure.contests.queries import Became
from dure.core.attachments import address_of, list_for
from dure.core.attempts import attempt
from dure.core.refused import Refused
from dure.core.tables import table_response


@require_GET
def became(request: HttpRequest) -> HttpResponse:
    """Everything that was ever selected, and how it goes."""
    missing = request.GET.get("show") == "missing"
    context = {
        "rows": queries.became_of_selected(request.viewer, missing=missing),
        "missing": missing,
        "crumbs": crumbs((_("뽑힌 협업은 어떻게 되었나"), "")),
    }
    return render(request, "contests/became.html", context)


@require_GET
def became_export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    heads = [
        _("공모"),
        _("제목"),
        _("기관"),
        _("지원"),
        _("받은 보고"),
        _("내지 않은 보고"),
        _("주기로 한 금액"),
        _("준 금액"),
    ]
    return table_response("selected", kind, heads, (_cells(row) for row in queries.became_of_selected(request.viewer)))


def _cells(row: Became) -> list[str]:
    state = str(row.support.get_state_display()) if row.support else _("없음")
    reports = [f"{row.accepted}/{row.of}", str(len(row.missing))]
    money = [str(row.planned), str(row.paid)]
    return [row.entry.contest.title, row.entry.title, row.entry.body.name, state, *reports, *money]


def _found(request: HttpRequest, receipt: str, id: UUID) -> tuple[Contest, Support]:
    contest = queries.access(request.viewer, receipt)
    return contest, queries.support_of(request.viewer, contest, id)


@require_GET
def page(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    return show(request, receipt, id)


def show(request: HttpRequest, receipt: str, id: UUID, *, status: int = 200, **forms_there: Any) -> HttpResponse:
    """The page; a form that was refused comes in `forms_there`: goals, payment, or `report_<year>` and the like."""
    contest, support = _found(request, receipt, id)
    viewer = request.viewer
    organiser = policy.is_organiser(viewer, contest)
    entrant = policy.takes_part(viewer, support.entry)
    running = support.state not in (Support.State.STOPPED, Support.State.DONE)
    goals = list(support.goals.all())
    texts = {f"year_{y}": "\n".join(g.text for g in goals if g.year == y) for y in range(1, contest.support_years + 1)}
    reports = []
    for report in support.reports.visible_to(viewer):
        report.support = support
        files, closed = list_for(report.urn, viewer)
        open_now = running and report.state != YearReport.State.ACCEPTED
        reports.append(
            {
                "row": report,
                "goals": [goal for goal in goals if goal.year == report.year],
                "files": [{"row": file, "url": address_of(file)} for file in files],
                "closed": closed,
                "form": forms_there.get(f"report_{report.year}")
                or (
                    ReportForm(initial={"text": report.text}, prefix=f"r{report.year}")
                    if entrant and open_now
                    else None
                ),
                "file_form": forms_there.get(f"file_{report.year}")
                or (FileForm(prefix=f"f{report.year}") if entrant and open_now else None),
                "answer_form": forms_there.get(f"answer_{report.year}")
                or (
                    AnswerForm(prefix=f"a{report.year}")
                    if organiser and running and report.state == YearReport.State.HANDED_IN
                    else None
                ),
            }
        )
    agreed = support.organiser_agreed_at if organiser else support.entrant_agreed_at
    context = {
        **inside(contest, (_("여러 해 지원"), "")),
        "support": support,
        "entry": support.entry,
        "reports": reports,
        "payments": list(support.payments.all()),
        "is_side": (organiser or entrant) and running,
        "organiser": organiser,
        "may_agree": (organiser or entrant) and running and goals and agreed is None,
        "goals": goals,
        "goals_form": forms_there.get("goals") or GoalsForm(years=contest.support_years, initial=texts),
        "payment_form": forms_there.get("payment") or PaymentForm(years=contest.support_years),
    }
    return render(request, "contests/support.html", context, status=status)


def _sent(
    request: HttpRequest,
    receipt: str,
    id: UUID,
    form: forms.Form,
    act: Callable[[], Any],
    done: str,
    *,
    name: str,
    anchor: str = "",
) -> HttpResponse:
    """Run an action of a form on the support's page; refused, the page comes back with everything typed."""
    if form.is_valid() and attempt(form, act) is not None:
        messages.success(request, done)
        return redirect(reverse("contests:support", args=[receipt, id]) + anchor)
    return show(request, receipt, id, status=422, **{name: form})


@require_POST
def goals(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    contest, support = _found(request, receipt, id)
    policy.must_be_side(request.viewer, support.entry)
    form = GoalsForm(request.POST, years=contest.support_years)
    return _sent(
        request,
        receipt,
        id,
        form,
        lambda: actions.goals_set(by=request.viewer, support_id=support.pk, goals=form.goals()),
        _("목표를 적었습니다. 상대가 동의하면 지원이 시작됩니다."),
        name="goals",
    )


@require_POST
def agree(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _contest, support = _found(request, receipt, id)
    actions.support_agree(by=request.viewer, support_id=support.pk)
    messages.success(request, _("목표에 동의했습니다."))
    return redirect("contests:support", receipt=receipt, id=id)


@require_POST
def payment(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    contest, support = _found(request, receipt, id)
    policy.must_organise(request.viewer, contest)
    form = PaymentForm(request.POST, years=contest.support_years)
    return _sent(
        request,
        receipt,
        id,
        form,
        lambda: actions.payment_save(by=request.viewer, support_id=support.pk, **form.cleaned_data),
        _("지원금을 적었습니다."),
        name="payment",
        anchor="#money",
    )


@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    contest, support = _found(request, receipt, id)
    policy.must_be_side(request.viewer, support.entry)
    return with_reason(
        request,
        contest,
        title=_("지원 멈추기"),
        note=_("멈춘 지원과 까닭은 모두에게 보이고, 다시 시작할 수 없습니다."),
        button=_("지원 멈추기"),
        act=lambda reason: actions.support_stop(by=request.viewer, support_id=support.pk, reason=reason),
        done=_("지원을 멈추었습니다."),
        back=reverse("contests:support", args=[receipt, id]),
    )


def _report(request: HttpRequest, support: Support, year: int) -> YearReport:
    row = support.reports.visible_to(request.viewer).filter(year=year).first()
    if row is None:
        raise Refused("not_found", _("없는 보고입니다."))
    return row


@require_POST
def report(request: HttpRequest, receipt: str, id: UUID, year: int) -> HttpResponse:
    _contest, support = _found(request, receipt, id)
    policy.must_take_part(request.viewer, support.entry)
    row = _report(request, support, year)
    form = ReportForm(request.POST, prefix=f"r{year}")
    return _sent(
        request,
        receipt,
        id,
        form,
        lambda: actions.report_hand_in(by=request.viewer, report_id=row.pk, text=form.cleaned_data["text"]),
        _("보고를 냈습니다."),
        name=f"report_{year}",
        anchor=f"#report-{year}",
    )


@require_POST
def report_file(request: HttpRequest, receipt: str, id: UUID, year: int) -> HttpResponse:
    _contest, support = _found(request, receipt, id)
    policy.must_take_part(request.viewer, support.entry)
    row = _report(request, support, year)
    form = FileForm(request.POST, request.FILES, prefix=f"f{year}")
    return _sent(
        request,
        receipt,
        id,
        form,
        lambda: actions.report_file_add(
            by=request.viewer,
            report_id=row.pk,
            uploaded=form.cleaned_data["file"],
            note=form.cleaned_data["note"],
        ),
        _("파일을 냈습니다."),
        name=f"file_{year}",
        anchor=f"#report-{year}",
    )


@require_POST
def answer(request: HttpRequest, receipt: str, id: UUID, year: int) -> HttpResponse:
    contest, support = _found(request, receipt, id)
    policy.must_organise(request.viewer, contest)
    row = _report(request, support, year)
    form = AnswerForm(request.POST, prefix=f"a{year}")
    accept = "accept" in request.POST
    return _sent(
        request,
        receipt,
        id,
        form,
        lambda: actions.report_answer(
            by=request.viewer, report_id=row.pk, accept=accept, answer=form.cleaned_data["answer"]
        ),
        _("보고를 받아들였습니다.") if accept else _("보고를 돌려보냈습니다."),
        name=f"answer_{year}",
        anchor=f"#report-{year}",
    )
