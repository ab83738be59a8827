"""API keys: how they look, how they are checked, and how often one may knock."""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import sha256

from django.core.cache import cache
from django.utils.translation import gettext as _

from dure.bodies.models import ApiKey
from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
SHAPE = re.compile(r"dure_([a-z2-9]{8})_([A-Za-z0-9_-]{43})")


def new_token() -> tuple[str, str]:
    """A prefix, which may be shown, and the whole token `dure_PREFIX_SECRET` with 256 random bits."""
    prefix = "".join(secrets.choice(ALPHABET) for _place in range(8))
    return prefix, f"dure_{prefix}_{secrets.token_urlsafe(32)}"


def digest(token: str) -> str:
    """What is kept of a token. A plain SHA-256 is enough for 256 random bits; nothing can be guessed from it."""
    return sha256(token.encode()).hexdigest()


def authenticate(header: str) -> Viewer:
    """The system behind `Authorization: Bearer dure_…`; Refused `not_signed_in` for anything that is no running key.

    The answer is the same for a wrong, a revoked and an expired key. The day of the last use is kept, not the hour.
    """
    scheme, _space, token = header.partition(" ")
    shape = SHAPE.fullmatch(token.strip()) if scheme.lower() == "bearer" else None
    key = ApiKey.objects.filter(prefix=shape[1]).select_related("body").first() if shape else None
    known = key.digest if key else "0" * 64
    if not hmac.compare_digest(known, digest(token.strip())) or key is None or not key.is_running:
        raise Refused("not_signed_in", _("열쇠가 맞지 않거나, 끝났거나, 없앤 것입니다."))
    if not key.body.is_active():
        raise Refused("not_signed_in", _("이 열쇠의 기관은 지금 활동하지 않습니다."))
    if key.last_used_on != clock.today():
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=clock.today())
    return Viewer.system(key.body_id, frozenset(key.scopes), key.pk)


def count_knock(who: str, most: int) -> int:
    """One more call of `who` in this minute; how many are left. Refused `too_many` beyond `most` a minute.

    Counted in the shared cache, so all processes count together. Where the cache cannot add in one step (the database
    cache), calls at the same instant may be counted once.
    """
    minute = int(clock.now().timestamp()) // 60
    slot = f"api:{sha256(who.encode()).hexdigest()[:32]}:{minute}"
    if cache.add(slot, 1, timeout=120):
        used = 1
    else:
        try:
            used = cache.incr(slot)
        except ValueError:
            cache.set(slot, 1, timeout=120)
            used = 1
    if used > most:
        raise Refused("too_many", _("요청이 너무 잦습니다. 1분 뒤에 다시 해 주세요."))
    return most - used
