from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from dure.bodies import queries
from dure.bodies.models import Body
from dure.core.refused import Refused

Result = TypeVar("Result")
ON_THE_FORM = {"invalid", "conflict", "too_many"}


def attempt(form: forms.Form, action: Callable[[], Result]) -> Result | None:
    """What the action gave; None where it refused because of what was typed, which then stands on the form."""
    try:
        return action()
    except Refused as refused:
        if refused.code not in ON_THE_FORM:
            raise
        form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
        return None


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, also when it was sent empty; None where it was only opened."""
    return request.POST if request.method == "POST" else None


def must_sign_in(request: HttpRequest) -> None:
    if request.viewer.person_id is None:
        raise Refused("not_signed_in", _("로그인한 뒤에 쓸 수 있습니다."))


def own_body(request: HttpRequest) -> Body:
    """The body the viewer acts for now; Refused where it is none."""
    must_sign_in(request)
    if request.viewer.body_id is None:
        raise Refused("not_allowed", _("먼저 어느 기관을 대신할지 골라 주세요."))
    return queries.get(request.viewer.body_id, request.viewer)


def next_page(request: HttpRequest, otherwise: str) -> str:
    """Where a form wanted to go back to, if that is on this site."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else otherwise
