"""The pages of benefits for everybody: the list, and one with its rule as it is computed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from dure.benefits import queries, ruled, shown
from dure.benefits.forms import ListForm
from dure.benefits.reading import library
from dure.benefits.speaking import SPOKEN, choose, rule_language, show, spoken
from dure.core import clock, tables
from dure.core.texts import tidy


def _filters(request: HttpRequest, lang: str) -> tuple[ListForm, dict[str, str]]:
    form = ListForm(request.GET, categories=queries.categories(clock.today(), lang), lang=lang)
    form.is_valid()
    chosen = {name: str(form.cleaned_data.get(name) or "") for name in ("category", "level", "area")}
    chosen["q"] = tidy(request.GET.get("q", "")[:200], longest=200, field="q", one_line=True)[:100]
    return form, chosen


@require_http_methods(["GET", "HEAD"])
@spoken
def index(request: HttpRequest) -> HttpResponse:
    lang = rule_language(request.speaks)  # type: ignore[attr-defined]
    form, chosen = _filters(request, lang)
    today = clock.today()
    found = queries.benefits(today, lang, **chosen)
    context: dict[str, Any] = {
        "found": found,
        "all": len(queries.benefits(today, lang)) if any(chosen.values()) else len(found),
        "form": form,
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "today": today,
        "query": request.GET.urlencode(),
    }
    return show(request, "benefits/index.html", context)


@require_http_methods(["GET", "HEAD"])
@spoken
def export(request: HttpRequest, kind: str) -> HttpResponse:
    lang = rule_language(request.speaks)  # type: ignore[attr-defined]
    _form, chosen = _filters(request, lang)
    head = ["id", "name", "name_ko", "category", "level", "body", "areas", "to_check"]
    rows = [
        [
            one.id,
            one.name,
            one.korean,
            one.category,
            one.level,
            one.body,
            ", ".join(one.areas),
            "" if one.checked else "1",
        ]
        for one in queries.benefits(clock.today(), lang, **chosen)
    ]
    return tables.table_response("benefits", kind, head, rows)  # type: ignore[return-value]


@require_http_methods(["GET", "HEAD"])
@spoken
def benefit(request: HttpRequest, id: str) -> HttpResponse:
    lang = rule_language(request.speaks)  # type: ignore[attr-defined]
    today = clock.today()
    of = queries.benefit(id, today)
    rules = library().rules
    day = rules.on(today)
    plan = day.plans.get(of.id)
    context: dict[str, Any] = {
        "benefit": of,
        "line": queries.line_of(of, today, lang),
        "facts": shown.facts_of(of, lang),
        "conditions": ruled.conditions(plan, day, lang) if plan is not None else [],
        "amounts": ruled.amounts(plan, day, lang) if plan is not None else [],
        "relations": ruled.relations(of, rules.benefits, lang),
        "to_check": shown.to_check(of, lang, plan),
        "figures": ruled.figures(plan, rules, today, lang) if plan is not None else [],
        "examples": ruled.examples(of, rules),
        "sources": shown.sources(of),
        "today": today,
        "ended": plan is None,
        "version": rules.version,
    }
    return show(request, "benefits/benefit.html", context)


@require_http_methods(["GET", "HEAD"])
def rule_file(request: HttpRequest, id: str) -> HttpResponse:
    """The file as it is computed from: text, for whoever wants to check it."""
    of = queries.benefit(id, clock.today())
    return HttpResponse(of.text, content_type="text/plain; charset=utf-8")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("language", "")
    if code not in SPOKEN:
        raise Http404
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = reverse("benefits:index")
    response = HttpResponseRedirect(back)
    choose(response, code)
    return response


__all__ = ["benefit", "export", "index", "language", "rule_file"]
