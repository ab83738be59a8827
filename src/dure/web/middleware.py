"""What stands between every request and its page: content security, language, and refusals turned into answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from dure.core.accounts.middleware import back_to, came_from
from dure.core.preferred import wants_json
from dure.core.refused import Refused
from dure.web.shell import address

Next = Callable[[HttpRequest], HttpResponse]

PERMISSIONS = ", ".join(
    [
        *(f"{name}=()" for name in ("accelerometer", "display-capture", "gyroscope", "magnetometer", "payment", "usb")),
        *(
            f"{name}=(self)"
            for name in (
                "camera",
                "geolocation",
                "microphone",
                "publickey-credentials-create",
                "publickey-credentials-get",
            )
        ),
    ]
)


OF_REQUESTS = frozenset(
    {"REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH"}
    | {"SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "REMOTE_ADDR"}
)
"""What a request itself always brings (PEP 3333), whatever this process's environment holds under the name."""


class EnvironmentMiddleware:
    """Takes this process's environment out of the request.

    WSGI servers put it in, secrets and all. What keeps a request would keep them: a signature that waits for proof of
    who somebody is lies in the session, and so in the database and its backups.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in os.environ.keys() & request.META.keys() - OF_REQUESTS:
            del request.META[name]
        return self.get_response(request)


def origin(url: str) -> str:
    """Scheme, host and port of an address; empty for a path or nothing."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""


def content_security_policy() -> str:
    """The one policy of all pages: nothing inline, nothing from elsewhere but the live stream.

    Browsers apply form-action to where a posted form redirects, so configured sign-in providers stand in it too.
    """
    providers = settings.SOCIALACCOUNT_PROVIDERS if hasattr(settings, "SOCIALACCOUNT_PROVIDERS") else {}
    sign_in = sorted(
        {
            origin(app.get("settings", {}).get("server_url", ""))
            for provider in providers.values()
            for app in provider.get("APPS", [])
        }
        - {""}
    )
    parts = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *filter(None, [origin(settings.LIVE_URL)])],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *sign_in],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    policy = "; ".join(f"{name} {' '.join(values)}" for name, values in parts.items())
    return policy if settings.LOCAL else f"{policy}; upgrade-insecure-requests"


class CompressionMiddleware(GZipMiddleware):
    """Pages travel as gzip, with random bytes against guessing secrets by size (BREACH; Django's own measure). Other
    answers stay as they are: the API's ETags are strong, and feeds and files are made by parts."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class ContentSecurityPolicyMiddleware:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.policy = content_security_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        # Some links of ours are keys (a follow link): another site never sees where its visitor came from.
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response


class LanguageMiddleware:
    """Chosen language (cookie), else what the browser asks for among ours, else the installation's."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", language)
        return response


def is_part(request: HttpRequest) -> bool:
    """htmx asks for a part of a page, not for the page."""
    return request.headers.get("HX-Request") == "true"


def answer(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A refusal as problem JSON (RFC 9457), as a part of a page for htmx, as a way to sign in, or as a page."""
    if wants_json(request):
        return JsonResponse(refused.problem(), status=refused.status, content_type="application/problem+json")
    context = {"refused": refused, "login_url": address("account_login"), "back": back_to(request)}
    sender = came_from(request)
    context["came_from"] = "" if sender == request.get_full_path() and request.method == "GET" else sender
    if is_part(request):
        return render(request, "web/refused_part.html", context, status=refused.status)
    if refused.code == "not_signed_in" and request.method == "GET" and context["login_url"]:
        messages.info(request, str(refused.message))
        return HttpResponseRedirect(f"{context['login_url']}?{urlencode({'next': request.get_full_path()})}")
    return render(request, "web/refused.html", context, status=refused.status)


class RefusalMiddleware:
    """Answers a Refused that no page turned into a form error."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer(request, exception) if isinstance(exception, Refused) else None
