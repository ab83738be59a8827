"""이어 가기: the checklist, a standing body that takes over, how it ended."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.bodies.queries import named, what_became_of
from dure.collaboration.closing import actions, policy, queries
from dure.collaboration.closing.forms import AnswerForm, HandoverAnswerForm, HandoverForm
from dure.collaboration.closing.items import items
from dure.collaboration.closing.models import Handover
from dure.collaboration.closing.pages.common import at, form_page, key_of, opened, sent
from dure.collaboration.models import TOGETHER, Party
from dure.collaboration.pages.common import attempt
from dure.collaboration.parties import parties_of
from dure.core.refused import Refused

HERE = "closing:page"


@require_GET
def page(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, context = opened(request, receipt, HERE)
    viewer = request.viewer
    found, closed = queries.handovers(viewer, collaboration)
    asker = next((p for p in parties_of(collaboration, left_too=True) if p.role == Party.Role.ASKER), None)
    acts = context["is_party"] and viewer.may_act_for(viewer.body_id) and collaboration.stage in TOGETHER
    context |= {
        "lasting": queries.lasting(viewer, collaboration),
        "handovers": found,
        "handovers_closed": closed,
        "asker": asker.body if asker and asker.body_id != collaboration.body_id else None,
        "owner": collaboration.body,
        "may_ask": acts and not any(one.state in ("asked", "accepted") for one in found),
        "may_end": acts,
        "end": queries.end_of(viewer, collaboration),
    }
    return render(request, "collaboration/closing/page.html", context)


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, receipt: str, item: str) -> HttpResponse:
    """Answer one item of the checklist."""
    if item not in items():
        raise Refused("not_found", _("점검표에 없는 항목입니다."))
    asked = items()[item]
    collaboration, context = opened(request, receipt, HERE, (asked.label, ""))
    policy.must_check(request.viewer, collaboration)
    form = sent(request, AnswerForm)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: actions.checklist_answer(
                by=request.viewer,
                id=collaboration.pk,
                item=item,
                mark=data["mark"],
                text=data["text"],
                link=data["link"],
                uploaded=data["file"],
                answer_id=key_of(request),
            ),
        )
        if made is not None:
            messages.success(request, _("점검한 것을 남겼습니다."))
            return redirect(at("page", receipt, f"item-{item}"))
    back = at("page", receipt, f"item-{item}")
    return form_page(request, context, form, heading=asked.label, note=asked.ask, button=_("점검 남기기"), back=back)


@require_http_methods(["GET", "POST"])
def handover_new(request: HttpRequest, receipt: str) -> HttpResponse:
    """Ask a standing body to take over."""
    collaboration, context = opened(request, receipt, HERE, (_("이어받을 기관 청하기"), ""))
    policy.must_run(request.viewer, collaboration)
    form = sent(request, HandoverForm)
    if request.method == "POST" and form.is_valid():
        body_id = _body_named(form)
        if body_id is not None:
            made = attempt(
                form,
                lambda: actions.handover_ask(
                    by=request.viewer,
                    id=collaboration.pk,
                    body_id=body_id,
                    reason=form.cleaned_data["reason"],
                    handover_id=key_of(request),
                ),
            )
            if made is not None:
                messages.success(request, _("청을 보냈습니다. 그 기관이 답하면 모두에게 알립니다."))
                return redirect(made.get_absolute_url())
    note = _("그 기관이 맡겠다고 답한 뒤, 함께하는 모든 기관이 찬성하면 넘어갑니다. 지나온 길은 그대로 남습니다.")
    return form_page(
        request,
        context,
        form,
        heading=_("이어받을 기관 청하기"),
        note=note,
        button=_("청하기"),
        back=at("page", receipt, "handovers"),
    )


def _body_named(form: HandoverForm) -> UUID | None:
    found = {now.pk: now for body in named(form.cleaned_data["body"]) for now in what_became_of(body)}
    if len(found) == 1:
        return next(iter(found))
    if found:
        names = " · ".join(sorted(body.name for body in found.values())[:8])
        form.add_error("body", _("여러 곳이 있습니다: %(names)s. 시·도까지 적어 주세요.") % {"names": names})
    else:
        form.add_error("body", _("이런 이름의 기관이 없습니다. 먼저 기관을 등록해 주세요."))
    return None


@require_http_methods(["GET", "POST"])
def handover(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """One handover; the body that was asked answers here."""
    collaboration, context = opened(request, receipt, HERE, (_("이어받기"), ""))
    row = queries.handover_of(request.viewer, collaboration, id)
    form = sent(request, HandoverAnswerForm)
    if request.method == "POST":
        policy.must_answer_handover(request.viewer, row)
        if form.is_valid():
            answer = form.cleaned_data["answer"]
            verb = actions.handover_decline if "decline" in request.POST else actions.handover_accept
            if attempt(form, lambda: verb(by=request.viewer, id=id, answer=answer)) is not None:
                messages.success(request, _("답을 보냈습니다."))
                return redirect(row.get_absolute_url())
    context |= {
        "handover": row,
        "form": form,
        "may_answer": row.state == Handover.State.ASKED and request.viewer.may_act_for(row.to_body_id),
        "may_withdraw": row.state in ("asked", "accepted")
        and request.viewer.may_act_for(row.asked_by_id)
        and context["is_party"],
    }
    return render(request, "collaboration/closing/handover.html", context, status=422 if form.errors else 200)


@require_POST
def handover_withdraw(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration, _context = opened(request, receipt, HERE)
    queries.handover_of(request.viewer, collaboration, id)
    actions.handover_withdraw(by=request.viewer, id=id)
    messages.success(request, _("청을 거두었습니다."))
    return redirect(at("page", receipt, "handovers"))
