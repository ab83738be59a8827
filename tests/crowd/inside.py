"""What runs inside the installation: making the crowd's world, and saying afterwards what is there."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.models import Sum

from dure.bodies.models import Body, Membership
from dure.collaboration import parties
from dure.collaboration.agreement.models import AgreementSignature, AgreementVersion
from dure.collaboration.models import Collaboration, Party
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Event, Person
from dure.core.viewer import Viewer
from dure.resources import actions as resources
from dure.resources.models import Booking
from tests.collaboration.agreement.conftest import proposed
from tests.collaboration.world import World, body
from tests.resources.world import BUS

PARTIES, UNITS = 25, 7


def official(of: Body, name: str) -> Viewer:
    """Without a password: making fifty of them safe against guessing would only take time here."""
    someone = Person.objects.create_user(f"{uuid7()}@test.example", name=name)
    Membership.objects.create(person=someone, body=of, role="officer")
    return Viewer.person(someone.pk, of.pk, "officer")


def session(viewer: Viewer) -> str:
    """Signed in, acting for the body, a second factor shown just now."""
    person = Person.objects.get(pk=viewer.person_id)
    made = SessionStore()
    made[SESSION_KEY] = str(person.pk)
    made[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    made[HASH_SESSION_KEY] = person.get_session_auth_hash()
    shown = {"method": "mfa", "at": clock.now().timestamp(), "reauthenticated": True}
    made["account_authentication_methods_user"] = user_id_to_str(person)
    made["account_authentication_methods"] = [shown]
    made["acting_for"] = str(Membership.objects.get(person=person).pk)
    made.create()
    return str(made.session_key)


def make() -> None:
    """Prints the addresses and, for each of the fifty, the body and the session."""
    bodies = [body(f"마을 {number}") for number in range(PARTIES)]
    first = [official(one, f"담당 {n}") for n, one in enumerate(bodies)]
    second = [official(one, f"동료 {n}") for n, one in enumerate(bodies)]
    lender = official(body("빌려주는군"), "김담당")
    world = World(asker=first[0], offerer=first[1], other=first[2], citizen=Viewer.anonymous())
    together = world.together()
    for one in bodies[3:]:
        parties.join(together, one.pk, Party.Role.PARTNER)
    proposed(world, together)
    fields = BUS | {"quantity": UNITS, "needs_approval": False}
    bus = resources.resource_save(by=lender, id=uuid7(), fields=fields)
    said = {
        "sign": f"/collaborations/{together.receipt}/agreement/sign/",
        "book": f"/resources/{bus.pk}/book/",
        "day": (clock.today() + timedelta(days=3)).isoformat(),
        "clients": [[str(viewer.body_id), session(viewer)] for viewer in first + second],
    }
    print(json.dumps(said))


def say() -> None:
    """Prints what the crowd has left behind."""
    if connection.vendor == "sqlite":
        whole = connection.cursor().execute("PRAGMA integrity_check").fetchall()
        assert whole == [("ok",)], whole
    happened = Event.objects.filter(type__in=["resources.booking.made", "resources.booking.asked"])
    version = AgreementVersion.objects.get()
    found: dict[str, Any] = {
        "vendor": connection.vendor,
        "units": Booking.objects.exclude(state__in=["refused", "cancelled"]).aggregate(n=Sum("quantity"))["n"],
        "bookings": sorted(str(id) for id in Booking.objects.values_list("pk", flat=True)),
        "booked": sorted((event.data.get("thing") or event.thing).rpartition(":")[2] for event in happened),
        "signed": sorted(str(id) for id in AgreementSignature.objects.values_list("body_id", flat=True)),
        "state": version.state,
        "stage": Collaboration.objects.get().stage,
        "events": dict(Counter(Event.objects.filter(type__startswith="collaboration.").values_list("type", flat=True))),
        "signers": sorted(
            str(id)
            for id in Event.objects.filter(
                type__in=["collaboration.agreement.signed", "collaboration.agreement.in_force"]
            ).values_list("actor_body_id", flat=True)
        ),
    }
    print(json.dumps(found))
