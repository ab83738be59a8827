"""Paging by key: each page starts after the last row of the one before, so deep pages cost what the first one does.

The cursor is opaque and signed: a client can only hand back what it was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from dure.core.refused import Refused

Row = TypeVar("Row", bound=Model)
SALT = "dure.keyset"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`next` is the cursor of the page after this one, '' on the last. There is no total: it would cost a count."""

    items: list[Row]
    next: str = ""


def page(rows: QuerySet[Row], *, order: Sequence[str], after: str = "", limit: int = 20, name: str = "") -> Page[Row]:
    """`limit` rows of `rows` after the cursor, in `order`: names of columns or annotations that are never NULL, the
    last of them unique; `-` before one turns it round.

    `name` keeps the cursors of different lists apart. Refused `invalid` (field `after`) for a cursor that is not ours.
    """
    rows = rows.order_by(*order)
    if after:
        rows = rows.filter(_beyond(order, _open(after, order, name)))
    found = list(rows[: limit + 1])
    items = found[:limit]
    return Page(items, _seal(items[-1], order, name) if len(found) > limit else "")


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    beyond = Q()
    same = Q()
    for part, value in zip(order, values, strict=True):
        column = part.lstrip("-")
        beyond |= same & Q(**{f"{column}__{'lt' if part.startswith('-') else 'gt'}": value})
        same &= Q(**{column: value})
    return beyond


def _seal(row: Model, order: Sequence[str], name: str) -> str:
    values = [getattr(row, part.lstrip("-")) for part in order]
    plain = [value if isinstance(value, int | str) else _text(value) for value in values]
    return signing.dumps([",".join(order), plain], salt=f"{SALT}.{name}", compress=False)


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _open(cursor: str, order: Sequence[str], name: str) -> list[Any]:
    try:
        made_for, values = signing.loads(cursor, salt=f"{SALT}.{name}")
    except (signing.BadSignature, ValueError, TypeError) as fault:
        raise Refused("invalid", _("다음 쪽의 표가 맞지 않습니다. 첫 쪽부터 다시 봐 주세요."), "after") from fault
    if made_for != ",".join(order):
        raise Refused("invalid", _("다음 쪽의 표가 맞지 않습니다. 첫 쪽부터 다시 봐 주세요."), "after")
    return values
