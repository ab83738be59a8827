"""Public pages: the directory and a body's own page; and for whom one acts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dure.bodies import middleware, policy, queries
from dure.bodies.models import Body
from dure.bodies.pages.common import must_sign_in, next_page
from dure.core import rooms
from dure.core.events import timeline
from dure.core.keyset import page
from dure.core.refused import Refused

PAGE = 30


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:80]
    kinds = [kind for kind in request.GET.getlist("kind") if kind in Body.Kind.values]
    province = _uuid(request.GET.get("province", ""))
    ended_too = request.GET.get("ended") == "1"
    rows = queries.find(request.viewer, text=text, kinds=kinds, province=province, ended_too=ended_too)
    order = ("match", "full_name_ko", "id")
    found = page(rows, order=order, after=request.GET.get("after", ""), limit=PAGE, name="bodies")
    query = request.GET.copy()
    query.pop("after", None)
    first = f"?{query.urlencode()}" if query else reverse("bodies:index")
    query["after"] = found.next
    context = {
        "found": found,
        "text": text,
        "kinds": [(kind.value, kind.label, kind.value in kinds) for kind in Body.Kind],
        "provinces": [(body.pk, body.name, body.pk == province) for body in queries.provinces()],
        "ended_too": ended_too,
        "filtered": bool(text or kinds or province or ended_too),
        "next": f"?{query.urlencode()}" if found.next else "",
        "first": first if request.GET.get("after") else "",
    }
    return render(request, "bodies/index.html", context)


@require_safe
def body(request: HttpRequest, key: str) -> HttpResponse:
    found = queries.by_key(key, request.viewer)
    mine = any(choice.body_id == found.pk for choice in request.acting.bodies)
    context = {
        "body": found,
        "history": queries.history(found),
        "panels": rooms.panels(found.urn, request.viewer),
        "lines": timeline(found.urn, request.viewer, limit=20),
        "asked_by": key if queries.is_old_code(found, key) else "",
        "mine": mine,
        "has_head": policy.has_head(found.pk),
        "may_describe": request.viewer.person_id is not None and request.viewer.may_act_for(found.pk),
    }
    return render(request, "bodies/body.html", context)


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    must_sign_in(request)
    try:
        choice = middleware.choose(request, request.POST.get("body", ""))
    except KeyError as fault:
        raise Refused("not_allowed", _("그 기관에 속해 있지 않습니다.")) from fault
    if choice:
        messages.success(request, _("이제 %(body)s 이름으로 일합니다.") % {"body": choice.name})
    else:
        messages.success(request, _("이제 개인 자격으로 봅니다."))
    return redirect(next_page(request, reverse("bodies:mine")))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
