"""What waits for a body's officers: 오늘의 일."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dure.collaboration import parties
from dure.collaboration.models import Collaboration, Invitation, Offer, OpinionFlag, Stage
from dure.collaboration.parts import parts
from dure.core import clock
from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer


def desk_items(viewer: Viewer) -> Iterable[DeskItem]:
    """Drafts, invitations, offers to look at, reported opinions and deadlines of the body the viewer acts for; before
    them what waits for the person alone."""
    for part in parts():
        if part.personal:
            yield from part.personal(viewer)
    if not viewer.may_act_for(viewer.body_id):
        return
    yield from _invitations(viewer)
    yield from _calls(viewer)
    yield from _flags(viewer)
    yield from _drafts(viewer)
    for part in parts():
        if part.desk:
            yield from part.desk(viewer)


def _page(collaboration: Collaboration, anchor: str = "") -> str:
    return reverse("collaboration:page", args=[collaboration.receipt]) + anchor


def _invitations(viewer: Viewer) -> Iterator[DeskItem]:
    rows = Invitation.objects.visible_to(viewer).filter(
        body_id=viewer.body_id, state=Invitation.State.SENT, collaboration__stage=Stage.ASKED
    )
    for row in rows.select_related("collaboration__call", "collaboration__body").order_by("created_at"):
        yield DeskItem(
            title=row.collaboration.call.title,
            url=_page(row.collaboration, "#invited"),
            kind=_("초대"),
            state=_("답을 기다림"),
            why=row.reason,
            due=row.collaboration.call.join_until,
            since=row.created_at,
        )


def _calls(viewer: Viewer) -> Iterator[DeskItem]:
    rows = Collaboration.objects.visible_to(viewer).filter(body_id=viewer.body_id, stage=Stage.ASKED)
    rows = rows.annotate(made=Count("offers", filter=Q(offers__state=Offer.State.MADE), distinct=True))
    today = clock.today()
    for row in rows.select_related("call").order_by("call__join_until", "pk"):
        over = row.call.join_until is not None and row.call.join_until < today
        if over:
            state = ngettext("마감됨 · 제안 %(n)d건", "마감됨 · 제안 %(n)d건", row.made)
        else:
            state = ngettext("제안 %(n)d건", "제안 %(n)d건", row.made)
        yield DeskItem(
            title=row.call.title,
            url=_page(row, "#offers"),
            kind=_("협업 요청"),
            state=state % {"n": row.made},
            why=_("제안에 답하고 함께할 기관을 정해 주세요. 더 받으려면 마감일을 늘려 주세요.") if over else "",
            due=row.call.join_until,
            since=row.asked_at,
        )


def _flags(viewer: Viewer) -> Iterator[DeskItem]:
    assert viewer.body_id
    asked = Q(opinion__collaboration__settled_at=None, opinion__collaboration__body_id=viewer.body_id)
    together = Q(
        opinion__collaboration__settled_at__isnull=False,
        opinion__collaboration__in=parties.together_with(viewer.body_id),
    )
    rows = OpinionFlag.objects.filter(asked | together, settled_at=None, opinion__state="published")
    for row in rows.select_related("opinion__collaboration__call").order_by("created_at"):
        yield DeskItem(
            title=row.opinion.collaboration.call.title,
            url=_page(row.opinion.collaboration, f"#opinion-{row.opinion_id}"),
            kind=_("의견 살피기"),
            state=str(row.get_why_display()),
            why=_("누군가 이 의견을 살펴봐 달라고 알렸습니다."),
            since=row.created_at,
        )


def _drafts(viewer: Viewer) -> Iterator[DeskItem]:
    rows = Collaboration.objects.visible_to(viewer).filter(body_id=viewer.body_id, stage=Stage.DRAFT)
    for row in rows.select_related("call").order_by("-changed_at"):
        yield DeskItem(
            title=row.call.title or _("제목 없는 요청"),
            url=reverse("collaboration:ask", args=[row.pk]),
            kind=_("쓰던 요청"),
            state=_("아직 올리지 않음"),
            since=row.changed_at,
        )
