"""What is withheld appears through no door: page, search, export, feed, API, stream, mail, notice, link, timeline."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dure.collaboration import actions
from dure.collaboration.models import Call, Collaboration
from dure.core import clock, follow
from dure.core.events import deliver_due
from dure.core.ids import uuid7
from dure.core.links import resolve
from dure.core.models import Attachment, Event, Message, Notice
from dure.core.outbox import send_due
from dure.core.viewer import Viewer
from tests.collaboration.world import World, client_of, make_world

NOBODY = Viewer.anonymous()
LEVELS = st.sampled_from(["public", "partners", "body"])
VIEWERS = ("nobody", "citizen", "asker", "offerer", "invited", "stranger")


@dataclass
class Secrets:
    """Each thing's unmistakable words, and who may read them: {words: names of viewers}."""

    may: dict[str, set[str]] = field(default_factory=dict)

    def add(self, words: str, level: str, *, owner: set[str], partners: set[str]) -> None:
        allowed = {"public": set(VIEWERS), "partners": owner | partners, "body": owner}
        self.may[words] = allowed[level]


def decision(level: str) -> dict[str, Any]:
    return {"level": level, "reason": "deliberation", "review_on": clock.today() + timedelta(days=30)}


def words(name: str, scene: str) -> str:
    """Two words for one thing of one scene, so that searching for the first must not bring the second."""
    return f"{name}{scene}하나 {name}{scene}두울비밀"


def second(text: str) -> str:
    return text.split()[1]


class Scene:
    def __init__(self, levels: dict[str, str]) -> None:
        self.world: World = make_world()
        self.mark = uuid7().hex[-8:]
        self.viewers = {
            "nobody": NOBODY,
            "citizen": self.world.citizen,
            "asker": self.world.asker,
            "offerer": self.world.offerer,
            "invited": self.world.other,
            "stranger": make_world().offerer,
        }
        self.secrets = Secrets()
        self.call = self._call(levels)
        self._offer(levels["offer"])
        self._opinion(levels["opinion"])
        self._file(levels["file"])

    def _call(self, levels: dict[str, str]) -> Collaboration:
        lines = {"brings", "lacks"}
        texts: dict[str, Any] = {
            name: words(name, self.mark) for name in ("problem", "for_whom", "goal", "place", "brings", "lacks")
        }
        fields = {n: [{"resource": "people", "text": t}] if n in lines else t for n, t in texts.items()}
        draft = self.world.draft(**fields)
        for name, text in texts.items():
            level = levels[name]
            self.secrets.add(text, level, owner={"asker"}, partners={"invited"})
            if level != "public":
                actions.call_field_withhold(by=self.world.asker, id=draft.pk, part=name, **decision(level))
        call = actions.call_publish(by=self.world.asker, id=draft.pk)
        assert self.world.other.body_id
        actions.partner_invite(by=self.world.asker, id=call.pk, body_id=self.world.other.body_id, reason="가까워서")
        for viewer in ("nobody", "citizen", "stranger"):
            self._follow(viewer, call)
        goal = f"옛목표{self.mark} " + texts["goal"]
        self.secrets.may[goal.split()[0]] = self.secrets.may[texts["goal"]]
        actions.call_save(by=self.world.asker, id=call.pk, fields={"goal": goal})
        actions.call_save(by=self.world.asker, id=call.pk, fields={"goal": texts["goal"]})
        return call

    def _follow(self, name: str, call: Collaboration) -> None:
        viewer = self.viewers[name]
        if viewer.is_person:
            follow.follow(by=viewer, subject=call.urn)

    def _offer(self, level: str) -> None:
        level = "partners" if level == "body" else level
        text = words("offer", self.mark)
        self.secrets.add(text, level, owner={"offerer"}, partners={"asker", "invited"})
        made = self.world.offer(self.call, what=text)
        if level != "public":
            actions.offer_withhold(by=self.world.offerer, id=made.pk, **decision(level))

    def _opinion(self, level: str) -> None:
        text = words("opinion", self.mark)
        self.secrets.add(text, level, owner={"offerer"}, partners={"asker", "invited"})
        narrow = None if level == "public" else decision(level)
        actions.opinion_say(by=self.world.offerer, id=self.call.pk, text=text, narrow=narrow)

    def _file(self, level: str) -> None:
        text = words("filenote", self.mark)
        self.secrets.add(text, level, owner={"asker"}, partners={"invited"})
        upload = SimpleUploadedFile("plan.txt", words("filetext", self.mark).encode(), "text/plain")
        self.secrets.may[words("filetext", self.mark)] = self.secrets.may[text]
        narrow = None if level == "public" else decision(level)
        actions.file_add(by=self.world.asker, id=self.call.pk, uploaded=upload, note=text, visibility=narrow)

    def forbidden(self, name: str) -> list[str]:
        return [second(text) if " " in text else text for text, may in self.secrets.may.items() if name not in may]

    def allowed(self, name: str) -> list[str]:
        hidden = {"filetext", "옛목표"}
        return [
            second(text)
            for text, may in self.secrets.may.items()
            if name in may and " " in text and not any(text.startswith(one) for one in hidden)
        ]


def doors(scene: Scene, searched: list[str]) -> list[str]:
    """Every address under which the things of a call can be met; `searched` are first words of things to look for."""
    receipt = scene.call.receipt
    return [
        reverse("collaboration:page", args=[receipt]),
        reverse("collaboration:lines", args=[receipt]),
        reverse("collaboration:feed_one", args=[receipt]),
        reverse("collaboration:feed"),
        reverse("collaboration:list"),
        *(reverse("collaboration:list") + f"?state=all&q={word}" for word in searched),
        reverse("collaboration:export", args=["csv"]),
        reverse("web:home"),
        reverse("web:desk"),
        reverse("core:notices"),
        f"/api/v1/collaborations/{receipt}",
        f"/api/v1/collaborations/{receipt}/timeline",
        f"/api/v1/collaborations/{receipt}/opinions",
        f"/api/v1/collaborations/{receipt}/offers",
        "/api/v1/collaborations",
        *(reverse("core:file", args=[row.pk, row.name]) for row in Attachment.objects.all()),
    ]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_withheld_things_appear_nowhere_for_outsiders(data: st.DataObject) -> None:
    names = [*(part for part in Call.PARTS if part != "term"), "offer", "opinion", "file"]
    levels = {name: data.draw(LEVELS, label=name) for name in names}
    scene = Scene(levels)
    while deliver_due():
        pass
    while send_due():
        pass
    for name, viewer in scene.viewers.items():
        client = client_of(viewer)
        forbidden = scene.forbidden(name)
        searched = [text.split()[0] for text, may in scene.secrets.may.items() if " " in text and name not in may]
        for address in doors(scene, searched):
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = body.decode("utf-8", "replace") + json.dumps(str(answer.headers))
            leaked = [one for one in forbidden if one in text]
            assert not leaked, f"{name} reads {leaked} at {address} with {levels}"
        page = client.get(doors(scene, [])[0]).content.decode()
        missing = [one for one in scene.allowed(name) if one not in page]
        assert not missing, f"{name} does not find {missing} with {levels}"
        links = str(resolve({e.thing for e in Event.objects.exclude(thing="")}, viewer))
        assert not [one for one in forbidden if one in links]
    outside = scene.forbidden("nobody")
    letters = " ".join(f"{m.subject} {m.text} {m.headers}" for m in Message.objects.all())
    assert not [one for one in outside if one in letters]
    assert Notice.objects.exists()
    stored = json.dumps([event.data for event in Event.objects.all()])
    assert "비밀" not in stored
