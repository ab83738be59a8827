"""Indicators: proposed by any party, agreed by all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration.actions.call import _locked
from dure.collaboration.closing import policy, reckoning
from dure.collaboration.closing.models import Indicator, IndicatorConfirmation, IndicatorRevision, IndicatorSet
from dure.collaboration.closing.once import made_before
from dure.collaboration.models import Collaboration
from dure.collaboration.parties import party_bodies
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

MOST = 20
"""Indicators of one collaboration: whoever counts everything looks at nothing."""
FIELDS = ("name", "unit", "direction", "baseline", "target", "due_on", "source")
LONGEST_DUE = timedelta(days=366 * 20)


def indicator_propose(
    *, by: Viewer, id: UUID, fields: Mapping[str, Any], indicator_id: UUID | None = None
) -> Indicator:
    """Propose by what the collaboration is to be judged: `fields` name, unit, direction (more, less, keep), baseline
    ('' where not known), target, due_on, source. Every party has to confirm the set anew.

    Refused: not_allowed, conflict, invalid at the field that is wrong (also a target that leaves no way to go).
    """
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_run(by, collaboration)
        known, indicator_id = made_before(Indicator, indicator_id, collaboration=collaboration, body=by.body_id)
        if known:
            return known
        if collaboration.indicators.filter(dropped_at=None).count() >= MOST:
            raise Refused("conflict", _("지표는 %(n)d개까지 둘 수 있습니다.") % {"n": MOST})
        indicator = Indicator(
            pk=indicator_id,
            collaboration=collaboration,
            body_id=by.body_id,
            person_id=by.person_id,
            created_at=clock.now(),
            **checked(fields),
        )
        indicator.save(force_insert=True)
        version = _changed(collaboration)
        record(
            by=by,
            type="collaboration.indicator.proposed",
            subject=collaboration.urn,
            thing=indicator.urn,
            data={"version": version},
        )
    return indicator


def indicator_change(*, by: Viewer, id: UUID, fields: Mapping[str, Any]) -> Indicator:
    """Change an indicator that nothing was measured of yet; what it said before is kept, all confirm anew."""
    with transaction.atomic():
        indicator = _unmeasured(by, id)
        values = checked(fields)
        before = {name: _stored(getattr(indicator, name)) for name in FIELDS}
        for name, value in values.items():
            setattr(indicator, name, value)
        if before != {name: _stored(getattr(indicator, name)) for name in FIELDS}:
            indicator.save()
            IndicatorRevision.objects.create(
                indicator=indicator, body_id=by.body_id, person_id=by.person_id, at=clock.now(), before=before
            )
            version = _changed(indicator.collaboration)
            record(
                by=by,
                type="collaboration.indicator.changed",
                subject=indicator.about,
                thing=indicator.urn,
                data={"version": version},
            )
    return indicator


def indicator_drop(*, by: Viewer, id: UUID, reason: str) -> Indicator:
    """Leave out an indicator that nothing was measured of yet, with a public reason; all confirm anew."""
    with transaction.atomic():
        indicator = _unmeasured(by, id)
        indicator.dropped_reason = tidy(reason, longest=300, field="reason", needed=_("빼는 까닭을 적어 주세요."))
        indicator.dropped_at = clock.now()
        indicator.save(update_fields=["dropped_at", "dropped_reason"])
        version = _changed(indicator.collaboration)
        record(
            by=by,
            type="collaboration.indicator.dropped",
            subject=indicator.about,
            thing=indicator.urn,
            data={"version": version},
        )
    return indicator


def indicators_confirm(*, by: Viewer, id: UUID, version: int) -> IndicatorSet:
    """The party agrees with the indicators as they stand in `version`, the one it has read. With the last party they
    are agreed. Refused: not_allowed, conflict (no indicators, or changed since)."""
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_run(by, collaboration)
        row = IndicatorSet.objects.select_for_update(of=("self",)).filter(collaboration=collaboration).first()
        if row is None or not collaboration.indicators.filter(dropped_at=None).exists():
            raise Refused("conflict", _("아직 지표가 없습니다. 먼저 지표를 더해 주세요."))
        if version != row.version:
            raise Refused("conflict", _("그사이 지표가 바뀌었습니다. 바뀐 것을 다시 읽고 확인해 주세요."))
        confirmed, made = IndicatorConfirmation.objects.get_or_create(
            indicators=row,
            version=version,
            body_id=by.body_id,
            defaults={"person_id": by.person_id, "at": clock.now()},
        )
        if made:
            given = set(row.confirmations.filter(version=version).values_list("body_id", flat=True))
            missing = party_bodies(collaboration) - given
            if not missing and row.agreed_at is None:
                row.agreed_at = confirmed.at
                row.save(update_fields=["agreed_at"])
            record(
                by=by,
                type="collaboration.indicators.confirmed",
                subject=collaboration.urn,
                data={"version": version, "missing": len(missing)},
            )
    return row


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an indicator as they are stored; Refused `invalid` at the field that is wrong."""
    needed = _("이 칸을 채워 주세요.")
    values: dict[str, Any] = {
        name: tidy(fields.get(name), longest=longest, field=name, needed=needed, one_line=True)
        for name, longest in (("name", 120), ("unit", 30), ("source", 300))
    }
    direction = str(fields.get("direction") or "")
    if direction not in Indicator.Direction.values:
        raise Refused("invalid", _("늘리는지, 줄이는지, 지키는지 골라 주세요."), "direction")
    baseline = number(fields.get("baseline"), "baseline", optional=True)
    target = number(fields.get("target"), "target")
    assert target is not None
    if direction == Indicator.Direction.KEEP and baseline is None:
        raise Refused("invalid", _("지키려는 값을 알아야 합니다. 기준값을 적어 주세요."), "baseline")
    if baseline is not None and target == baseline and direction != Indicator.Direction.KEEP:
        raise Refused("invalid", _("목표값이 기준값과 같으면 나아진 만큼을 셀 수 없습니다."), "target")
    if not reckoning.fits(direction, baseline, target):
        more = direction == Indicator.Direction.MORE
        message = (
            _("늘리려면 목표값이 기준값보다 커야 합니다.") if more else _("줄이려면 목표값이 기준값보다 작아야 합니다.")
        )
        raise Refused("invalid", message, "target")
    due = fields.get("due_on")
    if not isinstance(due, date):
        raise Refused("invalid", _("언제까지인지 날을 골라 주세요."), "due_on")
    if due > clock.today() + LONGEST_DUE:
        raise Refused("invalid", _("20년 안의 날로 정해 주세요."), "due_on")
    return {
        **values,
        "direction": direction,
        "baseline": "" if baseline is None else reckoning.plain(baseline),
        "target": reckoning.plain(target),
        "due_on": due,
    }


