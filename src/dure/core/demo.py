"""Persons of the demonstration. They exist only where DURE_DEMO is on, have names that say what they are, share one
public password, and cannot sign in once the demonstration is off (`accounts.backend`)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.core import clock
from dure.core.accounts.people import make_person
from dure.core.models import Person

DOMAIN = "demo.example"


@dataclass(frozen=True)
class DemoPerson:
    """`key` is how other rooms ask for them (`person(key)`); `factor`: signs in with a second factor."""

    key: str
    name: str
    role: str
    factor: bool = False
    operator: bool = False

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


PEOPLE = (
    DemoPerson("citizen", "시연 주민 가람", gettext_noop("주민")),
    DemoPerson("official-1", "시연 공무원 나래", gettext_noop("첫째 지방자치단체 담당자"), factor=True),
    DemoPerson("official-2", "시연 공무원 다온", gettext_noop("둘째 지방자치단체 담당자"), factor=True),
    DemoPerson("official-3", "시연 공무원 새봄", gettext_noop("셋째 지방자치단체 담당자"), factor=True),
    DemoPerson("official-4", "시연 공무원 아라", gettext_noop("넷째 지방자치단체 담당자"), factor=True),
    DemoPerson("centre", "시연 공무원 한별", gettext_noop("중앙행정기관 담당자"), factor=True),
    DemoPerson("company", "시연 회사원 라온", gettext_noop("기업 구성원"), factor=True),
    DemoPerson("resident", "시연 주민 대표 바다", gettext_noop("주민 모임 대표"), factor=True),
    *(
        DemoPerson(f"expert-{number}", f"시연 위원 {name}", gettext_noop("심사·조정 위원"))
        for number, name in enumerate(("가온", "나린", "다솔", "라율", "마하", "바름", "사랑", "아인"), start=1)
    ),
    DemoPerson("operator", "시연 운영자 마루", gettext_noop("설치 운영자"), factor=True, operator=True),
)


@dataclass(frozen=True)
class DemoAccount:
    """What somebody needs to try an account. `secret`: for an authenticator app (base32), "" where none is asked; the
    sign-in page of the demonstration shows the code as well."""

    email: str
    password: str
    name: str
    role: str
    secret: str


class NoDemo(RuntimeError):
    """The demonstration is off: there are no demo persons."""


def _must_be_demo() -> None:
    if not settings.DEMO:
        raise NoDemo("demo persons exist only where DURE_DEMO is on")


@transaction.atomic
def make_people(progress: Callable[[int, int | None, str], None] | None = None) -> None:
    """Make the demo persons that are missing. NoDemo where the demonstration is off."""
    _must_be_demo()
    for done, wanted in enumerate(PEOPLE, start=1):
        person = Person.objects.filter(email=wanted.email).first()
        if person is None:
            person = make_person(
                email=wanted.email,
                name=wanted.name,
                password=settings.DEMO_PASSWORD,
                is_demo=True,
                is_operator=wanted.operator,
            )
        if wanted.factor and not _totp(person):
            TOTP.activate(person, generate_totp_secret())
        if progress:
            progress(done, len(PEOPLE), wanted.name)


def person(key: str) -> Person:
    """The demo person of that key, made if missing. NoDemo, or KeyError for an unknown key."""
    _must_be_demo()
    wanted = {each.key: each for each in PEOPLE}[key]
    found = Person.objects.filter(email=wanted.email, is_demo=True).first()
    if found is None:
        make_people()
        found = Person.objects.get(email=wanted.email)
    return found


def accounts() -> list[DemoAccount]:
    """The demo accounts of this installation, to be shown where it starts; empty where the demonstration is off."""
    if not settings.DEMO:
        return []
    by_email = {each.email: each for each in PEOPLE}
    rows = {each.email: each for each in Person.objects.filter(is_demo=True, email__in=by_email)}
    return [
        DemoAccount(email, settings.DEMO_PASSWORD, rows[email].name, _(wanted.role), _secret(rows[email]))
        for email, wanted in by_email.items()
        if email in rows
    ]


def current_code(someone: Person) -> str:
    """The one-time code that a demo person's app would show and that was not used yet; "" for anybody else."""
    if not (settings.DEMO and someone.is_demo):
        return ""
    secret, factor = _secret(someone), _totp(someone)
    if not secret or factor is None:
        return ""
    counter = int(time.time()) // app_settings.TOTP_PERIOD
    for step in range(app_settings.TOTP_TOLERANCE + 1):
        code = format_hotp_value(hotp_value(secret, counter + step))
        if not cache.get(TOTP(factor)._get_used_cache_key(code)):
            return code
    return ""


def _totp(someone: Person) -> Authenticator | None:
    return Authenticator.objects.filter(user=someone, type=Authenticator.Type.TOTP).first()


def _secret(someone: Person) -> str:
    factor = _totp(someone)
    return decrypt(factor.data["secret"]) if factor else ""


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """The house's clock stands at that moment. Only for the loader of the demonstration, which runs alone."""
    real = clock.now
    clock.now = lambda: moment
    try:
        yield
    finally:
        clock.now = real
