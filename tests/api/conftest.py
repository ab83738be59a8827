from __future__ import annotations

from pathlib import Path

import pytest

from tests.bodies.conftest import _table_loaded, people, table

__all__ = ["_table_loaded", "people", "table"]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Schemathesis writes its tests when they are collected, which takes seconds: not where they are left out."""
    left_out = "not slow" in (config.option.markexpr or "")
    return True if left_out and collection_path.name == "test_schemathesis.py" else None
