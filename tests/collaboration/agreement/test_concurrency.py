"""Fifty clients sign at once, two for each body: no signature is lost, none is there twice, work begins once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from dure.collaboration import parties
from dure.collaboration.agreement import actions, queries
from dure.collaboration.agreement.models import AgreementVersion, SigningKey
from dure.collaboration.models import Collaboration, Party
from dure.core.models import Event
from dure.core.viewer import Viewer
from dure.engines import signing
from tests.collaboration.agreement.conftest import proposed
from tests.collaboration.world import body, make_world, officer

BODIES = 25


@pytest.mark.slow
@pytest.mark.everywhere
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
@pytest.mark.django_db(transaction=True)
def test_no_signature_is_lost(database: str) -> None:
    if connection.vendor != database:
        pytest.skip(f"this pass is on {connection.vendor}")
    world = make_world()
    collaboration = world.together()
    viewers = [world.asker, world.offerer, world.other]
    for number in range(BODIES - len(viewers)):
        someone = officer(body(f"마을 {number}"), f"담당 {number}")
        assert someone.body_id
        parties.join(collaboration, someone.body_id, Party.Role.PARTNER)
        viewers.append(someone)
    version = proposed(world, collaboration, cost={"mode": "equal", "total": 1_000_000, "shares": {}})
    start, faults = threading.Barrier(2 * BODIES), []

    def work(viewer: Viewer) -> None:
        try:
            start.wait(timeout=60)
            actions.agreement_sign(by=viewer, id=version.pk, sha256=version.sha256, signed_with="session")
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[viewer]) for viewer in viewers * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults[:3]
    version.refresh_from_db()
    assert version.state == AgreementVersion.State.IN_FORCE
    assert version.signatures.count() == BODIES
    assert SigningKey.objects.count() == BODIES
    assert Collaboration.objects.get(pk=collaboration.pk).stage == "working"
    assert Event.objects.filter(type="collaboration.agreement.in_force").count() == 1
    assert Event.objects.filter(type="collaboration.agreement.signed").count() == BODIES - 1
    report = signing.check(queries.sealed_file(version))
    assert report.good, report.faults[:3]
