"""The people of the long journeys: six bodies with an officer each, in browsers of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from dure.bodies.models import Body
from dure.core import clock
from dure.core.ids import uuid7
from tests.journeys.conftest import Officer, officer_of

PHONE = 360


def in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def told(page: Any, text: str) -> None:
    """The message at the top of the page after something was done."""
    page.locator("#messages").get_by_text(text).wait_for()


def own_body(name: str, kind: str) -> Body:
    """A confirmed partner that is in no table: a company, a residents' group."""
    id = uuid7()
    return Body.objects.create(
        pk=id, kind=kind, name_ko=name, full_name_ko=name, slug=f"t-{id}", search_text=name, code=""
    )


@dataclass
class Cast:
    """`page(name)` is the browser of who acts for that body; signed in at its first use."""

    browse: Callable[..., Any]
    officers: dict[str, Officer] = field(default_factory=dict)
    pages: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, body: Body) -> None:
        self.officers[name] = officer_of(body, f"{name} 담당", f"{uuid7()}@example.com")

    def page(self, name: str) -> Any:
        if name not in self.pages:
            page = self.browse(width=PHONE)
            self.officers[name].sign_in(page)
            self.pages[name] = page
        return self.pages[name]

    @contextmanager
    def as_(self, name: str, address: str) -> Iterator[Any]:
        page = self.page(name)
        page.goto(address)
        yield page
