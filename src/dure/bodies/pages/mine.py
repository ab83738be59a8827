"""A person's own pages: registering a partner, joining, leaving."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.bodies import actions, policy, queries
from dure.bodies.forms import JoinForm, LeaveForm, RegistrationForm
from dure.bodies.models import JoinRequest
from dure.bodies.models.membership import Role
from dure.bodies.pages.common import attempt, must_sign_in, posted
from dure.core.refused import Refused

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    must_sign_in(request)
    context = {
        "memberships": queries.memberships_of(request.viewer.person_id),
        "registrations": queries.registrations_of(request.viewer),
        "requests": queries.join_requests_of(request.viewer),
        "open_state": JoinRequest.State.OPEN,
    }
    return render(request, "bodies/mine.html", context)


@form_page
def register(request: HttpRequest) -> HttpResponse:
    must_sign_in(request)
    form = RegistrationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        body = attempt(form, lambda: actions.register_body(by=request.viewer, particulars=form.particulars()))
        if body:
            messages.success(
                request,
                _("등록을 받았습니다(접수번호 %(receipt)s). 공공기관이 확인하면 알려 드립니다.")
                % {"receipt": body.registration.receipt},
            )
            return redirect("bodies:mine")
    return render(request, "bodies/register.html", {"form": form}, status=422 if form.errors else 200)


@form_page
def amend(request: HttpRequest, body_id: UUID) -> HttpResponse:
    must_sign_in(request)
    registration = queries.own_registration(body_id, request.viewer)
    form = RegistrationForm(posted(request), initial=RegistrationForm.initial_of(registration))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.amend_registration(by=request.viewer, body_id=body_id, particulars=form.particulars()),
        )
        if done:
            messages.success(request, _("고친 내용을 다시 냈습니다."))
            return redirect("bodies:mine")
    context = {"form": form, "registration": registration}
    return render(request, "bodies/register.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, body_id: UUID) -> HttpResponse:
    must_sign_in(request)
    actions.withdraw_registration(by=request.viewer, body_id=body_id)
    messages.success(request, _("등록 신청을 거두었습니다. 적으신 내용은 지웠습니다."))
    return redirect("bodies:mine")


@form_page
def join(request: HttpRequest, key: str) -> HttpResponse:
    must_sign_in(request)
    body = queries.by_key(key, request.viewer)
    form = JoinForm(posted(request))
    if request.method == "POST" and form.is_valid():
        asked = attempt(form, lambda: actions.ask_to_join(by=request.viewer, body_id=body.pk, **form.cleaned_data))
        if asked:
            messages.success(request, _("%(body)s에 소속을 요청했습니다.") % {"body": body.name})
            return redirect("bodies:mine")
    context = {"form": form, "body": body, "has_head": policy.has_head(body.pk)}
    return render(request, "bodies/join.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    must_sign_in(request)
    actions.withdraw_join_request(by=request.viewer, request_id=request_id)
    messages.success(request, _("소속 요청을 거두었습니다."))
    return redirect("bodies:mine")


@form_page
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = queries.invitation_by_token(token)
    queries.check_invitation(found, request.viewer)
    if request.method == "POST":
        membership = actions.accept_invitation(by=request.viewer, token=token)
        messages.success(request, _("%(body)s의 사람이 되었습니다.") % {"body": membership.body.name})
        return redirect("bodies:mine")
    response = render(request, "bodies/invitation.html", {"invitation": found})
    response.headers["Cache-Control"] = "no-store"
    return response


@form_page
def leave(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    must_sign_in(request)
    rows = queries.memberships_of(request.viewer.person_id)
    membership = next((row for row in rows if row.pk == membership_id), None)
    if membership is None:
        raise Refused("not_found", _("그런 소속이 없거나 이미 끝났습니다."))
    form = LeaveForm(posted(request))
    last = membership.role == Role.HEAD and queries.is_last_head(membership)
    if request.method == "POST" and form.is_valid():
        ended = attempt(
            form,
            lambda: actions.end_membership(
                by=request.viewer, membership_id=membership_id, confirmed_last=form.cleaned_data["confirmed_last"]
            ),
        )
        if ended:
            messages.success(request, _("%(body)s 소속을 마쳤습니다.") % {"body": membership.body.name})
            return redirect("bodies:mine")
    context = {"form": form, "membership": membership, "last": last}
    return render(request, "bodies/leave.html", context, status=422 if form.errors else 200)
