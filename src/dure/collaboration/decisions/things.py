"""Deciding together who may see one shared thing: a file, an offer, an opinion, or whatever the parts keep.

A proposal names the thing by its kind, whose it is and when it was made, never by its words: the proposal stays public
when the thing does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.collaboration.decisions.forms import REASONS
from dure.collaboration.forms import DateInput
from dure.collaboration.models import Collaboration
from dure.collaboration.parts import Effect
from dure.core import clock
from dure.core.links import parse
from dure.core.models import Attachment
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Level, Visible, check_withholding, open_up, withhold

MOST = 200
"""Newest things to choose from; older ones are rarely what a decision is about."""


def shared(collaboration: Collaboration, level: str) -> Iterator[tuple[str, Visible, str]]:
    """(kind in words, thing, its own words) of what stands in the collaboration at this level, newest first."""
    from dure.collaboration.lines import things

    files = Attachment.objects.filter(subject=collaboration.urn, removed_at=None, visibility=level)
    for file in files.order_by("-created_at")[:MOST]:
        yield str(_("파일 1개")), file, file.name
    for kept in things().values():
        rows = kept.model._default_manager.filter(collaboration=collaboration, visibility=level)
        for row in rows.knowable_to(Viewer.anonymous()).order_by("-pk")[:MOST]:
            if getattr(row, "state", "") in ("hidden", "removed"):
                continue
            words = next((getattr(row, name) for name in ("title", "what", "text", "reason") if hasattr(row, name)), "")
            yield str(kept.closed), row, Truncator(words).chars(40)


def thing_of(collaboration: Collaboration, urn: str) -> Visible | None:
    """The thing of that URN if it stands in this collaboration."""
    from dure.collaboration.lines import things

    try:
        kind, id = parse(urn)
    except ValueError:
        return None
    if kind == Attachment.urn_kind:
        return Attachment.objects.filter(pk=id, subject=collaboration.urn, removed_at=None).first()
    kept = things().get(kind)
    if kept is None:
        return None
    found: Visible | None = kept.model._default_manager.filter(pk=id, collaboration=collaboration).first()
    return found


class ThingForm(forms.Form):
    """Which thing; `level` is the one it stands at now."""

    level = Level.PARTNERS
    thing = forms.ChoiceField(label=gettext_lazy("어느 것을"))

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {row.urn: row for _kind, row, _words in shared(collaboration, self.level)}
        self.fields["thing"].choices = [  # type: ignore[attr-defined]
            (row.urn, f"{kind} · {words}") for kind, row, words in shared(collaboration, self.level)
        ]

    def named(self) -> dict[str, str]:
        """The thing as the data of a proposal keeps it."""
        row = self.found[self.cleaned_data["thing"]]
        body = Body.objects.filter(pk=getattr(row, "body_id", None)).first()
        at = getattr(row, "created_at", None)
        return {
            "thing": row.urn,
            "ko": body.full_name_ko if body else "",
            "en": (body.full_name_en or body.full_name_ko) if body else "",
            "made": f"{clock.local(at):%Y-%m-%d %H:%M}" if at else "",
        }


class WithholdThingForm(ThingForm):
    level = Level.PUBLIC
    reason = forms.ChoiceField(label=gettext_lazy("비공개 사유(정보공개법 제9조)"), choices=REASONS)
    review_on = forms.DateField(
        label=gettext_lazy("다시 볼 날"), widget=DateInput, help_text=gettext_lazy("내일부터 1년 안")
    )


def _called(data: Mapping[str, Any]) -> str:
    from dure.collaboration.lines import things

    kind = data["thing"].split(":")[1]
    label = str(_("파일 1개")) if kind == Attachment.urn_kind else str(things()[kind].closed)
    whose = data["en"] if (get_language() or "").startswith("en") else data["ko"]
    return " · ".join(part for part in (label, whose, data["made"]) if part)


def check_withhold(collaboration: Collaboration, data: Mapping[str, Any]) -> None:
    thing = thing_of(collaboration, data.get("thing", ""))
    if thing is None or thing.visibility != Level.PUBLIC:
        raise Refused("conflict", _("지금 공개되어 있는 것 가운데 골라 주세요."), "thing")
    try:
        check_withholding(Level.PARTNERS, data["reason"], date.fromisoformat(data["review_on"]))
    except Refused as refused:
        fields = {"withheld_reason": "reason"}
        raise Refused(refused.code, refused.message, fields.get(refused.field or "", refused.field)) from refused


def apply_withhold(by: Viewer, collaboration: Collaboration, data: Mapping[str, Any]) -> None:
    thing = thing_of(collaboration, data["thing"])
    assert thing is not None
    day = date.fromisoformat(data["review_on"])
    withhold(by=by, thing=thing, level=Level.PARTNERS, reason=data["reason"], review_on=day)


def check_open(collaboration: Collaboration, data: Mapping[str, Any]) -> None:
    thing = thing_of(collaboration, data.get("thing", ""))
    if thing is None or thing.visibility == Level.PUBLIC:
        raise Refused("conflict", _("지금 공개되지 않은 것 가운데 골라 주세요."), "thing")


def apply_open(by: Viewer, collaboration: Collaboration, data: Mapping[str, Any]) -> None:
    thing = thing_of(collaboration, data["thing"])
    assert thing is not None
    open_up(by=by, thing=thing)


EFFECTS = (
    Effect(
        "withhold_thing",
        gettext_lazy("올라온 것 하나를 공개하지 않기"),
        words=lambda data: (
            _("가결되면 이것은 함께하는 기관에만 보입니다: %(thing)s (다시 볼 날 %(day)s)")
            % {"thing": _called(data), "day": data["review_on"]}
        ),
        check=check_withhold,
        apply=apply_withhold,
        form=WithholdThingForm,
        data=lambda form: {
            **form.named(),
            "reason": form.cleaned_data["reason"],
            "review_on": form.cleaned_data["review_on"].isoformat(),
        },
    ),
    Effect(
        "open_thing",
        gettext_lazy("공개하지 않던 것 하나를 공개하기"),
        words=lambda data: _("가결되면 이것이 모두에게 공개됩니다: %(thing)s") % {"thing": _called(data)},
        check=check_open,
        apply=apply_open,
        form=ThingForm,
        data=lambda form: form.named(),
    ),
)
