from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dure.bodies import queries as bodies
from dure.core.refused import Refused
from dure.thanks.actions import thanks_say
from dure.thanks.queries import thanks_page


class ThanksForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("고마운 말"), max_length=300)


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, key: str) -> HttpResponse:
    body = bodies.by_key(key, request.viewer)
    form = ThanksForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            thanks_say(by=request.viewer, body_id=body.pk, text=form.cleaned_data["text"])
        except Refused as refused:
            if refused.field is None:
                raise
            form.add_error(refused.field, str(refused.message))
        else:
            messages.success(request, _("고마운 말을 전했습니다."))
            return redirect("thanks:page", key=key)
    context = {"page": thanks_page(request.viewer, body), "form": form}
    return render(request, "thanks/page.html", context, status=422 if form.errors else 200)
