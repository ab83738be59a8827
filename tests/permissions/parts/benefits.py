"""A consent at the counter of 가평군, and a watch of a person's."""

from __future__ import annotations

from typing import Any

from dure.benefits import actions
from dure.core import tokens
from dure.core.ids import uuid7


def names(world: Any) -> dict[str, str]:
    officer, person = world.viewers["officer"], world.viewers["person"]
    consent = actions.consent_record(
        by=officer, id=uuid7(), purpose="find", how="spoken", days=30, agreed=True, keeps=False
    )
    watch = actions.watch_start(by=person, births=["1962-01-10"], residence="", benefits=["basic-pension"])
    token = tokens.token_of("benefits.watch", watch.pk)
    return {"consent": str(consent.pk), "benefit_watch": f"{watch.pk}/{token}"}
