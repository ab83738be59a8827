"""Who sees what: the query says the same as a plain reading of the rules, for random things and viewers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Attachment, Audience, Blob, Event, Person, Withholding
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import (
    LONGEST,
    Level,
    Reason,
    Visible,
    Withheld,
    check_withholding,
    open_up,
    reveal,
    reviews_due,
    withheld_fields,
    withhold,
)

BODIES = [UUID(int=n) for n in (1, 2, 3)]
PEOPLE = [UUID(int=n) for n in (11, 12, 13)]
TODAY = clock.today()

with isolate_apps("tests.core"):

    class Box(Visible):
        """A thing with everything: owner, author, circle; a draft is its author's alone."""

        id = models.UUIDField(primary_key=True, default=uuid7)
        body_id = models.UUIDField(null=True)
        person_id = models.UUIDField(null=True)
        circle = models.UUIDField()
        draft = models.BooleanField(default=False)

        urn_kind = "box"
        visible_owner = "body_id"
        visible_author = "person_id"
        visible_circle = "circle"

        class Meta(Visible.Meta):
            app_label = "core"
            db_table = "test_box"

        @classmethod
        def always_q(cls, viewer: Viewer, prefix: str) -> models.Q:
            q = models.Q(**{f"{prefix}draft": False})
            return q | models.Q(**{f"{prefix}person_id": viewer.person_id}) if viewer.person_id else q

    class Leaf(Visible):
        """A thing inside a box, with another owner and author, of the box's circle; the box's people read it, too."""

        id = models.UUIDField(primary_key=True, default=uuid7)
        box = models.ForeignKey(Box, on_delete=models.CASCADE, related_name="leaves")
        body_id = models.UUIDField(null=True)
        person_id = models.UUIDField(null=True)

        urn_kind = "leaf"
        visible_owner = "body_id"
        visible_author = "person_id"
        visible_circle = "box__circle"
        visible_container = "box"
        visible_people = "box_id"

        class Meta(Visible.Meta):
            app_label = "core"
            db_table = "test_leaf"


@pytest.fixture
def tables(transactional_db: None) -> Iterator[None]:
    """Tables of the two models, made and dropped around one test."""
    with connection.schema_editor() as editor:
        editor.create_model(Box)
        editor.create_model(Leaf)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Leaf)
        editor.delete_model(Box)


@dataclass(frozen=True)
class Made:
    """What was drawn for one thing."""

    level: str
    owner: UUID | None
    author: UUID | None
    by_person: UUID | None
    named_bodies: frozenset[UUID]
    named_people: frozenset[UUID]
    draft: bool = False


levels = st.sampled_from([*Level.values, Level.PUBLIC])
body = st.sampled_from(BODIES)
someone = st.sampled_from(PEOPLE)
things = st.builds(
    Made,
    level=levels,
    owner=st.none() | body,
    author=st.none() | someone,
    by_person=st.none() | someone,
    named_bodies=st.frozensets(body, max_size=2),
    named_people=st.frozensets(someone, max_size=2),
    draft=st.booleans(),
)
viewers = st.one_of(
    st.just(Viewer.anonymous()),
    st.just(Viewer.link("dure:box:1")),
    st.builds(Viewer.person, someone),
    st.builds(Viewer.person, someone, body, st.sampled_from(["head", "officer", "reader"])),
    st.builds(Viewer.system, body, st.frozensets(st.sampled_from(["read", "write"])), st.just(uuid4())),
)


def readable(made: Made, viewer: Viewer, partners: frozenset[UUID], people: frozenset[UUID] = frozenset()) -> bool:
    """The level alone, read from architecture.md: public; else those it is open to."""
    reads_for = viewer.body_id if viewer.kind == "person" or "read" in viewer.scopes else None
    mine = viewer.person_id is not None and made.author == viewer.person_id
    owners = reads_for is not None and made.owner == reads_for
    if made.level == "public" or mine:
        return True
    if made.level == "partners":
        return owners or reads_for in partners or viewer.person_id in people
    if made.level == "body":
        return owners
    decided = viewer.person_id is not None and made.by_person == viewer.person_id
    return decided or viewer.person_id in made.named_people or reads_for in made.named_bodies


def placed(made: Made, viewer: Viewer) -> bool:
    return not made.draft or (viewer.person_id is not None and made.author == viewer.person_id)


def values(made: Made) -> dict[str, Any]:
    given = {"visibility": made.level, "body_id": made.owner, "person_id": made.author}
    if made.level != "public":
        given |= {
            "withheld_reason": "deliberation",
            "review_on": TODAY + timedelta(days=3),
            "withheld_at": clock.now(),
            "withheld_by_person": made.by_person,
        }
    return given


def name(thing: UUID, made: Made) -> None:
    for kind, ids in (("body_id", made.named_bodies), ("person_id", made.named_people)):
        for id in ids:
            Audience.objects.create(subject=thing, kind="named", **{kind: id})


class Undo(Exception):
    pass


def undone(function: Callable[[], None]) -> None:
    """Runs it in a transaction that is taken back: each example begins with empty tables."""
    try:
        with transaction.atomic():
            function()
            raise Undo
    except Undo:
        pass