def number(text: object, field: str, *, optional: bool = False) -> Decimal | None:
    """An exact number as people write it; None for nothing where `optional`. Refused `invalid` at `field`."""
    plain = tidy(text, longest=40, field=field, one_line=True)
    if not plain and optional:
        return None
    try:
        return reckoning.exact(plain)
    except ValueError as error:
        words = _("숫자만 적어 주세요. 예: 1,250.5 (소수점 앞 %(digits)d자리, 뒤 %(places)d자리까지)")
        message = words % {"digits": reckoning.DIGITS, "places": reckoning.PLACES}
        raise Refused("invalid", message, field) from error


def _stored(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _changed(collaboration: Collaboration) -> int:
    """A new version that nobody has confirmed yet; its number."""
    row, made = IndicatorSet.objects.select_for_update().get_or_create(collaboration=collaboration)
    if not made:
        row.version, row.agreed_at = row.version + 1, None
        row.save(update_fields=["version", "agreed_at"])
    return row.version


def _unmeasured(by: Viewer, id: UUID) -> Indicator:
    indicator = locked_indicator(id)
    policy.must_run(by, indicator.collaboration)
    if indicator.dropped_at is not None:
        raise Refused("conflict", _("이미 뺀 지표입니다."))
    if indicator.measurements.exists():
        message = _("잰 값이 있는 지표는 고치거나 뺄 수 없습니다. 새 지표를 더하고 이 지표는 그대로 두어 주세요.")
        raise Refused("conflict", message)
    return indicator


def locked_indicator(id: UUID) -> Indicator:
    """The indicator with its collaboration held to the end of the transaction. Refused `not_found`."""
    found = Indicator.objects.filter(pk=id).values_list("collaboration_id", flat=True).first()
    if found is None:
        raise Refused("not_found", _("없는 지표입니다."))
    collaboration = _locked(found)
    indicator = Indicator.objects.get(pk=id)
    indicator.collaboration = collaboration
    return indicator
