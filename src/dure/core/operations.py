"""The operator's page: is the installation well, and what has stopped? Seen and used inside a staff session only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dure.core import clock, events, jobs, outbox, ports, staff
from dure.core.accounts.factors import second_factor_given
from dure.core.accounts.forms import StaffSessionForm
from dure.core.accounts.middleware import SESSION_KEY
from dure.core.models import Delivery, Event, Heartbeat, Job, Message, StaffSession
from dure.core.refused import Refused

SHOWN = 20
"""Rows of each list on the page; how many more there are is said beside it."""
LATE = timedelta(minutes=10)
"""A letter or delivery that waits longer than this is not on its way any more."""
ALIVE = timedelta(seconds=30)


def _operator(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise Refused("not_signed_in", _("로그인해 주세요."))
    if not request.user.is_operator:
        raise Refused("not_allowed", _("설치 운영자만 볼 수 있습니다."))


def _take(rows: Any) -> dict[str, Any]:
    """The first rows of a query, and whether there are more (without counting them all)."""
    found = list(rows[: SHOWN + 1])
    return {"rows": found[:SHOWN], "more": len(found) > SHOWN}


@never_cache
@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest) -> HttpResponse:
    _operator(request)
    if not second_factor_given(request):
        return HttpResponseRedirect(f"{reverse('account_second_factor')}?next={request.path}")
    return _show(request, StaffSessionForm())


def _show(request: HttpRequest, form: StaffSessionForm) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "running": request.staff_session, "next": request.GET.get("next", "")}
    if request.viewer.operator:
        now = clock.now()
        beats = [
            (beat.worker, beat.beat_at, now - beat.beat_at < ALIVE) for beat in Heartbeat.objects.order_by("worker")
        ]
        mail = ports.port("email")
        context |= {
            "sessions": _take(StaffSession.objects.select_related("person").order_by("-started_at")),
            "admin_writes": _take(Event.objects.filter(type__startswith="core.admin.").order_by("-seq")),
            "dead_letters": _take(events.dead_letters()),
            "late_deliveries": _take(
                Delivery.objects.filter(state=Delivery.State.WAITING, attempts__gt=0).order_by("seq")
            ),
            "stopped_jobs": _take(Job.objects.filter(state=Job.State.FAILED).order_by("-ended_at")),
            "open_jobs": _take(
                Job.objects.filter(state__in=[Job.State.RUNNING, Job.State.QUEUED]).order_by("-state", "created_at")
            ),
            "failed_messages": _take(Message.objects.filter(state=Message.State.FAILED).order_by("-created_at")),
            "late_messages": _take(
                Message.objects.filter(state=Message.State.WAITING, created_at__lt=now - LATE).order_by("created_at")
            ),
            "beats": beats,
            "any_alive": any(alive for *_rest, alive in beats),
            "mail_to_files": getattr(mail, "to_files", False),
            "mail_folder": str(getattr(settings, "EMAIL_FILE_PATH", "")),
            "channels": ports.channels(),
        }
    return render(request, "core/operations.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def session(request: HttpRequest) -> HttpResponse:
    """Open a staff session (reason, minutes) or end one (`end`: its id)."""
    _operator(request)
    if not second_factor_given(request):
        return HttpResponseRedirect(f"{reverse('account_second_factor')}?next={reverse('operations')}")
    if request.POST.get("end"):
        staff.staff_session_end(by=request.viewer, session_id=_uuid(request.POST["end"]))
        messages.success(request, _("운영 지원 시간을 끝냈습니다."))
        return HttpResponseRedirect(reverse("operations"))
    form = StaffSessionForm(request.POST)
    if not form.is_valid():
        return _show(request, form)
    try:
        opened = staff.staff_session_open(by=request.viewer, **form.cleaned_data)
    except Refused as refused:
        if refused.code not in {"invalid", "conflict"}:
            raise
        form.add_error(refused.field, str(refused.message))
        return _show(request, form)
    request.session[SESSION_KEY] = str(opened.pk)
    messages.success(request, _("운영 지원 시간을 열었습니다. 하신 일은 모두 기록됩니다."))
    goes_on = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(goes_on, {request.get_host()}, require_https=request.is_secure()):
        goes_on = reverse("operations")
    return HttpResponseRedirect(goes_on)


@require_POST
def dead_letter(request: HttpRequest, id: int) -> HttpResponse:
    verb = {"retry": events.dead_letter_retry, "skip": events.dead_letter_skip}
    return _do(request, verb, delivery_id=id)


@require_POST
def job(request: HttpRequest, id: UUID) -> HttpResponse:
    return _do(request, {"retry": jobs.job_retry, "cancel": jobs.job_cancel}, job_id=id)


@require_POST
def message(request: HttpRequest, id: UUID) -> HttpResponse:
    def retry(*, by: Any, message_id: UUID) -> None:
        if not outbox.retry(message_id):
            raise Refused("conflict", _("다시 보낼 수 없는 편지입니다. 주소가 이미 지워졌을 수 있습니다."))

    return _do(request, {"retry": retry}, message_id=id)


def _do(request: HttpRequest, verbs: dict[str, Any], **what: Any) -> HttpResponse:
    _operator(request)
    if not request.viewer.operator:
        raise Refused("not_allowed", _("운영 지원 시간을 먼저 열어 주세요."))
    verb = verbs.get(request.POST.get("do", ""))
    if verb is None:
        raise Refused("invalid", _("할 일을 골라 주세요."))
    try:
        verb(by=request.viewer, **what)
    except Refused as refused:
        if refused.code not in {"conflict", "not_found"}:
            raise
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _("했습니다."))
    return HttpResponseRedirect(reverse("operations"))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Refused("not_found", _("그런 운영 지원 시간이 없습니다.")) from error