@settings(max_examples=100)
@given(
    boxes=st.lists(
        st.tuples(
            things, st.frozensets(body, max_size=2), st.frozensets(someone, max_size=2), st.lists(things, max_size=3)
        ),
        max_size=3,
    ),
    viewer=viewers,
)
def test_the_query_and_the_rules_agree(
    boxes: list[tuple[Made, frozenset[UUID], frozenset[UUID], list[Made]]], viewer: Viewer, tables: None
) -> None:
    def check() -> None:
        expected: dict[str, set[UUID]] = {"box": set(), "box withheld": set(), "leaf": set(), "leaf withheld": set()}
        for made, partners, people, leaves in boxes:
            circle = uuid7()
            for partner in partners:
                Audience.objects.create(subject=circle, kind="partner", body_id=partner)
            box = Box.objects.create(circle=circle, draft=made.draft, **values(made))
            name(box.pk, made)
            for helper in people:
                Audience.objects.create(subject=box.pk, kind="partner", person_id=helper)
            seen = placed(made, viewer) and readable(made, viewer, partners)
            if placed(made, viewer):
                expected["box" if seen else "box withheld"].add(box.pk)
            for inner in leaves:
                leaf = Leaf.objects.create(box=box, **values(inner))
                name(leaf.pk, inner)
                if seen:
                    expected["leaf" if readable(inner, viewer, partners, people) else "leaf withheld"].add(leaf.pk)
        for kind, model in (("box", Box), ("leaf", Leaf)):
            visible = list(model.objects.visible_to(viewer).values_list("pk", flat=True))
            hidden = list(model.objects.withheld_from(viewer).values_list("pk", flat=True))
            knowable = list(model.objects.knowable_to(viewer).values_list("pk", flat=True))
            assert sorted(visible) == sorted(expected[kind]), "no row twice, none too many, none missing"
            assert sorted(hidden) == sorted(expected[f"{kind} withheld"])
            assert sorted(knowable) == sorted([*visible, *hidden])
            for row in model.objects.withheld_from(viewer):
                assert row.withheld is not None

    undone(check)


@pytest.mark.parametrize(
    ("level", "reason", "days", "field"),
    [
        ("public", "personal", 30, "visibility"),
        ("nobody", "personal", 30, "visibility"),
        ("body", "", 30, "withheld_reason"),
        ("body", "because", 30, "withheld_reason"),
        ("body", "personal", 0, "review_on"),
        ("body", "personal", None, "review_on"),
        ("body", "personal", LONGEST.days + 1, "review_on"),
    ],
)
def test_withholding_needs_level_reason_and_date(level: str, reason: str, days: int | None, field: str) -> None:
    with pytest.raises(Refused) as no:
        check_withholding(level, reason, None if days is None else clock.today() + timedelta(days=days))
    assert (no.value.code, no.value.field) == ("invalid", field)


@pytest.fixture
def file(person: Person) -> Attachment:
    blob = Blob.objects.create(sha256="0" * 64, size=1, media_type="text/plain")
    return Attachment.objects.create(
        subject=f"dure:person:{person.pk}", circle=uuid4(), blob=blob, name="a.txt", person=person, body_id=BODIES[0]
    )


def test_withholding_says_who_why_and_until_when_and_is_undone(file: Attachment, person: Person) -> None:
    by = Viewer.person(person.pk, BODIES[0], "officer")
    on = clock.today() + timedelta(days=30)
    with pytest.raises(Refused):
        withhold(by=by, thing=file, level="named", reason="personal", review_on=on)
    withhold(by=by, thing=file, level="named", reason="personal", review_on=on, named_bodies=[BODIES[1]])
    file.refresh_from_db()
    assert file.withheld == Withheld("named", "personal", on, BODIES[0], clock.today())
    assert file.withheld.as_dict()["reason_text"] == "개인정보"
    partner = Viewer.person(PEOPLE[0], BODIES[1], "reader")
    assert Attachment.objects.visible_to(partner).exists()
    assert not Attachment.objects.visible_to(Viewer()).exists()
    withhold(by=by, thing=file, level="named", reason="personal", review_on=on, named_people=[PEOPLE[1]])
    assert not Attachment.objects.visible_to(partner).exists(), "a new decision replaces the old names"
    assert [thing.pk for thing in reviews_due(by, on)] == [file.pk]
    assert reviews_due(by, on - timedelta(days=1)) == []
    assert reviews_due(Viewer.person(person.pk), on) == []
    open_up(by=by, thing=file)
    file.refresh_from_db()
    assert file.withheld is None
    assert Attachment.objects.visible_to(Viewer()).exists()
    assert not Audience.objects.filter(kind="named").exists()
    assert list(Event.objects.order_by("seq").values_list("type", flat=True)) == [
        "core.withheld",
        "core.withheld",
        "core.opened",
    ]


@pytest.mark.parametrize(
    "broken", [{"visibility": "body"}, {"withheld_reason": "personal"}, {"review_on": date(2030, 1, 1)}]
)
def test_the_database_itself_refuses_half_a_withholding(file: Attachment, broken: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=file.pk).update(**broken)


def test_one_field_is_withheld_and_the_rest_stays(file: Attachment, person: Person) -> None:
    row = Withholding.objects.create(
        subject=file.pk,
        subject_urn=file.urn,
        field="note",
        owner_body_id=BODIES[0],
        visibility="body",
        withheld_reason=Reason.TRADE_SECRET,
        withheld_at=clock.now(),
        review_on=clock.today(),
    )
    file.note = "값"
    for viewer in (Viewer(), Viewer.person(PEOPLE[0]), Viewer.person(PEOPLE[0], BODIES[1], "head")):
        shown = reveal([file], ["name", "note"], viewer)[file.pk]
        assert shown["name"] == "a.txt"
        assert shown["note"] == row.withheld
        assert "값" not in str(shown)
    inside = Viewer.person(PEOPLE[0], BODIES[0], "reader")
    assert reveal([file], ["name", "note"], inside)[file.pk] == {"name": "a.txt", "note": "값"}
    assert withheld_fields([file.pk], inside) == {}
