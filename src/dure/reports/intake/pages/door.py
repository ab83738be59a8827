"""알리기: the form, the questions that are left, and sending."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dure.core import attachments, limits, tokens
from dure.core.attachments import Taken
from dure.core.ids import uuid7
from dure.core.preferred import wants_json
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.reports.actions import Said, id_of
from dure.reports.actions.hand_in import MOST_FILES
from dure.reports.intake import actions, place, questions
from dure.reports.intake.forms import ReportForm, began, category_choices, seal_photos, unseal_photos
from dure.reports.models import Report

FIELDS = {
    "file": "photos",
    "files": "photos",
    "email": "contact",
    "phone": "contact",
    "name": "contact",
    "accuracy_m": "lat",
    "category": "words",
    "to": "words",
}
"""Fields of a refusal that have another name, or no place of their own, in our forms."""


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("알리기"), reverse("reports:intake") if more else ""), *more]


def received(report: Report) -> str:
    return reverse("reports:intake_received", args=[tokens.token_of("report", report.pk)])


def add_refusal(form: forms.Form, refused: Refused) -> None:
    """A refusal as an error of the form, at the field it names."""
    if refused.code in ("not_signed_in", "not_allowed"):
        raise refused
    name = refused.field or ""
    name = name if name in form.fields else FIELDS.get(name, name)
    form.add_error(name if name in form.fields else None, str(refused.message))


@sensitive_post_parameters("words", "contact", "address")
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _posted(request)
    text = request.GET.get("text", "")[:4000]
    form = ReportForm(initial={"words": text, "id": uuid7(), "began": began()})
    return _form(request, form, [])


def _form(request: HttpRequest, form: ReportForm, photos: list[Taken], status: int = 200) -> HttpResponse:
    context = {"form": form, "photos": photos, "kept": seal_photos(photos), "crumbs": crumbs()}
    return render(request, "reports/intake/door.html", context, status=status)


def _posted(request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.POST, request.FILES)
    form.is_valid()
    photos = _photos(request, form)
    if not form.errors and request.POST.get("back"):
        return _form(request, form, photos)
    answer = None if form.errors else _send(request, form, photos)
    if answer is not None:
        return answer
    if wants_json(request):
        return JsonResponse(
            {"errors": {name: list(map(str, found)) for name, found in form.errors.items()}}, status=422
        )
    return _form(request, form, photos, 422)


def _send(request: HttpRequest, form: ReportForm, photos: list[Taken]) -> HttpResponse | None:
    """The answer once it is sent, or the questions before; None where the form has errors now."""
    typed = form.cleaned_data
    looked = bool(typed["looked"])
    try:
        said, found = questions.settle(_said(form, request.POST.get("pick", ""), photos))
        left = questions.questions(request.viewer, said, found, photos_looked=looked) if not typed["final"] else None
        if left and not wants_json(request):
            return _ask(request, form, photos, left)
        report = actions.report_send(
            by=request.viewer,
            said=said,
            id=id_of(typed["id"]) if typed["id"] else None,
            client=limits.client(request),
            network=request.META.get("REMOTE_ADDR", ""),
            photos_looked=looked,
            trapped=form.trapped,
            same_asked=not wants_json(request),
            join=typed["join"],
        )
    except Refused as refused:
        add_refusal(form, refused)
        return None
    if wants_json(request):
        answer = {"url": received(report), "receipt": report.receipt, "status": report.status_path}
        return JsonResponse(answer, status=201)
    return redirect(received(report))


def _ask(request: HttpRequest, form: ReportForm, photos: list[Taken], left: questions.Questions) -> HttpResponse:
    carried = [(name, form.cleaned_data[name]) for name in ("address", "lat", "lon", "accuracy_m", "area", "contact")]
    carried += [(name, form.cleaned_data[name]) for name in ("id", "began", "homepage", "category")]
    context = {
        "form": form,
        "left": left,
        "photos": photos,
        "kept": seal_photos(photos),
        "carried": [(name, value) for name, value in carried if value not in (None, "")],
        "looked": form.cleaned_data["looked"],
        "kinds": category_choices(_("모르겠습니다")) if left.kind else [],
        "crumbs": crumbs((_("보내기 전에"), "")),
    }
    return render(request, "reports/intake/check.html", context)


def _said(form: ReportForm, picked: str, photos: list[Taken]) -> Said:
    typed = form.cleaned_data
    spot = place.spot_of(typed)
    channel, address_of = form.reach()
    return Said(
        words=tidy(typed["words"], longest=4000, field="words"),
        category=picked if picked and picked != "other" else typed["category"],
        lon=spot.lon,
        lat=spot.lat,
        accuracy_m=spot.accuracy_m,
        address=spot.address,
        channel=channel,
        address_of=address_of,
        files=tuple(photos),
    )


def _photos(request: HttpRequest, form: ReportForm) -> list[Taken]:
    """The photos of the page before that were not taken off, and the new ones; what cannot be taken is said."""
    dropped = set(request.POST.getlist("drop"))
    kept = [one for one in unseal_photos(request.POST.get("kept", "")) if one.sha256 not in dropped]
    new = request.FILES.getlist("photos")
    if new:
        try:
            actions.count_photos(limits.client(request), len(new))
        except Refused as refused:
            add_refusal(form, refused)
            return kept
    for uploaded in new:
        _take(form, uploaded, kept)
    if len(kept) > MOST_FILES:
        words = _("사진은 %(n)s장까지 올릴 수 있습니다.") % {"n": MOST_FILES}
        form.add_error("photos", words)
    return kept


def _take(form: ReportForm, uploaded: UploadedFile, kept: list[Taken]) -> None:
    try:
        taken = attachments.take_in(uploaded)
    except Refused as refused:
        form.add_error("photos", f"{attachments.clean_name(uploaded.name or '')}: {refused.message}")
        return
    if not taken.media_type.startswith("image/"):
        form.add_error("photos", _("%(name)s: 사진 파일만 올릴 수 있습니다.") % {"name": taken.name})
    elif taken.sha256 not in {one.sha256 for one in kept}:
        kept.append(taken)
