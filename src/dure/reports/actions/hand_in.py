"""Taking a report in: one transaction from what was said to the body that has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dure.core import clock, tokens
from dure.core.attachments import Taken
from dure.core.confirmations import clean_address, confirmation_start
from dure.core.events import record
from dure.core.ids import receipt_number, uuid7
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.engines.masking import mask
from dure.engines.routing import Route
from dure.reports import asking, categories, deadlines
from dure.reports.actions.pictures import hang
from dure.reports.models import Report, ReportContact, RouteDecision
from dure.reports.parts import parts
from dure.reports.sealed import seal

PURPOSE = "report"
MOST_FILES = 5


@dataclass(frozen=True)
class Said:
    """What somebody reports. Only `words` or a `category` with a place is needed; unknown stays empty.

    `files` are taken in already (`attachments.take_in`). `channel` and `address_of` are how to reach the reporter
    (email or phone), `sender_id` the body whose service passed the report on.
    """

    words: str = ""
    category: str = ""
    category_by: str = "person"
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    heading: float | None = None
    address: str = ""
    road_class: str = ""
    road_no: str = ""
    road_km: float | None = None
    happened_at: datetime | None = None
    source: str = "web"
    kind: str = "citizen"
    channel: str = ""
    address_of: str = ""
    name: str = ""
    files: tuple[Taken, ...] = field(default=())
    sender_id: UUID | None = None


def id_of(key: UUID) -> UUID:
    """The id of the report that a form or a partner sends under this key, so that twice is once.

    Made by a hash: ids are public, and whoever knows one must not be given the report's status link for it.
    """
    return uuid5(NAMESPACE_URL, f"dure:report-key:{key}")


def report_hand_in(
    *,
    by: Viewer,
    said: Said,
    id: UUID | None = None,
    client: str = "",
    decide: Callable[[Report], RouteDecision] | None = None,
) -> Report:
    """Take a report in and send it to its body; the same `id` again gives the report that is there already.

    Nobody needs an account. Personal numbers are masked before anything is public. An address is written to once, with
    a link that confirms it. `decide(report)` writes down where it goes, where that is known without asking the routing
    engine. Refused `invalid` naming the field: nothing said, a place outside the degrees, an unknown category, too
    many files.
    """
    words = tidy(said.words, longest=4000, field="words")
    _check(said, words)
    masked = mask(words)
    at = clock.now()
    id = id or uuid7()
    report = Report(
        pk=id,
        receipt=receipt_number("R", id, at),
        token_hash=tokens.token_hash(tokens.token_of("report", id)),
        kind=said.kind,
        source=said.source,
        person_id=by.person_id if said.source in ("web", "open311", "api") and not by.body_id else None,
        sender_id=said.sender_id,
        words=masked.text,
        original=words if masked.found else "",
        language=(get_language() or "ko")[:10],
        category=said.category,
        category_by=said.category_by,
        lon=said.lon,
        lat=said.lat,
        accuracy_m=said.accuracy_m,
        heading=said.heading,
        address=mask(tidy(said.address, longest=200, field="address", one_line=True)).text[:200],
        road_class=said.road_class,
        road_no=mask(said.road_no).text[:20],
        road_km=said.road_km,
        happened_at=said.happened_at,
        created_at=at,
        safety=_safety(said.category),
    )
    # Before the transaction: what only reads need not keep others from writing.
    decide = decide or _decision(asking.route_for(report))
    try:
        with transaction.atomic():
            known = Report.objects.filter(pk=id).first()
            if known:
                return known
            report.save(force_insert=True)
            send_to(report, decide(report))
            report.save()
            hang(by, report.urn, report.pk, said.files, report.body_id)
            _contact(report, said, client)
            record(
                by=by,
                type="reports.received",
                subject=report.urn,
                data={"body": str(report.body_id or ""), "category": report.category, "source": report.source},
            )
            for part in parts():
                if part.received:
                    part.received(report)
    except IntegrityError:
        # The same request came twice at once; the other one was first.
        found = Report.objects.filter(pk=id).first()
        if found is None:
            raise
        return found
    return report


def _decision(route: Route) -> Callable[[Report], RouteDecision]:
    return lambda report: asking.write_down(report, route, RouteDecision.Cause.FIRST)


def send_to(report: Report, decision: RouteDecision) -> None:
    """Give the report to the body of the decision, with its unit and legal deadline. The caller saves."""
    report.route = decision
    report.body = decision.body
    report.unit = decision.unit
    report.area_code = str(decision.facts.get("sigungu") or "")[:10]
    deadlines.set_due(report, first=decision.cause == RouteDecision.Cause.FIRST)


def contact_confirmed(confirmation: object) -> None:
    """What waits for a confirmation with the purpose `report`: from now on the reporter is written to."""
    row = ReportContact.objects.select_related("report").filter(confirmation=confirmation, confirmed_at=None).first()
    if row is None:
        return
    row.confirmed_at = clock.now()
    row.save(update_fields=["confirmed_at"])
    for part in parts():
        if part.reachable:
            part.reachable(row.report)


def _check(said: Said, words: str) -> None:
    placed = said.lon is not None and said.lat is not None
    if not words and not (said.category and (placed or said.address)):
        raise Refused("invalid", _("무슨 일인지 한마디를 적거나, 종류와 자리를 골라 주세요."), "words")
    if (said.lon is None) != (said.lat is None):
        raise Refused("invalid", _("경도와 위도를 모두 적어 주세요."), "lon")
    if said.lon is not None and said.lat is not None and not (-180 <= said.lon <= 180 and -90 <= said.lat <= 90):
        raise Refused("invalid", _("자리가 지구 밖입니다. 경도와 위도를 다시 확인해 주세요."), "lon")
    if said.accuracy_m is not None and not 0 <= said.accuracy_m <= 100_000:
        raise Refused("invalid", _("자리의 정확도를 다시 확인해 주세요."), "accuracy_m")
    if said.category and categories.category(said.category) is None:
        raise Refused("invalid", _("없는 종류입니다. 다시 골라 주세요."), "category")
    if said.source not in Report.Source.values or said.kind not in Report.Kind.values:
        raise ValueError(f"{said.source!r} and {said.kind!r} must be listed")
    if said.road_class and not deadlines.is_road_class(said.road_class):
        raise Refused("invalid", _("없는 도로 종류입니다."), "road_class")
    if len(said.files) > MOST_FILES:
        raise Refused("invalid", _("사진은 %(n)s장까지 올릴 수 있습니다.") % {"n": MOST_FILES}, "files")
    if said.address_of:
        clean_address(said.channel, said.address_of)


def _safety(id: str) -> int:
    found = categories.category(id)
    return found.safety if found else 0


def _contact(report: Report, said: Said, client: str) -> None:
    if not said.address_of:
        return
    address = clean_address(said.channel, said.address_of)
    row = ReportContact(
        report=report,
        channel=said.channel,
        sealed=seal(address),
        name=tidy(said.name, longest=60, field="name", one_line=True),
    )
    row.save()
    row.confirmation = confirmation_start(
        channel=said.channel, address=address, purpose=PURPOSE, thing=report.urn, client=client
    )
    row.save(update_fields=["confirmation"])
