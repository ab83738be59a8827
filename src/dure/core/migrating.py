"""Making many tables at once in a migration.

Django shows each operation the state of all models as it is at that moment, and so builds every related model anew
after each new table: the time to set up an empty database grows with the square of the number of tables. Tables that
are made one right after the other need that only once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


def together(operations: Sequence[Operation]) -> list[Operation]:
    """The same operations, with those that follow each other in making tables taken as one."""
    found: list[Operation] = []
    for makes_tables, group in groupby(operations, lambda operation: type(operation) is CreateModel):
        alike = list(group)
        found += [CreateTogether(alike)] if makes_tables else alike
    return found


class CreateTogether(Operation):
    """Tables of one app, each of which may point to those before it; undone in the opposite order."""

    def __init__(self, models: list[Any]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        apps = state.__dict__.pop("apps", None)  # as long as nothing is built, nothing is built anew
        for model in self.models:
            model.state_forwards(app_label, state)
        if apps is not None:
            state.__dict__["apps"] = apps
            state.reload_models([(app_label, model.name_lower) for model in self.models], delay=False)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {', '.join(model.name for model in self.models)}"

    def references_model(self, name: str, app_label: str) -> bool:
        return any(model.references_model(name, app_label) for model in self.models)
