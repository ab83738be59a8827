"""The roster of mediators: the public list, one entry, and what the people on it do themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.bodies.queries import named, what_became_of
from dure.collaboration.mediation import actions, policy, queries
from dure.collaboration.mediation.forms import InterestForm, MediatorForm, WhyForm
from dure.collaboration.mediation.models import Expertise, Mediator
from dure.collaboration.pages.common import attempt, uuid_or_none
from dure.core.asked import number
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.tables import table_response

PER_PAGE = 30


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("조정위원 명부"), reverse("mediators:roster") if more else ""), *more]


def _wanted(request: HttpRequest) -> dict[str, str]:
    field = request.GET.get("field", "")
    return {
        "q": request.GET.get("q", "")[:100],
        "field": field if field in Expertise.values else "",
        "state": "all" if request.GET.get("state") == "all" else "",
    }


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    wanted = _wanted(request)
    page = Paginator(queries.roster(request.viewer, **wanted), PER_PAGE).get_page(number(request, "page"))
    context = {
        "page": page,
        "wanted": wanted,
        "filtered": any(wanted.values()),
        "fields": Expertise.choices,
        "may_register": policy.may_keep_roster(request.viewer),
        "own": queries.own_entries(request.viewer),
        "crumbs": _crumbs(),
    }
    return render(request, "collaboration/mediation/roster.html", context)


@require_GET
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    heads = [_("이름"), _("분야"), _("소속 기관"), _("위촉 시작"), _("위촉 끝"), _("상태"), _("이해관계가 있는 기관")]
    rows = (
        [
            row.name,
            str(row.get_field_display()),
            row.affiliation.name if row.affiliation else "",
            str(row.starts_on),
            str(row.ends_on),
            str(row.get_state_display()),
            " · ".join(one.body.name for one in row.interests.all()),
        ]
        for row in queries.roster(request.viewer, **_wanted(request))
    )
    return table_response("mediators", kind, heads, rows, widths=(14, 26, 24, 12, 12, 12, 40))


@require_GET
def register_new(request: HttpRequest) -> HttpResponse:
    policy.must_keep_roster(request.viewer)
    return redirect("mediators:register", id=uuid7())


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, id: UUID) -> HttpResponse:
    policy.must_keep_roster(request.viewer)
    form = MediatorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        body_id = _body_named(form, "affiliation") if data["affiliation"] else None
        del data["affiliation"]
        if not form.errors:
            made = attempt(
                form,
                lambda: actions.mediator_register(by=request.viewer, id=id, affiliation_id=body_id, **data),
            )
            if made is not None:
                messages.success(request, _("명부에 올렸습니다. 그 사람이 스스로 수락하면 위원으로 뽑힐 수 있습니다."))
                return redirect(made.get_absolute_url())
    heading = _("조정위원 올리기")
    context = {
        "form": form,
        "heading": heading,
        "button": _("명부에 올리기"),
        "note": _("올린 사람이 스스로 수락해야 명부에 보이고, 그때부터 위원으로 뽑힐 수 있습니다."),
        "back": reverse("mediators:roster"),
        "crumbs": _crumbs((heading, "")),
    }
    return render(request, "collaboration/mediation/plain_form.html", context, status=422 if form.errors else 200)


def _body_named(form: Any, field: str) -> UUID | None:
    """The one body that is called so; otherwise an error of the form."""
    text = form.cleaned_data[field][:120]
    id = uuid_or_none(text)
    if id is not None:
        return id
    found = {now.pk: now for body in named(text) for now in what_became_of(body)}
    if len(found) == 1:
        return next(iter(found))
    if found:
        names = " · ".join(sorted(body.name for body in found.values())[:8])
        form.add_error(field, _("여러 곳이 있습니다: %(names)s. 시·도까지 적어 주세요.") % {"names": names})
    else:
        form.add_error(field, _("이런 이름의 기관이 없습니다."))
    return None


@require_GET
def one(request: HttpRequest, id: UUID) -> HttpResponse:
    return _show(request, queries.mediator_of(request.viewer, id), InterestForm())


def _show(request: HttpRequest, row: Mediator, form: InterestForm) -> HttpResponse:
    own = request.viewer.person_id is not None and row.person_id == request.viewer.person_id
    context = {"row": row, "own": own, "form": form, "crumbs": _crumbs((row.name, ""))}
    return render(request, "collaboration/mediation/mediator.html", context, status=422 if form.errors else 200)


@require_POST
def answer(request: HttpRequest, id: UUID) -> HttpResponse:
    row = queries.mediator_of(request.viewer, id)
    if request.POST.get("answer") == "accept":
        return _do(request, row, lambda: actions.mediator_accept(by=request.viewer, id=id), _("수락했습니다."))
    return _do(request, row, lambda: actions.mediator_decline(by=request.viewer, id=id), _("사양했습니다."))


def _do(request: HttpRequest, row: Mediator, act: Any, done: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        if refused.code != "conflict":
            raise
        messages.error(request, str(refused.message))
    else:
        messages.success(request, done)
    return redirect(row.get_absolute_url())


@require_POST
def interest(request: HttpRequest, id: UUID) -> HttpResponse:
    row = queries.mediator_of(request.viewer, id)
    policy.must_be_self(request.viewer, row)
    form = InterestForm(request.POST)
    if form.is_valid():
        body_id = _body_named(form, "body")
        if body_id is not None:
            what = form.cleaned_data["what"]
            act = lambda: actions.interest_declare(by=request.viewer, id=id, body_id=body_id, what=what)  # noqa: E731
            if attempt(form, act) is not None:
                messages.success(request, _("이해관계를 적었습니다. 그 기관이 당사자인 조정에서는 뽑히지 않습니다."))
                return redirect(row.get_absolute_url())
    return _show(request, row, form)


@require_POST
def interest_end(request: HttpRequest, id: UUID, body: UUID) -> HttpResponse:
    row = queries.mediator_of(request.viewer, id)
    return _do(
        request,
        row,
        lambda: actions.interest_end(by=request.viewer, id=id, body_id=body),
        _("이해관계를 지웠습니다."),
    )


@require_http_methods(["GET", "POST"])
def resign(request: HttpRequest, id: UUID) -> HttpResponse:
    row = queries.mediator_of(request.viewer, id)
    policy.must_be_self(request.viewer, row)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: actions.mediator_resign(by=request.viewer, id=id, reason=reason)) is not None:
            messages.success(request, _("명부에서 물러났습니다. 이미 맡은 조정은 그 쪽에서 따로 물러나야 합니다."))
            return redirect(row.get_absolute_url())
    heading = _("명부에서 물러나기")
    context = {
        "form": form,
        "heading": heading,
        "button": _("물러나기"),
        "danger": True,
        "back": row.get_absolute_url(),
        "crumbs": _crumbs((row.name, row.get_absolute_url()), (heading, "")),
    }
    return render(request, "collaboration/mediation/plain_form.html", context, status=422 if form.errors else 200)


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """My committees: the seats I was drawn for or sit in, and my entry on the roster."""
    if not request.viewer.is_person:
        raise Refused("not_signed_in", _("내 조정위원회를 보려면 로그인해 주세요."))
    context = {
        "seats": queries.own_seats(request.viewer, open_only=False),
        "entries": queries.own_entries(request.viewer),
        "crumbs": _crumbs((_("내 조정위원회"), "")),
    }
    return render(request, "collaboration/mediation/mine.html", context)
