"""A writer without an account who confirmed an address may change that opinion in this browser.

After the confirmation a short-lived signed link hands the right to the browser; its session holds the opinion's id.
"""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.collaboration.models import Opinion
from dure.core.models import Confirmation
from dure.core.refused import Refused

SALT = "collaboration.opinion"
SESSION_KEY = "my_opinions"
HOLDS_SECONDS = 600


def manage_link(confirmation: Confirmation) -> str:
    """Where the holder of a confirmed address goes: to that opinion, with the right to change it."""
    opinion = Opinion.objects.get(confirmation=confirmation)
    return reverse("collaboration:opinion_mine", args=[signing.dumps(str(opinion.pk), salt=SALT)])


def take(request: HttpRequest, grant: str) -> Opinion:
    """The opinion a link of `manage_link` is about; the session may change it from now on. Refused `gone`."""
    try:
        id = signing.loads(grant, salt=SALT, max_age=HOLDS_SECONDS)
    except signing.BadSignature as error:
        message = _("이 링크는 시간이 지났습니다. 전자우편의 링크를 다시 열어 주세요.")
        raise Refused("gone", message) from error
    opinion = Opinion.objects.select_related("collaboration").get(pk=id)
    request.session[SESSION_KEY] = [*request.session.get(SESSION_KEY, []), id]
    return opinion


def holds(request: HttpRequest, opinion: Opinion) -> bool:
    return str(opinion.pk) in request.session.get(SESSION_KEY, [])


def granted(request: HttpRequest) -> set[UUID]:
    """The opinions this browser may change without an account."""
    return {UUID(id) for id in request.session.get(SESSION_KEY, [])}
