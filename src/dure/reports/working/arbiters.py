"""Who decides when a report has been passed on twice already: the table `data/services/arbiters.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from dure.bodies.models import Body, Membership
from dure.core import clock


@cache
def rules() -> tuple[Mapping[str, Any], ...]:
    path = Path(settings.BASE_DIR) / "data/services/arbiters.yaml"
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8"))["arbiters"])


def arbiter_of(source: Body, target: Body) -> Body | None:
    """The body that decides between these two: the first rule of the table that fits and names neither of them.
    None where the table's body is not known here; the operator decides then."""
    for rule in rules():
        if rule["kinds"] and not {source.kind, target.kind} <= set(rule["kinds"]):
            continue
        if rule["same_province"] and (source.province_id is None or source.province_id != target.province_id):
            continue
        found = source.province if rule["arbiter"] == "province" else _named(rule["arbiter"])
        if found is not None and found.pk not in (source.pk, target.pk):
            return found
    return None


def _named(name: str) -> Body | None:
    return Body.objects.filter(full_name_ko=name, state=Body.State.CONFIRMED).valid_on(clock.today()).first()


def has_people(body: Body | None) -> bool:
    """Whether anybody can act for that body here."""
    if body is None:
        return False
    rows = Membership.objects.valid_on(clock.today()).filter(body=body, role__in=["head", "officer"])
    return bool(rows.exists())
