"""What carried proposals do by themselves, of this part: nothing, taking a body in, parting from one, and what of the
call is open to whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.collaboration import parties
from dure.collaboration.actions.call import open_part, withhold_part
from dure.collaboration.decisions.forms import AdmitForm, OpenPartForm, PartForm, WithholdPartForm
from dure.collaboration.decisions.models import Admission
from dure.collaboration.models import Call, Collaboration
from dure.collaboration.parts import Effect
from dure.collaboration.policy import must_be_together
from dure.collaboration.queries.page import part_label
from dure.core.events import record
from dure.core.models import Withholding
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Level, check_withholding

Data = Mapping[str, Any]


def names(body: Body) -> dict[str, str]:
    """A body as the data of a proposal keeps it: its id and how it is called."""
    return {"body": str(body.pk), "ko": body.full_name_ko, "en": body.full_name_en or body.full_name_ko}


def _called(data: Data) -> str:
    return str(data["en"] if (get_language() or "").startswith("en") else data["ko"])


def _concerned(data: Data) -> UUID | None:
    return UUID(data["body"]) if data.get("body") else None


def check_admit(collaboration: Collaboration, data: Data) -> None:
    must_be_together(collaboration)
    body = Body.objects.filter(pk=data.get("body")).first()
    if body is None or not body.is_active():
        raise Refused("invalid", _("지금 활동하고 확인된 기관만 함께할 수 있습니다."), "body")
    if body.pk in parties.party_bodies(collaboration):
        raise Refused("conflict", _("이미 함께하고 있는 기관입니다."), "body")
    if Admission.objects.filter(collaboration=collaboration, body=body, state=Admission.State.ASKED).exists():
        raise Refused("conflict", _("이미 청해 놓고 답을 기다리는 기관입니다."), "body")


def apply_admit(by: Viewer, collaboration: Collaboration, data: Data) -> None:
    asked = Admission.objects.create(collaboration=collaboration, body_id=data["body"])
    record(
        by=by,
        type="collaboration.party.asked",
        subject=collaboration.urn,
        data={"body": data["body"], "admission": str(asked.pk)},
    )


def check_part(collaboration: Collaboration, data: Data) -> None:
    must_be_together(collaboration)
    members = parties.party_bodies(collaboration)
    if _concerned(data) not in members:
        raise Refused("conflict", _("지금 함께하고 있지 않은 기관입니다."), "body")
    if len(members) < 3:
        message = _("두 곳뿐일 때는 한 곳이 다른 곳을 내보낼 수 없습니다. 스스로 떠나거나 함께 마쳐 주세요.")
        raise Refused("conflict", message, "body")


def apply_part(by: Viewer, collaboration: Collaboration, data: Data) -> None:
    parties.leave(parties.parties_of(collaboration).get(body_id=data["body"]), data["reason"])
    record(
        by=by,
        type="collaboration.party.parted",
        subject=collaboration.urn,
        data={"body": data["body"], "remaining": len(parties.party_bodies(collaboration))},
    )


def check_withhold(collaboration: Collaboration, data: Data) -> None:
    if data.get("part") not in Call.PARTS:
        raise Refused("invalid", _("공개하지 않을 수 있는 항목이 아닙니다."), "part")
    if Withholding.objects.filter(subject=collaboration.pk, field=data["part"]).exists():
        raise Refused("conflict", _("이미 공개하지 않는 항목입니다."), "part")
    try:
        check_withholding(Level.PARTNERS, data["reason"], date.fromisoformat(data["review_on"]))
    except Refused as refused:
        fields = {"withheld_reason": "reason"}
        raise Refused(refused.code, refused.message, fields.get(refused.field or "", refused.field)) from refused


def apply_withhold(by: Viewer, collaboration: Collaboration, data: Data) -> None:
    day = date.fromisoformat(data["review_on"])
    withhold_part(by, collaboration, data["part"], Level.PARTNERS, data["reason"], day)


def check_open(collaboration: Collaboration, data: Data) -> None:
    if not Withholding.objects.filter(subject=collaboration.pk, field=data.get("part")).exists():
        raise Refused("conflict", _("이미 공개된 항목입니다."), "part")


TEXT = Effect(
    "text",
    gettext_lazy("글로 정하기"),
    words=lambda data: "",
    apply=lambda by, collaboration, data: None,
)

EFFECTS = (
    TEXT,
    Effect(
        "admit",
        gettext_lazy("새 기관 맞아들이기"),
        words=lambda data: _("가결되면 이 기관에 함께하자고 청합니다: %(body)s") % {"body": _called(data)},
        check=check_admit,
        apply=apply_admit,
        form=AdmitForm,
        data=lambda form: names(form.cleaned_data["body"]),
    ),
    Effect(
        "part",
        gettext_lazy("한 기관과 헤어지기"),
        words=lambda data: (
            _("가결되면 이 기관은 협업을 떠납니다: %(body)s. 까닭: %(reason)s")
            % {"body": _called(data), "reason": data["reason"]}
        ),
        check=check_part,
        apply=apply_part,
        form=PartForm,
        data=lambda form: {**names(form.cleaned_data["body"].body), "reason": form.cleaned_data["reason"]},
        unanimous=True,
        concerned=_concerned,
    ),
    Effect(
        "withhold_part",
        gettext_lazy("요청의 한 항목을 공개하지 않기"),
        words=lambda data: (
            _("가결되면 이 항목은 함께하는 기관에만 보입니다: %(part)s (다시 볼 날 %(day)s)")
            % {"part": part_label(data["part"]), "day": data["review_on"]}
        ),
        check=check_withhold,
        apply=apply_withhold,
        form=WithholdPartForm,
        data=lambda form: {**form.cleaned_data, "review_on": form.cleaned_data["review_on"].isoformat()},
    ),
    Effect(
        "open_part",
        gettext_lazy("공개하지 않던 항목을 공개하기"),
        words=lambda data: _("가결되면 이 항목이 모두에게 공개됩니다: %(part)s") % {"part": part_label(data["part"])},
        check=check_open,
        apply=lambda by, collaboration, data: open_part(by, collaboration, data["part"]),
        form=OpenPartForm,
    ),
)
