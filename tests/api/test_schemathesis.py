"""Every operation of the OpenAPI document, called with what its schema allows and with what it does not.

Nothing may come back that the document does not say: no server error, no other status, body or content type.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dure.bodies import actions
from dure.bodies.loader import load_bodies
from dure.config.api import api
from dure.core import clock
from dure.core.rooms import rooms
from tests.bodies.conftest import People

CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance, content_type_conformance]
EXAMPLES = 12
LOADERS = {"areas", "cases"}

schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))
schema.app = get_wsgi_application()


@pytest.fixture(scope="module")
def token(for_this_file):
    """Real bodies and cases, loaded once; the token of a body's key that may read and write."""
    with for_this_file():
        load_bodies()
        for room in rooms():
            for loader in room.loaders:
                if loader.name in LOADERS:
                    loader.load(lambda done, total, note: None)
        people = People()
        head = people.acting("책임자", "4182000000", "head")
        people.second_factor("책임자")
        until = clock.today() + timedelta(days=30)
        given = {"purpose": "시험", "scopes": ["read", "write"], "expires_on": until}
        return actions.create_key(by=head, body_id=head.body_id, **given)[1]


@pytest.fixture
def key(settings, token, db):
    """The token, and no limit to how often one may ask."""
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_WITH_KEY = 1_000_000
    settings.ALLOWED_HOSTS = ["*"]
    # As Django's own test client does: the test's transaction lives on the connection of this thread.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield token
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_undocumented_answer(case, key):
    """With a key what writes (without one it is always 401: see the permission table), as anybody what reads."""
    headers = {} if case.method == "GET" and case.path != "/api/v1/me" else {"Authorization": f"Bearer {key}"}
    case.validate_response(case.call(headers=headers), checks=CHECKS)
