"""Feeds: valid Atom, as anybody sees it, told once."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.test import Client, RequestFactory

from dure.core import clock
from dure.core.events import record
from dure.core.feeds import Entry, feed
from dure.core.models import Event
from dure.core.viewer import Viewer

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def subject(house: Any, happened: str) -> str:
    made = house.add()
    for _ in range(3):
        with transaction.atomic():
            record(by=Viewer(), type=happened, subject=made)
    return made


def address(subject: str) -> str:
    _, kind, id = subject.split(":")
    return f"/feeds/{kind}/{id}.xml"


def test_a_subjects_feed(db: None, subject: str, client: Client) -> None:
    answer = client.get(address(subject))
    assert answer["Content-Type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(answer.content)
    ids = [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
    assert ids == [f"urn:uuid:{id}" for id in Event.objects.order_by("-seq").values_list("id", flat=True)]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", root.findtext(f"{ATOM}id") or "")
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    # RFC 4287 §4.1: what a feed and an entry must have.
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}")
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"].endswith(address(subject))
    assert links["alternate"].startswith("http")


def test_told_once(db: None, subject: str, client: Client, happened: str) -> None:
    first = client.get(address(subject))
    again = client.get(address(subject), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(address(subject), headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    with transaction.atomic():
        record(by=Viewer(), type=happened, subject=subject)
    assert client.get(address(subject), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_what_not_everybody_may_see_has_no_feed(person: Any, house: Any, subject: str, client: Client) -> None:
    house.only(subject, person.pk)
    client.force_login(person)
    first = client.get(address(subject))
    assert first.status_code == 404, "a feed has no sign-in: it is for everybody or nobody"
    assert client.get(f"/feeds/test/{uuid4()}.xml").status_code == 404


def test_a_list_with_strange_texts_and_an_empty_one() -> None:
    request = RequestFactory().get("/list/feed.xml?field=a&b=c")
    at = clock.now()
    strange = Entry(UUID(int=7), "a < b & \x00c\ufffe", "/a/", at, "<script>alert(1)</script>\x08")
    answer = feed(request, name="/list/", title="목록", url="/list/", entries=[strange])
    entry = ElementTree.fromstring(answer.content).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "a < b & c"
    assert entry.findtext(f"{ATOM}summary") == "&lt;script&gt;alert(1)&lt;/script&gt;", "a reader shows it as HTML"
    empty = feed(request, name="/list/", title="목록", url="/list/", entries=[])
    assert empty.content == feed(request, name="/list/", title="목록", url="/list/", entries=[]).content
    ElementTree.fromstring(empty.content)
