"""What the pages of core share."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def client_of(request: HttpRequest) -> str:
    """The network address of who asks. Behind DURE_PROXIES trusted proxies it is what the outermost of them saw."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if settings.PROXIES and len(hops) >= settings.PROXIES:
        return hops[-settings.PROXIES]
    return str(request.META.get("REMOTE_ADDR", ""))


def back(request: HttpRequest, fallback: str) -> HttpResponseRedirect:
    """To the page of this site that the form names in `next`, else to `fallback`."""
    target = request.POST.get("next", "")
    hosts = {request.get_host()}
    here = url_has_allowed_host_and_scheme(target, allowed_hosts=hosts, require_https=request.is_secure())
    return HttpResponseRedirect(target if here else fallback)


def secret_page(response: HttpResponse) -> HttpResponse:
    """For a page whose address is a secret: not kept, not found by search engines, not told to other sites."""
    response["Cache-Control"] = "no-store"
    # With `no-referrer` browsers send the page's forms with `Origin: null`, which the CSRF check refuses.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
