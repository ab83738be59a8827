"""What waits for a party's officers: proposals to vote on, and answers to those that want to take their body in."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.collaboration import parties
from dure.collaboration.decisions.models import Admission, Proposal
from dure.collaboration.decisions.policy import PART
from dure.core import clock
from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer


def desk(viewer: Viewer) -> Iterable[DeskItem]:
    """Open proposals on which the viewer's body has not voted, the first deadline first."""
    assert viewer.body_id
    rows = Proposal.objects.visible_to(viewer).filter(
        state=Proposal.State.OPEN,
        deadline__gt=clock.now(),
        collaboration__in=parties.together_with(viewer.body_id),
    )
    rows = rows.exclude(votes__body_id=viewer.body_id).select_related("collaboration", "body")
    for row in rows.order_by("deadline", "pk"):
        if PART in row.collaboration.paused:
            continue
        yield DeskItem(
            title=row.title,
            url=row.get_absolute_url(),
            kind=_("안건"),
            state=_("뜻을 밝히지 않음"),
            why=_("올린 기관: %(body)s") % {"body": row.body.name},
            due=row.deadline,
            since=row.created_at,
        )
    asked = Admission.objects.filter(body_id=viewer.body_id, state=Admission.State.ASKED)
    for one in asked.select_related("collaboration__call").order_by("created_at"):
        yield DeskItem(
            title=one.collaboration.call.title,
            url=reverse("decisions:admission", args=[one.collaboration.receipt, one.pk]),
            kind=_("함께하자는 청"),
            state=_("답을 기다림"),
            why=_("함께하는 기관들이 우리 기관과 함께하기로 정했습니다."),
            since=one.created_at,
        )
