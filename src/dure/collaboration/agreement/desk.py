"""What an agreement asks of a body's officers: 오늘의 일."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.collaboration.agreement.models import Agreement, AgreementSignature, AgreementVersion
from dure.collaboration.agreement.queries import SOON
from dure.collaboration.models import TOGETHER, Stage
from dure.collaboration.parties import together_with
from dure.core import clock
from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer


def desk_items(viewer: Viewer) -> Iterator[DeskItem]:
    """Agreements to begin, to finish, to sign, to renew."""
    if viewer.body_id is None:
        return
    mine = together_with(viewer.body_id).filter(stage__in=TOGETHER)
    for row in mine.filter(stage=Stage.AGREEING, agreement=None).select_related("call").order_by("settled_at"):
        yield DeskItem(
            title=row.call.title,
            url=reverse("agreement:page", args=[row.receipt]),
            kind=_("협약"),
            state=_("아직 쓰지 않음"),
            why=_("함께할 기관이 정해졌습니다. 협약을 쓰기 시작해 주세요."),
            since=row.settled_at,
        )
    signed = AgreementSignature.objects.filter(body_id=viewer.body_id).values("version")
    versions = AgreementVersion.objects.filter(agreement__collaboration__in=mine, state__in=["draft", "proposed"])
    for version in (
        versions.exclude(pk__in=signed).select_related("agreement__collaboration__call").order_by("created_at")
    ):
        proposed = version.state == AgreementVersion.State.PROPOSED
        yield DeskItem(
            title=version.agreement.collaboration.call.title,
            url=reverse("agreement:page", args=[version.agreement.collaboration.receipt]),
            kind=_("협약"),
            state=str(version.get_state_display()),
            why=_("우리 기관의 서명이 남았습니다.") if proposed else _("협약의 글을 함께 고치는 중입니다."),
            since=version.proposed_at or version.changed_at,
        )
    ending = Agreement.objects.filter(collaboration__in=mine).select_related("collaboration__call")
    soon = ending.filter(state=Agreement.State.IN_FORCE, ends_on__lte=clock.today() + SOON)
    for agreement in soon.order_by("ends_on"):
        yield DeskItem(
            title=agreement.collaboration.call.title,
            url=reverse("agreement:page", args=[agreement.collaboration.receipt]),
            kind=_("협약 기간"),
            state=_("곧 끝남"),
            why=_("갱신하거나 마칠 준비를 해 주세요."),
            due=agreement.ends_on,
        )
    for agreement in ending.filter(state=Agreement.State.LAPSED).order_by("ends_on"):
        yield DeskItem(
            title=agreement.collaboration.call.title,
            url=reverse("agreement:page", args=[agreement.collaboration.receipt]),
            kind=_("협약 기간"),
            state=str(agreement.get_state_display()),
            why=_("갱신하거나 협업을 마쳐 주세요."),
            due=agreement.ends_on,
        )
