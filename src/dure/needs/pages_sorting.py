"""HTML of sorting, ranking and answering needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.bodies.models import Body
from dure.core.attempts import attempt
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.tables import table_response
from dure.core.viewer import Viewer
from dure.needs import actions, policy, queries
from dure.needs.forms import LinkForm, MergeForm, OutcomeForm, TextForm, VerdictForm
from dure.needs.models import NeedsSurvey
from dure.needs.pages import crumbs, inside

LEADING = 10


@require_http_methods(["GET", "POST"])
def sort(request: HttpRequest, receipt: str) -> HttpResponse:
    """The asker's page: suggestions, merging by hand, undoing, and what still waits for an answer."""
    survey = queries.begun(request.viewer, receipt)
    policy.must_own(request.viewer, survey)
    policy.must_be_sorted_or_done(survey)
    nodes = queries.tree(request.viewer, survey)
    free = [node for node in nodes if not node.need.verdict]
    choices = [(str(node.need.pk), _choice(node)) for node in free]
    form = MergeForm(request.POST if request.method == "POST" else None, choices=choices)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        merged = attempt(
            form,
            lambda: actions.need_merge(
                by=request.viewer,
                survey_id=survey.pk,
                need_ids=[UUID(text) for text in data["needs"]],
                title=data["title"],
                why=data["why"],
                merge_id=_uuid(request.POST.get("merge", "")),
            ),
        )
        if merged is not None:
            messages.success(request, _("합쳤습니다. 언제든 되돌릴 수 있습니다."))
            return redirect("needs:sort", receipt=receipt)
    running = survey.state == NeedsSurvey.State.SORTING
    context = inside(request, survey, "sort") | {
        "form": form,
        "merge_id": uuid7(),
        "nodes": nodes,
        "free": free,
        "running": running,
        "suggestions": queries.suggestions(request.viewer, survey, free) if running else [],
        "undone": queries.undone(survey),
        "left": sum(1 for node in nodes if not node.need.verdict),
        "objections": [
            (member, objection)
            for node in _all(nodes)
            for member in [node]
            for objection in node.objections
            if objection.replied_at is None
        ],
    }
    return render(request, "needs/sort.html", context, status=422 if form.errors else 200)


def _choice(node: queries.Node) -> str:
    """The need, and whether its words are not for all: a merged need is called in public."""
    if node.withheld:
        return _("%(title)s (공개하지 않은 답)") % {"title": node.need.title}
    return node.need.title


def _all(nodes: list[queries.Node]) -> Iterator[queries.Node]:
    for node in nodes:
        yield node
        yield from _all(node.members)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_POST
def start(request: HttpRequest, receipt: str) -> HttpResponse:
    survey = queries.begun(request.viewer, receipt)
    return _step(
        request,
        lambda: actions.survey_sort(by=request.viewer, id=survey.pk),
        _("답을 그만 받고 정리를 시작합니다."),
        survey,
        "needs:sort",
    )


@require_POST
def finish(request: HttpRequest, receipt: str) -> HttpResponse:
    survey = queries.begun(request.viewer, receipt)
    return _step(
        request,
        lambda: actions.survey_finish(by=request.viewer, id=survey.pk),
        _("모든 수요에 답했습니다. 고맙습니다."),
        survey,
        "needs:results",
    )


