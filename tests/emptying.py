"""Takes out what a test has committed: only from the tables that hold something.

Django's flush empties every table there is, and then makes content types and permissions again. What stands in the
tables from their making, in the copy that every test database begins as, stays here.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

MADE_WITH_THE_TABLES = {"django_content_type", "auth_permission"}


def instead_of_flush(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: empty())


@cache
def tables() -> list[str]:
    return sorted(set(connection.introspection.django_table_names(only_existing=True)) - MADE_WITH_THE_TABLES)


def holding() -> list[str]:
    """The tables with rows."""
    quote = connection.ops.quote_name
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quote(name)})" for name in tables())
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for (name,) in cursor.fetchall()]


def empty() -> None:
    """Without looking whether one row needs another: none stays."""
    unlinked: Any = connection.constraint_checks_disabled() if connection.vendor == "sqlite" else transaction.atomic()
    with unlinked, transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        for name in holding():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
