"""The second factor: who must have one, whether this session showed one, and asking again before something grave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from dure.core import clock
from dure.core.rooms import rooms

LASTS = timedelta(hours=12)
"""How long a shown second factor counts for acting for a body: a working day. After it, it is asked again."""


def second_factor_required(person: Any) -> bool:
    """Operators, and whoever a room's manifest names (`Room.second_factor`)."""
    return person.is_operator or any(room.second_factor(person) for room in rooms() if room.second_factor)


def has_second_factor(person_id: UUID | None) -> bool:
    """A passkey or an authenticator app is set up. Recovery codes alone are none."""
    rows = Authenticator.objects.filter(user_id=person_id)
    return rows.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def second_factor_given(request: HttpRequest) -> bool:
    """Whether this session showed a second factor within LASTS. A passkey that checked its owner counts as two
    factors."""
    if not request.user.is_authenticated:
        return False
    since = clock.now().timestamp() - LASTS.total_seconds()
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" and record.get("at", 0) > since for record in records)


def require_recent(request: HttpRequest) -> None:
    """Before something grave: unless the person proved who they are within the last 15 minutes (after signing in), send
    them to do so and come back. A POST that was stopped is taken up again afterwards."""
    if not did_recently_reauthenticate(request):
        raise ReauthenticationRequired


def remember_new_factor(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    """Setting up a factor shows that one has it: the code or the key was just used. Receiver of
    `authenticator_added`."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
