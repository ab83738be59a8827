"""The people of the long journeys: six bodies with an officer each, in browsers of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from dure.bodies.models import Body
from dure.core import clock
from dure.core.ids import uuid7
from tests.journeys.conftest import Officer, officer_of

NARROW, PHONE, WIDE = 320, 360, 1280
ASKER, COUNTIES = "진천군", ("음성군", "증평군", "괴산군")
COMPANY, RESIDENTS = "가온 의료정보", "중부 네 군 주민모임"
EVERYBODY = (ASKER, *COUNTIES, COMPANY, RESIDENTS)


def in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def told(page: Any, text: str) -> None:
    """The message at the top of the page after something was done."""
    page.locator("#messages").get_by_text(text).wait_for()


def closed(*pages: Any) -> None:
    for page in pages:
        page.goto("about:blank")


def own_body(name: str, kind: str) -> Body:
    """A confirmed partner that is in no table: a company, a residents' group."""
    id = uuid7()
    return Body.objects.create(
        pk=id, kind=kind, name_ko=name, full_name_ko=name, slug=f"t-{id}", search_text=name, code=""
    )


@dataclass
class Cast:
    """`page(name)` is the browser of who acts for that body; signed in at its first use. When it is another's turn, the
    page is closed, unless its body is in `stay`: else every page ever opened would load itself anew at each event."""

    browse: Callable[..., Any]
    officers: dict[str, Officer] = field(default_factory=dict)
    pages: dict[str, Any] = field(default_factory=dict)
    turn: str = ""
    stay: set[str] = field(default_factory=set)

    def add(self, name: str, body: Body) -> None:
        self.officers[name] = officer_of(body, f"{name} 담당", f"{uuid7()}@example.com")

    def page(self, name: str) -> Any:
        if self.turn in self.pages.keys() - self.stay - {name}:
            closed(self.pages[self.turn])
        self.turn = name
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


@dataclass
class Life:
    """One collaboration at `address`; `guest` is a browser in which nobody is signed in; `later` the clock."""

    cast: Cast
    guest: Any
    axe: Callable[[Any], None]
    later: Any
    address: str = ""
    looked: set[str] = field(default_factory=set)

    def at(self, path: str = "") -> str:
        return f"{self.address}{path}"

    @property
    def receipt(self) -> str:
        return self.address.strip("/").split("/")[1]

    def look(self, page: Any) -> None:
        """axe at two widths and no sideways scrolling at three, once for each kind of page."""
        kind = re.sub(r"[0-9a-f-]{36}|\?.*|#.*", "", page.url)
        if kind in self.looked:
            return
        self.looked.add(kind)
        for width in (NARROW, WIDE, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            across = page.evaluate("document.documentElement.scrollWidth")
            assert across <= width, f"{page.url} is {across} px wide at {width}"
            if width != NARROW:
                self.axe(page)
