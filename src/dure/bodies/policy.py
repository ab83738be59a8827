"""Who may do what with bodies, memberships and keys. Small questions with yes or no for an answer."""

from __future__ import annotations

from uuid import UUID

from dure.bodies.models import Body, Membership
from dure.core import clock
from dure.core.accounts.factors import has_second_factor
from dure.core.models import Person
from dure.core.viewer import Viewer


def acts_for_public_body(viewer: Viewer) -> bool:
    """Head or officer of a public body that exists today. A system's key is not enough: a person answers for it."""
    if viewer.person_id is None or not viewer.may_act_for(viewer.body_id):
        return False
    return Body.objects.filter(pk=viewer.body_id).public().valid_on(clock.today()).exists()


def may_decide_registration(viewer: Viewer, body: Body) -> bool:
    """Officials of public bodies confirm partners; an operator may in a staff session. Nobody decides on their own."""
    if body.registration.applicant_id == viewer.person_id:
        return False
    return viewer.operator or acts_for_public_body(viewer)


def has_head(body_id: UUID) -> bool:
    return Membership.objects.valid_on(clock.today()).filter(body_id=body_id, role=Membership.Role.HEAD).exists()


def may_decide_joining(viewer: Viewer, body: Body) -> bool:
    """Who may let people in: the body's head and officers; the body above or its province while it has no head; an
    operator in a staff session."""
    if viewer.operator or (viewer.person_id is not None and viewer.may_act_for(body.pk)):
        return True
    above = {body.parent_id, body.province_id} - {None}
    return viewer.body_id in above and acts_for_public_body(viewer) and not has_head(body.pk)


def may_grant(viewer: Viewer, body: Body, role: str) -> bool:
    """An officer lets in officers and readers; only a head (or who stands in for a missing one) makes a head."""
    if not may_decide_joining(viewer, body):
        return False
    officer = viewer.body_id == body.pk and viewer.role == Membership.Role.OFFICER and not viewer.operator
    return role != Membership.Role.HEAD or not officer


def is_head(viewer: Viewer, body_id: UUID) -> bool:
    return viewer.person_id is not None and viewer.body_id == body_id and viewer.role == Membership.Role.HEAD


def may_manage_members(viewer: Viewer, body_id: UUID) -> bool:
    return viewer.operator or is_head(viewer, body_id)


def may_manage_keys(viewer: Viewer, body_id: UUID) -> bool:
    """Keys open a body's data to a machine: its head only, and only with a second factor of sign-in."""
    return is_head(viewer, body_id) and viewer.person_id is not None and has_second_factor(viewer.person_id)


def needs_second_factor(person: Person) -> bool:
    """Whoever is in a public body today, in whatever role, signs in with a second factor."""
    return (
        Membership.objects.valid_on(clock.today())
        .filter(person=person, body__in=Body.objects.public().values("pk"))
        .exists()
    )
