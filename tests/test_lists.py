"""Every list of the house asks the database as often for many things as for few.

`LISTS` names the addresses by what they are filled with (`tests/lists/worlds.py`); each is opened by anybody and by
those concerned, before and after more of everything was added. `BESIDE` names what a test beside its room holds
already, `OTHER` the addresses that are no lists: forms, acts, single things, and texts of fixed length.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, resolve

from tests.collaboration.world import client_of
from tests.lists import worlds

LISTS: dict[str, list[str]] = {
    "company_open": [
        "/reports/company/of/{slug}/",
        "/reports/company/rules/",
        "/reports/company/rules/csv/",
        "/reports/company/rules/{rule}/",
        "/reports/company/figures/",
        "/reports/company/figures/csv/",
        "/reports/company/figures/csv/?by=body",
        "/reports/{receipt}/",
        "/api/v1/reports/company/care",
        "/api/v1/reports/company/rules",
        "/api/v1/reports/company/visits",
        "/api/v1/reports/company/figures",
    ],
    "company_desk": [
        "/desk/",
        "/reports/company/desk/",
        "/reports/company/desk/?show=mine",
        "/reports/company/desk/companies/",
        "/reports/company/desk/companies/csv/",
        "/reports/company/desk/visits/",
        "/reports/company/desk/visits/csv/",
    ],
    "company_own": ["/desk/", "/reports/company/mine/"],
    "company_meeting": [
        "/reports/company/meetings/",
        "/reports/company/meetings/{id}/",
        "/reports/company/meetings/{id}/csv/",
        "/api/v1/reports/company/meetings",
        "/api/v1/reports/company/meetings/{id}",
    ],
    "reports_desk_api": ["/api/v1/reports/work"],
    "reports_desk": [
        "/reports/desk/?state=all",
        "/reports/desk/export/csv/?state=all",
        "/reports/desk/templates/",
    ],
    "reports_open": [
        "/reports/{receipt}/",
        "/r/{token}/",
        "/api/v1/reports",
        "/api/v1/reports/{receipt}",
        "/api/v1/reports/{receipt}/timeline",
        "/open311/v2/requests.json?extensions=true",
        "/open311/v2/requests/{receipt}.xml?extensions=true",
    ],
    "calls": [
        "/",
        "/collaborations/",
        "/collaborations/?state=all",
        "/collaborations/?q=버스",
        "/collaborations/list.csv",
        "/collaborations/feed.atom",
        "/api/v1/collaborations",
    ],
    "call": [
        "/collaborations/{receipt}/",
        "/collaborations/{receipt}/lines/",
        "/collaborations/{receipt}/feed.atom",
        "/feeds/collaboration/{id}.xml",
        "/api/v1/collaborations/{receipt}",
        "/api/v1/collaborations/{receipt}/offers",
        "/api/v1/collaborations/{receipt}/opinions",
        "/api/v1/collaborations/{receipt}/timeline",
    ],
    "joining": [
        "/collaborations/{receipt}/",
        "/collaborations/{receipt}/decisions/",
        "/collaborations/{receipt}/decisions/{proposal}/",
        "/collaborations/{receipt}/agreement/",
        "/collaborations/{receipt}/workspace/",
        "/collaborations/{receipt}/workspace/tasks/",
        "/collaborations/{receipt}/workspace/tasks/{task}/",
        "/collaborations/{receipt}/workspace/meetings/",
        "/collaborations/{receipt}/workspace/meetings/{meeting}/",
        "/collaborations/{receipt}/workspace/budget/",
        "/collaborations/{receipt}/workspace/budget/{line}/",
        "/collaborations/{receipt}/closing/",
        "/collaborations/{receipt}/closing/evaluation/",
        "/collaborations/{receipt}/mediation/",
        "/api/v1/collaborations/{receipt}",
        "/api/v1/collaborations/{receipt}/proposals/{proposal}",
        "/api/v1/collaborations/{receipt}/meetings/{meeting}",
    ],
    "agreement_list": [
        "/agreements/",
        "/agreements/?state=in_force",
        "/agreements/export/csv/",
        "/agreements/keys/{body}/",
        "/api/v1/collaborations/agreements/keys/{body}",
    ],
    "agreement": [
        "/collaborations/{receipt}/",
        "/collaborations/{receipt}/agreement/",
        "/collaborations/{receipt}/agreement/versions/2/",
        "/collaborations/{receipt}/agreement/compare/",
        "/api/v1/collaborations/{receipt}/agreement",
    ],
    "deciding": [
        "/collaborations/{receipt}/decisions/",
        "/collaborations/{receipt}/decisions/decisions.csv",
        "/api/v1/collaborations/{receipt}/proposals",
    ],
    "working": [
        "/collaborations/{receipt}/",
        "/collaborations/{receipt}/workspace/",
        "/collaborations/{receipt}/workspace/tasks/",
        "/collaborations/{receipt}/workspace/tasks/list/",
        "/collaborations/{receipt}/workspace/tasks/list.csv",
        "/collaborations/{receipt}/workspace/meetings/",
        "/collaborations/{receipt}/workspace/budget/",
        "/collaborations/{receipt}/workspace/budget/list.csv",
        "/collaborations/{receipt}/workspace/files/",
        "/collaborations/{receipt}/workspace/calendar.ics",
        "/api/v1/collaborations/{receipt}/tasks",
        "/api/v1/collaborations/{receipt}/milestones",
        "/api/v1/collaborations/{receipt}/meetings",
        "/api/v1/collaborations/{receipt}/budget",
        "/api/v1/collaborations/{receipt}/workspace/withheld",
    ],
    "disputes": [
        "/collaborations/{receipt}/mediation/",
        "/mediation/roster/",
        "/mediation/roster/list.csv",
        "/mediation/roster/{mediator}/",
        "/api/v1/collaborations/mediation/roster",
        "/api/v1/collaborations/{receipt}/disputes",
    ],
    "committees": ["/mediation/mine/"],
    "dispute": [
        "/collaborations/{receipt}/mediation/{id}/",
        "/collaborations/{receipt}/mediation/{id}/draw.json",
        "/api/v1/collaborations/{receipt}/disputes/{id}",
    ],
    "closing": [
        "/collaborations/{receipt}/closing/",
        "/collaborations/{receipt}/closing/evaluation/",
        "/collaborations/{receipt}/closing/evaluation/indicators.csv",
        "/api/v1/collaborations/{receipt}/sustainability",
        "/api/v1/collaborations/{receipt}/indicators",
    ],
    "library": [
        "/library/",
        "/library/export.csv",
        "/library/typology/",
        "/api/v1/library/cases",
    ],
    "lending": [
        "/resources/",
        "/resources/?since={day}&until={until}",
        "/resources/list.csv",
        "/resources/{id}/",
        "/resources/{id}/calendar/?month={month}",
        "/resources/{id}/calendar/?week={day}",
        "/resources/{id}/calendar.ics",
        "/api/v1/resources",
        "/api/v1/resources/{id}/availability?since={day}&until={until}",
    ],
    "lending_own": [
        "/resources/bookings/?side=lent",
        "/resources/bookings/?side=borrowed",
        "/resources/bookings/list.csv?side=lent",
        "/resources/ledger/",
        "/resources/ledger/list.csv",
    ],
    "lending_key": ["/api/v1/resources/bookings"],
    "holding": [
        "/contests/",
        "/contests/?state=open",
        "/contests/list.csv",
        "/contests/became/",
        "/contests/became.csv",
        "/api/v1/contests",
    ],
    "judged": ["/contests/{receipt}/", "/api/v1/contests/{receipt}"],
    "organised": ["/contests/{receipt}/organise/", "/contests/{receipt}/organise/entries/{entry}/"],
    "judging": ["/contests/{receipt}/judge/"],
    "published": [
        "/contests/{receipt}/",
        "/contests/{receipt}/results/",
        "/contests/{receipt}/results.csv",
        "/contests/{receipt}/recompute.json",
        "/contests/{receipt}/recompute.csv",
        "/contests/{receipt}/entries/{entry}/",
        "/api/v1/contests/{receipt}/results",
        "/api/v1/contests/{receipt}/recompute",
    ],
    "supported": ["/contests/{receipt}/support/{support}/"],
    "surveys": ["/needs/", "/api/v1/needs"],
    "survey": [
        "/needs/{open}/",
        "/needs/{receipt}/",
        "/needs/{receipt}/ranking/",
        "/needs/{receipt}/ranking.csv",
        "/needs/{receipt}/results/",
        "/needs/{receipt}/needs/{need}/",
        "/needs/{receipt}/needs/{source}/",
        "/api/v1/needs/{receipt}",
        "/api/v1/needs/{receipt}/needs",
        "/api/v1/needs/{receipt}/ranking",
    ],
    "sorting": ["/needs/{receipt}/sort/"],
    "answering": ["/needs/{open}/answer/"],
    "courses": ["/learning/", "/learning/courses/first-steps/", "/api/v1/learning/pieces", "/api/v1/learning/courses"],
    "learning_own": ["/learning/mine/"],
    "benefits": ["/benefits/", "/benefits/benefits.csv", "/benefits/kept/", "/api/v1/benefits"],
    "learners": ["/learning/body/", "/learning/body.csv"],
    "desk": ["/desk/", "/desk/today.csv", "/notices/"],
}


def cost(client: Client, address: str, enough: int = -1) -> Counter[str]:
    """What one view asks, by shape; the first view, which fills what is kept for the next ones, does not count, unless
    it asks no more than `enough` as it is."""
    for _twice in range(2):
        with CaptureQueriesContext(connection) as seen:
            answer: Any = client.get(address)
            if answer.streaming:
                b"".join(answer.streaming_content)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        if len(seen) <= enough:
            break
    return Counter(shape(one["sql"]) for one in seen)


def shape(sql: str) -> str:
    """The same for all values, and for lists of values of any length."""
    return re.sub(r"\(\?(, \?)*\)", "(?)", re.sub(r"'[^']*'(::[a-z]+)?|\b\d+\b", "?", sql))[:2000]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_many_ask_as_often_as_few(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    filled = getattr(worlds, name)(monkeypatch)

    def costs(before: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
        # A browser anew each time: the clock may have moved on.
        browsers = [client_of(viewer) for viewer in filled.viewers]
        browsers += [Client(headers={"Authorization": f"Bearer {key}"}) for key in filled.keys]
        asked = {
            f"{number} {address}": (browser, address.format(**filled.names))
            for number, browser in enumerate(browsers)
            for address in LISTS[name]
        }
        return {key: cost(*one, before[key].total() if before else -1) for key, one in asked.items()}

    filled.more()
    few = costs({})
    for _time in range(filled.times):
        filled.more()
    many = costs(few)
    # Fewer is no fault: a timeline shows its newest lines, and the older kinds have left it.
    worse = [key for key in few if many[key].total() > few[key].total()]
    grown = {f"{key} {few[key].total()}→{many[key].total()}": (many[key] - few[key]).most_common(4) for key in worse}
    assert not grown, "\n".join(f"{key}: {shapes}" for key, shapes in grown.items())


BESIDE = {
    "benefits:counter": (
        "benefits/finder/test_actions.py::test_the_list_of_consents_asks_as_often_for_many_as_for_few"
    ),
    "reports:open311_updates": "reports/open311/test_reading.py::test_the_number_of_queries_does_not_grow",
    "library:figures": "collaboration/library/test_pages.py::test_figures_are_one_query_and_add_up",
    "bodies:index": "bodies/test_pages.py::test_pages_ask_few_questions",
    "bodies:body": "bodies/test_pages.py::test_pages_ask_few_questions",
    "reports:live-board": "reports/live/test_pages.py::test_the_board_asks_as_often_for_many_as_for_one",
    "reports:intake_mine": "reports/intake/test_pages.py::test_queries_do_not_grow_with_the_list",
    "places:roads": "places/test_roads_pages.py::test_pages_ask_as_often_for_many_as_for_few",
    "places:roads_csv": "places/test_roads_pages.py::test_pages_ask_as_often_for_many_as_for_few",
    "reports:evidence_list": "reports/evidence/test_list.py::test_paging_goes_through_all_once_and_asks_as_often",
    "reports:evidence_map": "reports/evidence/test_map.py::test_the_database_is_asked_as_often_for_more",
    **dict.fromkeys(
        ("reports:evidence", "reports:evidence_times", "reports:evidence_rates", "reports:evidence_spots"),
        "reports/evidence/test_pages.py::test_the_database_is_asked_as_often_for_more",
    ),
}
"""Held by a test beside the room."""

OTHER: dict[str, str] = {
    "reports": (
        "open311_discovery open311_services open311_service open311_token intake intake_around "
        "intake_correct intake_counter intake_join intake_look intake_official_join intake_official_part intake_part "
        "intake_ready intake_received intake_worker live-alert-seen live-answer live-arrived live-cancel live-crew "
        "live-crew-end live-crews live-do live-figures live-now live-opened live-place live-position live-send "
        "live-short rules rules_compare rules_drop rules_edit rules_new rules_publish rules_text working_bulk "
        "working_extension working_move working_nobody working_not_solved working_reply working_template "
        "working_template_remove working_undo working_verb "
        "company company_ask company_bodies company_care company_care_end company_meeting_answer "
        "company_meeting_change company_meeting_gather company_meeting_hold company_meeting_invite "
        "company_meeting_new company_meeting_reply company_own_open company_own_withhold company_rule_new "
        "company_rule_step company_take company_visit company_visit_log company_visit_plan company_visit_verb "
        # Files are read a batch at a time, so more rows are more questions.
        "evidence_export evidence_feed evidence_spots_file evidence_spot_ask evidence_method evidence_map_script"
    ),
    "core": (
        "job job_cancel job_retry follow unfollow follow_link follow_stop follow_resume confirm_sent "
        "confirm_code confirm notices_read notices_mail file"
    ),
    "bodies": (
        "act_for register mine amend withdraw withdraw_request leave invitation join desk registration "
        "join_request members member withdraw_invitation profile end keys revoke_key"
    ),
    "places": "list area road road_lines",
    "benefits": (
        "language find people person home ticks question question_of question_of_member answers result paper watch "
        "watching save load forget forgotten refer application watch_one watch_end consent resume withdraw benefit "
        "rule_file"
    ),
    "learning": "guideline verify certificate certificate_file page begin question check result",
    "needs": "new edit delete narrow extend withdraw start undo split finish reply unlink",
    "contests": (
        "prepare_new prepare prepare_delete invitation enter_new enter entry_withdraw entry_file_add "
        "entry_file_remove extend withdraw judge_end start decide publish comment judge_leave vote sheet "
        "sheet_save declare judge_file goals agree payment support_stop report report_file report_answer"
    ),
    "resources": "new edit booking step book_new book state withhold photo_add photo_remove",
    "decisions": "choose propose_new propose leave admission vote change withdraw open decide",
    "agreement": "start edit propose revise sign renewal comment paper",
    "workspace": (
        "task_add task_add_as task_change task_move task_undo task_drop milestone_add milestone_add_as "
        "milestone_change milestone_reach meeting_call meeting_call_as meeting_change meeting_cancel "
        "meeting_answer meeting_attended minutes meeting_ics budget_line_add budget_line_add_as "
        "budget_line_change spending_add spending_strike file_add calendar_key calendar_own visibility"
    ),
    "mediation": (
        "refer_new refer state word evidence narrow agree confirm withdraw again answer accept decline leave "
        "vote draft approve hearing_new hearing record cancel"
    ),
    "closing": (
        "item handover_new handover handover_withdraw case indicator_new indicators_confirm indicator "
        "indicator_drop measure correct partner rate rate_wait rating_remove rating_flag rating_hide "
        "rating_restore"
    ),
    "agreements": "verify retire",
    "collaboration": (
        "ask_new ask ask_save ask_withhold ask_open ask_delete opinion_mine offer_new offer offer_withdraw "
        "offer_narrow offer_take offer_decline settle withdraw invite decline add_file opinion_say "
        "opinion_wait opinion_history opinion_reply opinion_change opinion_remove opinion_flag opinion_hide "
        "opinion_restore opinion_narrow"
    ),
    "library": "compare case",
    "mediators": "register_new register answer interest interest_end resign",
    "web": (
        "go preferences about house accessibility components door_ask door_report door_apply door_benefit "
        "door_opinion door_together door_map"
    ),
}


OTHER_API = ("/api/v1/bodies", "/api/v1/successions", "/api/v1/areas")
"""Lists below this floor, with tests of their own beside `bodies` and `places`."""


def named() -> set[str]:
    """The views behind the addresses of `LISTS`."""
    some = "00000000-0000-7000-8000-000000000000"
    dates = dict.fromkeys(("day", "until"), "2026-12-01") | {"month": "2026-12"}
    found = set()
    for address in {one for addresses in LISTS.values() for one in addresses}:
        names = defaultdict(lambda: some, dates)
        found.add(resolve(urlsplit(address.format_map(names)).path).view_name)
    return found


def views(resolver: Any = None, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Every named view of a room; the API has a test of its own."""
    for one in (resolver or get_resolver()).url_patterns:
        if not isinstance(one, URLPattern):
            yield from views(one, (*spaces, one.namespace) if one.namespace else spaces)
        elif spaces and spaces[0] not in {"admin", "api"}:
            yield ":".join((*spaces, str(one.name)))


def test_every_list_is_named() -> None:
    other = {f"{space}:{name}" for space, names in OTHER.items() for name in names.split()}
    known = {name for name in named() if not name.startswith("api") and ":" in name} | set(BESIDE)
    there = set(views())
    assert there - known - other == set(), "a list belongs into LISTS, a form or a single thing into OTHER"
    assert (other | known) - there == set(), "gone"
    assert known & other == set()


def test_every_list_of_the_api_is_named() -> None:
    """Those that answer with a page of things, as the description says; of some pages the text is of fixed length."""
    from dure.config.api import api

    patterns = [
        re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path)) + "$")
        for path, item in api.get_openapi_schema()["paths"].items()
        if "get" in item and "PageOf" in str(item["get"]["responses"].get(200, item["get"]["responses"].get("200")))
    ]
    asked = {urlsplit(address).path for addresses in LISTS.values() for address in addresses}
    missing = [one.pattern for one in patterns if not any(one.match(address) for address in asked)]
    assert [one for one in missing if not one.startswith(OTHER_API)] == []


def test_the_tests_beside_are_there() -> None:
    for name in BESIDE.values():
        path, test = name.split("::")
        assert f"def {test}(" in (Path(__file__).parent / path).read_text(), name
