"""One's own reports, and the counter: an official takes a report for somebody."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.reports.actions import Said, id_of
from dure.reports.intake import actions, place, queries, questions
from dure.reports.intake.forms import CounterForm
from dure.reports.intake.pages.door import add_refusal, crumbs, received


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    if not request.viewer.is_person:
        raise Refused(
            "not_signed_in", _("내 신고를 보려면 로그인해 주세요. 로그인하지 않고 내신 신고는 상황 링크로 봅니다.")
        )
    page = queries.mine(request.viewer, request.GET.get("after", ""))
    context = {"page": page, "after": request.GET.get("after", ""), "crumbs": crumbs((_("내 신고"), ""))}
    return render(request, "reports/intake/mine.html", context)


@sensitive_post_parameters("words", "contact", "address", "name")
@require_http_methods(["GET", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    viewer.must_act_for(viewer.body_id, _("기관의 담당자만 대신 접수할 수 있습니다."))
    form = CounterForm(request.POST if request.method == "POST" else None, initial={"id": uuid7()})
    if request.method == "POST" and form.is_valid():
        try:
            said, _guess = questions.settle(_said(form))
            report = actions.report_enter(
                by=viewer,
                said=said,
                id=id_of(form.cleaned_data["id"] or uuid7()),
                way=form.cleaned_data["way"],
                consent=form.cleaned_data["consent"],
            )
            return redirect(received(report))
        except Refused as refused:
            add_refusal(form, refused)
    status = 422 if form.errors else 200
    context = {"form": form, "crumbs": crumbs((_("창구·전화 접수"), ""))}
    return render(request, "reports/intake/counter.html", context, status=status)


def _said(form: CounterForm) -> Said:
    typed = form.cleaned_data
    spot, (channel, address_of) = place.spot_of(typed), form.reach()
    said = Said(words=typed["words"], category=typed["category"], channel=channel, address_of=address_of)
    return replace(
        said,
        category_by="official" if typed["category"] else "person",
        name=typed["name"],
        lon=spot.lon,
        lat=spot.lat,
        accuracy_m=spot.accuracy_m,
        address=spot.address,
    )
