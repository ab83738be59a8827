"""A bound form field taken apart, so that one component draws every kind with label, hint, error and counter joined."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

NATIVE = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    forms.TimeInput: ("time", "%H:%M"),
}

DJANGO_ROWS = "10"
UNTOLD = 100_000
"""A field's longest text from here on is only a guard, and no counter tells it: the action says how long it may be."""
CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@dataclass(frozen=True)
class Option:
    """One radio button or tick box. `hint` is its second line, from the form field's `hints` (value to text)."""

    html: str
    id: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class FieldParts:
    """`kind` is hidden, tick (one box), group (a fieldset), area or input. Ids are set where the part exists."""

    kind: str
    id: str
    label: str
    hint: str
    html: str
    required: bool
    errors: list[str]
    hint_id: str = ""
    error_id: str = ""
    describedby: str = ""
    options: list[Option] = field(default_factory=list)
    limit: int | None = None
    length: int = 0
    multiple: bool = False


def kind_of(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    if isinstance(widget, (*CHOICES, forms.MultiWidget, forms.SelectDateWidget)):
        return "group"
    return "area" if isinstance(widget, forms.Textarea) else "input"


def native(widget: forms.Widget) -> forms.Widget:
    """A copy with the browser's own picker for dates and times; a text area nobody gave a height gets a smaller one."""
    for kind, (input_type, date_format) in NATIVE.items():
        if type(widget) is kind:
            widget = copy(widget)
            widget.attrs = {**widget.attrs}
            widget.input_type, widget.format = input_type, date_format
            return widget
    if isinstance(widget, forms.Textarea) and str(widget.attrs.get("rows")) == DJANGO_ROWS:
        widget = copy(widget)
        widget.attrs = {**widget.attrs, "rows": "5"}
    return widget


def parts(bound: BoundField, extra: Mapping[str, Any], *, hint: str = "", label: str = "") -> FieldParts:
    """Take a bound field apart. `extra` are further attributes for the input itself (`hx-get`, `data-…`)."""
    widget = native(bound.field.widget)
    kind = kind_of(widget)
    hint = str(hint or bound.help_text or "")
    limit = getattr(bound.field, "max_length", None) if kind == "area" else None
    if limit and limit >= UNTOLD:
        limit = None
    base = bound.id_for_label if kind not in ("group",) else bound.auto_id
    base = base or bound.html_name
    hint_id = f"{base}_hint" if hint else ""
    error_id = f"{base}_error" if bound.errors else ""
    describedby = " ".join(part for part in (hint_id, error_id) if part)
    attrs: dict[str, Any] = {key: value for key, value in extra.items() if value is not False}
    if kind != "group":
        if describedby:
            attrs["aria-describedby"] = describedby
        if bound.errors:
            attrs["aria-invalid"] = "true"
    if limit:
        attrs["data-count"] = f"{base}_count"
    options: list[Option] = []
    html = ""
    if isinstance(widget, CHOICES):
        hints = getattr(bound.field, "hints", {})
        options = [
            Option(c.tag(), c.id_for_label, str(c.choice_label), str(hints.get(str(c.data["value"]), "")))
            for c in bound.subwidgets
        ]
    else:
        html = bound.as_widget(widget=widget, attrs=attrs)
    value = bound.value() if limit else ""
    return FieldParts(
        kind=kind,
        id=base,
        label=str(label or bound.label),
        hint=hint,
        html=html,
        required=getattr(bound.field, "needed", bound.field.required),
        errors=[str(error) for error in bound.errors],
        hint_id=hint_id,
        error_id=error_id,
        describedby=describedby,
        options=options,
        limit=limit,
        length=len(str(value or "")),
        multiple=isinstance(widget, forms.CheckboxSelectMultiple),
    )


def errors(form: forms.BaseForm | forms.BaseFormSet) -> list[tuple[str, str, str]]:
    """Errors as (id of the input or empty, label or empty, message), the form's own first; a formset's are joined."""
    if isinstance(form, forms.BaseFormSet):
        found = [("", "", str(message)) for message in form.non_form_errors()]
        for one in form.forms:
            found += errors(one)
        return found
    found = [("", "", str(message)) for message in form.non_field_errors()]
    for bound in form:
        widget = bound.field.widget
        target = bound.id_for_label or bound.auto_id
        if isinstance(widget, CHOICES):
            target = f"{bound.auto_id}_0"
        label = "" if widget.is_hidden else str(bound.label)
        found += [("" if widget.is_hidden else target, label, str(message)) for message in bound.errors]
    return found
