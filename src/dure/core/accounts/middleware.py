"""Between who is asking and what they may do: the second factor and the staff session. Runs after the viewer is
known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from dure.core import staff
from dure.core.accounts.factors import second_factor_given, second_factor_required
from dure.core.viewer import Viewer

Next = Callable[[HttpRequest], HttpResponse]
SESSION_KEY = "staff_session"


class SecondFactorMiddleware:
    """Acting for a body needs a second factor where a rule says so.

    Without one the person still reads everything public, as themselves; what they send, and the desk, lead to the page
    that sets it up or asks for it. Nothing sent in a body's name is taken for a private person's.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewer: Viewer = request.viewer
        request.second_factor_missing = False
        if viewer.kind != "person" or viewer.body_id is None:
            return self.get_response(request)
        if second_factor_given(request) or not second_factor_required(request.user):
            return self.get_response(request)
        writes = request.method not in {"GET", "HEAD", "OPTIONS"}
        if (writes or request.path.startswith("/desk/")) and not _is_about_signing_in(request.path):
            return _ask(request)
        request.second_factor_missing = True
        request.viewer = Viewer.person(viewer.person_id)  # type: ignore[arg-type]
        if acting := getattr(request, "acting", None):
            request.acting = replace(acting, current=None)
        return self.get_response(request)


class StaffSessionMiddleware:
    """Puts an operator's running staff session into the viewer, so that every event names it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.staff_session = None
        key = request.session.get(SESSION_KEY)
        if key and request.user.is_authenticated:
            request.staff_session = staff.running(request.user.pk, key)
            if request.staff_session is None:
                del request.session[SESSION_KEY]
                messages.info(request, _("운영 지원 시간이 끝났습니다."))
            elif second_factor_given(request):
                request.viewer = replace(request.viewer, staff_session_id=request.staff_session.pk)
            else:
                request.staff_session = None
        return self.get_response(request)


def back_to(request: HttpRequest) -> str:
    """Where to return to after signing in: this page, or the one whose form was sent."""
    return request.get_full_path() if request.method == "GET" else came_from(request) or "/"


def came_from(request: HttpRequest) -> str:
    """The page of ours on which the link was followed or the form was sent; '' where the browser does not say."""
    sender = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sender, {request.get_host()}, require_https=request.is_secure()):
        return ""
    return sender.split(request.get_host(), 1)[-1] or "/"


def _ask(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("기관 일을 하려면 2단계 인증이 필요합니다. 쓰시던 것은 이 화면에 남아 있습니다."))
    return HttpResponseRedirect(f"{reverse('account_second_factor')}?{urlencode({'next': back_to(request)})}")


def _is_about_signing_in(path: str) -> bool:
    return path.startswith(("/accounts/", "/preferences/", "/admin/", "/desk/operations/"))
