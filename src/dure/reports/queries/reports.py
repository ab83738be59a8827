"""One report and what belongs to it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dure.core import attachments, tokens
from dure.core.ids import normalise_receipt
from dure.core.models import Attachment
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld
from dure.reports.models import Move, Report, RouteDecision, StatusLink, Word


def visible(viewer: Viewer) -> QuerySet[Any]:
    """Reports this viewer may read, with their body; what was no report at all is for its body alone."""
    sees = ~Q(outcome=Report.Outcome.ABUSE)
    if viewer.body_id and viewer.reads_for(viewer.body_id):
        sees |= Q(body_id=viewer.body_id)
    return Report.objects.visible_to(viewer).filter(sees).select_related("body")


def access(viewer: Viewer, receipt: str) -> Report:
    """The report of this receipt number; Refused `not_found`."""
    found = (
        visible(viewer)
        .select_related("route", "joined_to", "split_from")
        .filter(receipt=normalise_receipt(receipt))
        .first()
    )
    if found is None:
        raise Refused("not_found", _("없는 신고입니다. 접수번호를 다시 확인해 주세요."))
    report: Report = found
    return report


def by_token(token: str) -> tuple[Report, Viewer]:
    """The report a status link opens, and its holder as a viewer; also one that was withheld since: the holder
    reported it. Refused `not_found`."""
    found = (
        Report.objects.select_related("body", "route", "joined_to").filter(token_hash=tokens.token_hash(token)).first()
    )
    if found is None:
        raise Refused("not_found", _("이런 상황 링크가 없습니다. 주소를 끝까지 옮겼는지 보아 주세요."))
    report: Report = found
    return report, Viewer.link(report.urn)


def crew_watch(report: Report) -> str:
    """The name under which the report's status link hears of crews that move; '' where there is no link."""
    watch = StatusLink.objects.filter(report=report).values_list("watch", flat=True).first()
    return f"dure:crew_watch:{watch}" if watch else ""


def decisions(report: Report) -> list[RouteDecision]:
    """Where it was sent and why, newest first."""
    return list(report.routes.select_related("body").order_by("-at", "-pk"))


def moves(report: Report) -> list[Move]:
    """How it was passed on, oldest first."""
    return list(report.moves.select_related("source", "target", "arbiter").order_by("number"))


def said(viewer: Viewer, report: Report) -> list[Word]:
    """What was said on the report that this viewer may read, oldest first."""
    rows = Word.objects.visible_to(viewer).filter(report=report).select_related("body").order_by("at", "pk")
    return list(rows)


def files_of(viewer: Viewer, urn: str) -> tuple[list[Attachment], list[Withheld]]:
    return attachments.list_for(urn, viewer)
