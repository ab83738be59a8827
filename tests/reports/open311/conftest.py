"""Keys of bodies, pictures, and a limit on calls that no test meets by accident."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dure.bodies import apikeys
from dure.bodies.models import ApiKey, Body
from dure.core import clock
from dure.reports import asking
from tests.collaboration.world import person
from tests.reports.world import World, route_to


@pytest.fixture(autouse=True)
def _no_calls_counted(db: None, settings: Any) -> None:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_WITH_KEY = 1_000_000
    cache.clear()


@pytest.fixture
def routed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Whatever is handed in goes to `here`."""
    monkeypatch.setattr(asking, "route_for", lambda report: route_to(world.here.code))
    return world


@pytest.fixture
def key(db: None) -> Callable[..., str]:
    def make(body: Body, *scopes: str) -> str:
        prefix, token = apikeys.new_token()
        ApiKey.objects.create(
            body=body,
            purpose="시험",
            prefix=prefix,
            digest=apikeys.digest(token),
            scopes=list(scopes or ("read", "write")),
            expires_on=clock.today() + timedelta(days=30),
            created_by=person("열쇠"),
        )
        return token

    return make


def photo(name: str = "길.jpg", colour: str = "grey") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(data, format="JPEG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/jpeg")
