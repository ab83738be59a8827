"""The agreements of the demonstration: one waits for signatures, three are signed by all."""

from __future__ import annotations

from typing import Any

import pytest

from dure.bodies.demo import demo as bodies
from dure.collaboration.agreement.demo import demo
from dure.collaboration.agreement.models import Agreement, AgreementSignature, ClauseComment
from dure.collaboration.agreement.queries import sealed_file, terms_in_force
from dure.collaboration.demo import demo as collaborations
from dure.collaboration.demo import demo_id
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core import demo as people
from dure.engines import signing


@pytest.mark.slow
@pytest.mark.everywhere
@pytest.mark.django_db
def test_demo_agreements(settings: Any) -> None:
    settings.DEMO = True
    people.make_people()
    for make in (bodies, collaborations, demo, demo):
        make(lambda done, total, note: None)
    meals = Agreement.objects.get(collaboration=demo_id("meals"))
    (version,) = meals.versions.all()
    assert (meals.state, version.state, version.signatures.count()) == ("making", "proposed", 1)
    assert ClauseComment.objects.filter(version=version).count() == 3
    for name in ("clinic", "trails", "rides"):
        collaboration = Collaboration.objects.get(pk=demo_id(name))
        assert collaboration.stage == "working"
        terms = terms_in_force(collaboration)
        assert terms
        assert terms.shares
        assert signing.check(sealed_file(collaboration.agreement.in_force)).good
    assert not AgreementSignature.objects.exclude(signed_with="demo").exists()
    trails = terms_in_force(Collaboration.objects.get(pk=demo_id("trails")))
    assert trails
    assert (trails.ends_on - clock.today()).days == 80
    assert terms_in_force(Collaboration.objects.get(pk=demo_id("meals"))) is None
