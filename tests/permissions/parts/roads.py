"""A road that comes with every fresh clone."""

from __future__ import annotations

from dure.places.models import road_urn_id
from tests.permissions.world import World


def names(world: World) -> dict[str, str]:
    return {"road": str(road_urn_id("gun-road", "", "석봉로", "", ""))}
