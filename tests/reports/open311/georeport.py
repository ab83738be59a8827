"""Asking GeoReport v2 and checking that the answer is what the specification says, in XML and in JSON."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.test import Client
from lxml import etree

from dure.reports.open311.wire import ITEMS

ROOT = "/open311/v2"


@cache
def schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(str(Path(__file__).with_name("georeport.rng"))))


def checked(response: Any, status: int = 200) -> etree._Element:
    """The root element of an XML answer; AssertionError where it is not as the specification says."""
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    assert response.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    root = etree.fromstring(response.content)
    assert schema().validate(root), f"{schema().error_log}\n{response.content.decode()}"
    return root


def xml(client: Client, path: str, given: Any = None, *, status: int = 200, **more: Any) -> etree._Element:
    return checked(client.get(f"{ROOT}/{path}.xml", given or {}, **more), status)


def json(client: Client, path: str, given: Any = None, *, status: int = 200, **more: Any) -> Any:
    """The JSON answer, after the XML one of the same question was found to say the same."""
    response = client.get(f"{ROOT}/{path}.json", given or {}, **more)
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "application/json; charset=utf-8"
    content = response.json()
    assert plain(content) == spark(xml(client, path, given, status=status, **more))
    return content


def spark(element: etree._Element) -> Any:
    """An element as the Spark convention makes JSON of it, with all values as text."""
    if element.tag in ITEMS:
        return [spark(one) for one in element]
    if len(element):
        return {one.tag: spark(one) for one in element}
    return element.text or ""


def plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: plain(value) for name, value in content.items()}
    if isinstance(content, list):
        return [plain(one) for one in content]
    if isinstance(content, bool):
        return "true" if content else "false"
    return "" if content is None else str(content)
