"""A request that comes twice makes one thing: the client chose its id."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from dure.core.ids import uuid7

Row = TypeVar("Row", bound=Model)


def made_before(model: type[Row], id: UUID | None, **of: Any) -> tuple[Row | None, UUID]:
    """The row that an earlier copy of this request made, or None and the id to make it with.

    `of` is what the row must be of (its collaboration, its body). An id that stands for anything else is not taken:
    the thing gets a fresh one.
    """
    if id is None:
        return None, uuid7()
    if known := model._default_manager.filter(pk=id, **of).first():
        return known, id
    return None, uuid7() if model._default_manager.filter(pk=id).exists() else id
