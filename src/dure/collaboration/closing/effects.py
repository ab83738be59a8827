"""What proposals of this part do by themselves: end the collaboration, or hand it over to a body that stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.collaboration import parties, public_text
from dure.collaboration.closing.actions.lasting import locked_handover
from dure.collaboration.closing.actions.ratings import reveal_partner_ratings
from dure.collaboration.closing.casework import make_case
from dure.collaboration.closing.forms import CloseForm, HandoverEffectForm
from dure.collaboration.closing.models import Ending, Handover
from dure.collaboration.models import TOGETHER, Collaboration, Outcome, Party, Stage
from dure.collaboration.parts import Effect
from dure.core import clock
from dure.core.events import record
from dure.core.links import urn
from dure.core.models import Withholding
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

TEXTS = {"reached": 4000, "learnt": 4000, "differently": 4000}


def close_words(data: Mapping[str, Any]) -> str:
    return _("협업을 마칩니다: %(outcome)s") % {"outcome": Outcome(data["outcome"]).label}


def close_check(collaboration: Collaboration, data: Mapping[str, Any]) -> None:
    """Refuse an ending while a dispute is open, without words, or as 'standing' where nothing stands."""
    if collaboration.stage not in TOGETHER:
        raise Refused("conflict", _("함께할 기관이 정해진 뒤, 마치기 전까지만 할 수 있습니다."))
    if collaboration.paused:
        raise Refused("conflict", _("갈등을 조정하는 동안에는 마칠 수 없습니다. 조정이 끝난 뒤에 다시 제안해 주세요."))
    outcome = data.get("outcome")
    if outcome not in Outcome.values:
        raise Refused("invalid", _("어떻게 마치는지 골라 주세요."), "outcome")
    close_texts(data)
    if outcome == Outcome.STANDING and not stands(collaboration):
        message = _("이어받은 기관이 있거나, 점검표의 상설 조직이 ‘그렇다’일 때 고를 수 있습니다.")
        raise Refused("invalid", message, "outcome")


def close_texts(data: Mapping[str, Any]) -> dict[str, str]:
    """The words of an ending as they are kept. A failure must say what was learnt, a success what was reached."""
    failed = data.get("outcome") == Outcome.FAILED
    needed = {
        "reached": "" if failed else _("무엇을 이루었는지 적어 주세요."),
        "learnt": _("무엇을 배웠는지 적어 주세요. 다음에 하는 이들에게 가장 쓸모 있는 글입니다.") if failed else "",
        "differently": "",
    }
    return {
        name: tidy(data.get(name), longest=longest, field=name, needed=needed[name]) for name, longest in TEXTS.items()
    }


def stands(collaboration: Collaboration) -> bool:
    """A body that stays goes on: one took over, or the checklist says that there is one."""
    if collaboration.handovers.filter(state=Handover.State.DONE).exists():
        return True
    return collaboration.sustainability_answers.filter(item="standing", mark="yes", replaced_at=None).exists()


def close_apply(by: Viewer, collaboration: Collaboration, data: Mapping[str, Any]) -> None:
    """End it: nothing changes afterwards but the checklist, ratings for 90 days, and the case in the library."""
    row = Collaboration.objects.select_for_update(of=("self",)).get(pk=collaboration.pk)
    close_check(row, data)
    texts = close_texts(data)
    now = clock.now()
    row.stage, row.outcome, row.ended_at, row.changed_at = Stage.ENDED, data["outcome"], now, now
    row.end_reason = (texts["reached"] or texts["learnt"])[:500]
    row.save(update_fields=["stage", "outcome", "ended_at", "changed_at", "end_reason"])
    _now_also(collaboration, row, "stage", "outcome", "ended_at", "changed_at", "end_reason")
    ending = Ending.objects.create(collaboration=row, outcome=data["outcome"], at=now, **texts)
    row.handovers.filter(state__in=["asked", "accepted"]).update(state=Handover.State.WITHDRAWN, answered_at=now)
    reveal_partner_ratings(row)
    case = make_case(row, ending)
    public_text.refresh(row)
    record(
        by=by,
        type="collaboration.ended",
        subject=row.urn,
        data={"outcome": ending.outcome, "case": urn("case", case.pk) if case else None},
    )


def handover_words(data: Mapping[str, Any]) -> str:
    row = Handover.objects.select_related("to_body").filter(pk=data["handover"]).first()
    return _("협업을 맡는 기관을 바꿉니다: %(body)s") % {"body": row.to_body.name if row else "–"}


def handover_check(collaboration: Collaboration, data: Mapping[str, Any]) -> None:
    """Refuse unless the body has accepted, and still is a body that can act."""
    if collaboration.stage not in TOGETHER:
        raise Refused("conflict", _("함께할 기관이 정해진 뒤, 마치기 전까지만 할 수 있습니다."))
    if "closing" in collaboration.paused:
        raise Refused("conflict", _("이 일을 두고 갈등을 조정하는 중이라 잠시 멈추어 있습니다."))
    rows = Handover.objects.select_related("to_body").filter(collaboration=collaboration, pk=_uuid(data))
    row = rows.first()
    if row is None:
        raise Refused("invalid", _("맡겠다고 한 기관을 골라 주세요."), "handover")
    if row.state != Handover.State.ACCEPTED:
        raise Refused("conflict", _("그 기관이 먼저 맡겠다고 답해야 합니다."), "handover")
    if not row.to_body.is_active():
        raise Refused("conflict", _("활동을 마친 기관에는 맡길 수 없습니다."), "handover")


def handover_apply(by: Viewer, collaboration: Collaboration, data: Mapping[str, Any]) -> None:
    """The body owns the collaboration with all that it was. Who asked first stays a party unless it leaves."""
    handover = locked_handover(_uuid(data))
    row = handover.collaboration
    handover_check(row, data)
    handover.from_body_id = row.body_id
    handover.state, handover.done_at = Handover.State.DONE, clock.now()
    handover.save(update_fields=["from_body", "state", "done_at"])
    parties.join(row, handover.to_body_id, Party.Role.PARTNER)
    Withholding.objects.filter(subject=row.pk).update(owner_body_id=handover.to_body_id)
    row.body_id, row.changed_at = handover.to_body_id, handover.done_at
    row.save(update_fields=["body", "changed_at"])
    _now_also(collaboration, row, "body_id", "changed_at")
    record(by=by, type="collaboration.handover.done", subject=row.urn, thing=handover.urn)


def _uuid(data: Mapping[str, Any]) -> UUID:
    try:
        return UUID(str(data.get("handover")))
    except ValueError as error:
        raise Refused("invalid", _("맡겠다고 한 기관을 골라 주세요."), "handover") from error


def _now_also(given: Collaboration, row: Collaboration, *names: str) -> None:
    """The caller's copy says what the row says."""
    for name in names:
        setattr(given, name, getattr(row, name))


EFFECTS = (
    Effect(
        kind="close",
        label=gettext_lazy("협업 마치기"),
        words=close_words,
        check=close_check,
        apply=close_apply,
        form=CloseForm,
        data=lambda form: dict(form.cleaned_data),
    ),
    Effect(
        kind="handover",
        label=gettext_lazy("맡는 기관 바꾸기"),
        words=handover_words,
        check=handover_check,
        apply=handover_apply,
        form=HandoverEffectForm,
        data=lambda form: {"handover": str(form.cleaned_data["handover"])},
        unanimous=True,
    ),
)
