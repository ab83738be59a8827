from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from dure.bodies.loader import load_bodies
from dure.collaboration.library.loading import load_cases


@pytest.fixture(scope="package")
def _library(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The study's cases and the table of bodies, loaded once for this folder and taken back at its end."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            load_bodies()
            load_cases(lambda done, total, what: None)
            yield
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


@pytest.fixture
def library(_library: None, db: None) -> None:
    """The whole library is in the database."""
