"""bodies: who is who, and who acts for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.bodies import actions, desk, policy, queries, subscribers, telling
from dure.bodies.demo import demo
from dure.bodies.loader import folder, load_bodies
from dure.bodies.models import Body
from dure.core.links import Link, urn
from dure.core.rooms import Figure, Loader, MenuEntry, Noun, Progress, Room, Subscriber
from dure.core.viewer import Viewer


def resolve_bodies(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Body.objects.visible_to(viewer).filter(pk__in=ids)
    return {
        body.pk: Link(urn("body", body.pk), body.name, body.get_absolute_url(), str(body.get_kind_display()))
        for body in rows
    }


def load(progress: Progress) -> None:
    load_bodies(progress)


def version() -> str:
    """Changes whenever a file of the table does."""
    files = sorted(folder().glob("*.csv"))
    return "1-" + sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def figures(viewer: Viewer) -> Iterable[Figure]:
    """What the front page counts: bodies that are there today."""
    yield Figure(queries.find(viewer).count(), str(_("함께할 수 있는 기관")), reverse("bodies:index"))


ROOM = Room(
    name="bodies",
    floor=1,
    question=_("누가 누구이고, 누가 누구를 대신하나요?"),
    about=_(
        "지방자치단체, 중앙행정기관, 공공기관의 목록과 그 바뀐 내력을 두고, "
        "기업·대학·단체·주민 모임의 등록을 받습니다. "
        "사람이 어느 기관을 어떤 역할로 대신하는지, 기관의 시스템이 어떤 열쇠로 들어오는지도 여기서 정합니다."
    ),
    nouns=(
        Noun("기관", "body", "Body"),
        Noun("다른 이름", "alias", "BodyAlias"),
        Noun("기관의 바뀜", "succession", "BodySuccession"),
        Noun("기관 등록", "registration", "Registration"),
        Noun("소속", "membership", "Membership"),
        Noun("초대", "invitation", "Invitation"),
        Noun("소속 요청", "join request", "JoinRequest"),
        Noun("API 열쇠", "API key", "ApiKey"),
    ),
    verbs=tuple(actions.__all__),
    events_out=telling.EVENTS,
    describe=telling.describe,
    resolvers={"body": resolve_bodies},
    loaders=(Loader("bodies", _("기관 목록"), version(), load),),
    subscribers=(Subscriber("bodies.tell", subscribers.EVENTS, subscribers.tell),),
    menu=(
        MenuEntry(_("기관 찾기"), "bodies:index", where="main", order=60),
        MenuEntry(_("기관과 사람"), "bodies:desk", where="desk", order=80, shown=lambda v: v.is_official or v.operator),
        MenuEntry(_("내 소속과 신청"), "bodies:mine", where="footer", order=60),
        MenuEntry(_("API 설명"), "api:docs", where="footer", order=90),
    ),
    desk=desk.waiting,
    figures=figures,
    demo=demo,
    second_factor=policy.needs_second_factor,
)
