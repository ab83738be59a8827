"""Officials' pages: registrations to decide on, the own body's people, its description and its keys."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.bodies import actions, policy, queries
from dure.bodies.forms import InviteForm, KeyForm, LeaveForm, MemberForm, ProfileForm, ReasonForm
from dure.bodies.models.membership import Role
from dure.bodies.pages.common import attempt, must_sign_in, own_body, posted
from dure.core.events import timeline
from dure.core.keyset import page
from dure.core.refused import Refused

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    must_sign_in(request)
    if not request.viewer.is_official and not request.viewer.operator:
        raise Refused("not_allowed", _("기관을 대신할 때 쓸 수 있는 쪽입니다."))
    rows = queries.registrations_waiting(request.viewer)
    order = ("near", "handed_in_at", "pk")
    after = request.GET.get("after", "")
    waiting = page(rows, order=order, after=after, limit=20, name="registrations")
    context = {
        "waiting": waiting,
        "next": f"?after={waiting.next}" if waiting.next else "",
        "may_decide": request.viewer.operator or policy.acts_for_public_body(request.viewer),
        "requests": queries.join_requests(request.viewer),
        "roles": Role.choices,
    }
    return render(request, "bodies/desk.html", context)


@form_page
def registration(request: HttpRequest, body_id: UUID) -> HttpResponse:
    must_sign_in(request)
    found = queries.registration(body_id, request.viewer)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if request.POST.get("decision") == "confirm":
            decided = attempt(form, lambda: actions.confirm_registration(by=request.viewer, body_id=body_id))
            done = _("%(body)s의 등록을 확인했습니다.")
        else:
            reason = form.cleaned_data["reason"]
            decided = attempt(
                form, lambda: actions.refuse_registration(by=request.viewer, body_id=body_id, reason=reason)
            )
            done = _("%(body)s의 등록을 확인하지 않았습니다. 까닭을 신청한 분께 알립니다.")
        if decided:
            messages.success(request, done % {"body": decided.name})
            return redirect("bodies:desk")
    context = {
        "registration": found,
        "form": form,
        "alike": queries.alike(found),
        "may_decide": policy.may_decide_registration(request.viewer, found.body),
        "lines": timeline(found.body.urn, request.viewer, limit=20),
    }
    return render(request, "bodies/registration.html", context, status=422 if form.errors else 200)


@form_page
def join_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    must_sign_in(request)
    found = next((row for row in queries.join_requests(request.viewer) if row.pk == request_id), None)
    if found is None:
        raise Refused("not_found", _("그런 소속 요청이 없거나 이미 정해졌습니다."))
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        accept = request.POST.get("decision") == "accept"
        decided = attempt(
            form,
            lambda: actions.decide_join_request(
                by=request.viewer,
                request_id=request_id,
                accept=accept,
                role=request.POST.get("role") or None,
                reason=form.cleaned_data["reason"],
            ),
        )
        if decided:
            facts = {"person": found.person.name}
            said = _("%(person)s 님을 받아들였습니다.") if accept else _("%(person)s 님께 까닭을 알립니다.")
            messages.success(request, said % facts)
            return redirect("bodies:desk")
    context = {
        "asked": found,
        "form": form,
        "roles": [
            (role, label, role == found.role)
            for role, label in Role.choices
            if policy.may_grant(request.viewer, found.body, role)
        ],
    }
    return render(request, "bodies/join_request.html", context, status=422 if form.errors else 200)


@form_page
def members(request: HttpRequest) -> HttpResponse:
    body = own_body(request)
    people = queries.members(body, request.viewer)
    may_manage = policy.may_manage_members(request.viewer, body.pk)
    if request.method == "POST" and not may_manage:
        raise Refused("not_allowed", _("기관의 책임자만 초대할 수 있습니다."))
    form = InviteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        sent = attempt(
            form,
            lambda: actions.invite(
                by=request.viewer, body_id=body.pk, language=request.LANGUAGE_CODE, **form.cleaned_data
            ),
        )
        if sent:
            messages.success(request, _("초대 편지를 보냅니다. 링크는 14일 동안 쓸 수 있습니다."))
            return redirect("bodies:members")
    context = {
        "body": body,
        "people": people,
        "invitations": queries.open_invitations(body, request.viewer) if may_manage else [],
        "form": form,
        "may_manage": may_manage,
    }
    return render(request, "bodies/members.html", context, status=422 if form.errors else 200)


@form_page
def member(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    body = own_body(request)
    found = next((row for row in queries.members(body, request.viewer) if row.pk == membership_id), None)
    if found is None:
        raise Refused("not_found", _("그런 소속이 없거나 이미 끝났습니다."))
    if not policy.may_manage_members(request.viewer, body.pk):
        raise Refused("not_allowed", _("기관의 책임자만 역할을 바꿀 수 있습니다."))
    ending = request.POST.get("decision") == "end"
    form = MemberForm(None if ending else posted(request), initial={"role": found.role, "unit": found.unit})
    leave_form = LeaveForm(request.POST if ending else None)
    if ending and leave_form.is_valid():
        confirmed = leave_form.cleaned_data["confirmed_last"]
        ended = attempt(
            leave_form,
            lambda: actions.end_membership(by=request.viewer, membership_id=membership_id, confirmed_last=confirmed),
        )
        if ended:
            messages.success(request, _("%(person)s 님의 소속을 끝냈습니다.") % {"person": found.person.name})
            return redirect("bodies:members")
    elif request.method == "POST" and not ending and form.is_valid():
        changed = attempt(
            form,
            lambda: actions.change_role(by=request.viewer, membership_id=membership_id, **form.cleaned_data),
        )
        if changed:
            messages.success(request, _("역할을 바꾸었습니다."))
            return redirect("bodies:members")
    context = {
        "body": body,
        "membership": found,
        "form": form,
        "leave_form": leave_form,
        "last": found.role == Role.HEAD and queries.is_last_head(found),
    }
    return render(request, "bodies/member.html", context, status=422 if form.errors or leave_form.errors else 200)


@require_POST
def withdraw_invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    must_sign_in(request)
    actions.withdraw_invitation(by=request.viewer, invitation_id=invitation_id)
    messages.success(request, _("초대를 거두었습니다. 보낸 링크는 이제 열리지 않습니다."))
    return redirect("bodies:members")


@form_page
def profile(request: HttpRequest) -> HttpResponse:
    body = own_body(request)
    request.viewer.must_act_for(body.pk, _("이 기관의 책임자나 담당자만 고칠 수 있습니다."))
    initial = {name: getattr(body, name) for name in ("about", "web_page", "contact_email", "contact_phone")}
    form = ProfileForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.describe_body(by=request.viewer, body_id=body.pk, **form.cleaned_data))
        if done:
            messages.success(request, _("기관 소개를 고쳤습니다."))
            return redirect(body)
    may_end = not body.code and policy.is_head(request.viewer, body.pk)
    context = {"body": body, "form": form, "may_end": may_end}
    return render(request, "bodies/profile.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    body = own_body(request)
    actions.end_body(by=request.viewer, body_id=body.pk)
    messages.success(request, _("%(body)s의 활동을 마쳤습니다. 한 일은 그대로 남습니다.") % {"body": body.name})
    return redirect("bodies:mine")


@form_page
def keys(request: HttpRequest) -> HttpResponse:
    """The token is in the answer to the form and nowhere else; a browser that goes back does not find it again."""
    body = own_body(request)
    rows = queries.keys_of(body.pk, request.viewer)
    may_manage = policy.may_manage_keys(request.viewer, body.pk)
    if request.method == "POST" and not may_manage:
        raise Refused("not_allowed", _("두 번째 인증 수단을 등록한 책임자만 열쇠를 만들 수 있습니다."))
    form = KeyForm(posted(request))
    made = None
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: actions.create_key(by=request.viewer, body_id=body.pk, **form.cleaned_data))
        if made:
            rows = queries.keys_of(body.pk, request.viewer)
            form = KeyForm()
    context = {
        "body": body,
        "keys": rows,
        "form": form,
        "made": made[0] if made else None,
        "token": made[1] if made else "",
        "is_head": policy.is_head(request.viewer, body.pk),
        "may_manage": may_manage,
    }
    response = render(request, "bodies/keys.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    must_sign_in(request)
    actions.revoke_key(by=request.viewer, key_id=key_id)
    messages.success(request, _("열쇠를 없앴습니다. 지금부터 쓸 수 없습니다."))
    return redirect("bodies:keys")
