"""Signing in without the pages, for tests that are about something else."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str


def signed_in(client: Any, person: Any, *, factor: bool = True) -> Any:
    """The client, signed in as the person; with `factor` as if a second factor had just been shown, which acting for a
    public body needs."""
    client.force_login(person)
    session = client.session
    methods = ["password", "mfa"] if factor else ["password"]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": method, "at": time.time()} for method in methods]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(person)
    session.save()
    return client
