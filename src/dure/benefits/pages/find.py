"""혜택 찾기: who lives there, where, what applies, then one question a page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.benefits import guide, queries, shown
from dure.benefits.forms import PersonForm, QuestionForm, TicksForm
from dure.benefits.pages.carried import Visit, carrying, forget
from dure.benefits.told import MOST_MEMBERS, STEPS, Told, key_of, place_of
from dure.core import clock

AFTER = {"result": "result", "answers": "answers"}


def next_address(visit: Visit) -> str:
    """Where the questions go on."""
    step = guide.step_after(visit.told)
    names = {"people": "people", "home": "home", "situation": "ticks", "money": "ticks", "question": "question"}
    return reverse(f"benefits:{names[step]}", args=[step] if names[step] == "ticks" else [])


def on(visit: Visit) -> HttpResponse:
    return visit.keep(HttpResponseRedirect(next_address(visit)))


def steps(visit: Visit, at: str) -> dict[str, Any]:
    """Where one is, in words."""
    labels = [_("가족"), _("사는 곳"), _("형편"), _("돈"), _("물음"), _("결과")]
    return {"steps": labels, "at": [*STEPS, "question", "result"].index(at) + 1}


@require_http_methods(["GET", "POST"])
@carrying
def start(visit: Visit) -> HttpResponse:
    if visit.request.method == "POST":
        visit.told = Told(consent=visit.told.consent)
        return on(visit)
    saved = queries.saved(visit.request.viewer)
    return visit.show("benefits/start.html", {"saved": saved, "next": next_address(visit)})


@require_http_methods(["GET", "POST"])
@carrying
def people(visit: Visit) -> HttpResponse:
    """Who lives there: oneself first, then one after the other; `done` when all are there."""
    request, told = visit.request, visit.told
    first = not told.members
    full = len(told.members) >= MOST_MEMBERS
    form = PersonForm(first=first)
    if request.method == "POST":
        if "done" in request.POST and told.members:
            told.finish("people")
            return on(visit)
        form = PersonForm(request.POST, first=first)
        if full:
            words = _("한 번에 %(n)d명까지만 적을 수 있습니다. 더 많은 가족은 행정복지센터에서 도와 드립니다.")
            form.add_error(None, words % {"n": MOST_MEMBERS})
        if form.is_valid():
            told.members.append(_person(form, "self"))
            return visit.go("people")
    context = {"form": form, "people": _people(visit), "first": first, "full": full, **steps(visit, "people")}
    return visit.show("benefits/people.html", context, status=422 if form.errors else 200)


def _person(form: PersonForm, who: str) -> dict[str, Any]:
    member: dict[str, Any] = {"who": form.cleaned_data.get("who") or who}
    if form.cleaned_data["born"]:
        kind, value = form.cleaned_data["born"]
        member[kind] = value
    return member


def _people(visit: Visit) -> list[dict[str, Any]]:
    today = clock.today()
    return [
        {"place": place, "name": shown.member_name(visit.told, place, today), "born": one.get("birth_date", "")}
        for place, one in enumerate(visit.told.members)
    ]


@require_http_methods(["GET", "POST"])
@carrying
def person(visit: Visit, place: int) -> HttpResponse:
    """Change a member, or take one out."""
    request, told = visit.request, visit.told
    if place >= len(told.members):
        return redirect("benefits:people")
    member = told.members[place]
    first = member["who"] == "self"
    typed = {"who": member["who"], "born": member.get("birth_date", "").replace("-", "") or member.get("age", "")}
    form = PersonForm(initial=typed, first=first)
    if request.method == "POST":
        if "remove" in request.POST and not first:
            told.drop_member(place)
            return visit.go("people")
        form = PersonForm(request.POST, first=first)
        if form.is_valid():
            rest = {code: value for code, value in member.items() if code not in {"who", "birth_date", "age"}}
            told.members[place] = {**_person(form, "self"), **rest}
            return visit.go("people")
    name = shown.member_name(told, place, clock.today())
    context = {"form": form, "first": first, "name": name, "place": place, **steps(visit, "people")}
    return visit.show("benefits/person.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@carrying
def home(visit: Visit) -> HttpResponse:
    """Where they live."""
    fact = visit.day.catalogue.facts["residence"]
    request, told = visit.request, visit.told
    form = QuestionForm(fact=fact, lang=visit.lang, initial=QuestionForm.typed(fact, told.facts.get("residence")))
    if request.method == "POST":
        if "unknown" in request.POST:
            told.passes("residence", None)
            told.finish("home")
            return on(visit)
        form = QuestionForm(request.POST, fact=fact, lang=visit.lang)
        if form.is_valid():
            told.tell("residence", None, form.cleaned_data["answer"])
            told.finish("home")
            return on(visit)
    context = {"form": form, "back": reverse("benefits:people"), **steps(visit, "home")}
    return visit.show("benefits/question.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@carrying
def ticks(visit: Visit, step: str) -> HttpResponse:
    """What applies to them, and what they have: ticked in one go."""
    if step not in guide.TICKS:
        raise Http404
    request, told = visit.request, visit.told
    asking = guide.asking(told, visit.day)
    lines = [tick for tick, _settles in guide.ticks(step, asking, told, visit.day.on)]
    if request.method == "POST":
        form = TicksForm(request.POST, ticks=lines)
        if "unknown" in request.POST:
            told.finish(step)
            return on(visit)
        if form.is_valid():
            guide.settle(told, step, set(form.cleaned_data["ticked"]), asking, visit.day, visit.library.spoken.usual)
            return on(visit)
    else:
        form = TicksForm(ticks=lines, initial={"ticked": _guessed(told) if step == "situation" else []})
        if not lines:
            told.finish(step)
            return on(visit)
    back = reverse("benefits:home") if step == "situation" else reverse("benefits:ticks", args=["situation"])
    context = {"form": form, "step": step, "back": back, **steps(visit, step)}
    return visit.show("benefits/ticks.html", context, status=422 if form.errors else 200)


def _guessed(told: Told) -> list[str]:
    """Ticked beforehand, for people to see and change: an adult alone with a child."""
    who = [one["who"] for one in told.members]
    return ["single_parent"] if "child" in who and "spouse" not in who else []


@require_http_methods(["GET", "POST"])
@carrying
def question(visit: Visit, code: str = "", member: int | None = None) -> HttpResponse:
    """One question: the next that can still change something, or the one in the address."""
    request, told = visit.request, visit.told
    if not code:
        if guide.step_after(told) != "question":
            return HttpResponseRedirect(next_address(visit))
        asking = guide.asking(told, visit.day)
        if not asking.open:
            return redirect("benefits:result")
        following = asking.open[0]
        code, member = following.code, following.member
        left = len(asking.open)
    else:
        left = 0
    fact = visit.day.catalogue.facts.get(code)
    if fact is None or not fact.question or (fact.scope == "member") != (member is not None):
        raise Http404
    if member is not None and member >= len(told.members):
        return redirect("benefits:people")
    to = request.POST.get("to") or request.GET.get("to") or ""
    form = QuestionForm(fact=fact, lang=visit.lang, initial=QuestionForm.typed(fact, told.value(code, member)))
    if request.method == "POST":
        if "unknown" in request.POST:
            told.passes(code, member)
            told.asked(code, member)
            return _after(visit, to)
        form = QuestionForm(request.POST, fact=fact, lang=visit.lang)
        if form.is_valid():
            told.tell(code, member, form.cleaned_data["answer"])
            told.asked(code, member)
            return _after(visit, to)
    context = {
        "form": form,
        "of": "" if member is None else shown.member_name(told, member, clock.today()),
        "action": _address(code, member),
        "to": to if to in AFTER else "",
        "left": left,
        "back": reverse(f"benefits:{AFTER[to]}") if to in AFTER else _before(told, code, member),
        **steps(visit, "question"),
    }
    return visit.show("benefits/question.html", context, status=422 if form.errors else 200)


def _after(visit: Visit, to: str) -> HttpResponse:
    return visit.go(AFTER[to]) if to in AFTER else on(visit)


def _address(code: str, member: int | None) -> str:
    if member is None:
        return reverse("benefits:question_of", args=[code])
    return reverse("benefits:question_of_member", args=[code, member])


def _before(told: Told, code: str, member: int | None) -> str:
    key = key_of(code, member)
    place = told.trail.index(key) if key in told.trail else len(told.trail)
    if place == 0:
        return reverse("benefits:ticks", args=["money"])
    return _address(*place_of(told.trail[place - 1]))


@require_http_methods(["GET", "HEAD"])
@carrying
def answers(visit: Visit) -> HttpResponse:
    """Everything told, and what was filled in from it; each can be changed."""
    told, catalogue, today = visit.told, visit.day.catalogue, clock.today()
    areas = queries.areas(today, visit.lang)
    common, own = guide.inferred(told, today, catalogue)

    def rows(said: dict[str, Any], more: dict[str, Any], member: int | None) -> list[dict[str, Any]]:
        found = []
        for code, value in [*said.items(), *more.items()]:
            fact = catalogue.facts.get(code)
            if fact is None or not fact.question:
                continue
            found.append(
                {
                    "question": shown.text(fact.question, visit.lang),
                    "answer": shown.fact_value(fact, value, visit.lang, areas),
                    "url": _address(code, member),
                    "ours": code in more,
                }
            )
        passed = [place_of(key)[0] for key in told.passed if place_of(key)[1] == member]
        for code in passed:
            words = shown.text(catalogue.facts[code].question, visit.lang)
            found.append({"question": words, "answer": "", "url": _address(code, member), "ours": False})
        return found

    groups = [(_("함께 사는 집"), rows(told.facts, common, None), "")]
    for place, one in enumerate(told.members):
        name = shown.member_name(told, place, today)
        groups.append((name, rows(one, own[place], place), reverse("benefits:person", args=[place])))
    return visit.show("benefits/answers.html", {"groups": groups, "next": next_address(visit)})


@require_POST
@carrying
def forget_all(visit: Visit) -> HttpResponse:
    response = redirect("benefits:forgotten")
    forget(response)
    return response


@require_http_methods(["GET", "HEAD"])
@carrying
def forgotten(visit: Visit) -> HttpResponse:
    return visit.show("benefits/forgotten.html", {"saved": queries.saved(visit.request.viewer)})


__all__ = ["answers", "forget_all", "forgotten", "home", "people", "person", "question", "start", "ticks"]
