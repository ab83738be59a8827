"""The small things everything stands on: clock, refusals, viewers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from dure.core import clock
from dure.core.refused import STATUS, Refused
from dure.core.viewer import Viewer

ONE, BODY, OTHER = uuid4(), uuid4(), uuid4()


def test_now_is_in_utc_and_today_in_seoul(monkeypatch: pytest.MonkeyPatch) -> None:
    assert clock.now().tzinfo is UTC
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 31, 15, 0, tzinfo=UTC))
    assert clock.today() == date(2027, 1, 1)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 31, 14, 59, tzinfo=UTC))
    assert clock.today() == date(2026, 12, 31)
    assert clock.local(clock.now()).hour == 23


def test_a_refusal_is_problem_json() -> None:
    no = Refused("invalid", "고쳐 주세요.", "title")
    assert no.status == 422
    assert no.problem() == {
        "type": "urn:dure:problem:invalid",
        "title": "고쳐 주세요.",
        "status": 422,
        "code": "invalid",
        "errors": [{"field": "title", "message": "고쳐 주세요."}],
    }
    assert "errors" not in Refused("gone", "").problem()
    assert all(400 <= status < 500 for status in STATUS.values())
    with pytest.raises(ValueError, match="nonsense"):
        Refused("nonsense", "")


OFFICER = Viewer.person(ONE, BODY, "officer")
VIEWERS = [
    # viewer, reads for BODY, acts for BODY
    (Viewer.anonymous(), False, False),
    (Viewer.person(ONE), False, False),
    (Viewer.person(ONE, BODY, "reader"), True, False),
    (OFFICER, True, True),
    (Viewer.person(ONE, BODY, "head"), True, True),
    (Viewer.person(ONE, OTHER, "head"), False, False),
    (Viewer.system(BODY, frozenset(), uuid4()), False, False),
    (Viewer.system(BODY, frozenset({"read"}), uuid4()), True, False),
    (Viewer.system(BODY, frozenset({"write"}), uuid4()), False, True),
    (Viewer.link("dure:test:1"), False, False),
    (Viewer.person(ONE, staff_session_id=uuid4()), False, False),
]


@pytest.mark.parametrize(("viewer", "reads", "acts"), VIEWERS)
def test_who_reads_and_acts_for_a_body(viewer: Viewer, reads: bool, acts: bool) -> None:
    assert viewer.reads_for(BODY) is reads
    assert viewer.may_act_for(BODY) is acts
    assert not viewer.reads_for(None)
    assert not viewer.may_act_for(None)
    if acts:
        viewer.must_act_for(BODY, "")
    else:
        with pytest.raises(Refused) as no:
            viewer.must_act_for(BODY, "아니요")
        assert no.value.code == ("not_signed_in" if viewer.kind == "anonymous" else "not_allowed")


def test_a_viewer_cannot_be_changed() -> None:
    viewer: Any = OFFICER
    with pytest.raises(AttributeError):
        viewer.role = "head"
    assert hash(viewer) == hash(Viewer.person(ONE, BODY, "officer"))
