"""Indicators that all agree on, and what was measured."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from dure.collaboration.closing import actions, queries
from dure.collaboration.closing.desk import desk_items
from dure.collaboration.closing.models import Indicator, Measurement
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.events import timeline
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from tests.collaboration.closing.conftest import INDICATOR, begin

ANYBODY = Viewer.anonymous()


def code(refused) -> tuple[str, str | None]:
    return refused.value.code, refused.value.field


def test_agreed_when_every_party_confirmed_and_void_after_a_change(life):
    made = life.indicator()
    assert [item.state for item in desk_items(life.world.other)] == ["우리 기관의 확인을 기다림"]
    for by in life.parties[:2]:
        assert actions.indicators_confirm(by=by, id=life.row.pk, version=life.version).agreed_at is None
    due = made.due_on
    actions.indicator_change(by=life.world.other, id=made.pk, fields={**INDICATOR, "target": "5", "due_on": due})
    assert made.revisions.get().before["target"] == "6"
    assert queries.indicators(ANYBODY, life.fresh()).agreement.confirmed == []
    for by in life.parties:
        row = actions.indicators_confirm(by=by, id=life.row.pk, version=life.version)
    assert row.agreed_at
    assert "이제 모든 기관이 동의했습니다." in timeline(life.row.urn, ANYBODY)[0].text


def test_what_was_not_read_cannot_be_confirmed(life):
    with pytest.raises(Refused):
        actions.indicators_confirm(by=life.world.asker, id=life.row.pk, version=1)
    life.indicator()
    life.indicator(name="타는 사람")
    with pytest.raises(Refused) as refused:
        actions.indicators_confirm(by=life.world.asker, id=life.row.pk, version=1)
    assert code(refused) == ("conflict", None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"target": "2"}, "target"),
        ({"target": "1"}, "target"),
        ({"direction": "less"}, "target"),
        ({"direction": "sideways"}, "direction"),
        ({"direction": "keep", "baseline": ""}, "baseline"),
        ({"target": "많이"}, "target"),
        ({"target": ""}, "target"),
        ({"baseline": "1e3"}, "baseline"),
        ({"baseline": "NaN"}, "baseline"),
        ({"name": ""}, "name"),
        ({"name": "가" * 40_000}, "name"),
        ({"unit": " \u202e "}, "unit"),
        ({"source": ""}, "source"),
        ({"due_on": None}, "due_on"),
        ({"due_on": clock.today() + timedelta(days=366 * 30)}, "due_on"),
    ],
)
def test_bad_indicators_are_refused_at_their_field(life, given, field):
    with pytest.raises(Refused) as refused:
        life.indicator(**given)
    assert code(refused) == ("invalid", field)
    assert not Indicator.objects.exists()


def test_a_pasted_table_becomes_one_line_and_emoji_stay(life):
    assert life.indicator(name="버스\t횟수\n🚌").name == "버스 횟수 🚌"


def test_a_doubled_request_proposes_once(life):
    due = clock.today()
    id = life.indicator().pk
    fields = {**INDICATOR, "due_on": due}
    assert actions.indicator_propose(by=life.world.asker, id=life.row.pk, fields=fields, indicator_id=id).pk == id
    assert Indicator.objects.count() == 1
    assert life.version == 1


def test_outsiders_propose_nothing_and_nobody_after_the_end(life):
    fields = {**INDICATOR, "due_on": clock.today()}
    for by in (life.world.citizen, ANYBODY):
        with pytest.raises(Refused):
            actions.indicator_propose(by=by, id=life.row.pk, fields=fields)
    indicator = life.agreed()
    life.end()
    with pytest.raises(Refused) as refused:
        life.measure(indicator)
    assert code(refused) == ("conflict", None)


def test_measured_shown_and_counted_exactly(life):
    indicator = life.agreed(baseline="0.1", target="0.3")
    life.measure(indicator, "0.2", ago=3)
    found = queries.indicators(ANYBODY, life.fresh()).rows[0]
    assert found.newest.value == "0.2"
    assert found.per_cent == 50
    assert Measurement.objects.get().value == "0.2"


def test_before_all_agree_nothing_is_measured(life):
    indicator = life.indicator()
    with pytest.raises(Refused) as refused:
        life.measure(indicator)
    assert code(refused) == ("conflict", None)


@pytest.mark.parametrize(
    ("given", "code_", "field"),
    [
        ({"value": "네 번"}, "invalid", "value"),
        ({"value": ""}, "invalid", "value"),
        ({"value": "9" * 40_000}, "invalid", "value"),
        ({"on": clock.today() + timedelta(days=1)}, "invalid", "on"),
        ({"on": clock.today() - timedelta(days=101)}, "invalid", "on"),
        ({"on": None}, "invalid", "on"),
        ({"source": ""}, "invalid", "source"),
        ({"link": "여기"}, "invalid", "link"),
    ],
)
def test_bad_measurements_are_refused_at_their_field(life, given, code_, field):
    indicator = life.agreed()
    with pytest.raises(Refused) as refused:
        life.measure(indicator, **given)
    assert code(refused) == (code_, field)


def test_once_a_day_and_put_right_with_both_kept(life):
    indicator = life.agreed()
    wrong = life.measure(indicator, "40", ago=2)
    with pytest.raises(Refused) as refused:
        life.measure(indicator, "4", ago=2)
    assert code(refused) == ("conflict", "on")
    fields = {"value": "4", "on": wrong.on, "source": "다시 센 기록"}
    with pytest.raises(Refused) as refused:
        actions.measurement_correct(by=life.world.other, id=wrong.pk, fields=fields, reason="")
    assert code(refused) == ("invalid", "reason")
    right = actions.measurement_correct(by=life.world.other, id=wrong.pk, fields=fields, reason="0을 더 적음")
    with pytest.raises(Refused):
        actions.measurement_correct(by=life.world.other, id=wrong.pk, fields=fields, reason="또")
    found = queries.indicators(ANYBODY, life.fresh()).rows[0]
    assert found.newest.row == right
    assert {one.row.pk for one in found.measurements} == {wrong.pk, right.pk}
    with pytest.raises(IntegrityError), transaction.atomic():
        Measurement.objects.filter(pk=wrong.pk).update(corrected_at=None)


def test_measured_indicators_are_not_bent_afterwards(life):
    indicator = life.agreed()
    life.measure(indicator)
    fields = {**INDICATOR, "target": "3", "due_on": indicator.due_on}
    for act in (
        lambda: actions.indicator_change(by=life.world.asker, id=indicator.pk, fields=fields),
        lambda: actions.indicator_drop(by=life.world.asker, id=indicator.pk, reason="나쁘게 나와서"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert code(refused) == ("conflict", None)


def test_an_unmeasured_one_is_dropped_with_a_reason_and_stays_readable(life):
    indicator = life.indicator()
    with pytest.raises(Refused) as refused:
        actions.indicator_drop(by=life.world.asker, id=indicator.pk, reason=" ")
    assert code(refused) == ("invalid", "reason")
    actions.indicator_drop(by=life.world.asker, id=indicator.pk, reason="잴 수 없음")
    found = queries.indicators(ANYBODY, life.fresh())
    assert (len(found.rows), len(found.dropped)) == (0, 1)


def test_past_its_day_without_a_value_it_waits_on_the_desk(life):
    indicator = life.agreed(due_on=clock.today() - timedelta(days=1))
    life.measure(indicator, ago=5)
    assert [(item.state, item.why) for item in desk_items(life.world.offerer)] == [("재지 않음", indicator.name)]
    life.measure(indicator, ago=0)
    assert not list(desk_items(life.world.offerer))


def test_a_dispute_stops_measuring(life):
    indicator = life.agreed()
    Collaboration.objects.filter(pk=life.row.pk).update(paused=["closing"])
    with pytest.raises(Refused):
        life.measure(indicator)


def test_a_system_of_a_party_measures_with_its_key(life):
    indicator = life.agreed()
    fields = {"value": "4", "on": clock.today(), "source": "운행 시스템"}
    reads = Viewer.system(life.world.other.body_id, frozenset({"read"}), indicator.pk)
    with pytest.raises(Refused):
        actions.measurement_record(by=reads, id=indicator.pk, fields=fields)
    writes = Viewer.system(life.world.other.body_id, frozenset({"read", "write"}), indicator.pk)
    made = actions.measurement_record(by=writes, id=indicator.pk, fields=fields)
    assert (made.body_id, made.person_id) == (life.world.other.body_id, None)
    again = actions.measurement_record(by=writes, id=indicator.pk, fields=fields, measurement_id=made.pk)
    assert again == made


def test_an_id_that_stands_for_something_else_is_not_taken(life, world):
    other = begin(world)
    first = life.indicator()
    fields = {**INDICATOR, "due_on": clock.today()}
    made = actions.indicator_propose(by=world.asker, id=other.row.pk, fields=fields, indicator_id=first.pk)
    assert made.pk != first.pk
    first.refresh_from_db()
    assert first.collaboration_id == life.row.pk
