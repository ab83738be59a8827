"""A small real installation that takes reports in: areas, bodies, one body's writing key, and crews sent out."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

from tests.config.installation import ROOT, Installation

PREPARE = """
import json
from datetime import timedelta
from uuid import uuid4
from dure.bodies import apikeys
from dure.bodies.models import ApiKey, Body
from dure.config.loading import load_all
from dure.core import clock
from dure.core.models import Person
from dataclasses import replace
from dure.core.tokens import token_of
from dure.core.viewer import Viewer
from dure.reports.actions import Said, report_hand_in
from dure.reports.live import actions as live
from dure.core.rooms import rooms
quiet = lambda label: lambda done, total, note: None
load_all(quiet, of=[room for room in rooms() if room.name in ("places", "bodies")])
prefix, token = apikeys.new_token()
head = Person.objects.create_user("head@example.kr", "a long pass phrase 77", name="head")
until = clock.today() + timedelta(days=30)
ApiKey.objects.create(body=Body.objects.get(code="4182000000"), purpose="navigator", prefix=prefix,
    digest=apikeys.digest(token), scopes=["read", "write"], expires_on=until, created_by=head)
body = Body.objects.get(code="4182000000")
officer = Viewer.person(head.pk, body.pk, "head")
said = Said(category="roads.roadkill", lon=127.51, lat=37.83, road_class="gun-road")
crews = []
for n in range(CREWS):
    crew = live.crew_save(by=officer, id=uuid4(), name=f"crew {n}")
    crews.append([])
    for m in range(EACH):
        report = report_hand_in(by=Viewer.anonymous(), said=replace(said, words=f"crew {n}, {m}"))
        assert report.body_id == body.pk, report.route.reason
        sent = live.dispatch_send(by=officer, report_id=report.pk, crew_id=crew.pk)
        tokens = [token_of("report", report.pk), token_of("dispatch", sent.pk)]
        crews[n].append([str(report.pk), str(sent.pk), *tokens])
print(json.dumps([token, crews]))
"""


@dataclass(frozen=True)
class Sent:
    """A crew sent out for a report, with the keys of both links."""

    report: str
    dispatch: str
    report_token: str
    crew_token: str


def prepared(house: Installation, *, crews: int = 0, each: int = 0) -> tuple[str, list[list[Sent]]]:
    """Migrate and fill the installation; the token of a key that may write, and `each` dispatches of every crew."""
    house.more = {
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DURE_SUPERVISOR": str(os.getpid()),
        "DURE_WORKERS": "1",
        "DURE_API_PER_MINUTE": "1000000",
        "DURE_API_PER_MINUTE_WITH_KEY": "1000000",
    }
    house.ready(learnt=True)
    house.manage("createcachetable")
    many = f"CREWS, EACH = {crews}, {each}\n"
    token, sent = json.loads(house.python(many + PREPARE).splitlines()[-1])
    return token, [[Sent(*one) for one in crew] for crew in sent]
