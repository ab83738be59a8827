"""live: the status link of whoever reported, and the crew that is on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core.links import Link, urn
from dure.core.rooms import MenuEntry, Noun, Periodic, Subscriber
from dure.core.viewer import Viewer
from dure.reports import policy as room
from dure.reports.live import jobs, links, queries
from dure.reports.live.demo import demo
from dure.reports.live.desk import items
from dure.reports.live.meanwhile import manual_for
from dure.reports.live.numbers import numbers_for
from dure.reports.live.pages.common import now_context
from dure.reports.models import Report, StatusLink
from dure.reports.parts import Part, Section


def sections(where: str, report: Report, viewer: Viewer) -> Iterable[Section]:
    """On the status link: who comes, what to do meanwhile, the one question, whom to call. On the report's page: who
    was sent, without any position, and for the body the way to send somebody."""
    if where == "status":
        return _status(report, viewer)
    crews = queries.crews_of(report, Viewer.anonymous())
    may = room.may_work(viewer, report)
    if not crews and (report.kind == Report.Kind.COMPANY or not (may and report.open)):
        return []
    context = {"crews": crews, "may": may, "report": report}
    return [Section(_("출동조"), "reports/live/on_report.html", context, order=20, side=True)]


def _status(report: Report, viewer: Viewer) -> list[Section]:
    # Nobody drives out to a company's difficulty, unless somebody was sent all the same.
    drives = report.kind != Report.Kind.COMPANY or bool(queries.crews_of(report, viewer))
    found = []
    if drives:
        now = now_context(report, viewer)
        found.append(Section(_("지금 어떻게 되고 있나요"), "reports/live/status.html", now, order=10))
    clarify = report.route.clarify if report.route and report.open else {}
    if clarify.get("choices"):
        found.append(Section(_("한 가지만 여쭙겠습니다"), "reports/live/question.html", {"clarify": clarify}, order=11))
    if report.open and drives:
        manual = manual_for(report.category)
        found.append(
            Section(_("오는 동안 이렇게 해 주세요"), "reports/live/meanwhile.html", {"manual": manual}, order=12)
        )
    call = {"numbers": numbers_for(report.body)}
    found.append(Section(_("전화로 묻기"), "reports/live/call.html", call, order=13 if drives else 60))
    return found


def resolve_watch(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    """The stream of moves of one report: for whoever knows its name, which stands on the status link alone. It says
    that something moved, never what or where."""
    rows = StatusLink.objects.filter(watch__in=ids).values_list("watch", flat=True)
    return {watch: Link(urn("crew_watch", watch), _("출동"), "") for watch in rows}


def resolve_board(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    """The stream of a body's dispatcher page: for whoever reads for that body."""
    own = viewer.body_id if viewer.is_person and viewer.reads_for(viewer.body_id) else None
    return {id: Link(urn("dispatch_board", id), _("출동 상황"), "/reports/dispatch/") for id in ids if id == own}


PART = Part(
    name="live",
    nouns=(
        Noun("짧은 상황 링크", "short status link", "StatusLink"),
        Noun("출동조", "crew", "Crew"),
        Noun("출동", "dispatch", "Dispatch"),
        Noun("출동조의 위치", "position of a crew", "CrewPosition"),
        Noun("‘자리가 달라요’ 알림", "wrong place alert", "WrongPlace"),
    ),
    verbs=(
        "crew_save",
        "crew_end",
        "dispatch_send",
        "dispatch_cancel",
        "crew_start",
        "position_set",
        "place_say",
        "sharing_stop",
        "crew_arrive",
        "crew_not_found",
        "crew_done",
        "wrong_place",
        "wrong_place_seen",
    ),
    events_out={
        "reports.crew.saved": gettext_lazy("출동조를 적음"),
        "reports.crew.ended": gettext_lazy("출동조를 뺌"),
        "reports.dispatched": gettext_lazy("출동조를 보냄"),
        "reports.dispatch.cancelled": gettext_lazy("출동조를 돌아오게 함"),
        "reports.dispatch.ended": gettext_lazy("신고를 마쳐 출동이 끝남"),
        "reports.crew.under_way": gettext_lazy("출동조가 출발함"),
        "reports.crew.sharing_ended": gettext_lazy("출동조의 위치 나누기가 멈춤"),
        "reports.crew.arrived": gettext_lazy("출동조가 도착함"),
        "reports.crew.not_found": gettext_lazy("출동조가 찾지 못함"),
        "reports.crew.done": gettext_lazy("출동조가 마침"),
        "reports.wrong_place.said": gettext_lazy("자리가 다르다고 알림"),
        "reports.wrong_place.seen": gettext_lazy("자리가 다르다는 알림을 봄"),
    },
    lines={
        "reports.dispatched": lambda event: _("출동조를 보냈습니다."),
        "reports.dispatch.cancelled": lambda event: _("출동조를 돌아오게 했습니다."),
        "reports.dispatch.ended": lambda event: _("신고를 마쳐 출동이 끝났습니다."),
        "reports.crew.under_way": lambda event: _("출동조가 가는 중입니다."),
        "reports.crew.sharing_ended": lambda event: _("출동조의 위치 나누기가 멈췄습니다."),
        "reports.crew.arrived": lambda event: _("출동조가 도착했습니다."),
        "reports.crew.not_found": lambda event: _("출동조가 그 자리를 찾지 못하고 있습니다."),
        "reports.crew.done": lambda event: _("출동조가 현장 일을 마쳤습니다."),
        "reports.wrong_place.said": lambda event: _("신고하신 분이 자리가 다르다고 알려 주셨습니다."),
        "reports.wrong_place.seen": lambda event: _("담당자가 새 자리를 확인했습니다."),
    },
    resolvers={"crew_watch": resolve_watch, "dispatch_board": resolve_board},
    subscribers=(Subscriber("reports.live.closed", ("reports.*",), jobs.closed),),
    jobs=jobs.handlers(),
    periodic=(Periodic(jobs.PURGE, "hour"),),
    menu=(
        MenuEntry(
            gettext_lazy("출동 상황"),
            "reports:live-board",
            where="desk",
            order=45,
            shown=lambda viewer: viewer.is_person and viewer.is_official,
        ),
    ),
    settings=("DURE_CREW_SHARE_HOURS", "DURE_CREW_SILENT_MINUTES"),
    desk=items,
    sections=sections,
    received=links.received,
    reachable=links.reachable,
    demo=demo,
    moves=queries.moves,
)
