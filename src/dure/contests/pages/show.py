"""The list of contests and the page of one."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dure.contests import eligibility, policy, queries, scoring
from dure.contests.models import Contest, State
from dure.contests.pages.common import crumbs
from dure.contests.queries import ListFilter
from dure.contests.queries.page import STATES
from dure.core import clock
from dure.core.asked import number
from dure.core.events import timeline
from dure.core.tables import table_response

LINES = 30


def wanted_of(request: HttpRequest) -> ListFilter:
    state = request.GET.get("state", "all")
    return ListFilter(q=request.GET.get("q", "")[:200], state=state if state in STATES else "all")


@require_GET
def contests(request: HttpRequest) -> HttpResponse:
    wanted = wanted_of(request)
    labels = {
        "all": _("모두"),
        "open": _("응모 받는 중"),
        "judging": _("심사 중"),
        "published": _("결과 발표"),
        "withdrawn": _("거둠"),
    }
    context = {
        "wanted": wanted,
        "found": queries.contest_list(request.viewer, wanted, page=number(request, "page")),
        "states": labels.items(),
        "filtered": bool(wanted.q or wanted.state != "all"),
        "crumbs": [(_("공모"), "")],
    }
    return render(request, "contests/list.html", context)


@require_GET
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    """The filtered list as a file."""
    heads = [_("번호"), _("이름"), _("기관"), _("상태"), _("주제")]
    heads += [
        _("응모 시작"),
        _("응모 마감"),
        _("심사 마감"),
        _("결과 발표"),
        _("응모"),
        _("뽑는 수"),
        _("지원 햇수"),
        _("한 해 지원금"),
    ]
    rows = (_cells(row) for row in queries.every_contest(request.viewer, wanted_of(request)))
    return table_response("contests", kind, heads, rows)


def _cells(row: Contest) -> list[str]:
    days = [str(getattr(row, name) or "") for name in ("opens_on", "entries_until", "judging_until", "results_on")]
    counts = [row.entry_count, row.select, row.support_years, row.support_won]
    return [row.receipt, row.title, row.body.name, str(row.get_state_display()), row.theme, *days, *map(str, counts)]


@require_GET
def page(request: HttpRequest, receipt: str) -> HttpResponse:
    viewer = request.viewer
    contest = queries.access(viewer, receipt)
    entries, sealed = queries.entries_of(viewer, contest)
    judging = queries.my_judging(viewer, contest)
    context: dict[str, Any] = {
        "contest": contest,
        "criteria": list(contest.criteria.all()),
        "rules": eligibility.rules_of(contest),
        "formula": scoring.formula(contest.method),
        "ties": scoring.tie_words(contest),
        "entries": entries,
        "sealed": sealed,
        "mine": queries.my_entries(viewer, contest),
        "organises": policy.is_organiser(viewer, contest),
        "judging": judging if contest.state in (State.OPEN, State.JUDGING) else None,
        "may_enter": contest.takes_entries and viewer.may_act_for(viewer.body_id) and viewer.body_id != contest.body_id,
        "not_yet": contest.state == State.OPEN and contest.opens_on and contest.opens_on > clock.today(),
        "late": contest.state == State.OPEN and contest.entries_until and contest.entries_until < clock.today(),
        "became": queries.became_of_selected(viewer, contest) if contest.state == State.PUBLISHED else [],
        "missing": queries.missing_of(viewer, contest) if contest.state == State.PUBLISHED else [],
        "lines": timeline(contest.urn, viewer, limit=LINES),
        "urn": contest.urn,
        "life": life_of(contest),
        "crumbs": crumbs((contest.title, "")),
    }
    return render(request, "contests/page.html", context)


def life_of(contest: Contest) -> dict[str, Any]:
    """For `<c-steps>`."""
    at = {State.JUDGING: 2, State.DECIDED: 2, State.PUBLISHED: 4 if contest.support_years else 3}
    steps = [_("응모"), _("심사"), _("결과 발표")]
    if contest.support_years:
        steps.append(_("여러 해 지원"))
    return {"items": steps, "at": at.get(State(contest.state), 1)}
