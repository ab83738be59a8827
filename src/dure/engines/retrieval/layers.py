"""Whose text applies here, and now: national, province (sido), municipality (sigungu); the nearest one wins.

Area codes are the first digits of the ten-digit administrative code (행정표준코드관리시스템): '' the nation, 2 digits a
province, 5 a municipality. Ten digits are shortened.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import TypeVar

from dure.engines.retrieval.errors import AreaError

T = TypeVar("T")


def shorten(code: str) -> str:
    """'' / 2 / 5 digits out of '' / 2 / 5 / 8 / 10 digits: '4100000000' is '41', '4111100000' is '41111'. Raises
    AreaError.
    """
    if not code:
        return ""
    if not (code.isascii() and code.isdigit()) or len(code) not in {2, 5, 8, 10}:
        raise AreaError(f"not an area code: {code!r}")
    code = code[:5]
    return code[:2] if code[2:] in {"", "000"} else code


def layers(code: str) -> tuple[str, ...]:
    """The codes whose texts apply in an area, nation first: '41111' gives ('', '41', '41111')."""
    code = shorten(code)
    return tuple(dict.fromkeys(("", code[:2], code)))


def applies(area: str, here: str) -> bool:
    """Whether a text of `area` applies `here`."""
    return shorten(area) in layers(here)


def valid(on: date, valid_from: date | None, valid_to: date | None) -> bool:
    """Both ends included; None is open."""
    return (valid_from is None or valid_from <= on) and (valid_to is None or on <= valid_to)


def nearest_wins(things: Iterable[T], *, subject: Callable[[T], Hashable | None], area: Callable[[T], str]) -> list[T]:
    """Of several things on one subject, the most local; order kept. A thing without a subject (None) always
    stays.
    """
    listed = list(things)
    depth: dict[Hashable, int] = {}
    for thing in listed:
        about = subject(thing)
        if about is not None:
            depth[about] = max(depth.get(about, 0), len(shorten(area(thing))))
    return [t for t in listed if subject(t) is None or len(shorten(area(t))) == depth[subject(t)]]
