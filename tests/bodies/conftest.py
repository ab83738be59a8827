from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from dure.bodies.loader import load_bodies
from dure.bodies.models import Body, BodySuccession, Membership
from dure.core import clock
from dure.core.models import Person, StaffSession
from dure.core.viewer import Viewer


@pytest.fixture(scope="module")
def _table_loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole table of bodies, loaded once for the tests of a file, which roll back to it, and taken out again."""
    with django_db_blocker.unblock():
        load_bodies()
    yield
    with django_db_blocker.unblock():
        BodySuccession.objects.all().delete()
        Body.objects.update(parent=None, province=None)
        Body.objects.all().delete()


@pytest.fixture
def table(_table_loaded: None, db: None) -> None:
    """The table of bodies is in the database, also after a test with a live server has emptied it."""
    if not Body.objects.exists():
        load_bodies()


class People:
    """People with memberships, made when first named."""

    def __init__(self) -> None:
        self.made: dict[str, Person] = {}

    def __call__(self, name: str) -> Person:
        if name not in self.made:
            address = f"{name}@example.kr"
            person = Person.objects.create_user(address, "a-long-secret-1", name=name)
            EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
            self.made[name] = person
        return self.made[name]

    def acting(self, name: str, code: str, role: Any = "officer") -> Viewer:
        """`name` acts for the body with this code, as a new member."""
        body = Body.objects.get(code=code)
        Membership.objects.create(person=self(name), body=body, role=role)
        return Viewer.person(self(name).pk, body.pk, role)

    def operator(self, name: str = "운영자") -> Viewer:
        session = StaffSession.objects.create(
            person=self(name), reason="첫 책임자", expires_at=clock.now() + timedelta(hours=1)
        )
        return Viewer.person(self(name).pk, staff_session_id=session.pk)

    def second_factor(self, name: str) -> None:
        Authenticator.objects.create(user=self(name), type=Authenticator.Type.TOTP, data={})


@pytest.fixture
def people(db: None) -> People:
    return People()
