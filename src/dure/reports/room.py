"""reports: 무엇이 잘못되었고, 누가 바로잡나요?"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

from dure.core import clock
from dure.core.models import Confirmation
from dure.core.rooms import DeskItem, Figure, FrontCard, Loader, Noun, Panel, Progress, Purpose, Room, Subscriber
from dure.core.viewer import Viewer
from dure.engines.labels import mark_of
from dure.reports.actions.hand_in import PURPOSE, contact_confirmed
from dure.reports.asking import router_on
from dure.reports.guess import labeller
from dure.reports.lines import describe, resolve_reports, resolve_words
from dure.reports.models import Report
from dure.reports.parts import parts
from dure.reports.public_text import rebuild, refresh

PARTS = parts()


def confirmed_page(confirmation: Confirmation) -> str:
    """Whoever confirmed goes to the status link of the report."""
    report = Report.objects.filter(contact__confirmation=confirmation).first()
    return report.status_path if report else "/reports/"


def desk_items(viewer: Viewer) -> Iterable[DeskItem]:
    for part in PARTS:
        if part.desk:
            yield from part.desk(viewer)


def front_cards(viewer: Viewer) -> Iterable[FrontCard]:
    for part in PARTS:
        if part.front:
            yield from part.front(viewer)


def front_figures(viewer: Viewer) -> Iterable[Figure]:
    for part in PARTS:
        if part.figures:
            yield from part.figures(viewer)


def panels(about: str, viewer: Viewer) -> Iterable[Panel]:
    for part in PARTS:
        if part.panels:
            yield from part.panels(about, viewer)


def demo_all(progress: Progress) -> None:
    for part in PARTS:
        if part.demo:
            part.demo(progress)


def moves() -> dict[str, str]:
    return {subject: value for part in PARTS if part.moves for subject, value in part.moves().items()}


def learn(progress: Progress) -> None:
    """Learn which words speak for which category, once for all processes of the installation."""
    labeller()
    progress(1, 1, "")


def warm() -> None:
    """The router and the text model, which the first report handed in to this process would wait for."""
    router_on(clock.today())
    labeller()


ROOM = Room(
    name="reports",
    floor=2,
    question=gettext_lazy("무엇이 잘못되었고, 누가 바로잡나요?"),
    about=gettext_lazy(
        "한 번 알리면 맡을 기관을 까닭과 함께 찾아 보내고, 풀릴 때까지 링크 하나로 지켜봅니다. "
        "넘어간 길과 걸린 시간이 모두 남아 다음을 막는 근거가 됩니다."
    ),
    nouns=(
        Noun("신고", "report", "Report"),
        Noun("신고하신 분의 연락처", "contact of a reporter", "ReportContact"),
        Noun("맡을 기관을 정한 기록", "route decision", "RouteDecision"),
        Noun("넘김", "move", "Move"),
        Noun("오간 말", "word on a report", "Word"),
        *(noun for part in PARTS for noun in part.nouns),
    ),
    verbs=("report_hand_in", "report_reroute", *(verb for part in PARTS for verb in part.verbs)),
    events_out={
        "reports.received": gettext_lazy("신고를 접수함"),
        "reports.rerouted": gettext_lazy("신고를 바로잡아 다시 보냄"),
        **{type: words for part in PARTS for type, words in part.events_out.items()},
    },
    subscribers=(
        Subscriber("reports.index", ("reports.*",), refresh),
        *(subscriber for part in PARTS for subscriber in part.subscribers),
    ),
    jobs={kind: handler for part in PARTS for kind, handler in part.jobs.items()},
    periodic=tuple(periodic for part in PARTS for periodic in part.periodic),
    menu=tuple(entry for part in PARTS for entry in part.menu),
    resolvers={
        "report": resolve_reports,
        "report_word": resolve_words,
        **{kind: resolver for part in PARTS for kind, resolver in part.resolvers.items()},
    },
    describe=describe,
    confirmations={
        PURPOSE: Purpose(
            ask=gettext_lazy("신고가 어떻게 되는지 알려 드려도 되는지 확인해 주세요."),
            done=contact_confirmed,
            page=confirmed_page,
        ),
        **{purpose: what for part in PARTS for purpose, what in part.confirmations.items()},
    },
    settings=tuple(name for part in PARTS for name in part.settings),
    loaders=(Loader("labels", gettext_lazy("신고의 종류를 짐작하는 말"), mark_of()[:16], learn),),
    demo=demo_all,
    desk=desk_items,
    front=front_cards,
    figures=front_figures,
    panels=panels,
    rebuild_search=rebuild,
    moves=moves,
    warm=warm,
)
