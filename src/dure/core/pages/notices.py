"""The person's notices."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dure.core.models import Person
from dure.core.notices import mark_read, notices_of, set_mail, unread_count
from dure.core.pages.common import back
from dure.core.refused import Refused


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    shown, after = notices_of(request.viewer, after=request.GET.get("after", ""))
    context = {
        "notices": shown,
        "next": f"?after={after}" if after else "",
        "unread": unread_count(request.viewer),
        "mail": Person.objects.filter(pk=request.viewer.person_id, mail_notices=True).exists(),
    }
    response = render(request, "core/notices.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark the notices named `id` as read, or all where none is named; then go where the notice leads (`next`)."""
    try:
        ids = [UUID(id) for id in request.POST.getlist("id")]
    except ValueError as error:
        raise Refused("invalid", _("이런 알림이 없습니다."), "id") from error
    mark_read(by=request.viewer, notice_ids=ids or None)
    return back(request, "/notices/")


@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    set_mail(by=request.viewer, mail=request.POST.get("mail") == "on")
    return redirect("core:notices")
