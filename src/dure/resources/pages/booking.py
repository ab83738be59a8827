"""Booking a resource, and the steps of a booking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dure.core import clock
from dure.core.asked import number
from dure.core.ids import uuid7
from dure.core.links import own
from dure.core.refused import Refused
from dure.core.tables import table_response
from dure.core.viewer import Viewer
from dure.engines.availability import DAY
from dure.resources import actions, policy
from dure.resources.forms import (
    BookingForm,
    ExtendForm,
    LendForm,
    ObjectionForm,
    ReasonForm,
    ReturnForm,
    WithholdForm,
    last_of,
)
from dure.resources.models import Booking, Objection, Resource
from dure.resources.pages.common import attempt, crumbs, day, price_of
from dure.resources.pages.show import next_words
from dure.resources.queries import BookingView, booking_list, booking_view, every_booking, may_book, resource_of
from dure.resources.queries.bookings import SIDES
from dure.resources.when import midnight, moment, next_free, say_booking


@require_http_methods(["GET", "POST"])
def book_new(request: HttpRequest, id: UUID) -> HttpResponse:
    """A fresh address for one booking, so that sending its form twice books once."""
    policy.must_act(request.viewer)
    resource = resource_of(request.viewer, id)
    address = reverse("resources:book", args=[resource.pk, uuid7()])
    asked = day(request, "day")
    return redirect(f"{address}?day={asked}" if asked else address)


@require_http_methods(["GET", "POST"])
def book(request: HttpRequest, id: UUID, booking_id: UUID) -> HttpResponse:
    viewer = request.viewer
    policy.must_act(viewer)
    resource = resource_of(viewer, id)
    links = own("collaboration", viewer)
    initial = _initial(request, resource) if request.method == "GET" else None
    data = request.POST if request.method == "POST" else None
    form = BookingForm(data, resource=resource, collaborations=links, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: _ask(viewer, resource, booking_id, form))
        if made is not None:
            asked = made.state == Booking.State.ASKED
            words = _("예약을 청했습니다. 답이 올 때까지 잡아 둡니다.") if asked else _("예약했습니다.")
            messages.success(request, words)
            return redirect(made)
    context = {
        "form": form,
        "resource": resource,
        "why_not": may_book(viewer, resource),
        "price": price_of(resource.price, resource.price_per),
        "next": next_words(resource),
        "crumbs": crumbs((resource.title, resource.get_absolute_url()), (_("예약하기"), "")),
    }
    return render(request, "resources/book.html", context, status=422 if form.errors else 200)


def _ask(viewer: Viewer, resource: Resource, booking_id: UUID, form: BookingForm) -> Booking:
    data = form.cleaned_data
    fields = {name: data[name] for name in ("quantity", "purpose", "collaboration")} | form.times()
    return actions.booking_ask(by=viewer, resource_id=resource.pk, id=booking_id, fields=fields)


def _initial(request: HttpRequest, resource: Resource) -> dict[str, Any]:
    """The day asked for, or the next time that is free for a day or an hour."""
    asked = day(request, "day")
    after = moment(midnight(asked)) if asked else clock.now()
    length = timedelta(minutes=DAY if resource.by_day else max(resource.step, 60))
    slot = next_free(resource, after=after, length=length, quantity=1)
    if slot is None:
        return {}
    ends = (slot.end - timedelta(days=1)).date() if resource.by_day else slot.end
    return {"starts": slot.start.date() if resource.by_day else slot.start, "ends": ends}


@require_GET
def page(request: HttpRequest, id: UUID) -> HttpResponse:
    view = booking_view(request.viewer, id)
    row = view.row
    context = {
        "view": view,
        "row": row,
        "resource": row.resource,
        "when": say_booking(row),
        "price": price_of(row.price, row.price_per),
        "damages": list(row.damages.all()),
        "objections": list(row.objections.all()),
        "tag": TAGS.get(row.state, ""),
        "crumbs": crumbs((row.resource.title, row.resource.get_absolute_url()), (row.receipt, "")),
    }
    return render(request, "resources/booking.html", context)


TAGS = {"confirmed": "primary", "lent": "ok", "refused": "bad", "no_show": "bad", "cancelled": "warn"}


@dataclass(frozen=True)
class Step:
    """A page that asks for what a step needs and takes it. `allowed` is its name in `BookingView.steps`."""

    heading: str
    button: str
    done: str
    form: Callable[..., Any] | None
    act: Callable[[Viewer, Booking, Any], Any]
    note: str = ""
    danger: bool = False
    allowed: str = ""


def _steps() -> dict[str, Step]:
    about = Objection.About
    return {
        "confirm": Step(
            _("예약 승인하기"),
            _("승인하기"),
            _("예약을 승인했습니다."),
            None,
            lambda by, row, form: actions.booking_confirm(by=by, id=row.pk),
        ),
        "refuse": Step(
            _("예약 거절하기"),
            _("거절하기"),
            _("예약을 거절했습니다."),
            ReasonForm,
            lambda by, row, form: actions.booking_refuse(by=by, id=row.pk, reason=form.cleaned_data["reason"]),
            _("까닭을 알면 다른 때나 다른 자원을 찾기 쉽습니다."),
            danger=True,
        ),
        "cancel": Step(
            _("예약 취소하기"),
            _("예약 취소"),
            _("예약을 취소했습니다."),
            ReasonForm,
            lambda by, row, form: actions.booking_cancel(by=by, id=row.pk, reason=form.cleaned_data["reason"]),
            _("정해진 때보다 늦게 취소하면 늦은 취소로 남습니다."),
            danger=True,
        ),
        "extend": Step(
            _("예약 늘리기"),
            _("늘리기"),
            _("예약을 늘렸습니다."),
            ExtendForm,
            lambda by, row, form: actions.booking_extend(by=by, id=row.pk, ends_at=form.until()),
        ),
        "lend": Step(
            _("넘겨준 것 적기"),
            _("넘겨주었습니다"),
            _("넘겨준 것을 적었습니다."),
            LendForm,
            lambda by, row, form: actions.booking_lend(by=by, id=row.pk, **form.cleaned_data),
        ),
        "return": Step(
            _("돌려받은 것 적기"),
            _("돌려받았습니다"),
            _("돌려받은 것을 적고 장부에 올렸습니다."),
            ReturnForm,
            lambda by, row, form: actions.booking_return(by=by, id=row.pk, **form.cleaned_data),
        ),
        "no-show": Step(
            _("오지 않았다고 적기"),
            _("오지 않았습니다"),
            _("오지 않았다고 적었습니다."),
            ReasonForm,
            lambda by, row, form: actions.booking_no_show(by=by, id=row.pk, note=form.cleaned_data["reason"]),
            _("상대 기관은 다른 말을 붙일 수 있고, 두 말이 함께 남습니다."),
            danger=True,
            allowed="no_show",
        ),
        "object-no-show": Step(
            _("오지 않았다는 기록에 다른 말 붙이기"),
            _("남기기"),
            _("우리 기관의 말을 남겼습니다."),
            ObjectionForm,
            lambda by, row, form: actions.booking_object(
                by=by, id=row.pk, about=about.NO_SHOW, text=form.cleaned_data["text"]
            ),
            allowed="object_no_show",
        ),
        "object-damage": Step(
            _("파손 기록에 다른 말 붙이기"),
            _("남기기"),
            _("우리 기관의 말을 남겼습니다."),
            ObjectionForm,
            lambda by, row, form: actions.booking_object(
                by=by, id=row.pk, about=about.DAMAGE, text=form.cleaned_data["text"]
            ),
            allowed="object_damage",
        ),
        "seen": Step(
            _("붙인 말 읽음"),
            _("읽었습니다"),
            _("붙인 말을 읽은 것으로 적었습니다."),
            None,
            lambda by, row, form: actions.objection_seen(by=by, id=row.pk),
        ),
        "withhold": Step(
            _("예약의 공개 범위"),
            _("공개하지 않기"),
            _("예약한 기관과 빌려주는 기관에만 보입니다."),
            WithholdForm,
            lambda by, row, form: actions.booking_withhold(by=by, id=row.pk, level="partners", **form.cleaned_data),
            _("그때 쓰인다는 것, 까닭, 다시 볼 날은 모두에게 보입니다."),
        ),
        "open": Step(
            _("예약 공개하기"),
            _("다시 모두에게 공개하기"),
            _("다시 모두에게 공개했습니다."),
            None,
            lambda by, row, form: actions.booking_withhold(by=by, id=row.pk, level="public"),
            allowed="withhold",
        ),
    }


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, id: UUID, step: str) -> HttpResponse:
    """One step of a booking: a form where something must be said, else a question with one button."""
    found = _steps().get(step)
    if found is None:
        raise Refused("not_found", _("그런 일은 할 수 없습니다."))
    view = booking_view(request.viewer, id)
    policy.must_be_a_side(request.viewer, view.row)
    form = _form(request, found, view)
    if request.method == "POST" and form.is_valid():
        viewer, row = request.viewer, view.row
        names = {"file": "photo", "withheld_reason": "reason"}
        acted = attempt(form, lambda: found.act(viewer, row, form), may_fix=False, **names)
        if acted is not None:
            messages.success(request, found.done)
            return redirect(view.row)
    context = {
        "form": form,
        "heading": found.heading,
        "note": found.note,
        "button": found.button,
        "danger": found.danger,
        "bare": found.form is None,
        "files": form.is_multipart(),
        "unfit": (found.allowed or step) not in view.steps,
        "row": view.row,
        "when": say_booking(view.row),
        "back": view.row.get_absolute_url(),
        "crumbs": crumbs((view.row.receipt, view.row.get_absolute_url()), (found.heading, "")),
    }
    return render(request, "resources/step.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, found: Step, view: BookingView) -> Any:
    from django import forms

    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    if found.form is None:
        return forms.Form(*sent)
    if found.form is ExtendForm:
        resource = view.row.resource
        return ExtendForm(*sent, resource=resource, initial={"ends": last_of(resource, view.row.ends_at)})
    return found.form(*sent)


@require_GET
def bookings(request: HttpRequest) -> HttpResponse:
    """What our body booked, or what others booked of ours."""
    side, state = _wanted(request)
    found = booking_list(request.viewer, side=side, state=state, page=number(request, "page"))
    here = reverse("resources:bookings")
    names = {"ours": _("우리가 예약한 것"), "lent": _("우리 자원의 예약")}
    tabs = [{"label": names[one], "url": f"{here}?side={one}", "current": one == side, "count": None} for one in SIDES]
    context = {
        "found": found,
        "rows": [(row, say_booking(row), TAGS.get(row.state, "")) for row in found],
        "tabs": tabs,
        "side": side,
        "state": state,
        "states": [
            ("open", _("끝나지 않은 것")),
            ("overdue", _("돌려줄 때가 지난 것")),
            *Booking.State.choices,
            ("all", _("모두")),
        ],
        "crumbs": crumbs((_("예약"), "")),
    }
    return render(request, "resources/bookings.html", context)


def _wanted(request: HttpRequest) -> tuple[str, str]:
    side, state = request.GET.get("side", "ours"), request.GET.get("state", "open")
    known = {"open", "overdue", "all", *Booking.State.values}
    return side if side in SIDES else "ours", state if state in known else "open"


@require_GET
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    side, state = _wanted(request)
    found = every_booking(request.viewer, side=side, state=state)
    heads = [
        _("번호"),
        _("자원"),
        _("가진 기관"),
        _("예약한 기관"),
        _("수"),
        _("부터"),
        _("까지"),
        _("상태"),
        _("쓰임"),
        _("까닭"),
    ]
    rows = (
        [
            row.receipt,
            row.resource.title,
            row.resource.body.name,
            row.body.name,
            str(row.quantity),
            f"{clock.local(row.starts_at):%Y-%m-%d %H:%M}",
            f"{clock.local(row.ends_at):%Y-%m-%d %H:%M}",
            str(row.get_state_display()),
            row.purpose,
            row.reason,
        ]
        for row in found
    )
    return table_response("bookings", kind, heads, rows, widths=[18, 30, 20, 20])