@require_POST
def undo(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    survey = queries.begun(request.viewer, receipt)
    return _step(
        request, lambda: actions.merge_undo(by=request.viewer, id=id), _("되돌렸습니다."), survey, "needs:sort"
    )


@require_POST
def split(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    survey = queries.begun(request.viewer, receipt)
    return _step(
        request, lambda: actions.need_split(by=request.viewer, id=id), _("떼어 냈습니다."), survey, "needs:sort"
    )


def _step(request: HttpRequest, act: Callable[[], Any], done: str, survey: NeedsSurvey, back: str) -> HttpResponse:
    """A button's step. What contradicts the state of things is said on the page it came from."""
    try:
        act()
    except Refused as refused:
        if refused.code != "conflict":
            raise
        messages.error(request, str(refused.message))
        sorting = survey.state not in (NeedsSurvey.State.SORTING, NeedsSurvey.State.ANSWERED)
        return redirect("needs:survey" if back == "needs:sort" and sorting else back, receipt=survey.receipt)
    messages.success(request, done)
    return redirect(back, receipt=survey.receipt)


def _narrowed(request: HttpRequest) -> tuple[UUID | None, str]:
    kind = request.GET.get("kind", "")
    return _uuid(request.GET.get("province", "")), kind if kind in Body.Kind.values else ""


@require_GET
def ranking(request: HttpRequest, receipt: str) -> HttpResponse:
    survey = queries.begun(request.viewer, receipt)
    province, kind = _narrowed(request)
    found = queries.ranking(survey, province=province, kind=kind)
    context = inside(request, survey, "ranking") | {
        "found": found,
        "bars": [
            (f"{row.placed.place}. {row.need.title}", float(round(row.placed.index, 1))) for row in found.rows[:LEADING]
        ],
        "rows": [_shown(row) for row in found.rows],
        "kinds": [(value, Body.Kind(value).label) for value in found.kinds],
        "kind": kind,
        "province": str(province or ""),
    }
    return render(request, "needs/ranking.html", context)


def _shown(row: queries.Ranked) -> dict[str, Any]:
    placed = row.placed
    return {
        "place": placed.place,
        "need": row.need,
        "index": f"{float(round(placed.index, 1)):.1f}",
        "mean": f"{float(round(placed.mean * 100, 1)):.1f}",
        "said": placed.said,
        "needed": placed.needed,
        "answered": placed.answered,
        "regions": placed.regions,
        "regions_answered": placed.regions_answered,
        "by_kind": list(row.by_kind.items()),
        "by_region": list(row.by_region.items()),
    }


@require_GET
def ranking_file(request: HttpRequest, receipt: str, kind: str) -> Any:
    """The order as CSV, XLSX or JSON, with the numbers it is made of."""
    survey = queries.begun(request.viewer, receipt)
    province, only = _narrowed(request)
    rows = [_shown(row) for row in queries.ranking(survey, province=province, kind=only).rows]
    names = ("place", "index", "mean", "said", "needed", "answered", "regions", "regions_answered")
    if kind == "json":
        items = [
            {
                **{name: row[name] for name in names},
                "id": str(row["need"].pk),
                "title": row["need"].title,
                "by_kind": dict(row["by_kind"]),
                "by_region": dict(row["by_region"]),
            }
            for row in rows
        ]
        answer = JsonResponse({"survey": survey.receipt, "items": items}, json_dumps_params={"ensure_ascii": False})
        answer["Content-Disposition"] = f'attachment; filename="dure-needs-{survey.receipt}.json"'
        return answer
    heads = [
        _("순위"),
        _("수요"),
        _("지수(0~100)"),
        _("평균 점수(0~100)"),
        _("점수를 준 기관"),
        _("필요하다고 본 기관"),
        _("답한 기관"),
        _("필요하다고 본 시·도"),
        _("답한 시·도"),
        _("기관 종류별"),
        _("시·도별"),
    ]

    def joined(pairs: list[tuple[str, int]]) -> str:
        return " · ".join(f"{label} {count}" for label, count in pairs)

    cells = (
        [
            str(row["place"]),
            row["need"].title,
            *(str(row[name]) for name in names[1:]),
            joined(row["by_kind"]),
            joined(row["by_region"]),
        ]
        for row in rows
    )
    return table_response(f"needs-{survey.receipt}", kind, heads, cells, widths=(6, 50))


@require_GET
def results(request: HttpRequest, receipt: str) -> HttpResponse:
    """What was answered to each need and what became of it."""
    survey = queries.begun(request.viewer, receipt)
    nodes = queries.tree(request.viewer, survey)
    groups = [
        ("taken", _("받아들인 것")),
        ("later", _("나중에 하는 것")),
        ("no", _("받아들이지 않은 것")),
        ("", _("아직 답하지 않은 것")),
    ]
    context = inside(request, survey, "results") | {
        "groups": [(label, [n for n in nodes if n.need.verdict == verdict]) for verdict, label in groups],
        "total": len(nodes),
        "closed": queries.closed_needs(request.viewer, survey),
        "left": sum(1 for node in nodes if not node.need.verdict),
    }
    return render(request, "needs/results.html", context)


@require_http_methods(["GET", "POST"])
def need(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """One need: where it came from, where it went, its answer, and the forms of those who may."""
    viewer = request.viewer
    survey = queries.begun(viewer, receipt)
    node = queries.node_of(viewer, survey, id)
    choices = _forms(viewer, survey, node)
    do = request.POST.get("do", "")
    shown = {name: form(None) for name, form in choices.items()}
    status = 200
    if request.method == "POST":
        act, done = _deed(viewer, node, do)
        if do not in choices:
            _must(viewer, node, do)
        form = choices[do](request.POST)
        if form.is_valid() and attempt(form, lambda: act(form.cleaned_data)) is not None:
            messages.success(request, done)
            return redirect("needs:need", receipt=receipt, id=id)
        shown[do], status = form, 422
    context = inside(request, survey, "") | {
        "node": node,
        "need": node.need,
        "forms": shown,
        "replies": [(one, TextForm(prefix=str(one.pk))) for one in node.objections if not one.replied_at],
        "crumbs": [*crumbs(survey, node.need.title)],
    }
    return render(request, "needs/need.html", context, status=status)


def _forms(viewer: Viewer, survey: NeedsSurvey, node: queries.Node) -> dict[str, Callable[[Any], forms.Form]]:
    """The forms that this viewer may fill for this need, by what they do."""
    row, sorted_ = node.need, survey.state in (NeedsSurvey.State.SORTING, NeedsSurvey.State.ANSWERED)
    found: dict[str, Callable[[Any], forms.Form]] = {}
    if not sorted_:
        return found
    if policy.may_own(viewer, survey) and row.stands:
        said = {"verdict": row.verdict, "reason": row.verdict_reason, "later_on": row.later_on}
        found["verdict"] = lambda data: VerdictForm(data, initial=said)
        if row.verdict in ("taken", "later"):
            found["outcome"] = lambda data: OutcomeForm(data, initial={"outcome": row.outcome})
    if row.stands and policy.may_follow(viewer, row):
        links = [(link.urn, link.title) for link in queries.may_tie_to(viewer)]
        found["link"] = lambda data: LinkForm(data, choices=links)
    if policy.may_object(viewer, row):
        found["object"] = TextForm
    return found


def _must(viewer: Viewer, node: queries.Node, do: str) -> None:
    """Refuse a deed whose form this viewer was not shown, with the reason."""
    need = node.need
    if do == "link":
        policy.must_follow(viewer, need)
    elif do == "object":
        policy.must_object(viewer, need)
    else:
        policy.must_own(viewer, need.survey)
    policy.must_be_sorted_or_done(need.survey)
    raise Refused("conflict", _("지금은 이 수요에 할 수 없는 일입니다."))


def _deed(viewer: Viewer, node: queries.Node, do: str) -> tuple[Callable[[dict[str, Any]], Any], str]:
    id = node.need.pk
    deeds: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
        "verdict": (lambda data: actions.need_answer(by=viewer, id=id, **data), _("답을 올렸습니다.")),
        "outcome": (lambda data: actions.need_outcome(by=viewer, id=id, **data), _("적었습니다.")),
        "link": (lambda data: actions.need_link(by=viewer, id=id, **data), _("협업에 이었습니다.")),
        "object": (lambda data: actions.merge_object(by=viewer, need_id=id, **data), _("이의를 냈습니다.")),
    }
    if do not in deeds:
        raise Refused("invalid", _("무엇을 할지 알 수 없습니다."))
    return deeds[do]


@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, receipt: str, id: UUID, objection: UUID) -> HttpResponse:
    """The asker answers an objection."""
    survey = queries.begun(request.viewer, receipt)
    policy.must_own(request.viewer, survey)
    node = queries.node_of(request.viewer, survey, id)
    found = next((one for one in node.objections if one.pk == objection), None)
    if found is None:
        raise Refused("not_found", _("없는 이의입니다."))
    form = TextForm(request.POST if request.method == "POST" else None)
    form.fields["text"].label = _("이의에 답하기")
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if attempt(form, lambda: actions.objection_reply(by=request.viewer, id=objection, text=text)) is not None:
            messages.success(request, _("이의에 답했습니다."))
            return redirect("needs:need", receipt=receipt, id=id)
    heading = _("이의에 답하기")
    context = {
        "survey": survey,
        "form": form,
        "heading": heading,
        "button": heading,
        "note": found.text,
        "back": reverse("needs:need", args=[receipt, id]),
        "crumbs": crumbs(survey, heading),
    }
    return render(request, "needs/form.html", context, status=422 if form.errors else 200)


@require_POST
def unlink(request: HttpRequest, receipt: str, id: UUID, tie: UUID) -> HttpResponse:
    queries.begun(request.viewer, receipt)
    actions.need_unlink(by=request.viewer, id=tie)
    messages.success(request, _("이음을 풀었습니다."))
    return redirect("needs:need", receipt=receipt, id=id)
