from __future__ import annotations

from tests.bodies.conftest import _table_loaded, people, table

__all__ = ["_table_loaded", "people", "table"]
