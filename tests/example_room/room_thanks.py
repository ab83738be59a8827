"""The example room's own tests. Not found by name: they need its settings, and test_example_room.py starts them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dure.bodies.models import Body
from dure.core import clock
from dure.core.events import timeline
from dure.core.links import resolve_one
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.thanks.actions import thanks_say, thanks_withhold
from dure.thanks.models import Thanks
from tests.collaboration.world import World, client_of, make_world

NOBODY = Viewer.anonymous()
TEXT = "밤길에 등을 달아 주셔서 고맙습니다"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def said(world: World) -> Thanks:
    return thanks_say(by=world.citizen, body_id=world.asker.body_id, text=TEXT)


def test_it_is_said_once_and_stands_on_the_bodys_timeline(world: World) -> None:
    thanks = said(world)
    assert Event.objects.filter(type="thanks.said", thing=thanks.urn).count() == 1
    assert [line.text for line in timeline(thanks.about, NOBODY)] == [f"고맙다는 말을 들었습니다: {TEXT}"]
    assert resolve_one(thanks.urn, NOBODY).title == TEXT


@pytest.mark.parametrize(("text", "code"), [(" ", "invalid"), ("010-2345-6789로 전화 주세요", "invalid")])
def test_what_is_refused_changes_nothing(world: World, text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        thanks_say(by=world.citizen, body_id=world.asker.body_id, text=text)
    assert (refused.value.code, refused.value.field) == (code, "text")
    assert not Thanks.objects.exists()
    assert not Event.objects.exists()


def test_nobody_in_particular_says_nothing(world: World) -> None:
    with pytest.raises(Refused) as refused:
        thanks_say(by=NOBODY, body_id=world.asker.body_id, text=TEXT)
    assert refused.value.code == "not_signed_in"


def test_what_is_withheld_is_seen_by_its_body_and_its_writer(world: World) -> None:
    thanks = said(world)
    decision = {"reason": "personal", "review_on": clock.today() + timedelta(days=30)}
    with pytest.raises(Refused):
        thanks_withhold(by=world.offerer, id=thanks.pk, **decision)
    thanks_withhold(by=world.asker, id=thanks.pk, **decision)
    who = {"asker": world.asker, "citizen": world.citizen, "offerer": world.offerer, "nobody": NOBODY}
    seen = {name for name, viewer in who.items() if Thanks.objects.visible_to(viewer).exists()}
    assert seen == {"asker", "citizen"}
    page = client_of(NOBODY).get(address(world)).content.decode()
    assert TEXT not in page
    assert "개인정보" in page
    assert TEXT not in str(timeline(thanks.about, NOBODY))


def test_its_page(world: World) -> None:
    client: Any = client_of(world.citizen)
    wrong = client.post(address(world), {"text": "제 번호는 010-2345-6789"})
    assert wrong.status_code == 422
    assert "제 번호는 010-2345-6789" in wrong.content.decode()
    assert client.post(address(world), {"text": TEXT}).status_code == 302
    assert TEXT in client_of(NOBODY).get(address(world)).content.decode()


def address(world: World) -> str:
    return f"/thanks/{Body.objects.get(pk=world.asker.body_id).slug}/"
