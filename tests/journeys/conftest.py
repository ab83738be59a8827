"""A site as people meet it: pages, the live server in a process of its own, real data, letters that are sent."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from dure.bodies.models import Body, Membership
from dure.config.loading import load_all
from tests.core.conftest import outside, start, until  # noqa: F401 (fixtures)
from tests.core.people import PASSWORD, code_of, give_totp, somebody


@pytest.fixture
def live_server(transactional_db: None, settings: Any, start: Callable[..., Any], until: Any) -> Iterator[LiveServer]:  # noqa: F811
    """Pages at one address and their live stream at another, as `./dure serve` has them. Replaces the shared server,
    whose pages were told of no stream."""
    port = free_port()
    settings.LIVE_URL = f"http://localhost:{port}"
    server = LiveServer("localhost")
    settings.SITE_URL = server.url
    process = start("-m", "dure.config.server", "live", "--port", str(port), DURE_SITE_URL=server.url)

    def answers() -> bool:
        assert process.poll() is None, process.said
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    until(answers)
    cache.clear()
    yield server
    server.stop()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def real_data(transactional_db: None) -> None:
    """Bodies, areas and the library, as every installation has them."""
    load_all(lambda label: lambda done, total, what: None)


@dataclass
class Officer:
    """Somebody who acts for a body; `secret` belongs to the authenticator app."""

    email: str
    secret: str
    body: Body

    def sign_in(self, page: Any) -> None:
        """Through the pages: password, then the code that the app shows now."""
        page.goto("/accounts/login/")
        page.locator("[name=login]").fill(self.email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/2fa/**")
        page.locator("[name=code]").fill(code_of(self.secret))
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "2fa" not in url)


def officer_of(body: Body, name: str, email: str) -> Officer:
    person = somebody(email, name)
    Membership.objects.create(person=person, body=body, role=Membership.Role.OFFICER)
    return Officer(email, give_totp(person), body)


def work() -> None:
    """What the worker does when it is its turn: carries events, writes and sends letters."""
    call_command("worker", "--once")


def letters_to(address: str) -> list[Any]:
    return [letter for letter in mail.outbox if letter.to == [address]]


def link_in(letter: Any, path: str) -> str:
    """The one address in a letter that leads to `path`."""
    (found,) = set(re.findall(rf"http://[^\s/]+{path}\S+", letter.body))
    return found
