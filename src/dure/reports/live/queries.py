"""Who comes, where they are, and what waits for the dispatcher; positions only for whom `policy.sees_positions`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from dure.core import clock, tokens
from dure.core.models import Attachment, Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.engines.arrival import Estimate, estimate
from dure.reports.live import policy
from dure.reports.models import Crew, CrewPosition, Dispatch, Report, ReportContact, StatusLink, WrongPlace
from dure.reports.sealed import unseal

MOST_OPEN = 300
MOST_ALERTS = 100
ORIGINAL = (25, 38)
"""Percent of links that were opened in the fire brigade's service this follows: first, then after improvement."""


@dataclass(frozen=True)
class Seen:
    """One dispatch as a viewer sees it: without `position` where none is shared or may be seen."""

    dispatch: Dispatch
    position: CrewPosition | None = None
    estimate: Estimate | None = None
    photos: tuple[Attachment, ...] = ()

    @property
    def late(self) -> bool:
        """Shared, but the last position is older than a minute: said with its time."""
        return self.position is not None and self.position.at < clock.now() - timedelta(minutes=1)


def fresh_positions(dispatches: Sequence[Dispatch]) -> dict[UUID, CrewPosition]:
    """The newest position of each dispatch that shares one now. Old ones do not count, whether or not the worker has
    deleted them yet."""
    now = clock.now()
    sharing = {
        one.pk: one
        for one in dispatches
        if one.sharing_since is not None
        and (one.frozen or one.sharing_since + timedelta(hours=settings.CREW_SHARE_HOURS) > now)
    }
    if not sharing:
        return {}
    oldest = now - timedelta(minutes=settings.CREW_SILENT_MINUTES)
    found: dict[UUID, CrewPosition] = {}
    for row in CrewPosition.objects.filter(dispatch_id__in=sharing).order_by("at"):
        if row.at > oldest or sharing[row.dispatch_id].frozen:
            found[row.dispatch_id] = row
    return found


def crews_of(report: Report, viewer: Viewer) -> list[Seen]:
    """Who was sent for this report, newest first; called back ones only while nobody else is there."""
    rows = list(report.dispatches.select_related("crew", "body", "word").order_by("-sent_at"))
    rows = [row for row in rows if row.state != Dispatch.State.CANCELLED] or rows[:1]
    allowed = [row for row in rows if report.open and policy.sees_positions(viewer, report, row)]
    positions = fresh_positions(allowed)
    photos = _photos([row for row in rows if row.word_id], viewer)
    return [_seen(row, report, positions.get(row.pk), photos.get(row.pk, ())) for row in rows]


def _seen(row: Dispatch, report: Report, position: CrewPosition | None, photos: Sequence[Attachment] = ()) -> Seen:
    far = None
    if position is not None and report.lon is not None and report.lat is not None:
        far = estimate(position.lon, position.lat, report.lon, report.lat, road_class=report.road_class)
    return Seen(row, position, far, tuple(photos))


def _photos(rows: Sequence[Dispatch], viewer: Viewer) -> dict[UUID, list[Attachment]]:
    subjects = {f"dure:report_word:{row.word_id}": row.pk for row in rows}
    found: dict[UUID, list[Attachment]] = {}
    if subjects:
        files = Attachment.objects.filter(subject__in=subjects).visible_to(viewer).select_related("blob")
        for file in files.order_by("created_at", "id"):
            found.setdefault(subjects[file.subject], []).append(file)
    return found


def by_crew_token(token: str) -> tuple[Dispatch, Viewer]:
    """The dispatch a crew's link opens, and its holder. Refused: `not_found`, `gone` when ended or too old."""
    row = (
        Dispatch.objects.select_related("crew", "body", "report", "report__body")
        .filter(token_hash=tokens.token_hash(token))
        .first()
    )
    if row is None:
        raise Refused("not_found", _("이런 출동 링크가 없습니다. 주소를 끝까지 옮겼는지 보아 주세요."))
    if row.open and row.expires_at <= clock.now():
        raise Refused("gone", _("이 출동 링크는 쓸 수 있는 시간이 지났습니다. 보낸 기관에 새로 청해 주세요."))
    if not row.open and row.ended_at and row.ended_at < clock.now() - timedelta(hours=1):
        raise Refused("gone", _("끝난 출동이라서 링크를 닫았습니다."))
    return row, Viewer.link(row.urn)


def sharing_by_token(token: str) -> tuple[Dispatch, Viewer]:
    """For the path of positions: one small query. Refused `not_found`."""
    row = Dispatch.objects.filter(token_hash=tokens.token_hash(token)).first()
    if row is None:
        raise Refused("not_found", _("이런 출동 링크가 없습니다. 주소를 끝까지 옮겼는지 보아 주세요."))
    return row, Viewer.link(row.urn)


