"""How often somebody may do something: fixed windows in the shared cache, so that all web processes count together."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.refused import Refused


def client(request: HttpRequest) -> str:
    """Tells clients apart without keeping who they are: a keyed hash of person or address, changing every day."""
    who = str(request.user.pk) if request.user.is_authenticated else request.META.get("REMOTE_ADDR", "")
    text = f"{clock.today()}|{who}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def check(request: HttpRequest, what: str, *, times: int, seconds: int) -> None:
    """Count one use of `what` by this client; Refused `too_many` past `times` in the window of `seconds`."""
    count(f"{what}:{client(request)}", times=times, seconds=seconds)


def count(key: str, *, times: int, seconds: int) -> None:
    window = int(clock.now().timestamp()) // seconds
    name = f"limit:{key}:{window}"
    if cache.add(name, 1, timeout=seconds):
        return
    if cache.incr(name) > times:
        raise Refused("too_many", _("잠시 동안 너무 많이 하셨습니다. 조금 뒤에 다시 해 주세요."))


def spent(key: str, *, times: int, seconds: int) -> bool:
    """Whether `count` with the same words has been used up in this window; counts nothing."""
    window = int(clock.now().timestamp()) // seconds
    return int(cache.get(f"limit:{key}:{window}") or 0) >= times
