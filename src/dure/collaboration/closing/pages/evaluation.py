"""평가: indicators and what was measured; ratings of the parties and of citizens stand on the same page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.collaboration.closing import actions, policy, queries
from dure.collaboration.closing.actions.indicators import FIELDS
from dure.collaboration.closing.forms import CorrectionForm, IndicatorForm, MeasurementForm
from dure.collaboration.closing.pages.common import at, form_page, key_of, opened, sent
from dure.collaboration.closing.pages.rating import HERE, show
from dure.collaboration.forms import ReasonForm
from dure.collaboration.pages.common import attempt
from dure.collaboration.queries import access
from dure.core import clock
from dure.core.tables import table_response


@require_GET
def page(request: HttpRequest, receipt: str) -> HttpResponse:
    return show(request, receipt)


@require_http_methods(["GET", "POST"])
def indicator_new(request: HttpRequest, receipt: str) -> HttpResponse:
    heading = _("지표 더하기")
    collaboration, context = opened(request, receipt, HERE, (heading, ""))
    policy.must_run(request.viewer, collaboration)
    form = sent(request, IndicatorForm)
    if request.method == "POST" and form.is_valid():
        fields, key = form.cleaned_data, key_of(request)
        act: Any = lambda: actions.indicator_propose(  # noqa: E731
            by=request.viewer, id=collaboration.pk, fields=fields, indicator_id=key
        )
        if (made := attempt(form, act)) is not None:
            messages.success(request, _("지표를 더했습니다. 함께하는 모든 기관이 확인하면 잴 수 있습니다."))
            return redirect(at("evaluation", receipt, f"indicator-{made.pk}"))
    note = _("몇 개만, 숫자로, 누가 보아도 같게 잴 수 있는 것을 골라 주세요. 더하거나 고치면 모두 다시 확인합니다.")
    back = at("evaluation", receipt, "indicators")
    return form_page(request, context, form, heading=heading, note=note, button=_("지표 더하기"), back=back)


@require_http_methods(["GET", "POST"])
def indicator(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Change an indicator."""
    heading = _("지표 고치기")
    collaboration, context = opened(request, receipt, HERE, (heading, ""))
    row = queries.indicator_of(request.viewer, collaboration, id)
    policy.must_run(request.viewer, collaboration)
    form = sent(request, IndicatorForm, initial={name: getattr(row, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        act: Any = lambda: actions.indicator_change(by=request.viewer, id=id, fields=form.cleaned_data)  # noqa: E731
        if attempt(form, act) is not None:
            messages.success(request, _("지표를 고쳤습니다. 함께하는 기관들이 다시 확인해야 합니다."))
            return redirect(at("evaluation", receipt, f"indicator-{id}"))
    note = _("고치면 지금까지의 확인이 풀리고, 고치기 전 글이 남습니다. 잰 값이 있는 지표는 고칠 수 없습니다.")
    back = at("evaluation", receipt, f"indicator-{id}")
    return form_page(request, context, form, heading=heading, note=note, button=_("지표 고치기"), back=back)


@require_http_methods(["GET", "POST"])
def indicator_drop(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    heading = _("지표 빼기")
    collaboration, context = opened(request, receipt, HERE, (heading, ""))
    row = queries.indicator_of(request.viewer, collaboration, id)
    policy.must_run(request.viewer, collaboration)
    form = sent(request, ReasonForm)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: actions.indicator_drop(by=request.viewer, id=id, reason=reason)) is not None:
            messages.success(request, _("지표를 뺐습니다. 함께하는 기관들이 다시 확인해야 합니다."))
            return redirect(at("evaluation", receipt, "indicators"))
    back = at("evaluation", receipt, f"indicator-{id}")
    return form_page(
        request, context, form, heading=heading, note=row.name, button=_("지표 빼기"), back=back, danger=True
    )


@require_POST
def indicators_confirm(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    row = actions.indicators_confirm(by=request.viewer, id=collaboration.pk, version=version)
    agreed = _("모든 기관이 지표를 확인했습니다. 이제 잰 값을 적을 수 있습니다.")
    messages.success(request, agreed if row.agreed_at else _("지표를 확인했습니다. 다른 기관의 확인을 기다립니다."))
    return redirect(at("evaluation", receipt, "indicators"))


@require_http_methods(["GET", "POST"])
def measure(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Write down what was measured."""
    heading = _("잰 값 적기")
    collaboration, context = opened(request, receipt, HERE, (heading, ""))
    row = queries.indicator_of(request.viewer, collaboration, id)
    policy.must_measure(request.viewer, row)
    form = sent(request, MeasurementForm, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        data, key = form.cleaned_data, key_of(request)
        act: Any = lambda: actions.measurement_record(  # noqa: E731
            by=request.viewer, id=id, fields=data, uploaded=data["file"], measurement_id=key
        )
        if attempt(form, act) is not None:
            messages.success(request, _("잰 값을 적었습니다."))
            return redirect(at("evaluation", receipt, f"indicator-{id}"))
    note = f"{row.name} ({row.unit})"
    back = at("evaluation", receipt, f"indicator-{id}")
    return form_page(request, context, form, heading=heading, note=note, button=_("잰 값 적기"), back=back)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Put a measurement right."""
    heading = _("잰 값 바로잡기")
    collaboration, context = opened(request, receipt, HERE, (heading, ""))
    old = queries.measurement_of(request.viewer, collaboration, id)
    policy.must_measure(request.viewer, old.indicator)
    initial = {name: getattr(old, name) for name in ("value", "on", "source", "link")}
    form = sent(request, CorrectionForm, initial=initial)
    if request.method == "POST" and form.is_valid():
        data, key = form.cleaned_data, key_of(request)
        act: Any = lambda: actions.measurement_correct(  # noqa: E731
            by=request.viewer, id=id, fields=data, reason=data["reason"], uploaded=data["file"], measurement_id=key
        )
        if attempt(form, act) is not None:
            messages.success(request, _("바로잡았습니다. 앞의 값도 볼 수 있습니다."))
            return redirect(at("evaluation", receipt, f"indicator-{old.indicator_id}"))
    back = at("evaluation", receipt, f"indicator-{old.indicator_id}")
    note = f"{old.indicator.name} ({old.indicator.unit})"
    return form_page(request, context, form, heading=heading, note=note, button=_("바로잡기"), back=back)


@require_GET
def export(request: HttpRequest, receipt: str, kind: str) -> StreamingHttpResponse | FileResponse:
    """Every measurement of every indicator as a file, corrected ones too."""
    collaboration = access(request.viewer, receipt)
    head = [
        *(_("지표"), _("단위"), _("방향"), _("기준값"), _("목표값"), _("언제까지"), _("잰 날"), _("잰 값")),
        *(_("이룬 만큼(%)"), _("출처"), _("적은 기관"), _("바로잡은 까닭"), _("바로잡혀 쓰지 않음")),
    ]
    found = queries.indicators(request.viewer, collaboration)
    return table_response(f"indicators-{receipt}", kind, head, _lines(found), widths=(30, 8, 8, 10, 10, 12, 12, 10))


def _lines(found: queries.Indicators) -> Iterator[list[str]]:
    for one in (*found.rows, *found.dropped):
        row = one.row
        first = [row.name, row.unit, one.direction, row.baseline, row.target, row.due_on.isoformat()]
        if not one.measurements:
            yield [*first, "", "", "", "", "", "", ""]
        for measured in reversed(one.measurements):
            of = measured.row
            share = "" if measured.per_cent is None else str(measured.per_cent)
            used = _("예") if of.corrected_at else ""
            yield [*first, of.on.isoformat(), of.value, share, of.source, of.body.name, of.reason, used]
        for closed in one.closed:
            yield [*first, "", _("공개되지 않음"), "", closed.reason_label, "", "", ""]
    for closed in found.closed:
        yield [f"{_('공개되지 않음')}: {closed.reason_label}", *[""] * 12]
