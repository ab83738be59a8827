"""The organiser's desk: judges, entries to clear, progress, deciding, publishing."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.contests import actions, queries, scoring
from dure.contests.forms import ClearForm, DecideForm, ExtendForm, JudgeForm
from dure.contests.models import Entry, State
from dure.contests.pages.common import inside, organised, with_reason
from dure.contests.progress import all_in, progress_of
from dure.contests.queries.organise import ties_of
from dure.core import clock
from dure.core.attachments import address_of, list_for
from dure.core.attempts import attempt
from dure.core.refused import Refused


@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest, receipt: str) -> HttpResponse:
    """Everything the organiser does; a POST invites a judge."""
    contest = organised(request, receipt)
    form = JudgeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        made = attempt(form, lambda: actions.judge_invite(by=request.viewer, contest_id=contest.pk, email=email))
        if made is not None:
            messages.success(request, _("심사위원으로 초대하는 편지를 보냈습니다."))
            return redirect(f"{reverse('contests:organise', args=[receipt])}#judges")
    rows = contest.entries.select_related("body", "body__province").prefetch_related("bodies__body__province")
    entries = list(rows.order_by("number"))
    over = contest.entries_until is not None and contest.entries_until < clock.today()
    standing = [row for row in entries if row.state == Entry.State.HANDED_IN]
    context = {
        **inside(contest, (_("공모 살림"), "")),
        "form": form,
        "judges": list(contest.judges.select_related("person")),
        "progress": progress_of(contest) if contest.state == State.JUDGING else [],
        "entries": entries,
        "to_clear": sum(row.cleared_at is None for row in standing) if contest.blind else 0,
        "may_clear": over and contest.state in (State.OPEN, State.JUDGING) and contest.blind,
        "may_start": over and contest.state == State.OPEN,
        "may_decide": contest.state == State.JUDGING and (contest.judging_over or all_in(contest)),
        "ties": ties_of(contest),
    }
    return render(request, "contests/organise.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, receipt: str) -> HttpResponse:
    contest = organised(request, receipt)
    names = tuple(ExtendForm.base_fields)
    initial = {name: getattr(contest, name) for name in names}
    form = ExtendForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("contests:organise", args=[receipt])
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        made = attempt(form, lambda: actions.contest_extend(by=request.viewer, id=contest.pk, fields=fields))
        if made is not None:
            messages.success(request, _("날짜를 미뤘습니다. 응모한 기관과 심사위원에게 알립니다."))
            return redirect(back)
    heading = _("날짜 미루기")
    context = {**inside(contest, (heading, "")), "form": form, "heading": heading, "button": _("미루기"), "back": back}
    context["note"] = _("날짜는 뒤로만 미룰 수 있습니다.")
    return render(request, "contests/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, receipt: str) -> HttpResponse:
    contest = organised(request, receipt)
    return with_reason(
        request,
        contest,
        title=_("공모 거두기"),
        note=_("거둔 공모와 까닭은 모두에게 보이고, 다시 열 수 없습니다."),
        button=_("공모 거두기"),
        act=lambda reason: actions.contest_withdraw(by=request.viewer, id=contest.pk, reason=reason),
        done=_("공모를 거두었습니다."),
        back=contest.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def judge_end(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    contest = organised(request, receipt)
    return with_reason(
        request,
        contest,
        title=_("심사를 그만하게 하기"),
        note=_("이 위원이 준 점수는 세지 않습니다. 까닭은 공모를 연 기관과 그 위원만 봅니다."),
        button=_("그만하게 하기"),
        act=lambda reason: actions.judge_end(by=request.viewer, contest_id=contest.pk, judge_id=id, reason=reason),
        done=_("심사를 그만하게 했습니다."),
        public=False,
        back=reverse("contests:organise", args=[receipt]),
    )


@require_http_methods(["GET", "POST"])
def clear(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """The entry beside what judges will read; clear it."""
    contest = organised(request, receipt)
    view = queries.entry_of(request.viewer, contest, id)
    row = view.row
    files = list_for(row.urn, request.viewer)[0]
    initial = {"words": "\n".join(row.masked), "opened": row.cleared_files}
    choices = [(str(file.pk), file.name) for file in files]
    form = ClearForm(request.POST if request.method == "POST" else None, files=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        words = [line for line in form.cleaned_data["words"].splitlines() if line.strip()]
        chosen = [UUID(text) for text in form.cleaned_data.get("opened", [])]
        if "look" in request.POST:
            row.masked = [word.strip() for word in words]
        elif _cleared(request, form, id, words, chosen):
            messages.success(request, _("살펴본 것으로 했습니다."))
            return redirect(f"{reverse('contests:organise', args=[receipt])}#entries")
    context = {
        **inside(contest, (_("공모 살림"), reverse("contests:organise", args=[receipt])), (_("살펴보기"), "")),
        "form": form,
        "view": view,
        "entry": row,
        "blind": queries.blind_view(contest, row),
        "files": [{"row": file, "url": address_of(file)} for file in files],
    }
    return render(request, "contests/clear.html", context, status=422 if form.errors else 200)


def _cleared(request: HttpRequest, form: ClearForm, id: UUID, words: list[str], files: list[UUID]) -> bool:
    act = partial(actions.entry_clear, by=request.viewer, id=id, words=words, files=files)
    return attempt(form, act, files="opened") is not None


@require_POST
def start(request: HttpRequest, receipt: str) -> HttpResponse:
    contest = organised(request, receipt)
    return _do(
        request,
        receipt,
        lambda: actions.judging_start(by=request.viewer, id=contest.pk),
        _("심사를 시작했습니다. 위원에게 알립니다."),
    )


def _do(request: HttpRequest, receipt: str, act: Any, done: str) -> HttpResponse:
    """A step without a form: what it needs is said at the top of the desk."""
    try:
        act()
    except Refused as refused:
        if refused.code not in ("conflict", "invalid"):
            raise
        messages.error(request, str(refused.message))
    else:
        messages.success(request, done)
    return redirect("contests:organise", receipt=receipt)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, receipt: str) -> HttpResponse:
    """Once all is in: who has been judged by how many, without any mark or rank; then the decision."""
    contest = organised(request, receipt)
    form = DecideForm(request.POST if request.method == "POST" else None)
    back = reverse("contests:organise", args=[receipt])
    if contest.state == State.DECIDED:
        return redirect("contests:results", receipt=receipt)
    if contest.state != State.JUDGING or not (contest.judging_over or all_in(contest)):
        raise Refused("conflict", _("채점이 다 끝나거나 심사 마감이 지난 뒤에 정할 수 있습니다."))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["short_reason"]
        made = attempt(form, lambda: actions.contest_decide(by=request.viewer, id=contest.pk, short_reason=reason))
        if made is not None:
            if made.state == State.DECIDED:
                messages.success(request, _("뽑을 응모를 정했습니다. 심사평을 살펴보고 발표해 주세요."))
                return redirect("contests:results", receipt=receipt)
            messages.info(request, _("점수가 같은 응모가 있어 위원들의 투표를 열었습니다."))
            return redirect(back)
    outcome = scoring.outcome_of(contest)
    names = {row.code: row for row in contest.entries.select_related("body")}
    # Whoever saw the standing could still end a judge's work or give more time until it looks better.
    marks = sorted(
        ({"mark": mark, "entry": names[mark.entry]} for mark in outcome.marks), key=lambda one: one["entry"].number
    )
    heading = _("뽑을 응모 정하기")
    context = {
        **inside(contest, (_("공모 살림"), back), (heading, "")),
        "form": form,
        "heading": heading,
        "marks": marks,
        "outcome": outcome,
        "short": any(mark.short for mark in outcome.marks),
        "back": back,
    }
    return render(request, "contests/decide.html", context, status=422 if form.errors else 200)


@require_POST
def publish(request: HttpRequest, receipt: str) -> HttpResponse:
    contest = organised(request, receipt)
    actions.contest_publish(by=request.viewer, id=contest.pk)
    messages.success(request, _("결과를 발표했습니다. 모두에게 보입니다."))
    return redirect("contests:results", receipt=receipt)


@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Take a comment out with a reason, or put it back (POST with `restore`)."""
    contest = organised(request, receipt)
    back = reverse("contests:results", args=[receipt])
    if request.method == "POST" and "restore" in request.POST:
        actions.comment_restore(by=request.viewer, sheet_id=id)
        messages.success(request, _("심사평을 되살렸습니다."))
        return redirect(back)
    return with_reason(
        request,
        contest,
        title=_("심사평 빼기"),
        note=_("심사평은 까닭이 있을 때만 뺄 수 있고, 그 자리에 까닭이 보입니다. 점수는 바뀌지 않습니다."),
        button=_("심사평 빼기"),
        act=lambda reason: actions.comment_hide(by=request.viewer, sheet_id=id, reason=reason),
        done=_("심사평을 뺐습니다."),
        back=back,
    )
