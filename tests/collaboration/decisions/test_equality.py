"""No party stands above another: none decides alone, none reads more; also where its body is the parent, the province
or the ministry of the others.

The walks take every action and every address there is, also those of parts that were built later: what an unknown
one wants is guessed from the names and types of what it takes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from itertools import product
from pkgutil import walk_packages
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import get_resolver, reverse

import dure.collaboration
from dure.bodies.models import Body
from dure.collaboration import actions as room
from dure.collaboration.decisions import actions
from dure.collaboration.decisions.effects import names
from dure.collaboration.decisions.jobs import watch
from dure.collaboration.decisions.models import Admission, Proposal
from dure.collaboration.models import Collaboration, Offer, Opinion, Party
from dure.collaboration.pages.inside import tab_items
from dure.collaboration.room import ROOM
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Attachment, Withholding
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import visible_models
from tests.collaboration.decisions.conftest import Clock
from tests.collaboration.world import World, body, client_of, officer

KEPT = timedelta(days=30)


class Equals:
    """A ministry, a county below it, a company and a residents' group, with things of each of them, some for the
    parties only; `asked_by` is the one of them that asked."""

    def __init__(self, asked_by: str) -> None:
        centre, county, firm = body("함께부", "central"), body("가람군"), body("다솜", "company")
        Body.objects.filter(pk__in=[county.pk, firm.pk]).update(parent=centre, province=centre)
        self.viewers = {
            "centre": officer(centre, "김사무관", "head"),
            "county": officer(county, "이담당"),
            "firm": officer(firm, "박이사"),
            "people": officer(body("두물 모임", "residents"), "최대표"),
        }
        others = [viewer for name, viewer in self.viewers.items() if name != asked_by]
        world = World(self.viewers[asked_by], *others)
        self.together = world.together(*others)
        self.review_on = clock.today() + KEPT
        narrow = {"level": "partners", "reason": "deliberation", "review_on": self.review_on}
        self.ids: list[UUID] = [self.together.pk]
        for number, viewer in enumerate(self.viewers.values()):
            said = room.opinion_say(
                by=viewer, id=self.together.pk, text=f"의견 {number}", narrow=narrow if number else None
            )
            file = SimpleUploadedFile("a.txt", f"글 {number}".encode())
            kept = room.file_add(by=viewer, id=self.together.pk, uploaded=file, visibility=narrow if number else None)
            if viewer is self.viewers["firm"]:
                self.ids += [said.pk, kept.pk]
        self._decided(kind="withhold_part", data=self.withheld("place"))
        stranger = officer(body("한빛군"), "한담당")
        self._decided(kind="admit", data=names(Body.objects.get(pk=stranger.body_id)))
        firm_party = {**names(firm), "reason": "싫습니다"}
        for kind, data in (
            ("text", {}),
            ("withhold_part", self.withheld("goal")),
            ("open_part", {"part": "place"}),
            ("part", firm_party),
        ):
            made = self._propose("county", kind=kind, data=data)
            self.ids.append(made.pk)
        self._propose("firm", kind="text", data={}, narrow=narrow)
        self.ids += [
            Offer.objects.filter(collaboration=self.together).latest("created_at").pk,
            Party.objects.filter(collaboration=self.together).latest("joined_at").pk,
            Admission.objects.get().pk,
        ]

    def withheld(self, part: str) -> dict[str, str]:
        return {"part": part, "reason": "speculation", "review_on": self.review_on.isoformat()}

    def _propose(self, who: str, **more: Any) -> Proposal:
        fields = {"title": "함께 정해요", "text": "까닭이 있습니다.", **more}
        return actions.proposal_make(by=self.viewers[who], id=self.together.pk, **fields)

    def _decided(self, **more: Any) -> None:
        made = self._propose("county", **more)
        for viewer in self.viewers.values():
            actions.vote_cast(by=viewer, id=made.pk, choice="agree")

    def shared(self, actor: Viewer) -> dict[str, Any]:
        """All that no party may change alone: what `actor`'s own body answers for is left out."""
        now = Collaboration.objects.get(pk=self.together.pk)
        others = Party.objects.filter(collaboration=now, left_at=None).exclude(body_id=actor.body_id)
        held = Withholding.objects.filter(subject=now.pk).values_list("field", "visibility", "review_on")
        members = {viewer.body_id for viewer in self.viewers.values()} - {actor.body_id}
        found: dict[str, Any] = {
            "life": (now.stage, now.outcome, now.ended_at, now.visibility, now.settled_at),
            "parties": sorted(str(id) for id in others.values_list("body_id", flat=True)),
            "held": sorted(map(str, held)),
            "carried": Proposal.objects.filter(collaboration=now, state="carried").count(),
            "opinions": sorted(
                map(str, Opinion.objects.filter(body_id__in=members).values_list("pk", "state", "text"))
            ),
            "files": sorted(map(str, Attachment.objects.filter(body_id__in=members).values_list("pk", "removed_at"))),
        }
        for model in visible_models():
            if model._meta.app_label != "collaboration" or "collaboration" not in {f.name for f in model._meta.fields}:
                continue
            rows = model._default_manager.filter(collaboration=now)
            if model.visible_owner:
                rows = rows.exclude(**{model.visible_owner: actor.body_id})
            found[model.__name__] = sorted(map(str, rows.values_list("pk", "visibility")))
        return found


