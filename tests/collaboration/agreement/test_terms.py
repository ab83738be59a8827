"""Warnings, renewal by itself, what lapses and what is ended together, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dure.collaboration.agreement import actions, queries
from dure.collaboration.agreement.desk import desk_items
from dure.collaboration.agreement.effects import TERMINATE
from dure.collaboration.agreement.models import Agreement
from dure.collaboration.agreement.subscribers import TOLD, tell_the_parties
from dure.collaboration.agreement.terms import look_at_terms
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.events import deliver_due
from dure.core.models import Event, Notice
from dure.core.refused import Refused
from tests.collaboration.agreement.conftest import signed
from tests.collaboration.world import World, client_of

START = datetime(2027, 1, 4, 3, tzinfo=clock.SEOUL)
CONTEXT: Any = SimpleNamespace(progress=lambda *args: None)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[date | datetime], None]:
    def move(to: date | datetime) -> None:
        moment = to if isinstance(to, datetime) else datetime(to.year, to.month, to.day, 9, tzinfo=clock.SEOUL)
        monkeypatch.setattr(clock, "now", lambda: moment)

    move(START)
    return move


def look() -> dict[str, Any]:
    return look_at_terms(CONTEXT)


def happened(name: str) -> int:
    return Event.objects.filter(type=f"collaboration.agreement.{name}").count()


def test_warnings_come_once_each_and_a_lapse_shows(world: World, at: Callable[..., None]) -> None:
    collaboration, _version = signed(world)
    end = START.date() + timedelta(days=364)
    for left, warned in ((181, 0), (180, 1), (179, 1), (90, 2), (30, 3), (29, 3), (0, 3)):
        at(end - timedelta(days=left))
        look()
        look()
        assert happened("ending") == warned, left
        assert queries.terms_in_force(collaboration)
    deliver_due(500)
    event = Event.objects.filter(type="collaboration.agreement.ending").latest("seq")
    assert Notice.objects.filter(event=event).count() == 3
    at(end + timedelta(days=1))
    assert queries.terms_in_force(collaboration) is None  # from midnight on, whether the job has run or not
    assert look() == {"warned": 0, "renewed": 0, "lapsed": 1}
    assert look()["lapsed"] == 0
    assert Agreement.objects.get().state == "lapsed"
    page = f"/collaborations/{collaboration.receipt}/"
    for address in (f"{page}agreement/", page, "/collaborations/?state=all", "/agreements/?state=lapsed"):
        assert "갱신" in Client().get(address).content.decode(), address
    assert [item for item in desk_items(world.asker) if "갱신하지 않음" in item.state]
    second = actions.agreement_revise(by=world.asker, id=collaboration.pk, kind="renewal")
    assert second.content["starts_on"] == (end + timedelta(days=1)).isoformat()
    second = actions.agreement_propose(by=world.asker, id=second.pk, edit=second.edit)
    for viewer in (world.asker, world.offerer, world.other):
        actions.agreement_sign(by=viewer, id=second.pk, sha256=second.sha256, signed_with="session")
    assert queries.terms_in_force(collaboration)


def test_a_job_that_comes_late_warns_once(world: World, at: Callable[..., None]) -> None:
    signed(world)
    at(START.date() + timedelta(days=364 - 40))
    look()
    assert Event.objects.get(type="collaboration.agreement.ending").data["days"] == 40


def test_it_renews_itself_unless_a_party_said_no_in_time(world: World, at: Callable[..., None]) -> None:
    collaboration, _version = signed(world, renewal="automatic", notice_days=60)
    end = START.date() + timedelta(days=364)
    at(end + timedelta(days=1))
    assert look()["renewed"] == 1
    agreement = Agreement.objects.get()
    assert (agreement.state, agreement.renewals, agreement.ends_on) == ("in_force", 1, end + timedelta(days=365))
    at(end + timedelta(days=365 - 59))
    with pytest.raises(Refused) as late:
        actions.renewal_refuse(by=world.other, id=collaboration.pk, reason="돈이 없습니다.")
    assert late.value.code == "conflict"
    at(end + timedelta(days=365 - 60))
    with pytest.raises(Refused) as silent:
        actions.renewal_refuse(by=world.other, id=collaboration.pk, reason=" ")
    assert silent.value.field == "reason"
    actions.renewal_refuse(by=world.other, id=collaboration.pk, reason="돈이 없습니다.")
    assert "돈이 없습니다." in Client().get(f"/collaborations/{collaboration.receipt}/agreement/").content.decode()
    at(end + timedelta(days=366))
    assert look()["lapsed"] == 1


def test_what_has_ended_is_not_looked_at(world: World, at: Callable[..., None]) -> None:
    signed(world)
    Collaboration.objects.update(stage="ended", outcome="done", ended_at=clock.now())
    at(START.date() + timedelta(days=400))
    assert look() == {"warned": 0, "renewed": 0, "lapsed": 0}


def test_a_carried_proposal_terminates(world: World, at: Callable[..., None]) -> None:
    with pytest.raises(Refused):
        TERMINATE.check(world.together(), {"reason": "까닭", "terms": ""})
    collaboration, version = signed(world)
    assert TERMINATE.form
    form = TERMINATE.form({"reason": "예산이 끊겼습니다.", "terms": "차량을 돌려줍니다."}, collaboration=collaboration)
    assert form.is_valid()
    data = TERMINATE.data(form)
    for wrong in ({"reason": " "}, {"reason": "가" * 40_000}, {"reason": "가", "terms": "가" * 40_000}):
        with pytest.raises(Refused):
            TERMINATE.check(collaboration, wrong)
    TERMINATE.check(collaboration, data)
    assert "예산이 끊겼습니다." in TERMINATE.words(data)
    TERMINATE.apply(world.asker, collaboration, data)
    assert queries.terms_in_force(collaboration) is None
    text = Client().get(f"/collaborations/{collaboration.receipt}/agreement/").content.decode()
    assert "차량을 돌려줍니다." in text
    version.refresh_from_db()
    assert version.state == "past"
    with pytest.raises(Refused):
        TERMINATE.check(collaboration, data)
    again = actions.agreement_revise(by=world.other, id=collaboration.pk)
    assert again.number == 2


def test_the_parties_are_told_but_not_who_did_it(world: World) -> None:
    collaboration = world.together()
    actions.agreement_compose(by=world.asker, id=collaboration.pk)
    event = Event.objects.latest("seq")
    assert event.type in TOLD
    tell_the_parties(event)
    people = set(Notice.objects.filter(event=event).values_list("person_id", flat=True))
    assert people == {world.offerer.person_id, world.other.person_id}


def test_the_desk_says_what_waits(world: World) -> None:
    collaboration = world.together()
    assert [item.state for item in desk_items(world.other)] == ["아직 쓰지 않음"]
    from tests.collaboration.agreement.conftest import proposed, sign

    version = proposed(world, collaboration)
    assert [item.why for item in desk_items(world.other)] == ["우리 기관의 서명이 남았습니다."]
    sign(version, world.other)
    assert not list(desk_items(world.other))


def test_a_checked_file_is_found_again(world: World) -> None:
    _collaboration, version = signed(world)
    data = queries.sealed_file(version)
    said = Client().post("/agreements/verify/", {"file": SimpleUploadedFile("a.json", data)}).content.decode()
    assert "바뀌지 않았습니다" in said
    assert "여기에 있는 협약과 같은 글입니다" in said
    changed = data.replace("통근버스".encode(), "통근버쓰".encode(), 1)
    said = Client().post("/agreements/verify/", {"file": SimpleUploadedFile("a.json", changed)}).content.decode()
    assert "협약의 글이 바뀌었습니다" in said
    said = client_of(world.asker).post("/agreements/verify/", {"code": str(version.code).lower()}).content.decode()
    assert "여기에 있는 협약입니다" in said
