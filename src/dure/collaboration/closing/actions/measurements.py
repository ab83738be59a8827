"""What was measured: on a day, with its source; put right, never erased."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration.agreement.queries import terms_in_force
from dure.collaboration.closing import evidence, policy, reckoning
from dure.collaboration.closing.actions.indicators import locked_indicator, number
from dure.collaboration.closing.models import Indicator, Measurement
from dure.collaboration.closing.once import made_before
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer


def measurement_record(
    *, by: Viewer, id: UUID, fields: Mapping[str, Any], uploaded: Any = None, measurement_id: UUID | None = None
) -> Measurement:
    """Write down what was measured of the indicator `id`: `fields` value, on (a date), source, link.

    Refused: not_allowed, conflict (not agreed yet, or measured on that day already), invalid at the field: no number,
    a day before the start or after today, no source. With `measurement_id` a doubled request measures once.
    """
    file = evidence.taken(uploaded)
    with transaction.atomic():
        indicator = locked_indicator(id)
        policy.must_measure(by, indicator)
        known, measurement_id = made_before(Measurement, measurement_id, indicator=indicator, body=by.body_id)
        if known:
            return known
        values = _checked(indicator, fields)
        _must_be_free(indicator, values["on"])
        measured = _write(by, indicator, values, file, measurement_id)
        record(by=by, type="collaboration.measured", subject=measured.about, thing=measured.urn)
    return measured


def measurement_correct(
    *,
    by: Viewer,
    id: UUID,
    fields: Mapping[str, Any],
    reason: str,
    uploaded: Any = None,
    measurement_id: UUID | None = None,
) -> Measurement:
    """Put a measurement right, with a public reason. The old value stays readable beside the new one."""
    file = evidence.taken(uploaded)
    with transaction.atomic():
        old = Measurement.objects.filter(pk=id).first()
        if old is None:
            raise Refused("not_found", _("없는 잰 값입니다."))
        indicator = locked_indicator(old.indicator_id)
        policy.must_measure(by, indicator)
        old = Measurement.objects.select_for_update(of=("self",)).get(pk=id)
        known, measurement_id = made_before(Measurement, measurement_id, corrects=old, body=by.body_id)
        if known:
            return known
        if old.corrected_at is not None:
            raise Refused("conflict", _("이미 바로잡은 값입니다. 지금의 값을 바로잡아 주세요."))
        values = _checked(indicator, fields)
        why = tidy(reason, longest=300, field="reason", needed=_("바로잡는 까닭을 적어 주세요."))
        old.corrected_at = clock.now()
        old.save(update_fields=["corrected_at"])
        _must_be_free(indicator, values["on"])
        values |= {"corrects": old, "reason": why}
        if file is None:
            values["file"] = old.file
        measured = _write(by, indicator, values, file, measurement_id)
        record(by=by, type="collaboration.measurement.corrected", subject=measured.about, thing=measured.urn)
    return measured


def started_on(collaboration: Collaboration) -> date:
    """The day from which measuring makes sense: the agreement's first day, or when work began or partners were
    settled, whichever is earliest."""
    terms = terms_in_force(collaboration)
    moments = [at for at in (collaboration.settled_at, collaboration.working_at) if at]
    days = [clock.local(at).date() for at in moments] + ([terms.starts_on] if terms else [])
    return min(days)


def _checked(indicator: Indicator, fields: Mapping[str, Any]) -> dict[str, Any]:
    value = number(fields.get("value"), "value")
    assert value is not None
    on = fields.get("on")
    if not isinstance(on, date):
        raise Refused("invalid", _("잰 날을 골라 주세요."), "on")
    if on > clock.today():
        raise Refused("invalid", _("아직 오지 않은 날에는 잴 수 없습니다."), "on")
    start = started_on(indicator.collaboration)
    if on < start:
        message = _("협업을 시작한 %(day)s부터 잰 값을 적어 주세요. 그 앞의 값은 기준값입니다.")
        raise Refused("invalid", message % {"day": start.isoformat()}, "on")
    return {
        "value": reckoning.plain(value),
        "on": on,
        "source": tidy(
            fields.get("source"),
            longest=300,
            field="source",
            needed=_("어디서 나온 값인지 적어 주세요."),
            one_line=True,
        ),
        "link": evidence.link_of(fields.get("link")),
    }


def _must_be_free(indicator: Indicator, on: date) -> None:
    if indicator.measurements.filter(on=on, corrected_at=None).exists():
        raise Refused("conflict", _("그날 잰 값이 이미 있습니다. 틀렸다면 그 값을 바로잡아 주세요."), "on")


def _write(by: Viewer, indicator: Indicator, values: dict[str, Any], file: Any, id: UUID) -> Measurement:
    if file is not None:
        values["file"] = evidence.hang(by, indicator.collaboration, file, indicator.name, of=indicator)
    return Measurement.objects.create(
        pk=id,
        collaboration=indicator.collaboration,
        indicator=indicator,
        body_id=by.body_id,
        person_id=by.person_id,
        at=clock.now(),
        **values,
    )