WHOLE = {"life", "parties", "held", "carried"}


def kept(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Nothing of it is changed or gone. A thing that the actor adds in the open takes nothing from anybody."""
    whole = all(before[name] == after[name] for name in WHOLE)
    return whole and all(set(before[name]) <= set(after[name]) for name in before.keys() - WHOLE)


@pytest.fixture(params=["centre", "county"])
def equals(request: pytest.FixtureRequest, db: None) -> Equals:
    return Equals(request.param)


@cache
def verbs() -> dict[str, Callable[..., Any]]:
    """Every action of the room and of its parts that somebody takes, by name."""
    found = {}
    for module in walk_packages(dure.collaboration.__path__, "dure.collaboration."):
        if "actions" in module.name.split("."):
            for name, value in vars(import_module(module.name)).items():
                if name in ROOM.verbs and "by" in inspect.signature(value).parameters:
                    found[name] = value
    return found


def guesses(name: str, kind: str, equals: Equals) -> list[Any]:
    """Values that might do the most harm for an argument of that name and annotation."""
    said = {
        "level": ["partners", "body"],
        "reason": ["trial"],
        "part": ["goal", "place"],
        "choice": ["agree"],
        "outcome": ["failed"],
        "fields": [{"title": "바꿈", "goal": "바꿈", "what": "바꿈", "text": "바꿈"}],
        "kind": ["part", "withhold_part", "close"],
        "data": [{"part": "goal", "reason": "trial", "review_on": equals.review_on.isoformat()}],
    }
    if name in said:
        return said[name]
    if "UUID" in kind:
        return [viewer.body_id for viewer in equals.viewers.values()] if "body" in name else equals.ids
    for word, value in (("date", equals.review_on), ("bool", True), ("int", 1), ("str", "까닭")):
        if word in kind:
            return [value]
    return [[]] if "Iterable" in kind or "Sequence" in kind else [{}]


def calls(act: Callable[..., Any], equals: Equals) -> Iterator[dict[str, Any]]:
    """Arguments for the action: every combination of the guesses for what it needs, and for what could do harm."""
    wanted = {}
    for name, parameter in inspect.signature(act).parameters.items():
        harmful = name in ("level", "reason", "review_on", "title")
        if name != "by" and (parameter.default is inspect.Parameter.empty or harmful):
            wanted[name] = guesses(name, str(parameter.annotation), equals)
    for values in product(*wanted.values()):
        yield dict(zip(wanted, values, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("equals", ["centre", "county"], indirect=True)
def test_no_action_lets_one_party_decide_for_the_others(equals: Equals) -> None:
    actor = equals.viewers["centre"]
    before, did, refused = equals.shared(actor), set(), set()
    for name, act in sorted(verbs().items()):
        for arguments in calls(act, equals):
            inspect.signature(act).bind(by=actor, **arguments)
            try:
                with transaction.atomic():
                    act(by=actor, **arguments)
                    did.add(name)
                    after = equals.shared(actor)
                    transaction.set_rollback(True)
            except Refused:
                refused.add(name)
                continue
            except (ArithmeticError, AssertionError, AttributeError, DatabaseError, LookupError, TypeError, ValueError):
                continue
            else:
                assert kept(before, after), f"{name}({arguments})"
    by_nobody = {"opinion_publish_confirmed", "citizen_rating_publish_confirmed", "task_remind"}
    assert set(ROOM.verbs) - set(verbs()) == by_nobody
    assert {"vote_cast", "proposal_make", "opinion_say", "party_leave"} <= did
    assert {"call_withdraw", "call_field_withhold", "call_field_open", "call_save", "opinion_withhold"} <= refused


POSTED = {
    "reason": "trial",
    "withheld_reason": "trial",
    "answer": "까닭",
    "text": "바꿈",
    "title": "바꿈",
    "level": "partners",
    "part": "goal",
    "choice": "agree",
    "accept": "1",
    "open": "1",
    "outcome": "failed",
    "body": "다솜",
}


def addresses(equals: Equals) -> Iterator[str]:
    """Every address below one collaboration, with each id in the place of each."""

    def below(resolver: Any, before: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            route = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from below(pattern, route)
            elif route.startswith(("collaborations/<str:receipt>/", "collaborations/ask/<uuid:id>/")):
                yield route

    for route in sorted(set(below(get_resolver(), ""))):
        address = "/" + route.replace("<str:receipt>", equals.together.receipt)
        for word in ("goal", "place") if "<slug:part>" in route else ("text",):
            filled = address.replace("<slug:part>", word).replace("<slug:kind>", word)
            if "<uuid:" not in filled:
                yield filled
                continue
            for id in equals.ids:
                yield "".join(str(id) if "uuid:" in bit else bit for bit in filled.replace(">", "<").split("<"))


@pytest.mark.slow
@pytest.mark.parametrize("equals", ["centre"], indirect=True)
def test_no_address_lets_one_party_decide_for_the_others(equals: Equals) -> None:
    actor = equals.viewers["centre"]
    client, before, changed = client_of(actor), equals.shared(actor), 0
    client.raise_request_exception = False
    posted = {**POSTED, "review_on": equals.review_on.isoformat()}
    for address in addresses(equals):
        point = transaction.savepoint()
        answer = client.post(address, posted)
        if answer.status_code < 400:
            changed += 1
            assert kept(before, equals.shared(actor)), address
        transaction.savepoint_rollback(point)
    assert changed > 5


def test_what_a_party_proposes_and_only_it_votes_for_falls(equals: Equals, later: Clock) -> None:
    actor = equals.viewers["centre"]
    firm = names(Body.objects.get(pk=equals.viewers["firm"].body_id))
    wanted = (
        ("text", {}),
        ("withhold_part", equals.withheld("goal")),
        ("open_part", {"part": "place"}),
        ("part", {**firm, "reason": "싫습니다"}),
    )
    before, mine = equals.shared(actor), []
    for kind, data in wanted:
        made = actions.proposal_make(by=actor, id=equals.together.pk, kind=kind, data=data, title="혼자", text="까닭")
        actions.vote_cast(by=actor, id=made.pk, choice="agree")
        mine.append(made.pk)
    later.shift(days=8)
    watch(type("Context", (), {"progress": lambda self, *said: None})())
    assert set(Proposal.objects.filter(pk__in=mine).values_list("state", flat=True)) == {"fallen"}
    assert kept(before, equals.shared(actor))


def test_all_parties_moderate_alike_and_none_what_another_said(equals: Equals) -> None:
    citizen = Viewer.person(officer(body("먼군"), "최주민").person_id)  # type: ignore[arg-type]
    for viewer in equals.viewers.values():
        said = room.opinion_say(by=citizen, id=equals.together.pk, text="나쁜 말")
        room.opinion_hide(by=viewer, id=said.pk, reason="욕설")
    theirs = room.opinion_say(by=equals.viewers["county"], id=equals.together.pk, text="우리 군의 뜻")
    for name in ("centre", "firm"):
        with pytest.raises(Refused):
            room.opinion_hide(by=equals.viewers[name], id=theirs.pk, reason="상급 기관의 뜻")
        with pytest.raises(Refused):
            room.opinion_withhold(
                by=equals.viewers[name], id=theirs.pk, level="partners", reason="trial", review_on=equals.review_on
            )


def test_nothing_is_kept_from_some_of_the_parties(equals: Equals) -> None:
    narrow = {"level": "body", "reason": "trial", "review_on": equals.review_on}
    by, id = equals.viewers["centre"], equals.together.pk
    file = SimpleUploadedFile("b.txt", "우리만".encode())
    said = room.opinion_say(by=by, id=id, text="우리 뜻")
    for act in (
        lambda: room.opinion_say(by=by, id=id, text="우리만", narrow=narrow),
        lambda: room.opinion_withhold(by=by, id=said.pk, **narrow),
        lambda: room.file_add(by=by, id=id, uploaded=file, visibility=narrow),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.field == "visibility"


def test_partners_are_not_settled_while_something_is_kept_from_them(world: World) -> None:
    call = world.call()
    how = {"level": "body", "reason": "trial", "review_on": clock.today() + KEPT}
    room.call_field_withhold(by=world.asker, id=call.pk, part="goal", **how)
    fields = {"resource": "people", "what": "사람", "how_much": "2명", "available": "바로"}
    offer = room.offer_make(by=world.other, id=call.pk, fields=fields)
    room.offer_take(by=world.asker, id=offer.pk)
    with pytest.raises(Refused) as refused:
        room.partners_settle(by=world.asker, id=call.pk)
    assert refused.value.code == "conflict"
    room.call_field_withhold(by=world.asker, id=call.pk, part="goal", **{**how, "level": "partners"})
    room.partners_settle(by=world.asker, id=call.pk)


class Main(HTMLParser):
    """What stands in the main block, without forms and what is marked as the acting body's own (`data-own`)."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "use", "wbr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.depth = self.own = 0
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.VOID:
            return
        names = {name for name, _value in attrs}
        if self.depth:
            self.depth += 1
            if not self.own and (tag == "form" or "data-own" in names):
                self.own = self.depth
        elif tag == "main":
            self.depth = 1
        href = dict(attrs).get("href")
        if self.depth and not self.own and href:
            self.found.append(href)

    def handle_endtag(self, tag: str) -> None:
        if self.depth and tag not in self.VOID:
            if self.own == self.depth:
                self.own = 0
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.depth and not self.own and data.strip():
            self.found.append(" ".join(data.split()))


@pytest.mark.slow
def test_a_private_and_a_public_party_read_the_same_on_every_page(equals: Equals) -> None:
    pages = [item["url"] for item in tab_items(equals.viewers["county"], equals.together, "")]
    open_ones = Proposal.objects.filter(collaboration=equals.together)
    pages += [reverse("decisions:proposal", args=[equals.together.receipt, one.pk]) for one in open_ones]
    read: dict[str, list[list[str]]] = {}
    for name, viewer in equals.viewers.items():
        client = client_of(viewer)
        read[name] = [Main(client.get(page).content.decode()).found for page in pages]
    for page, *seen in zip(pages, *read.values(), strict=True):
        for one in seen:
            assert one == seen[0], page
    whole = "".join(word for page in read["firm"] for word in page)
    assert "의견 2" in whole
    outside = "".join("".join(Main(Client().get(page).content.decode()).found) for page in pages)
    assert "의견 2" not in outside


def test_the_ids_of_the_walk_are_those_of_other_parties(equals: Equals) -> None:
    assert len(equals.ids) == len(set(equals.ids)) == 10
    assert uuid7() not in equals.ids
