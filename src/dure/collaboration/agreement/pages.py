"""The pages of an agreement inside its collaboration."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.collaboration import parties
from dure.collaboration.agreement import actions, policy, queries
from dure.collaboration.agreement.content import step_of
from dure.collaboration.agreement.forms import STEPS, CommentForm, RefuseForm, SignForm
from dure.collaboration.agreement.models import AgreementSignature
from dure.collaboration.agreement.papers import TYPES, file_of
from dure.collaboration.pages.common import attempt
from dure.collaboration.pages.inside import inside
from dure.collaboration.queries import access
from dure.core import live
from dure.core.accounts.factors import require_recent, second_factor_given
from dure.core.asked import number
from dure.core.ids import uuid7
from dure.core.refused import Refused

HERE = "agreement:page"


@require_GET
def page(request: HttpRequest, receipt: str) -> HttpResponse:
    return _show(request, receipt, None)


@require_GET
def version(request: HttpRequest, receipt: str, number: int) -> HttpResponse:
    return _show(request, receipt, number)


def _show(request: HttpRequest, receipt: str, wanted: int | None, *, comment: Any = None, status: int = 200) -> Any:
    more = [(_("제%(n)d판") % {"n": wanted}, "")] if wanted is not None else []
    collaboration, context = inside(request, receipt, HERE, *more)
    live_url = live.address([collaboration.urn])
    view = queries.agreement_view(request.viewer, collaboration, wanted)
    context |= {
        "view": view,
        "shown": view.shown,
        "live_url": live_url,
        "comment": comment,
        "comment_id": uuid7(),
        "together": collaboration.settled_at is not None,
    }
    return render(request, "collaboration/agreement/page.html", context, status=status)


@require_POST
def start(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    actions.agreement_compose(by=request.viewer, id=collaboration.pk)
    return redirect("agreement:edit", receipt=receipt, step=1)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, receipt: str, step: int) -> HttpResponse:
    """One of the steps of editing the draft. What was typed stays with every refusal."""
    collaboration, context = inside(request, receipt, HERE, (_("협약 고치기"), ""))
    policy.must_write(request.viewer, collaboration)
    if not 1 <= step <= len(STEPS):
        raise Refused("not_found", _("없는 쪽입니다."))
    draft = _open(request, collaboration)
    bodies = [row.body for row in parties.parties_of(collaboration)]
    kind = STEPS[step - 1]
    sent = request.POST if request.method == "POST" else None
    form: Any = kind(sent, parties=bodies, content=draft.content, edit=draft.edit)
    if sent is not None and form.is_valid():
        edited = form.cleaned_data.get("edit") or 0
        if _saved(request, form, draft, edited):
            messages.success(request, _("저장했습니다."))
            if "more" in request.POST:
                return redirect("agreement:edit", receipt=receipt, step=step)
            if step < len(STEPS):
                return redirect("agreement:edit", receipt=receipt, step=step + 1)
            return redirect("agreement:propose", receipt=receipt)
    stale = sent is not None and bool(form.errors) and form.data.get("edit") != str(draft.edit)
    context |= {
        "form": form,
        "draft": draft,
        "step": step,
        "steps": [one.title for one in STEPS],
        "heading": kind.title,
        "edit": draft.edit,
        "stale": stale,
        "extra": _rows(form),
        "last": step == len(STEPS),
    }
    return render(request, "collaboration/agreement/edit.html", context, status=422 if form.errors else 200)


def _open(request: HttpRequest, collaboration: Any) -> Any:
    """The version that is being made. Refused `conflict` where none is."""
    view = queries.agreement_view(request.viewer, collaboration)
    if view.open is None:
        raise Refused("conflict", _("고치는 중인 협약이 없습니다. 협약 쪽에서 새 판을 만들어 주세요."))
    return queries.version_of(request.viewer, collaboration, view.open.number)


def _saved(request: HttpRequest, form: Any, draft: Any, edited: int) -> bool:
    try:
        actions.agreement_save(by=request.viewer, id=draft.pk, edit=edited, fields=form.parts())
    except Refused as refused:
        if refused.code in ("not_found", "not_signed_in"):
            raise
        field = form.rename(refused.field or "")
        form.add_error(field if field in form.fields else None, str(refused.message))
        return False
    return True


def _rows(form: Any) -> list[list[Any]]:
    """The fields of each free clause together."""
    found = []
    for place in range(getattr(form, "count", 0)):
        names = [f"extra_{place}_{name}" for name in ("id", "title", "text", "place", "remove")]
        found.append([form[name] for name in names if name in form.fields])
    return found


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, receipt: str) -> HttpResponse:
    """Read the draft once more, then freeze it for signing."""
    collaboration, context = inside(request, receipt, HERE, (_("서명받으려고 올리기"), ""))
    policy.must_write(request.viewer, collaboration)
    draft = _open(request, collaboration)
    wrong = None
    if request.method == "POST":
        edited = request.POST.get("edit", "")
        edit = int(edited) if edited.isascii() and edited.isdigit() and len(edited) < 9 else 0
        try:
            actions.agreement_propose(by=request.viewer, id=draft.pk, edit=edit)
        except Refused as refused:
            if refused.code == "not_signed_in":
                raise
            at = step_of(refused.field) if refused.field else None
            wrong = {"message": refused.message, "step": at, "field": refused.field}
        else:
            messages.success(request, _("서명받으려고 올렸습니다. 이제 모든 기관이 이 판에 서명하면 효력이 생깁니다."))
            return redirect(HERE, receipt=receipt)
    context |= {
        "view": queries.agreement_view(request.viewer, collaboration),
        "draft": draft,
        "wrong": wrong,
        "comment_id": None,
    }
    context["shown"] = context["view"].shown
    return render(request, "collaboration/agreement/propose.html", context, status=422 if wrong else 200)


@require_POST
def revise(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    kind = request.POST.get("kind", "amendment")
    actions.agreement_revise(by=request.viewer, id=collaboration.pk, kind=kind)
    messages.success(request, _("새 판을 만들었습니다. 고친 뒤 다시 올려 주세요."))
    return redirect("agreement:edit", receipt=receipt, step=3 if kind == "renewal" else 1)


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, receipt: str) -> HttpResponse:
    """Sign what was read: a second factor in this session, proof of who it is just now, and a tick beside the hash."""
    collaboration, context = inside(request, receipt, HERE, (_("서명하기"), ""))
    # Without a factor shown the person acts for nobody: that comes before asking who may.
    if request.user.is_authenticated and not second_factor_given(request):
        here = reverse("agreement:sign", args=[receipt])
        return redirect(f"{reverse('account_second_factor')}?{urlencode({'next': here})}")
    policy.must_write(request.viewer, collaboration)
    version = _open(request, collaboration)
    form = SignForm(request.POST if request.method == "POST" else None, initial={"sha256": version.sha256})
    if request.method == "POST" and form.is_valid():
        require_recent(request)
        sha256 = form.cleaned_data["sha256"]

        def do() -> Any:
            shown = AgreementSignature.Shown.SESSION
            return actions.agreement_sign(by=request.viewer, id=version.pk, sha256=sha256, signed_with=shown)

        if attempt(form, do) is not None:
            messages.success(request, _("서명했습니다."))
            return redirect(HERE, receipt=receipt)
    view = queries.agreement_view(request.viewer, collaboration)
    context |= {"view": view, "shown": view.shown, "version": version, "form": form, "comment_id": None}
    return render(request, "collaboration/agreement/sign.html", context, status=422 if form.errors else 200)


@require_GET
def compare(request: HttpRequest, receipt: str) -> HttpResponse:
    """Two versions clause by clause: the newest with the one before it, or those asked for."""
    collaboration, context = inside(request, receipt, HERE, (_("판 견주기"), ""))
    view = queries.agreement_view(request.viewer, collaboration)
    if not view.versions:
        raise Refused("not_found", _("아직 협약이 없습니다."))
    newest = view.versions[0].number
    after = number(request, "to", newest)
    before = number(request, "from", max(after - 1, 1))
    found = queries.comparison(request.viewer, collaboration, before, after)
    context |= {
        "view": view,
        "before": before,
        "after": after,
        "found": found,
        "changed": sum(1 for one in found if one.state != "same"),
    }
    return render(request, "collaboration/agreement/compare.html", context)


@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, receipt: str, number: int) -> HttpResponse:
    """Say something on one clause (`?clause=`)."""
    collaboration, context = inside(request, receipt, HERE, (_("조항에 의견 남기기"), ""))
    version = queries.version_of(request.viewer, collaboration, number)
    policy.must_write(request.viewer, collaboration)
    start = {"id": uuid7(), "clause": request.GET.get("clause", "")}
    form = CommentForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def do() -> Any:
            return actions.clause_comment(
                by=request.viewer, id=data["id"], version_id=version.pk, clause=data["clause"], text=data["text"]
            )

        said = attempt(form, do)
        if said is not None:
            messages.success(request, _("의견을 남겼습니다."))
            address = reverse("agreement:version", args=[receipt, number])
            return redirect(f"{address}#comment-{said.pk}")
    context |= {
        "form": form,
        "heading": _("조항에 의견 남기기"),
        "button": _("의견 남기기"),
        "back": reverse("agreement:version", args=[receipt, number]),
    }
    return render(request, "collaboration/agreement/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def renewal(request: HttpRequest, receipt: str) -> HttpResponse:
    """Say that an agreement that renews itself shall not."""
    collaboration, context = inside(request, receipt, HERE, (_("갱신하지 않기"), ""))
    policy.must_write(request.viewer, collaboration)
    form = RefuseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():

        def do() -> Any:
            reason = form.cleaned_data["reason"]
            return actions.renewal_refuse(by=request.viewer, id=collaboration.pk, reason=reason)

        if attempt(form, do) is not None:
            messages.success(request, _("갱신하지 않겠다고 알렸습니다."))
            return redirect(HERE, receipt=receipt)
    context |= {
        "form": form,
        "heading": _("갱신하지 않겠다고 알리기"),
        "button": _("알리기"),
        "back": reverse(HERE, args=[receipt]),
    }
    return render(request, "collaboration/agreement/form.html", context, status=422 if form.errors else 200)


@require_GET
def paper(request: HttpRequest, receipt: str, number: int, kind: str) -> HttpResponse:
    """A version as PDF or HWPX; or sealed, once all have signed."""
    collaboration = access(request.viewer, receipt)
    version = queries.version_of(request.viewer, collaboration, number)
    if kind not in TYPES:
        raise Refused("not_found", _("그런 형식의 파일은 만들지 않습니다."))
    data = queries.sealed_file(version) if kind == "json" else file_of(version, collaboration, kind)
    response = HttpResponse(data, content_type=TYPES[kind])
    name = f"dure-{receipt}-v{number}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
