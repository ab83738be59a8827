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

NEXT_STEPS = 4


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


def next_steps(viewer: Viewer, collaboration: Collaboration) -> list[DeskItem]:
    """What waits for the viewer's body in this one collaboration, soonest due first; where nothing does, the page on
    which its stage is lived. Empty for who does
    not act for a party."""
    acts = viewer.may_act_for(viewer.body_id) and parties.is_party(viewer, collaboration)
    if collaboration.settled_at is None or not acts:
        return []
    here = _page(collaboration)
    waiting = [item for part in parts() if part.desk for item in part.desk(viewer) if item.url.startswith(here)]
    if waiting:
        return sorted(waiting, key=lambda item: (item.due is None, str(item.due)))[:NEXT_STEPS]
    return list(_of_stage(viewer, collaboration))


def _of_stage(viewer: Viewer, collaboration: Collaboration) -> Iterator[DeskItem]:
    def step(title: str, name: str, why: str) -> DeskItem:
        return DeskItem(title=title, url=reverse(name, args=[collaboration.receipt]), kind="", why=why)

    if collaboration.stage == Stage.AGREEING:
        why = _("우리 기관이 지금 할 일은 없습니다. 모두 서명하면 함께 일하기 시작합니다.")
        yield step(_("협약 보기"), "agreement:page", why)
    elif collaboration.stage == Stage.WORKING:
        why = _("기한이 다가온 일이 없습니다. 할 일과 회의, 예산을 함께 살펴봐 주세요.")
        yield step(_("일터 보기"), "workspace:page", why)
    elif collaboration.stage == Stage.ENDED and viewer.may_act_for(collaboration.body_id):
        why = _("이룬 것과 배운 것을 더 적으면 다른 기관이 따라 하기 쉽습니다.")
        yield step(_("사례 고치기"), "closing:case", why)
    elif collaboration.stage == Stage.ENDED:
        why = _("무엇을 이루고 배웠는지, 지금도 이어지는지 함께 살펴봐 주세요.")
        yield step(_("마친 결과 보기"), "closing:page", why)


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
