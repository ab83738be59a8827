"""GeoReport v2 at `/open311/v2/`: what is asked for, one query or action, and the answer in XML or JSON.

A key alone decides who calls (`api_key`, or `Authorization: Bearer`); the browser's session plays no part. Reading
shows what everybody may read, with or without a key.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from dure.bodies import apikeys
from dure.bodies import queries as bodies
from dure.core import clock, limits
from dure.core.ids import normalise_receipt
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import categories
from dure.reports import queries as room
from dure.reports.models import Report
from dure.reports.open311 import actions, queries, receiving, services, wire, written
from dure.reports.open311.queries import Wanted
from dure.reports.open311.wire import answer, fault, moment_of, number_of

SPAN = timedelta(days=90)
MOST = 1000
"""GeoReport v2: 'a span of 90 days or first 1000 requests returned, whichever is smallest'."""
FREE_POSTS = 20
"""Reports and words in an hour from one network address without a key."""
EVERYBODY = Viewer.anonymous()

View = Callable[..., HttpResponse]


def door(*methods: str) -> Callable[[View], View]:
    """What all addresses share: form, method, key, rate, jurisdiction, and faults as the specification writes them."""

    def wrap(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *, form: str, **kwargs: Any) -> HttpResponse:
            if form not in wire.TYPES:
                return fault("xml", 404, _("xml이나 json으로만 답합니다."))
            method = "GET" if request.method == "HEAD" else request.method
            if method not in methods:
                response = fault(form, 405, _("이 주소에서는 쓸 수 없는 방법입니다."))
                response.headers["Allow"] = ", ".join([*methods, *(["HEAD"] if "GET" in methods else [])])
                return response
            try:
                return view(request, form, _caller(request), **kwargs)
            except Refused as refused:
                return wire.refusal(form, refused)
            except RequestDataTooBig:
                return fault(form, 413, _("보내신 것이 너무 큽니다."))
            except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
                return fault(form, 400, _("보내신 것을 읽을 수 없습니다."))

        return guarded

    return wrap


def _caller(request: HttpRequest) -> Viewer:
    """The system behind the key, or anybody; counted by the minute like calls of the other API."""
    key = request.GET.get("api_key") or (request.POST.get("api_key") if request.method == "POST" else "")
    header = f"Bearer {key}" if key else request.headers.get("Authorization", "")
    viewer = apikeys.authenticate(header) if header else EVERYBODY
    if viewer.key_id:
        apikeys.count_knock(f"key:{viewer.key_id}", settings.API_PER_MINUTE_WITH_KEY)
    else:
        apikeys.count_knock(f"address:{request.META.get('REMOTE_ADDR', '')}", settings.API_PER_MINUTE)
    # No database keeps NUL; in the words of a form it is taken out.
    if any("\x00" in text for text in (request.path, *(one for pair in request.GET.lists() for one in pair[1]))):
        raise Refused("invalid", _("읽을 수 없는 글자가 들어 있습니다."))
    return viewer


def _jurisdiction(given: Any) -> UUID | None:
    """The body that `jurisdiction_id` (its short address or code) means; None where none is named."""
    name = str(given.get("jurisdiction_id", "")).strip()
    if not name:
        return None
    try:
        if "\x00" in name:
            raise Refused("not_found", "")
        return bodies.by_key(name[:200], EVERYBODY).pk
    except Refused as refused:
        raise Refused("not_found", _("그런 jurisdiction_id의 기관이 없습니다."), "jurisdiction_id") from refused


@door("GET")
def discovery(request: HttpRequest, form: str, by: Viewer) -> HttpResponse:
    return answer(form, "discovery", services.discovery())


@door("GET")
def service_list(request: HttpRequest, form: str, by: Viewer) -> HttpResponse:
    _jurisdiction(request.GET)
    return answer(form, "services", services.services())


@door("GET")
def service(request: HttpRequest, form: str, by: Viewer, code: str) -> HttpResponse:
    _jurisdiction(request.GET)
    category = categories.category(code)
    if category is None:
        raise Refused("not_found", _("그런 service_code가 없습니다."), "service_code")
    return answer(form, "service_definition", services.definition(category))


@door("GET", "POST")
def requests(request: HttpRequest, form: str, by: Viewer) -> HttpResponse:
    if request.method == "POST":
        return _hand_in(request, form, by)
    page, size = _paging(request.GET)
    found = queries.reports(EVERYBODY, wanted(request.GET))[(page - 1) * size : page * size]
    extensions = request.GET.get("extensions", "").lower() == "true"
    return answer(form, "service_requests", written.requests(EVERYBODY, list(found), extensions=extensions))


@door("GET")
def one_request(request: HttpRequest, form: str, by: Viewer, id: str) -> HttpResponse:
    _jurisdiction(request.GET)
    report = room.access(EVERYBODY, id[:60])
    extensions = request.GET.get("extensions", "").lower() == "true"
    return answer(form, "service_requests", written.requests(EVERYBODY, [report], extensions=extensions))


@door("GET")
def token(request: HttpRequest, form: str, by: Viewer, token: str) -> HttpResponse:
    """The number behind a status link's token. It is given at once, so nobody has to ask; the number itself will do,
    too."""
    try:
        report = room.by_token(token)[0]
    except Refused:
        report = room.access(EVERYBODY, token[:60])
    return answer(form, "service_requests", [{"token": token, "service_request_id": report.receipt}])


@door("GET", "POST")
def updates(request: HttpRequest, form: str, by: Viewer) -> HttpResponse:
    """Service request updates as FixMyStreet reads and writes them."""
    if request.method == "POST":
        return _tell(request, form, by)
    page, size = _paging(request.GET)
    since, until = _span(request.GET)
    found = queries.updates(
        EVERYBODY,
        since=since,
        until=until,
        receipts=_receipts(request.GET),
        body_id=_jurisdiction(request.GET),
        page=page,
        size=size,
    )
    return answer(form, "service_request_updates", written.updates(found))


def wanted(given: Any) -> Wanted:
    """The filters of GET requests. Numbers that are asked for by name are found however old they are."""
    receipts = _receipts(given)
    changed_since = moment_of(given.get("updated_after", ""), "updated_after")
    changed_until = moment_of(given.get("updated_before", ""), "updated_before")
    since, until = _ends(given)
    if not (receipts or changed_since or changed_until):
        since, until = _span(given)
    status = {one.strip().lower() for one in given.get("status", "").split(",") if one.strip()}
    if not status <= {"open", "closed"}:
        raise Refused("invalid", _("status는 open이나 closed입니다."), "status")
    return Wanted(
        receipts=receipts,
        categories=tuple(one.strip() for one in given.get("service_code", "").split(",") if one.strip())[:200],
        open=None if len(status) != 1 else "open" in status,
        since=since,
        until=until,
        changed_since=changed_since,
        changed_until=changed_until,
        box=box_of(given.get("bbox", "")),
        near=_near(given),
        body_id=_jurisdiction(given),
        kind=Report.Kind.CITIZEN,
    )


def _span(given: Any) -> tuple[datetime, datetime]:
    since, until = _ends(given)
    until = until or (since + SPAN if since else clock.now())
    since = since or until - SPAN
    if since > until:
        raise Refused("invalid", _("시작이 끝보다 늦습니다."), "start_date")
    return since, min(until, since + SPAN)


def _ends(given: Any) -> tuple[datetime | None, datetime | None]:
    return moment_of(given.get("start_date", ""), "start_date"), moment_of(given.get("end_date", ""), "end_date")


def _receipts(given: Any) -> tuple[str, ...]:
    names = [normalise_receipt(one) for one in given.get("service_request_id", "").split(",") if one.strip()]
    if len(names) > MOST:
        raise Refused("invalid", _("한 번에 1,000개까지 물을 수 있습니다."), "service_request_id")
    return tuple(names)


def _paging(given: Any) -> tuple[int, int]:
    page = number_of(given.get("page", ""), "page", 1, 100_000) or 1
    size = number_of(given.get("page_size", ""), "page_size", 1, MOST) or MOST
    return int(page), int(size)


def box_of(text: str) -> tuple[float, float, float, float] | None:
    """`west,south,east,north` in degrees; None for ''; Refused `invalid` at `bbox`."""
    if not text.strip():
        return None
    parts = [number_of(part, "bbox", -180, 180) for part in text.split(",")]
    known = [part for part in parts if part is not None]
    if len(parts) != 4 or len(known) != 4 or known[0] > known[2] or known[1] > known[3]:
        raise Refused("invalid", _("bbox는 서,남,동,북의 순서로 적어 주세요."), "bbox")
    west, south, east, north = known
    return west, south, east, north


def _near(given: Any) -> tuple[float, float, float] | None:
    lat, lon = number_of(given.get("lat", ""), "lat", -90, 90), number_of(given.get("long", ""), "long", -180, 180)
    radius = number_of(given.get("radius", ""), "radius", 1, 50_000)
    if lat is None and lon is None and radius is None:
        return None
    if lat is None or lon is None:
        raise Refused("invalid", _("lat와 long을 모두 적어 주세요."), "lat" if lat is None else "long")
    return lon, lat, radius or 1000.0


def _may_post(request: HttpRequest, by: Viewer) -> None:
    if by.key_id is None:
        limits.check(request, "open311", times=FREE_POSTS, seconds=3600)
    elif "write" not in by.scopes:
        raise Refused("not_allowed", _("이 열쇠로는 읽기만 할 수 있습니다."), "api_key")


def _hand_in(request: HttpRequest, form: str, by: Viewer) -> HttpResponse:
    _jurisdiction(request.POST)
    _may_post(request, by)
    # FixMyStreet calls its files photo1, photo2, …; the extension of the specification `media`.
    files = [file for name in request.FILES for file in request.FILES.getlist(name)]
    taking = receiving.take(
        by=by,
        form=request.POST,
        files=files,
        key=request.headers.get("Idempotency-Key", ""),
        client="" if by.key_id else request.META.get("REMOTE_ADDR", ""),
    )
    report = taking.report
    notice = [
        _("맡은 기관: %(name)s.") % {"name": written.agency(report)},
        _("진행 상황: %(url)s") % {"url": settings.SITE_URL + report.status_path},
        *([report.route.question["words"]] if report.route and report.route.question else []),
        *taking.left_out,
    ]
    made = {"service_request_id": report.receipt, "service_notice": " ".join(notice), "account_id": None}
    return answer(form, "service_requests", [made], status=201)


def _tell(request: HttpRequest, form: str, by: Viewer) -> HttpResponse:
    """A further word. With a key: of the service that passed the report on, or of the body that has it. Without: of
    whoever holds the token of the status link (`token`)."""
    given = request.POST
    _jurisdiction(given)
    _may_post(request, by)
    if by.key_id is None:
        if not given.get("token"):
            raise Refused("not_allowed", _("api_key나 상황 링크의 token이 있어야 합니다."), "api_key")
        report, by = room.by_token(given["token"])
    else:
        report = room.access(EVERYBODY, given.get("service_request_id", "").replace("\x00", "")[:60])
    status, now = given.get("status", "").strip().lower(), written.OPEN if report.open else written.CLOSED
    # What a reporter's service thinks of the state changes nothing; the body's own system must not believe it did.
    if status not in ("", now) and not actions.speaks_as_reporter(by, report):
        raise Refused("invalid", _("신고를 마치는 일은 업무 화면에서 해 주세요."), "status")
    key = given.get("update_id_ext") or given.get("update_id") or ""
    id = actions.own_id(by.body_id, f"word:{report.pk}", key[: receiving.LONGEST_KEY]) if by.body_id and key else None
    word = actions.word_add(by=by, report_id=report.pk, text=given.get("description", ""), id=id)
    return answer(form, "service_request_updates", [{"update_id": f"w-{word.pk}"}], status=201)
