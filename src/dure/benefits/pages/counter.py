"""The counter: an official enters what somebody says, under a consent that is written down first."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.benefits import actions, policy, queries, shown
from dure.benefits.forms import ConsentForm
from dure.benefits.pages.carried import put
from dure.benefits.reading import library
from dure.benefits.speaking import language_of, rule_language, show, spoken
from dure.benefits.told import Told
from dure.core.ids import uuid7
from dure.core.refused import Refused


def _id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        return uuid7()


@require_http_methods(["GET", "POST"])
@spoken
def counter(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    policy.must_serve_at_a_counter(viewer)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = actions.consent_record(
                by=viewer,
                id=_id(request.POST.get("id", "")),
                purpose=said["purpose"],
                how=said["how"],
                days=said["days"],
                agreed=said["agreed"],
                keeps=said["keeps"],
            )
        except Refused as refused:
            if refused.field is None:
                raise
            form.add_error(refused.field, str(refused.message))
        else:
            response = redirect("benefits:people")
            put(response, Told(consent=str(row.pk)))
            return response
    found = queries.consents(viewer, after=request.GET.get("after", ""))
    context = {"form": form, "id": request.POST.get("id") or uuid7(), "found": found}
    return show(request, "benefits/counter.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD"])
@spoken
def consent(request: HttpRequest, id: UUID) -> HttpResponse:
    policy.must_serve_at_a_counter(request.viewer)
    row = queries.consent(request.viewer, id)
    lang = rule_language(language_of(request))
    known = library().rules.benefits
    names = [shown.text(known[one].names, lang) for one in row.referred if one in known]
    return show(request, "benefits/consent.html", {"consent": row, "names": names})


@require_POST
@spoken
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.consent_withdraw(by=request.viewer, id=id)
    messages.success(request, _("동의를 거두었습니다. 남긴 것은 모두 지웠습니다."))
    return redirect("benefits:consent", id=id)


@require_POST
@spoken
def resume(request: HttpRequest, id: UUID) -> HttpResponse:
    """Go on with what was kept, in this browser."""
    policy.must_serve_at_a_counter(request.viewer)
    response = redirect("benefits:result")
    put(response, queries.consent_told(request.viewer, id))
    return response


__all__ = ["consent", "counter", "resume", "withdraw"]
