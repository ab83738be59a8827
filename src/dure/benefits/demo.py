"""Content of the demonstration: consents at a counter in every state, through the actions that real officials use. What
citizens tell lies in their browsers, so there is nothing of theirs to be shown."""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

from dure.benefits import actions
from dure.benefits.models import CounterConsent
from dure.benefits.told import STEPS, Told
from dure.bodies.demo import demo_body
from dure.core import demo as people
from dure.core.rooms import Progress
from dure.core.viewer import Viewer

KEYS = ("found", "referred", "kept", "withdrawn")


def demo_id(key: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"dure-demo:benefits:{key}")


def demo(progress: Progress) -> None:
    """Make what is not there yet."""
    officer = Viewer.person(people.person("official-1").pk, demo_body("garam").pk, "officer")
    for number, key in enumerate(KEYS):
        if not CounterConsent.objects.filter(pk=demo_id(key)).exists():
            _make(officer, key)
        progress(number + 1, len(KEYS), key)


def _make(officer: Viewer, key: str) -> None:
    row = actions.consent_record(
        by=officer,
        id=demo_id(key),
        purpose="find" if key == "found" else "apply",
        how="signed" if key == "kept" else "spoken",
        days=30,
        agreed=True,
        keeps=key == "kept",
    )
    if key in {"referred", "kept"}:
        told = Told(members=[{"who": "self", "age": 71}, {"who": "spouse", "age": 69}], done=list(STEPS))
        actions.benefits_refer(by=officer, id=row.pk, told=told, benefits=["basic-pension", "phone-discount"])
    if key == "withdrawn":
        actions.consent_withdraw(by=officer, id=row.pk)
