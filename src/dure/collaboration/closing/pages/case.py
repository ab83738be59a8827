"""The owner completes the case that was made of an ended collaboration."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dure.collaboration.closing import actions, policy, queries
from dure.collaboration.closing.actions.cases import LINES, values_of
from dure.collaboration.closing.forms import CaseForm
from dure.collaboration.closing.pages.common import at, form_page, opened, sent
from dure.collaboration.pages.common import attempt
from dure.core.refused import Refused


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, receipt: str) -> HttpResponse:
    heading = _("사례 고치기")
    collaboration, context = opened(request, receipt, "closing:page", (heading, ""))
    case = queries.case_of(request.viewer, collaboration)
    if case is None:
        raise Refused("not_found", _("아직 사례가 되지 않은 협업입니다."))
    policy.must_edit_case(request.viewer, collaboration)
    values = values_of(case)
    initial = values | {name: "\n".join(values[name]) for name in LINES}
    form = sent(request, CaseForm, initial=initial)
    if request.method == "POST" and form.is_valid():
        act: Any = lambda: actions.case_edit(  # noqa: E731
            by=request.viewer, id=collaboration.pk, fields=form.cleaned_data
        )
        if attempt(form, act) is not None:
            messages.success(request, _("사례를 고쳤습니다. 함께한 기관들에 알립니다."))
            return redirect(case.get_absolute_url())
    note = _("고치기 전 글이 남고, 함께한 기관들에 알립니다. 어떻게 마쳤는지와 지속가능성은 여기서 고치지 않습니다.")
    return form_page(
        request,
        context,
        form,
        heading=heading,
        note=note,
        button=_("고쳐 올리기"),
        back=at("page", receipt, "end"),
        before=_before(queries.case_revisions(case)),
    )


def _before(revisions: list[Any]) -> list[dict[str, Any]]:
    """Earlier words with the labels of the form."""
    labels = {name: field.label for name, field in CaseForm.base_fields.items()}
    return [
        {
            "at": one.at,
            "body": one.body,
            "fields": [
                (labels.get(name, name), "\n".join(old) if isinstance(old, list) else old)
                for name, old in one.before.items()
            ],
        }
        for one in revisions
    ]
