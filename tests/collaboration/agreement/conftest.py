from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dure.collaboration.agreement import actions
from dure.collaboration.agreement.models import AgreementVersion
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.viewer import Viewer
from tests.collaboration.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def fields(collaboration: Collaboration, **more: Any) -> dict[str, Any]:
    """A whole content for the parties there are."""
    bodies = [str(id) for id in collaboration.parties.filter(left_at=None).values_list("body_id", flat=True)]
    start = clock.today()
    return {
        "purpose": "통근버스를 함께 굴립니다.",
        "contributions": dict.fromkeys(bodies, "사람 2명"),
        "starts_on": start,
        "ends_on": start + timedelta(days=364),
        "exit": "석 달 전에 알립니다.",
        "mediation": "먼저 이야기합니다.",
        **more,
    }


def proposed(world: World, collaboration: Collaboration, **more: Any) -> AgreementVersion:
    version = actions.agreement_compose(by=world.asker, id=collaboration.pk)
    version = actions.agreement_save(
        by=world.asker, id=version.pk, edit=version.edit, fields=fields(collaboration, **more)
    )
    return actions.agreement_propose(by=world.asker, id=version.pk, edit=version.edit)


def sign(version: AgreementVersion, *viewers: Viewer) -> None:
    for viewer in viewers:
        actions.agreement_sign(by=viewer, id=version.pk, sha256=version.sha256, signed_with="session")


def signed(world: World, **more: Any) -> tuple[Collaboration, AgreementVersion]:
    """A collaboration of three whose agreement all have signed."""
    collaboration = world.together()
    version = proposed(world, collaboration, **more)
    sign(version, world.asker, world.offerer, world.other)
    version.refresh_from_db()
    collaboration.refresh_from_db()
    return collaboration, version
