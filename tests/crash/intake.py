"""A small real installation that takes reports in: areas, bodies, and one body's writing key."""

from __future__ import annotations

import json
import os

from tests.config.installation import ROOT, Installation

PREPARE = """
import json
from datetime import timedelta
from dure.bodies import apikeys
from dure.bodies.models import ApiKey, Body
from dure.config.loading import load_all
from dure.core import clock
from dure.core.models import Person
from dure.core.rooms import rooms
quiet = lambda label: lambda done, total, note: None
load_all(quiet, of=[room for room in rooms() if room.name in ("places", "bodies")])
prefix, token = apikeys.new_token()
head = Person.objects.create_user("head@example.kr", "a long pass phrase 77", name="head")
until = clock.today() + timedelta(days=30)
ApiKey.objects.create(body=Body.objects.get(code="4182000000"), purpose="navigator", prefix=prefix,
    digest=apikeys.digest(token), scopes=["read", "write"], expires_on=until, created_by=head)
print(json.dumps(token))
"""


def prepared(house: Installation) -> str:
    """Migrate and fill the installation; the token of a key that may write."""
    house.more = {
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DURE_SUPERVISOR": str(os.getpid()),
        "DURE_WORKERS": "1",
        "DURE_API_PER_MINUTE": "1000000",
        "DURE_API_PER_MINUTE_WITH_KEY": "1000000",
    }
    house.ready()
    house.manage("createcachetable")
    token: str = json.loads(house.python(PREPARE).splitlines()[-1])
    return token
