"""What of this part waits for a body's officers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.collaboration.closing.models import (
    CaseRevision,
    CitizenRating,
    Handover,
    Indicator,
    IndicatorConfirmation,
    IndicatorSet,
    Measurement,
    Sustainability,
)
from dure.collaboration.models import TOGETHER, Case, Outcome, Party
from dure.collaboration.parties import together_with
from dure.core import clock
from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer

CASE_WAITS = timedelta(days=30)
"""How long a fresh case asks its owner to read and complete it"""


def desk_items(viewer: Viewer) -> Iterable[DeskItem]:
    yield from _rechecks(viewer)
    yield from _handovers(viewer)
    yield from _to_confirm(viewer)
    yield from _not_measured(viewer)
    yield from _cases(viewer)
    yield from _flagged(viewer)


def _rechecks(viewer: Viewer) -> Iterator[DeskItem]:
    rows = Sustainability.objects.filter(
        collaboration__in=together_with(_body(viewer)), due_on__lte=clock.today()
    ).exclude(collaboration__outcome=Outcome.FAILED)
    for row in rows.select_related("collaboration__call").order_by("due_on"):
        yield DeskItem(
            title=row.collaboration.call.title,
            url=reverse("closing:page", args=[row.collaboration.receipt]),
            kind=_("지속가능성 점검"),
            state=_("해마다 다시 보기"),
            why=_("마지막으로 점검한 지 1년이 지났습니다. 지금도 그런지 다시 보아 주세요."),
            due=row.due_on,
        )


def _handovers(viewer: Viewer) -> Iterator[DeskItem]:
    rows = Handover.objects.visible_to(viewer).filter(to_body_id=viewer.body_id, state=Handover.State.ASKED)
    for row in rows.select_related("collaboration__call").order_by("asked_at"):
        yield DeskItem(
            title=row.collaboration.call.title,
            url=row.get_absolute_url(),
            kind=_("이어받기"),
            state=_("답을 기다림"),
            why=row.reason,
            since=row.asked_at,
        )


def _to_confirm(viewer: Viewer) -> Iterator[DeskItem]:
    """Indicators that this party has not confirmed as they stand now."""
    mine = IndicatorConfirmation.objects.filter(
        indicators=OuterRef("pk"), version=OuterRef("version"), body_id=viewer.body_id
    )
    rows = IndicatorSet.objects.filter(
        ~Exists(mine),
        agreed_at=None,
        collaboration__in=together_with(_body(viewer)).filter(stage__in=TOGETHER),
        collaboration__indicators__dropped_at=None,
        collaboration__indicators__isnull=False,
    ).distinct()
    for row in rows.select_related("collaboration__call").order_by("pk"):
        yield DeskItem(
            title=row.collaboration.call.title,
            url=reverse("closing:evaluation", args=[row.collaboration.receipt]),
            kind=_("지표"),
            state=_("우리 기관의 확인을 기다림"),
        )


def _not_measured(viewer: Viewer) -> Iterator[DeskItem]:
    """Agreed indicators past their day that nobody measured from that day on."""
    measured = Measurement.objects.filter(indicator=OuterRef("pk"), corrected_at=None, on__gte=OuterRef("due_on"))
    rows = Indicator.objects.visible_to(viewer).filter(
        ~Exists(measured),
        dropped_at=None,
        due_on__lt=clock.today(),
        collaboration__in=together_with(_body(viewer)).filter(stage__in=TOGETHER),
        collaboration__indicator_set__agreed_at__isnull=False,
    )
    for row in rows.select_related("collaboration__call").order_by("due_on", "pk"):
        yield DeskItem(
            title=row.collaboration.call.title,
            url=row.get_absolute_url(),
            kind=_("지표"),
            state=_("재지 않음"),
            why=row.name,
            due=row.due_on,
        )


def _cases(viewer: Viewer) -> Iterator[DeskItem]:
    edited = CaseRevision.objects.filter(case=OuterRef("pk"))
    rows = Case.objects.visible_to(viewer).filter(
        ~Exists(edited),
        _kept_by(viewer),
        origin=Case.Origin.HERE,
        collaboration__ended_at__gt=clock.now() - CASE_WAITS,
    )
    for row in rows.select_related("collaboration").defer("depth", "terms"):
        assert row.collaboration
        yield DeskItem(
            title=row.name,
            url=reverse("closing:case", args=[row.collaboration.receipt]),
            kind=_("사례"),
            state=_("저절로 만들어짐"),
            why=_("사례 도서관에 실린 글을 읽고 모자란 것을 채워 주세요."),
            since=row.collaboration.ended_at,
        )


def _flagged(viewer: Viewer) -> Iterator[DeskItem]:
    rows = CitizenRating.objects.visible_to(viewer).filter(
        _kept_by(viewer), flagged_at__isnull=False, state=CitizenRating.State.PUBLISHED
    )
    for row in rows.select_related("collaboration__call").order_by("flagged_at"):
        yield DeskItem(
            title=row.collaboration.call.title,
            url=row.get_absolute_url(),
            kind=_("평가 살피기"),
            why=_("누군가 이 평가의 글을 살펴봐 달라고 알렸습니다."),
            since=row.flagged_at,
        )


def _kept_by(viewer: Viewer) -> Q:
    """Of collaborations that the viewer's body keeps (`policy.keepers`)."""
    owner = Party.objects.filter(
        collaboration=OuterRef("collaboration"), body_id=OuterRef("collaboration__body_id"), left_at=None
    )
    owns = Q(collaboration__body_id=viewer.body_id)
    return Q(owns | Q(~Exists(owner)), collaboration__in=together_with(_body(viewer)))


def _body(viewer: Viewer) -> UUID:
    assert viewer.body_id is not None
    return viewer.body_id