def last_event(report_id: UUID) -> int:
    """Number of the newest event of a report: whoever knows it can tell that something happened since."""
    return Event.objects.filter(subject=f"dure:report:{report_id}").aggregate(last=Max("seq"))["last"] or 0


def contact_for_crew(dispatch: Dispatch, viewer: Viewer) -> tuple[str, str]:
    """Channel and address of the reporter, for the crew it was shared with, while it is out; else ('', '')."""
    if not (policy.is_crew(viewer, dispatch) and dispatch.open and dispatch.contact_shared):
        return "", ""
    row = ReportContact.objects.filter(report_id=dispatch.report_id).first()
    return (row.channel, unseal(row.sealed)) if row else ("", "")


def can_be_reached(report: Report) -> bool:
    """Whether whoever reported left an address."""
    return ReportContact.objects.filter(report=report).exists()


def alerts_of(report: Report) -> list[WrongPlace]:
    """'Wrong place' as it was said, newest first, for the pages of crew and reporter."""
    return list(report.wrong_places.order_by("-at")[:5])


def crews(viewer: Viewer) -> list[Crew]:
    """The crews of one's body, by name."""
    policy.must_read_board(viewer)
    return list(Crew.objects.filter(body_id=viewer.body_id, ended_at=None).order_by("name"))


@dataclass(frozen=True)
class Board:
    """What a body's dispatcher sees: alerts first, then who is out, newest first."""

    alerts: list[WrongPlace]
    out: list[Seen]
    more: int


def board(viewer: Viewer) -> Board:
    """The open dispatches of one's body, and unseen alerts for reports it had or has."""
    policy.must_read_board(viewer)
    mine = Q(body_id=viewer.body_id) | Q(report__body_id=viewer.body_id)
    alerts = WrongPlace.objects.filter(mine, seen_at=None).select_related("report", "report__body", "body")
    rows = Dispatch.objects.filter(body_id=viewer.body_id, state__in=Dispatch.OPEN)
    count = rows.count()
    shown = list(rows.select_related("crew", "report", "report__body").order_by("-sent_at")[:MOST_OPEN])
    positions = fresh_positions([row for row in shown if row.report.open])
    out = [_seen(row, row.report, positions.get(row.pk)) for row in shown]
    return Board(list(alerts.order_by("-at")[:MOST_ALERTS]), out, max(0, count - MOST_OPEN))


def unseen(viewer: Viewer) -> list[WrongPlace]:
    """Alerts that wait for one's body, for its desk."""
    if viewer.body_id is None or not viewer.reads_for(viewer.body_id):
        return []
    mine = Q(body_id=viewer.body_id) | Q(report__body_id=viewer.body_id)
    return list(WrongPlace.objects.filter(mine, seen_at=None).select_related("report").order_by("at")[:20])


@dataclass(frozen=True)
class Month:
    """Links sent by message in one month (Seoul), and how many of them were opened. `percent` None where none went."""

    first: date
    sent: int
    opened: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.opened / self.sent) if self.sent else None


def figures(viewer: Viewer, *, months: int = 13) -> list[Month]:
    """How many links of the reports that one's body has were sent and opened, by month, newest first; numbers only."""
    policy.must_read_board(viewer)
    return count_months(StatusLink.objects.filter(report__body_id=viewer.body_id), months)


def count_months(links: object, months: int) -> list[Month]:
    first = clock.today().replace(day=1)
    starts = [first]
    for _number in range(months - 1):
        starts.append((starts[-1] - timedelta(days=1)).replace(day=1))
    sent: dict[date, int] = dict.fromkeys(starts, 0)
    opened: dict[date, int] = dict.fromkeys(starts, 0)
    begin = datetime.combine(starts[-1], datetime.min.time(), tzinfo=clock.SEOUL)
    for at, seen in links.filter(sent_at__gte=begin).values_list("sent_at", "opened_at").iterator():  # type: ignore[attr-defined]
        month = clock.local(at).date().replace(day=1)
        if month in sent:
            sent[month] += 1
            opened[month] += seen is not None
    return [Month(start, sent[start], opened[start]) for start in starts]


def moves() -> dict[str, str]:
    """What changes without an event: for each stream of moves (`crew_watch`, by report; `dispatch_board`, by body) a
    value that differs after each move. See `core.rooms.Room.moves`."""
    rows = (
        Dispatch.objects.filter(sharing_since__isnull=False, frozen=False)
        .annotate(moved=Max("positions__at"))
        .values_list("report__status_link__watch", "body_id", "moved")
    )
    found: dict[str, str] = {}
    for watch, body, moved in rows:
        if moved is None:
            continue
        stamp = moved.isoformat()
        for subject in ([f"dure:crew_watch:{watch}"] if watch else []) + [f"dure:dispatch_board:{body}"]:
            found[subject] = max(found.get(subject, ""), stamp)
    return found
