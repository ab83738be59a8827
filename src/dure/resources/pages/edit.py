"""Registering and changing a resource."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.resources import actions, policy
from dure.resources.forms import PhotoForm, ResourceForm, StateForm, WithholdForm
from dure.resources.models import Resource
from dure.resources.pages.common import area_name, attempt, crumbs
from dure.resources.queries import resource_of


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    policy.must_act(request.viewer)
    return redirect("resources:edit", id=uuid7())


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, id: UUID) -> HttpResponse:
    """A form under a fresh id registers, so that sending it twice makes one resource; under a known id it changes."""
    policy.must_act(request.viewer)
    known = _known(request, id)
    initial = ResourceForm.from_resource(known, area_name(known.area)) if known else None
    form = ResourceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def save() -> Resource:
            return actions.resource_save(by=request.viewer, id=id, fields=form.saved_fields(), named=form.named_ids)

        saved = attempt(form, save, hours="hours_0", area="area_name")
        if saved is not None:
            messages.success(request, _("자원을 고쳤습니다.") if known else _("자원을 등록했습니다."))
            return redirect(saved)
    heading = _("자원 고치기") if known else _("자원 등록하기")
    trail = crumbs((known.title, known.get_absolute_url()), (heading, "")) if known else crumbs((heading, ""))
    context = {"form": form, "heading": heading, "known": known, "crumbs": trail}
    return render(request, "resources/edit.html", context, status=422 if form.errors else 200)


def _known(request: HttpRequest, id: UUID) -> Resource | None:
    try:
        known = resource_of(request.viewer, id)
    except Refused:
        return None
    policy.must_own(request.viewer, known)
    return known


@require_http_methods(["GET", "POST"])
def state(request: HttpRequest, id: UUID, state: str) -> HttpResponse:
    """Rest or retire with a reason; lend out again at once."""
    resource = resource_of(request.viewer, id)
    policy.must_own(request.viewer, resource)
    words = {
        "resting": (_("당분간 쉬기"), _("새 예약을 받지 않습니다. 이미 한 예약은 그대로입니다."), _("쉽니다.")),
        "retired": (
            _("자원 그만두기"),
            _("목록에서 빠집니다. 지나온 길과 장부는 남고, 되돌릴 수 있습니다."),
            _("자원을 그만두었습니다. 이 쪽에서 되돌릴 수 있습니다."),
        ),
        "active": (_("다시 빌려주기"), "", _("다시 빌려줍니다.")),
    }
    if state not in words:
        raise Refused("not_found", _("그런 상태는 없습니다."))
    heading, note, done = words[state]
    form = StateForm(request.POST if request.method == "POST" else None)
    if state == "active":
        form.fields["reason"].required = False
    if request.method == "POST" and form.is_valid():
        by, reason = request.viewer, form.cleaned_data["reason"]
        if attempt(form, lambda: actions.resource_state(by=by, id=id, state=state, reason=reason)) is not None:
            messages.success(request, done)
            return redirect(resource)
    context = _step(resource, form, heading, note, heading, danger=state == "retired")
    context["bare"] = state == "active"
    return render(request, "resources/step.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def withhold(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show the resource to the bodies that may or did book it only, or to all again."""
    resource = resource_of(request.viewer, id)
    policy.must_own(request.viewer, resource)
    if request.method == "POST" and "open" in request.POST:
        actions.resource_withhold(by=request.viewer, id=id, level="public")
        messages.success(request, _("다시 모두에게 공개했습니다."))
        return redirect(resource)
    form = WithholdForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by, data = request.viewer, form.cleaned_data

        def narrow() -> Resource:
            return actions.resource_withhold(by=by, id=id, level="partners", **data)

        if attempt(form, narrow, withheld_reason="reason") is not None:
            messages.success(request, _("예약한 기관과 예약할 수 있는 정한 기관에만 보입니다."))
            return redirect(resource)
    note = _("예약한 기관과 예약할 수 있는 정한 기관에만 보입니다. 까닭과 다시 볼 날은 모두에게 보입니다.")
    context = _step(resource, form, _("자원의 공개 범위"), note, _("공개하지 않기"))
    context["may_open"] = resource.withheld is not None
    return render(request, "resources/step.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def photo_add(request: HttpRequest, id: UUID) -> HttpResponse:
    resource = resource_of(request.viewer, id)
    policy.must_own(request.viewer, resource)
    form = PhotoForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        data, by = form.cleaned_data, request.viewer

        def add() -> Any:
            return actions.photo_add(by=by, id=id, uploaded=data["file"], note=data["note"])

        if attempt(form, add) is not None:
            messages.success(request, _("사진을 올렸습니다."))
            return redirect(resource)
    context = _step(resource, form, _("사진 올리기"), "", _("올리기"))
    return render(request, "resources/step.html", context, status=422 if form.errors else 200)


@require_POST
def photo_remove(request: HttpRequest, id: UUID, photo_id: UUID) -> HttpResponse:
    actions.photo_remove(by=request.viewer, id=id, photo_id=photo_id)
    messages.success(request, _("사진을 뗐습니다."))
    return redirect("resources:page", id=id)


def _step(
    resource: Resource, form: Any, heading: str, note: str, button: str, *, danger: bool = False
) -> dict[str, Any]:
    return {
        "form": form,
        "heading": heading,
        "note": note,
        "button": button,
        "danger": danger,
        "files": form.is_multipart(),
        "back": resource.get_absolute_url(),
        "crumbs": crumbs((resource.title, resource.get_absolute_url()), (heading, "")),
    }
