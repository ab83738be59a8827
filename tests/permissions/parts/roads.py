"""A road that comes with every fresh clone."""

from __future__ import annotations

from typing import Any

from dure.places.models import road_urn_id


def names(world: Any) -> dict[str, str]:
    return {"road": str(road_urn_id("gun-road", "", "석봉로", "", ""))}
