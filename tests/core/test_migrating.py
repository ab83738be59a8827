from __future__ import annotations

import pytest
from django.db import connection, models
from django.db.migrations import AddField, CreateModel, Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from dure.core.migrating import CreateTogether, together

ID = ("id", models.BigAutoField(primary_key=True))


def operations() -> list[Operation]:
    """Tables that point to each other, to themselves and, by a field added later, back."""
    house = CreateModel("House", [ID, ("name", models.CharField(max_length=9))])
    room = CreateModel(
        "Room",
        [
            ID,
            ("house", models.ForeignKey("yard.House", models.CASCADE)),
            ("in_room", models.ForeignKey("self", models.CASCADE)),
        ],
        options={"constraints": [models.UniqueConstraint(fields=["house", "in_room"], name="one_in_each")]},
    )
    door = AddField("House", "door", models.ForeignKey("yard.Room", models.SET_NULL, null=True))
    key = CreateModel("Key", [ID, ("room", models.ForeignKey("yard.Room", models.CASCADE))])
    return [house, room, door, key]


def run(migration: Migration, *, rendered: bool) -> tuple[ProjectState, list[str]]:
    """State after it, and the SQL that leads there and back."""
    before = ProjectState()
    if rendered:
        assert before.apps is not None  # as the command `migrate` has it
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        after = migration.apply(before.clone(), editor)
        migration.unapply(before.clone(), editor)
    return after, editor.collected_sql


def migration_of(found: list[Operation]) -> Migration:
    migration = Migration("0001_initial", "yard")
    migration.operations = found
    return migration


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rendered", [False, True])
def test_the_tables_are_the_same_there_and_back(rendered: bool) -> None:
    tables = [one for one in operations() if isinstance(one, CreateModel)]
    one_by_one = run(migration_of(tables), rendered=rendered)
    at_once = run(migration_of(together(tables)), rendered=rendered)
    assert len(at_once[1]) >= 6
    assert at_once == one_by_one


def test_only_tables_that_follow_each_other_are_taken_together() -> None:
    found = together(operations())
    assert [type(one) for one in found] == [CreateTogether, AddField, CreateTogether]
    assert found[0].describe() == "Create House, Room"
    assert found[0].references_model("House", "yard")
    assert not found[0].references_model("Attic", "yard")


def test_the_state_is_the_same_and_every_model_knows_who_points_to_it() -> None:
    states = []
    for found in (operations(), together(operations())):
        state = ProjectState()
        assert state.apps is not None
        for operation in found:
            operation.state_forwards("yard", state)
        states.append(state)
        pointing = {one.name for one in state.apps.get_model("yard", "Room")._meta.related_objects}
        assert pointing == {"house", "room", "key"}
    assert states[0] == states[1]
