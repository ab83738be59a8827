"""Making persons outside the sign-up page, and how they are called."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from dure.core.models import Person


def display_name(person: Person) -> str:
    return person.name


@transaction.atomic
def make_person(*, email: str, name: str, password: str | None = None, **fields: Any) -> Person:
    """A person with a confirmed address: for the command line and the demonstration. IntegrityError if the address is
    taken."""
    person = Person.objects.create_user(email, password, name=name, **fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person
