"""What the verbs of the workspace share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from dure.collaboration.models import Collaboration
from dure.collaboration.workspace import policy
from dure.collaboration.workspace.models import Milestone, Work
from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Level, withhold

Thing = TypeVar("Thing", bound=Work)
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
MOST_WON = 10**15
"""A thousand trillion won: more than the state spends in a year."""


def begin(by: Viewer, id: UUID) -> Collaboration:
    """The collaboration, locked, once policy has let the viewer in: who is a party does not change meanwhile."""
    found = Collaboration.objects.select_for_update().filter(pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 협업입니다."))
    policy.must_write(by, found)
    return found


def locked(model: type[Thing], by: Viewer, id: UUID, version: int | None = None) -> Thing:
    """A thing that the viewer reads, locked. With `version`, refused `conflict` where somebody changed it since."""
    seen = model.objects.visible_to(by).filter(pk=id).first()
    if seen is None:
        raise Refused("not_found", _("없는 것입니다."))
    begin(by, seen.collaboration_id)
    found: Thing = model.objects.select_for_update(of=("self",)).select_related("collaboration").get(pk=id)
    if version is not None and version != found.version:
        raise Refused(
            "conflict",
            _("그사이에 다른 분이 고쳤습니다. 적으신 것은 그대로 두었으니, 지금 내용을 보고 다시 저장해 주세요."),
        )
    return found


def known(model: type[Thing], by: Viewer, collaboration: Collaboration, id: UUID) -> Thing | None:
    """What an earlier request of the same party made under this id; refused where the id is another's."""
    found: Thing | None = model.objects.filter(pk=id).first()
    if found is not None and (found.collaboration_id, found.body_id) != (collaboration.pk, by.body_id):
        raise Refused("conflict", _("이미 쓰인 번호입니다. 처음부터 다시 해 주세요."))
    return found


def keep(thing: Work) -> None:
    """Save a changed thing under its next version."""
    thing.version += 1
    thing.changed_at = clock.now()
    thing.save()


def narrow(by: Viewer, thing: Work, visibility: Mapping[str, Any] | None) -> None:
    """Withhold a thing that was just made: for the parties only, never for one body alone."""
    if not visibility:
        return
    if visibility.get("level") != Level.PARTNERS:
        raise Refused("invalid", _("함께하는 기관에는 모두 보여야 합니다."), "visibility")
    withhold(by=by, thing=thing, **visibility)


def day(value: Any, field: str, *, needed: str = "") -> date | None:
    """A day that a calendar can hold; refused where `needed` says what is missing."""
    if value is None or value == "":
        if needed:
            raise Refused("invalid", needed, field)
        return None
    if isinstance(value, datetime) or not isinstance(value, date) or not FIRST <= value <= LAST:
        raise Refused("invalid", _("날짜를 다시 확인해 주세요."), field)
    return value


def won(value: Any, field: str, *, least: int = 0) -> int:
    """An amount in whole won; never a float."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused("invalid", _("금액을 원 단위의 정수로 적어 주세요."), field)
    if value < least:
        message = _("0원보다 큰 금액을 적어 주세요.") if least else _("금액은 0원보다 작을 수 없습니다.")
        raise Refused("invalid", message, field)
    if value > MOST_WON:
        raise Refused("invalid", _("금액이 너무 큽니다. 원 단위로 적었는지 확인해 주세요."), field)
    return value


def milestone_of(by: Viewer, collaboration: Collaboration, id: UUID | None) -> Milestone | None:
    if id is None:
        return None
    found = Milestone.objects.visible_to(by).filter(pk=id, collaboration=collaboration).first()
    if found is None:
        raise Refused("invalid", _("이 협업의 이정표에서 골라 주세요."), "milestone")
    return found
