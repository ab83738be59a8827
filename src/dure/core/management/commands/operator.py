"""`./dure manage operator ADDRESS NAME`: the first person who may run the installation."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from dure.core.accounts.people import make_person
from dure.core.models import Person


class Command(BaseCommand):
    help = "Makes an operator of a new person or one who is here. Asks for the password, or reads it from a pipe."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")
        parser.add_argument("name", nargs="?", default="")

    def handle(self, *args: Any, address: str, name: str, **options: Any) -> None:
        address = address.strip().lower()
        try:
            validate_email(address)
        except ValidationError as error:
            raise CommandError(f"{address} is no e-mail address") from error
        person = Person.objects.filter(email=address).first()
        if person:
            person.is_operator = True
            person.save(update_fields=["is_operator"])
            self.stdout.write(f"{person.name} is an operator now.")
            return
        if not name.strip():
            raise CommandError("a new person needs a name: ./dure manage operator ADDRESS NAME")
        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password, Person(email=address, name=name))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        make_person(email=address, name=name.strip(), password=password, is_operator=True)
        self.stdout.write(f"{name} is an operator. Sign in and set up a second factor, then open /desk/operations/.")
