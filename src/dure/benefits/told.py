"""What one household told us: facts, members, what is not known, and how far the questions got.

Nobody stores it: it travels in one encrypted cookie of the browser, of these pages alone. There are no names in it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from dure.benefits.sealing import seal, unseal
from dure.core.refused import Refused
from dure.engines.rules.catalogue import Catalogue
from dure.engines.rules.households import HouseholdFault, value_of

VERSION = 1
MOST_MEMBERS = 12
MOST_COOKIE = 3500
"""Bytes of the cookie's value: browsers take 4096 with its name and attributes."""
MOST_PLAIN = 60_000
MOST_TRAIL = 200
WHO = ("self", "spouse", "child", "grandchild", "parent", "grandparent", "sibling", "other")
STEPS = ("people", "home", "situation", "money")


class Unreadable(Exception):
    """A cookie that is cut off, forged, or of another version: what was told cannot be read any more."""


@dataclass
class Told:
    """`facts` and each of `members` are values by code as JSON has them (days as `2022-03-01`); a member's `who` says
    how it is related. `passed`: `code` or `code.member` nobody knows the answer to. `trail`: asked so far, in order."""

    facts: dict[str, Any] = field(default_factory=dict)
    members: list[dict[str, Any]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    consent: str = ""

    @property
    def empty(self) -> bool:
        return not self.members and not self.facts

    def value(self, code: str, member: int | None) -> Any:
        return self.facts.get(code) if member is None else self.members[member].get(code)

    def tell(self, code: str, member: int | None, value: Any) -> None:
        """Set an answer; None takes it away."""
        of = self.facts if member is None else self.members[member]
        if value is None:
            of.pop(code, None)
        else:
            of[code] = value
        key = key_of(code, member)
        self.passed = [one for one in self.passed if one != key]

    def passes(self, code: str, member: int | None) -> None:
        """Nobody knows."""
        self.tell(code, member, None)
        self.passed.append(key_of(code, member))

    def asked(self, code: str, member: int | None) -> None:
        key = key_of(code, member)
        if key not in self.trail:
            self.trail = [*self.trail, key][-MOST_TRAIL:]

    def finish(self, step: str) -> None:
        if step not in self.done:
            self.done.append(step)

    def drop_member(self, place: int) -> None:
        """Take a member out; what was said of the others stays with them."""
        del self.members[place]
        self.passed = _without(self.passed, place)
        self.trail = _without(self.trail, place)


def key_of(code: str, member: int | None) -> str:
    return code if member is None else f"{code}.{member}"


def place_of(key: str) -> tuple[str, int | None]:
    code, dot, member = key.partition(".")
    return code, int(member) if dot else None


def _without(keys: list[str], gone: int) -> list[str]:
    found = []
    for key in keys:
        code, member = place_of(key)
        if member is None or member < gone:
            found.append(key)
        elif member > gone:
            found.append(key_of(code, member - 1))
    return found


def plain(told: Told) -> dict[str, Any]:
    """As it is stored, for `read`."""
    return {
        "v": VERSION,
        "f": told.facts,
        "m": told.members,
        "s": told.passed,
        "t": told.trail,
        "d": told.done,
        "c": told.consent,
    }


def read(document: Any, catalogue: Catalogue) -> Told:
    """What was stored, checked against the catalogue of today: facts that are no more are left out.

    Unreadable for everything that we would not have written.
    """
    if not isinstance(document, dict) or document.get("v") != VERSION:
        raise Unreadable
    facts, members = document.get("f"), document.get("m")
    if not isinstance(facts, dict) or not isinstance(members, list) or len(members) > MOST_MEMBERS:
        raise Unreadable
    told = Told(consent=_text(document.get("c")))
    told.facts = _known(facts, "household", catalogue)
    for one in members:
        if not isinstance(one, dict) or one.get("who") not in WHO:
            raise Unreadable
        told.members.append({"who": one["who"], **_known(one, "member", catalogue)})
    told.done = [step for step in _texts(document.get("d")) if step in STEPS]
    told.passed = _keys(document.get("s"), told, catalogue)
    told.trail = _keys(document.get("t"), told, catalogue)
    return told


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or len(raw) > 40:
        raise Unreadable
    return raw


def _texts(raw: Any) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        raise Unreadable
    return raw


def _keys(raw: Any, told: Told, catalogue: Catalogue) -> list[str]:
    found = []
    for key in _texts(raw):
        code, dot, member = key.partition(".")
        if dot and not (member.isascii() and member.isdigit() and int(member) < len(told.members)):
            raise Unreadable
        if code in catalogue.facts:
            found.append(key)
    return found


def _known(said: Mapping[str, Any], scope: str, catalogue: Catalogue) -> dict[str, Any]:
    found = {}
    for code, raw in said.items():
        fact = catalogue.facts.get(code)
        if fact is None or fact.scope != scope:
            continue
        if not isinstance(raw, str | int | bool):
            raise Unreadable
        try:
            value_of(fact, raw)
        except HouseholdFault:
            raise Unreadable from None
        found[code] = raw
    return found


def packed(told: Told, use: str) -> str:
    data = json.dumps(plain(told), ensure_ascii=False, separators=(",", ":")).encode()
    return seal(zlib.compress(data, 9), use)


def unpacked(sealed: str, use: str, catalogue: Catalogue) -> Told:
    """Unreadable where it is not ours, or no more."""
    data = unseal(sealed, use)
    if data is None:
        raise Unreadable
    try:
        opener = zlib.decompressobj()
        text = opener.decompress(data, MOST_PLAIN)
        if opener.unconsumed_tail:
            raise Unreadable
        document = json.loads(text)
    except (zlib.error, ValueError, RecursionError):
        raise Unreadable from None
    return read(document, catalogue)


def cookie_value(told: Told) -> str:
    """For the cookie. Refused `invalid` where a browser would not keep it."""
    if len(told.members) > MOST_MEMBERS:
        words = _("한 번에 %(n)d명까지만 적을 수 있습니다. 더 많은 가족은 행정복지센터에서 도와 드립니다.")
        raise Refused("invalid", words % {"n": MOST_MEMBERS}, "who")
    value = packed(told, "cookie")
    if len(value) > MOST_COOKIE:
        raise Refused("invalid", _("적으신 것이 이 브라우저에 담을 수 있는 양을 넘었습니다. 가족 수를 줄여 주세요."))
    return value


__all__ = ["MOST_MEMBERS", "STEPS", "WHO", "Told", "Unreadable", "cookie_value", "key_of", "packed", "place_of"]
__all__ += ["plain", "read", "unpacked"]
