"""Who may do what with a scenario. Each function refuses with the reason, or returns."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.places.policy import may_load
from dure.simulation.models import Run, Scenario


def must_write_for(by: Viewer, body_id: UUID | None) -> None:
    by.must_act_for(body_id, _("모의계산은 기관의 이름으로 만듭니다. 기관의 책임자나 담당자로 들어와 주세요."))


def must_own(by: Viewer, scenario: Scenario) -> None:
    by.must_act_for(scenario.body_id, _("이 모의계산을 만든 기관의 담당자만 할 수 있습니다."))


def may_own(by: Viewer, scenario: Scenario) -> bool:
    return by.may_act_for(scenario.body_id)


def must_be_draft(scenario: Scenario) -> None:
    if scenario.published:
        raise Refused("conflict", _("펴낸 모의계산은 고칠 수 없습니다. 베껴서 새로 만들 수 있습니다."))


def must_be_as_seen(scenario: Scenario, seen: str) -> None:
    """Two officials of one body may write at once: neither undoes what the other did without having seen it."""
    if seen and seen != scenario.mark:
        raise Refused(
            "conflict",
            _("그사이에 다른 분이 고쳤습니다. 적으신 것은 그대로 두었으니, 지금 내용을 보고 다시 저장해 주세요."),
            "seen",
        )


def must_be_ready(scenario: Scenario, run: Run | None, inputs_hash: str) -> None:
    """Published is what was computed: the last run, of exactly what the draft says now."""
    if run is None or run.done_at is None:
        raise Refused("conflict", _("먼저 계산해 주세요. 결과가 있어야 펴낼 수 있습니다."))
    if run.inputs_hash != inputs_hash:
        raise Refused("conflict", _("계산한 뒤에 고친 것이 있습니다. 다시 계산하고 펴내 주세요."))


def must_not_tell_of_few(scenario: Scenario, least: int) -> None:
    """What is computed on a handful of real households would tell of them."""
    if scenario.own is not None and scenario.own.rows < least:
        words = _("%s가구보다 적은 자료로 계산한 것은 펴낼 수 없습니다. 누구의 것인지 알아볼 수 있기 때문입니다.")
        raise Refused("conflict", words % least)


def must_be_open_to_all(scenario: Scenario) -> None:
    if not scenario.published:
        raise Refused("conflict", _("펴낸 모의계산만 다시 계산해 견줄 수 있습니다."))
    if scenario.own_id is not None:
        raise Refused("conflict", _("기관이 올린 자료로 계산한 것은 그 자료가 공개되지 않아 다시 계산할 수 없습니다."))


def must_load_residents(by: Viewer) -> None:
    if not may_load(by):
        raise Refused("not_allowed", _("나이별 거주자 표는 운영자만 넣을 수 있습니다."))
