"""A small world for the tests of this room: bodies with officers, a citizen, and a published call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client

from dure.bodies.models import Body, Membership
from dure.collaboration import actions
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Person
from dure.core.viewer import Viewer

COMPLETE: dict[str, Any] = {
    "title": "두 군이 통근버스를 함께 굴립니다",
    "problem": "경계를 넘는 통근 길에 버스가 없습니다.",
    "for_whom": "출퇴근하는 주민",
    "goal": "하루 네 번 다니게 합니다.",
    "field": "생활/편의",
    "target": "external",
    "place": "북쪽 산업단지",
    "brings": [{"resource": "budget", "text": "연 2억 원"}],
    "lacks": [{"resource": "equipment", "text": "버스 4대"}, {"resource": "people", "text": "운전기사 6명"}],
}


@dataclass
class World:
    """`asker` and `offerer` are officers of two bodies, `other` of a third; `citizen` belongs to none."""

    asker: Viewer
    offerer: Viewer
    other: Viewer
    citizen: Viewer

    def draft(self, **fields: Any) -> Collaboration:
        until = clock.today() + timedelta(days=30)
        return actions.call_save(by=self.asker, id=uuid7(), fields={"join_until": until, **COMPLETE, **fields})

    def call(self, **fields: Any) -> Collaboration:
        return actions.call_publish(by=self.asker, id=self.draft(**fields).pk)

    def together(self, *bodies: Viewer, stage: str = "agreeing", **fields: Any) -> Collaboration:
        """Partners are settled: the asker with those who act for other bodies (`offerer` and `other` where none is
        named). With `stage` working as if an agreement had been signed."""
        collaboration = self.call(**fields)
        for viewer in bodies or (self.offerer, self.other):
            texts = {"resource": "people", "what": "사람", "how_much": "2명", "available": "바로"}
            offer = actions.offer_make(by=viewer, id=collaboration.pk, fields=texts)
            actions.offer_take(by=self.asker, id=offer.pk)
        collaboration = actions.partners_settle(by=self.asker, id=collaboration.pk)
        if stage == "working":
            Collaboration.objects.filter(pk=collaboration.pk).update(stage="working", working_at=clock.now())
            collaboration.refresh_from_db()
        return collaboration

    def offer(self, collaboration: Collaboration, **fields: Any) -> Any:
        texts = {"resource": "equipment", "what": "버스 2대", "how_much": "2대", "available": "내년부터", **fields}
        return actions.offer_make(by=self.offerer, id=collaboration.pk, fields=texts)


def person(name: str) -> Person:
    return Person.objects.create_user(f"{uuid7()}@test.example", "a long pass phrase 77", name=name)


def body(name: str, kind: str = "sigungu", code: str = "") -> Body:
    id = uuid7()
    return Body.objects.create(
        pk=id, kind=kind, name_ko=name, full_name_ko=name, slug=f"t-{id}", search_text=name, code=code
    )


def officer(of: Body, name: str, role: str = "officer") -> Viewer:
    someone = person(name)
    Membership.objects.create(person=someone, body=of, role=role)
    return Viewer.person(someone.pk, of.pk, role)  # type: ignore[arg-type]


def make_world() -> World:
    return World(
        asker=officer(body("가람군"), "김담당"),
        offerer=officer(body("나루군"), "이담당"),
        other=officer(body("다솜 협동조합", "company"), "박이사"),
        citizen=Viewer.person(person("최주민").pk),
    )


def ids(rows: Any) -> list[UUID]:
    return [row.pk for row in rows]


def client_of(viewer: Viewer) -> Client:
    """A browser in which that viewer is signed in with a second factor and acts for the body."""
    client = Client()
    if viewer.person_id is None:
        return client
    client.force_login(Person.objects.get(pk=viewer.person_id), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
    session["account_authentication_methods_user"] = str(viewer.person_id)
    if viewer.body_id:
        row = Membership.objects.get(person=viewer.person_id, body=viewer.body_id, ended_at=None)
        session["acting_for"] = str(row.pk)
    session.save()
    return client
