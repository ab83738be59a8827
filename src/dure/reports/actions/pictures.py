"""Hanging pictures on a report and on what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from dure.core import attachments
from dure.core.attachments import Taken
from dure.core.viewer import Viewer
from dure.engines.masking import mask


def hang(by: Viewer, subject: str, circle: UUID, files: Sequence[Taken], body_id: UUID | None) -> None:
    """As `attachments.attach`, each under a name without personal numbers: telephones name pictures after people."""
    for taken in files:
        stem, dot, kind = taken.name.rpartition(".")
        name = f"{mask(stem).text}{dot}{kind}"
        attachments.attach(
            by=by, subject=subject, circle=circle, uploaded=replace(taken, name=name[:200]), body_id=body_id
        )
