"""Every address and method, in every role: the answer stands in a table (`tests/permissions/*.csv`)."""

from __future__ import annotations

import csv
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, resolve

from dure.bodies.loader import load_bodies
from dure.config.api import api
from dure.core.rooms import rooms
from tests.bodies.conftest import People
from tests.permissions.world import ROLES, World

FOLDER = Path(__file__).parent / "permissions"
TABLES = sorted(FOLDER.glob("*.csv"))
COLUMNS = ("method", "address", *ROLES)
# The administration of the installation is one door: see test_only_operators_get_into_the_administration.
ADMIN = "admin/"


ASKED = ROLES if "DURE_DATABASE_URL" not in os.environ else ("anonymous", "officer", "key_write")
"""Who asks. On PostgreSQL only that every address's own queries run there is of interest: few do."""

LOADERS = {"areas", "roads", "cases"}
"""What the rows need beyond the world."""


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def routes(resolver: Any = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the project with its whole route, as `resolve(path).route` gives it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + (str(pattern.pattern).removeprefix("^") if before else str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from routes(pattern, route)


def seen(response: HttpResponse) -> str:
    """A status, or where somebody was led to."""
    target = response.headers.get("Location", "")
    if target.startswith("/accounts/login/"):
        return "login"
    if target.startswith("/accounts/second-factor/"):
        return "factor"
    return str(response.status_code)


def answer(world: World, role: str, method: str, address: str) -> str:
    """What the role is answered; whatever the request did is undone."""
    before = transaction.savepoint()
    client = world.visit(role)
    send = getattr(client, method.lower())
    writes_json = address.startswith("/api/") and method in {"POST", "PATCH", "PUT"}
    found = seen(send(address, "{}", content_type="application/json") if writes_json else send(address))
    transaction.savepoint_rollback(before)
    return found


@pytest.fixture(scope="module")
def made(for_this_file: Any) -> World:
    """The world, made once: each request to it is undone."""
    with for_this_file():
        load_bodies()
        for room in rooms():
            for loader in room.loaders:
                if loader.name in LOADERS:
                    loader.load(lambda done, total, note: None)
        return World(People())


@pytest.fixture
def world(made: World, db: None, settings: Any) -> World:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_WITH_KEY = 1_000_000
    cache.clear()
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    return made


@pytest.mark.slow
@pytest.mark.everywhere
@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_every_role_is_answered_as_the_table_says(file: Path, world: World) -> None:
    wrong = []
    for row in rows(file):
        address = row["address"].format(**world.names)
        found = {role: answer(world, role, row["method"], address) for role in ASKED}
        if any(found[role] != row[role] for role in ASKED):
            told = [f"{role} {row[role]} but {found[role]}" for role in ASKED if found[role] != row[role]]
            wrong.append(f"{row['method']} {row['address']}: {'; '.join(told)}\n  {line(row, found)}")
    assert not wrong, f"{file.name}\n" + "\n".join(wrong)


def line(row: dict[str, str], found: dict[str, str]) -> str:
    return ",".join([row["method"], row["address"], *(found.get(role, row[role]) for role in ROLES)])


def test_every_address_has_its_rows(world: World) -> None:
    """A page has a row for GET and one for POST; an operation of the API one for each of its methods."""
    known: set[tuple[str, str]] = set()
    for file in TABLES:
        for row in rows(file):
            assert tuple(row) == COLUMNS, file.name
            known.add((resolve(row["address"].format(**world.names).split("?")[0]).route, row["method"]))
    operations = {
        (path.removeprefix("/api/v1/"), method.upper())
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    }
    wanted: set[tuple[str, str]] = set()
    for route, _pattern in routes():
        if route.startswith(ADMIN):
            continue
        inside = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.removeprefix("api/v1/"))
        methods = {method for path, method in operations if path == inside} if route.startswith("api/v1/") else set()
        wanted |= {(route, method) for method in methods or {"GET", "POST"}}
    missing = sorted(wanted - known)
    assert not missing, "no row in tests/permissions for:\n" + "\n".join(f"{m} {route}" for route, m in missing)


def test_no_row_stands_twice() -> None:
    found = [(row["method"], row["address"]) for file in TABLES for row in rows(file)]
    assert len(found) == len(set(found))


@pytest.mark.slow
def test_only_operators_get_into_the_administration(world: World) -> None:
    inside = []
    for route, _pattern in routes():
        if not route.startswith(ADMIN) or "(?P" in route or route in {"admin/login/", "admin/jsi18n/"}:
            continue
        address = "/" + route.replace("<path:object_id>", world.names["uuid"]).replace("<id>", world.names["uuid"])
        address = address.replace("<int:content_type_id>", "1")
        for role, method in [("anonymous", "GET"), ("person", "GET"), ("head", "GET"), ("head", "POST")]:
            found = answer(world, role, method, address)
            if found not in {"302", "login", "factor", "403", "404", "405"}:
                inside.append(f"{role} {method} {address}: {found}")
    assert not inside, "\n".join(inside)
    assert answer(world, "operator", "GET", "/admin/") == "200"
