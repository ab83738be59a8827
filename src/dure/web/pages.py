"""Pages of the frame: the front page, the doors that are not open yet, what Dure is, and the answers to errors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from dure.core import rooms
from dure.core.preferred import wants_json
from dure.core.privacy import has_personal_data
from dure.web import doors, gallery
from dure.web.middleware import origin
from dure.web.shell import LOOK_COOKIE, LOOKS, look_of

YEAR = 365 * 24 * 3600
LONGEST_SENTENCE = 1000
FRONT_CARDS = 6


class SentenceForm(forms.Form):
    """The front page's one question."""

    sentence = forms.CharField(max_length=LONGEST_SENTENCE, strip=True)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    cards = [card for room in rooms.rooms() if room.front for card in room.front(request.viewer)]
    figures = [figure for room in rooms.rooms() if room.figures for figure in room.figures(request.viewer)]
    examples = [
        _("가로등이 꺼졌어요"),
        _("전입신고"),
        _("혼자 사는 어머니가 받을 수 있는 것"),
        _("빈집을 고쳐 쓴 다른 지자체 사례"),
    ]
    context = {
        "doors": doors.DOORS,
        "cards": cards[:FRONT_CARDS],
        "figures": figures,
        "examples": examples,
        "limit": LONGEST_SENTENCE,
        "together": doors.door("together"),
    }
    return render(request, "web/home.html", context)


@sensitive_post_parameters("sentence")
@require_POST
def go(request: HttpRequest) -> HttpResponse:
    """Takes a sentence to the door it belongs to. By POST, so that what people say stands in no log and no address."""
    form = SentenceForm(request.POST)
    if not form.is_valid():
        too_long = "sentence" in form.errors and len(request.POST.get("sentence", "")) > LONGEST_SENTENCE
        context = {"too_long": too_long, "sentence": request.POST.get("sentence", ""), "limit": LONGEST_SENTENCE}
        return render(request, "web/go.html", context, status=422)
    sentence = form.cleaned_data["sentence"]
    choices = doors.choose(sentence)
    personal = has_personal_data(sentence)
    best = choices[0]
    library = "/library/" if doors.about_cases(sentence) and doors.is_open("/library/") else ""
    if not personal and library:
        return HttpResponseRedirect(f"{library}?{urlencode({'q': sentence})}")
    if not personal and best.score and best.door.open:
        return HttpResponseRedirect(f"{best.door.path}?{urlencode({best.door.takes: sentence})}")
    context = {
        "sentence": sentence,
        "best": best,
        "others": choices[1:],
        "personal": personal,
        "library": "/library/" if doors.is_open("/library/") else "",
        "limit": LONGEST_SENTENCE,
    }
    return render(request, "web/go.html", context)


@require_safe
def closed_door(request: HttpRequest, key: str) -> HttpResponse:
    door = doors.door(key)
    open_doors = [d for d in doors.DOORS if d.open]
    return render(
        request, "web/closed_door.html", {"door": door, "open_doors": open_doors, "crumbs": [(door.label, "")]}
    )


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and look, kept in this browser. Only what was sent is changed; then back to where the reader was."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    kept: dict[str, Any] = {"max_age": YEAR, "samesite": "Lax", "secure": not settings.LOCAL, "httponly": True}
    language = request.POST.get("language")
    if language and language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **kept)
    look = look_of(request)
    for name, values in LOOKS.items():
        if name in request.POST:
            value = request.POST[name]
            look.pop(name, None)
            if value in values:
                look[name] = value
    if look:
        response.set_cookie(LOOK_COOKIE, urlencode(look), **kept)
    elif LOOK_COOKIE in request.COOKIES:
        response.delete_cookie(LOOK_COOKIE, samesite="Lax")
    return response


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "web/about.html", {"crumbs": [(_("두레는"), "")], "doors": doors.DOORS})


@require_safe
def house(request: HttpRequest) -> HttpResponse:
    """The house as its manifests tell it: floors, rooms, nouns, verbs, events in and out."""
    listed = sorted(rooms.rooms(), key=lambda room: (-room.floor, room.name))
    floors: dict[int, list[Any]] = {}
    for room in listed:
        floors.setdefault(room.floor, []).append(room)
    context = {"floors": floors.items(), "rooms": listed, "crumbs": [(_("두레는"), "/about/"), (_("집의 구조"), "")]}
    return render(request, "web/house.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    context = {"crumbs": [(_("두레는"), "/about/"), (_("접근성"), "")]}
    return render(request, "web/accessibility.html", context)


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "web/components.html", gallery.context(request))


def same_site(request: HttpRequest) -> bool:
    """The form was sent from one of our own pages, as far as the browser says so. Unknown counts as no."""
    if request.headers.get("Sec-Fetch-Site"):
        return request.headers["Sec-Fetch-Site"] == "same-origin"
    sender = request.headers.get("Origin") or origin(request.headers.get("Referer", ""))
    return sender == f"{request.scheme}://{request.get_host()}"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or cookies are off. What was typed comes back, ready to be sent again."""
    if wants_json(request):
        problem = {
            "type": "urn:dure:problem:csrf",
            "title": _("요청을 확인하지 못했습니다."),
            "status": 403,
            "code": "csrf",
        }
        return JsonResponse(problem, status=403, content_type="application/problem+json")
    ours = same_site(request) and not request.FILES
    typed = []
    if ours and _keeps_what_was_typed(request.path):
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name != "csrfmiddlewaretoken" and "password" not in name
        ]
    context = {"typed": typed, "again": request.get_full_path() if typed else "", "files": bool(request.FILES)}
    return render(request, "web/csrf.html", context, status=403)


def _keeps_what_was_typed(path: str) -> bool:
    """Not for sign-in and account pages: nothing secret is ever written back into a page."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    return not match.route.startswith(("accounts/", "admin/"))


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither the database nor the session: either may be what broke."""
    if wants_json(request):
        problem = {"type": "about:blank", "title": "Internal Server Error", "status": 500}
        return JsonResponse(problem, status=500, content_type="application/problem+json")
    return render(None, "500.html", status=500)
