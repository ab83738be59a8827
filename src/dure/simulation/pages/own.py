"""A body's own populations: hand in, see what was found, delete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.core.attempts import attempt
from dure.core.ids import uuid7
from dure.simulation import actions, policy, queries
from dure.simulation.forms import PopulationForm
from dure.simulation.pages.common import crumbs


@require_safe
def populations(request: HttpRequest) -> HttpResponse:
    policy.must_write_for(request.viewer, request.viewer.body_id)
    context = {
        "rows": queries.populations_of(request.viewer),
        "add": reverse("simulation:population_add", args=[uuid7()]),
        "crumbs": crumbs(None, _("우리 기관의 인구 자료")),
    }
    return render(request, "simulation/populations.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, id: UUID) -> HttpResponse:
    policy.must_write_for(request.viewer, request.viewer.body_id)
    form = PopulationForm(request.POST, request.FILES) if request.method == "POST" else PopulationForm()
    faults: Any = ()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = attempt(
                form,
                lambda: actions.population_add(
                    by=request.viewer,
                    id=id,
                    name=said["name"],
                    households=said["households"],
                    persons=said["persons"],
                ),
            )
        except actions.WrongPopulation as wrong:
            faults, made = wrong.checked.faults, None
        if made is not None:
            messages.success(request, _("살펴보고 받았습니다. 이제 모의계산에서 고를 수 있습니다."))
            return redirect("simulation:populations")
    heading = _("인구 자료 올리기")
    context = {"form": form, "faults": faults, "heading": heading, "crumbs": crumbs(None, heading)}
    bad = form.errors or faults or (request.method == "POST")
    return render(request, "simulation/population_add.html", context, status=422 if bad else 200)


@require_POST
def delete(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.population_delete(by=request.viewer, id=id)
    messages.success(request, _("지웠습니다."))
    return redirect("simulation:populations")
