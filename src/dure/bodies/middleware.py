"""Who is asking: the signed-in person, and the body that person acts for in this session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.bodies import queries
from dure.bodies.models import Membership
from dure.core.viewer import Viewer

SESSION_KEY = "acting_for"
MYSELF = "myself"


@dataclass(frozen=True, slots=True)
class Choice:
    """One body this person may act for. `id` is the membership's."""

    id: UUID
    body_id: UUID
    name: str
    role: str
    role_label: str
    url: str


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom the viewer acts now (`current`, None: for themselves) and what else there is to choose."""

    current: Choice | None = None
    bodies: tuple[Choice, ...] = field(default=())

    @property
    def role(self) -> str:
        return self.current.role_label if self.current else ""

    @property
    def switch_url(self) -> str:
        """Where to post `body` (a membership's id, '' for oneself) and `next`."""
        return reverse("bodies:act_for")

    @property
    def others(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.bodies if choice != self.current)

    @property
    def as_myself(self) -> bool:
        return self.current is None


class ViewerMiddleware:
    """Sets `request.viewer` and `request.acting`. The session keeps the membership's id and nothing more, so a
    membership that was ended a moment ago counts no longer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acting = acting_of(request)
        request.viewer = viewer_of(request, request.acting)
        return self.get_response(request)


def viewer_of(request: HttpRequest, acting: Acting) -> Viewer:
    if not request.user.is_authenticated:
        return Viewer.anonymous()
    current = acting.current
    if current is None:
        return Viewer.person(request.user.pk)
    return Viewer.person(request.user.pk, current.body_id, current.role)  # type: ignore[arg-type]


def acting_of(request: HttpRequest) -> Acting:
    """The chosen membership if it still holds; the only one there is where nothing was chosen."""
    if not request.user.is_authenticated:
        return Acting()
    choices = tuple(_choice(membership) for membership in queries.memberships_of(request.user.pk))
    chosen = request.session.get(SESSION_KEY)
    if chosen == MYSELF:
        return Acting(None, choices)
    if chosen is None:
        return Acting(choices[0] if len(choices) == 1 else None, choices)
    current = next((choice for choice in choices if str(choice.id) == chosen), None)
    if current is None:
        current = _after_the_end(request, chosen, choices)
    return Acting(current, choices)


def _after_the_end(request: HttpRequest, chosen: str, choices: tuple[Choice, ...]) -> Choice | None:
    """The chosen membership holds no longer: go on in the same body's new role, else as oneself, and say so."""
    ended = Membership.objects.filter(pk=chosen, person_id=request.user.pk).select_related("body").first()
    again = next((choice for choice in choices if ended and choice.body_id == ended.body_id), None)
    if again:
        request.session[SESSION_KEY] = str(again.id)
        facts = {"body": again.name, "role": again.role_label}
        messages.info(request, _("%(body)s에서 맡은 역할이 바뀌었습니다: %(role)s.") % facts)
        return again
    request.session[SESSION_KEY] = MYSELF
    if ended:
        messages.warning(
            request, _("%(body)s 소속이 끝나 이제 개인 자격으로 보고 있습니다.") % {"body": ended.body.name}
        )
    return None


def choose(request: HttpRequest, membership_id: str) -> Choice | None:
    """Act for another body from now on (an empty id: for nobody), and return the choice, None for oneself.

    KeyError where it is not one of the person's own running memberships.
    """
    if not membership_id:
        request.session[SESSION_KEY] = MYSELF
        return None
    for membership in queries.memberships_of(request.user.pk):
        if str(membership.pk) == membership_id:
            request.session[SESSION_KEY] = membership_id
            return _choice(membership)
    raise KeyError(membership_id)


def _choice(membership: Membership) -> Choice:
    body = membership.body
    return Choice(
        membership.pk, body.pk, body.name, membership.role, membership.get_role_display(), body.get_absolute_url()
    )
