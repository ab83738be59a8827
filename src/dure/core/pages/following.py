"""Pages for following: the box's forms, the follow link, and confirming an address."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.core import confirmations
from dure.core import follow as following
from dure.core.events import timeline
from dure.core.links import resolve_one
from dure.core.models import Confirmation
from dure.core.pages.common import back, client_of, secret_page
from dure.core.refused import Refused
from dure.core.viewer import Viewer


@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """The page of the box, for those without script and for typing the address again."""
    subject = (request.POST if request.method == "POST" else request.GET).get("subject", "")
    link = resolve_one(subject, request.viewer)
    if link is None:
        raise Refused("not_found", _("따라볼 것이 없습니다."))
    error: Refused | None = None
    if request.method == "POST":
        try:
            if request.viewer.person_id and "email" not in request.POST:
                following.follow(by=request.viewer, subject=subject, mail="no_mail" not in request.POST)
                return back(request, link.url)
            following.follow_by_email(
                by=request.viewer, subject=subject, email=request.POST.get("email", ""), client=client_of(request)
            )
            return redirect("core:confirm_sent")
        except Refused as refused:
            if refused.code == "not_found":
                raise
            error = refused
    context = {"link": link, "error": error, "email": request.POST.get("email", "")}
    return render(request, "core/follow.html", context, status=error.status if error else 200)


@require_POST
def unfollow(request: HttpRequest) -> HttpResponse:
    subject = request.POST.get("subject", "")
    following.unfollow(by=request.viewer, subject=subject)
    link = resolve_one(subject, request.viewer)
    return back(request, link.url if link else "/")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "core/confirm_sent.html")


@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    row = following.follow_of(token)
    viewer = following.viewer_of(row)
    subject = resolve_one(row.subject, viewer)
    context = {
        "row": row,
        "link": subject,
        "lines": timeline(row.subject, viewer, limit=30) if subject else [],
        "token": token,
        "stopped": row.ended_at is not None or not row.mail,
    }
    return secret_page(render(request, "core/follow_link.html", context))


@csrf_exempt
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The target of List-Unsubscribe. Mail programs POST here without cookies (RFC 8058); a GET only asks."""
    following.follow_of(token)
    if request.method == "POST":
        following.stop_by_link(token)
    return secret_page(redirect("core:follow_link", token=token))


@csrf_exempt
@require_POST
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Who holds the token may; no cookie takes part in it, so there is nothing for another site to borrow."""
    following.resume_by_link(token)
    return secret_page(redirect("core:follow_link", token=token))


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows the button; only the POST confirms."""
    if request.method == "POST":
        done = confirmations.confirmation_finish(token)
        return secret_page(redirect(confirmations.next_page(done)))
    waiting = confirmations.confirmation_of(token)
    return secret_page(render(request, "core/confirm.html", _asked(waiting)))


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, id: UUID) -> HttpResponse:
    """Typing the six digits from a text message."""
    waiting = Confirmation.objects.filter(pk=id, channel=Confirmation.Channel.PHONE).first()
    if waiting is None:
        raise Refused("not_found", _("확인할 것이 없습니다. 처음부터 다시 해 주세요."))
    error: Refused | None = None
    if request.method == "POST":
        try:
            done = confirmations.confirmation_finish(request.POST.get("code", ""), id=id)
            return secret_page(redirect(confirmations.next_page(done)))
        except Refused as refused:
            error = refused
    context = _asked(waiting) | {"error": error, "typed": request.POST.get("code", "")}
    return secret_page(render(request, "core/confirm_code.html", context, status=error.status if error else 200))


def _asked(waiting: Confirmation) -> dict[str, object]:
    purpose = confirmations.purposes()[waiting.purpose]
    return {"ask": purpose.ask, "link": resolve_one(waiting.thing, Viewer.anonymous()), "done": waiting.confirmed_at}
