from __future__ import annotations

import pytest

from dure.bodies.loader import load_bodies
from dure.bodies.models import Body


@pytest.fixture(scope="session")
def _table_loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """The whole table of bodies, loaded once for all tests of the session; tests roll back to it."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        load_bodies()


@pytest.fixture
def table(_table_loaded: None, db: None) -> None:
    """The table of bodies is in the database, also after a test with a live server has emptied it."""
    if not Body.objects.exists():
        load_bodies()
