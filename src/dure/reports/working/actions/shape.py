"""One report becomes several, or several one; what is not for all; and what is taken up together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dure.bodies.models import PUBLIC_KINDS, Body
from dure.core import clock, tokens
from dure.core.events import record
from dure.core.ids import receipt_number, uuid7
from dure.core.links import own, parse
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Visible, open_up, withhold
from dure.reports import categories, deadlines, policy, queries
from dure.reports.models import Report, RouteDecision, Word
from dure.reports.working import policy as rules
from dure.reports.working.actions.common import close, locked, public, reopen

MOST_PIECES = 6


@dataclass(frozen=True)
class Piece:
    """One part of a report: what of it, and whose it is. An empty category is that of the whole."""

    words: str
    body_id: UUID
    category: str = ""


def report_split(*, by: Viewer, id: UUID, pieces: Sequence[Piece], reason: str) -> list[Report]:
    """Split a report into two to six, each with its body. The whole stays open until the last of them is finished, and
    its status link shows them all."""
    with transaction.atomic():
        report = locked(by, id)
        rules.must_work_open(by, report)
        rules.must_be_still(report)
        rules.must_not_be_split(report)
        if report.split_from_id is not None:
            raise Refused("conflict", _("나뉜 신고는 다시 나눌 수 없습니다."))
        if not 2 <= len(pieces) <= MOST_PIECES:
            raise Refused("invalid", _("두 갈래에서 여섯 갈래로 나눌 수 있습니다."), "pieces")
        why = public(reason, field="reason", longest=1000, needed=_("왜 나누는지 적어 주세요."))
        bodies = {
            body.pk: body
            for body in Body.objects.filter(pk__in=[piece.body_id for piece in pieces], kind__in=PUBLIC_KINDS).valid_on(
                clock.today()
            )
        }
        made = [_piece(report, piece, bodies.get(piece.body_id), why, number) for number, piece in enumerate(pieces)]
        if report.officer_id is None and by.person_id:
            report.officer_id = by.person_id
        report.taken_at = report.taken_at or clock.now()
        if report.state == Report.State.RECEIVED:
            report.state = Report.State.TAKEN
        report.save()
        for one in made:
            data = {"body": str(one.body_id), "category": one.category, "source": one.source}
            record(by=by, type="reports.received", subject=one.urn, data=data)
        record(by=by, type="reports.split", subject=report.urn, data={"pieces": [str(one.pk) for one in made]})
    return made


def _piece(whole: Report, piece: Piece, body: Body | None, why: str, number: int) -> Report:
    field = f"words_{number}"
    words = public(piece.words, field=field, needed=_("무엇을 그 기관이 맡는지 적어 주세요."))
    if body is None:
        raise Refused("invalid", _("지금 있는 공공기관을 골라 주세요."), f"body_{number}")
    category = piece.category or whole.category
    found = categories.category(category)
    if category and found is None:
        raise Refused("invalid", _("없는 종류입니다. 다시 골라 주세요."), f"category_{number}")
    id, at = uuid7(), clock.now()
    same = [
        *("kind", "person_id", "sender_id", "language", "lon", "lat", "accuracy_m", "heading", "address"),
        *("road_class", "road_no", "road_km", "area_code", "happened_at"),
    ]
    one = Report(
        pk=id,
        receipt=receipt_number("R", id, at),
        token_hash=tokens.token_hash(tokens.token_of("report", id)),
        source=Report.Source.SPLIT,
        words=words,
        category=category,
        category_by=Report.CategoryBy.OFFICIAL,
        safety=found.safety if found else whole.safety,
        created_at=at,
        body=body,
        split_from=whole,
        **{name: getattr(whole, name) for name in same},
    )
    # The term runs from when the whole came in: being split costs whoever reported no time.
    one.created_at = whole.created_at
    deadlines.set_due(one, first=True)
    one.save(force_insert=True)
    texts = {}
    for language in ("ko", "en"):
        with translation.override(language):
            texts[language] = _("‘%(body)s’에서 나누어 보냈습니다. %(why)s") % {
                "body": whole.body.name if whole.body else "",
                "why": why,
            }
    one.route = RouteDecision.objects.create(
        report=one,
        body=body,
        rule="split",
        reason=texts["ko"],
        reason_en=texts["en"],
        confidence=1.0,
        facts={"sigungu": whole.area_code},
    )
    one.save(update_fields=["route"])
    return one


def report_join_to(*, by: Viewer, id: UUID, receipt: str) -> Report:
    """Join a report to an older one about the same matter, both with this body. It can be taken apart again."""
    with transaction.atomic():
        report = locked(by, id)
        rules.must_work_open(by, report)
        rules.must_be_still(report)
        rules.must_not_be_split(report)
        try:
            other = queries.access(by, receipt)
        except Refused as refused:
            raise Refused("invalid", _("없는 신고입니다. 접수번호를 다시 확인해 주세요."), "receipt") from refused
        target = locked(by, other.pk)
        if target.pk == report.pk:
            raise Refused("invalid", _("같은 신고입니다. 다른 신고의 접수번호를 적어 주세요."), "receipt")
        if target.body_id != report.body_id:
            raise Refused("invalid", _("우리 기관이 맡은 신고에만 합칠 수 있습니다."), "receipt")
        if target.joined_to_id is not None:
            raise Refused("conflict", _("다른 신고에 합쳐진 신고입니다. 남은 신고에 합쳐 주세요."), "receipt")
        if report.joined.exists():
            raise Refused("conflict", _("이 신고에 합쳐진 것이 있습니다. 저쪽을 이 신고에 합쳐 주세요."))
        if report.split_from_id is not None and report.split_from_id == target.pk:
            raise Refused("conflict", _("나눈 신고에는 합칠 수 없습니다."), "receipt")
        report.joined_to = target
        close(report, Report.Outcome.JOINED)
        record(by=by, type="reports.joined", subject=report.urn, data={"to": target.urn})
    return report


def report_unjoin(*, by: Viewer, id: UUID) -> Report:
    """They were two matters after all."""
    with transaction.atomic():
        report = locked(by, id)
        policy.must_work(by, report)
        if report.outcome != Report.Outcome.JOINED:
            raise Refused("conflict", _("합쳐진 신고가 아닙니다."))
        report.joined_to = None
        report.outcome = ""
        reopen(report, keep_officer=True)
        record(by=by, type="reports.unjoined", subject=report.urn)
    return report


def report_collaborate(*, by: Viewer, id: UUID, urn: str) -> Report:
    """Tie a report to a collaboration in which its body is; an empty `urn` unties it."""
    with transaction.atomic():
        report = locked(by, id)
        policy.must_work(by, report)
        if urn and urn not in {link.urn for link in own("collaboration", by)}:
            raise Refused("invalid", _("우리 기관이 함께하는 협업에서 골라 주세요."), "urn")
        if report.collaboration == urn:
            return report
        report.collaboration = urn
        report.save(update_fields=["collaboration"])
        record(by=by, type="reports.collaboration", subject=report.urn, data={"to": urn})
    return report


def report_withhold(*, by: Viewer, id: UUID, thing: str, reason: str, review_on: date | None) -> Visible:
    """Keep a report, or a word on it, to its body, with a reason of the law and a day to look again."""
    with transaction.atomic():
        report = locked(by, id)
        policy.must_work(by, report)
        found = _thing(report, thing)
        withhold(by=by, thing=found, level="body", reason=reason, review_on=review_on)
    return found


def report_open(*, by: Viewer, id: UUID, thing: str) -> Visible:
    """Public again."""
    with transaction.atomic():
        report = locked(by, id)
        policy.must_work(by, report)
        found = _thing(report, thing)
        if found.withheld is None:
            raise Refused("conflict", _("이미 공개되어 있습니다."))
        if found.withheld_by_body is not None and found.withheld_by_body == report.sender_id != by.body_id:
            raise Refused("not_allowed", _("회사가 가린 것은 회사만 다시 공개할 수 있습니다."))
        open_up(by=by, thing=found)
    return found


def _thing(report: Report, urn: str) -> Visible:
    if not urn or urn == report.urn:
        return report
    try:
        kind, id = parse(urn)
    except ValueError:
        kind, id = "", report.pk
    found = Word.objects.filter(report=report, pk=id).first() if kind == "report_word" else None
    if found is None:
        raise Refused("invalid", _("무엇을 가릴지 골라 주세요."), "thing")
    word: Visible = found
    return word
