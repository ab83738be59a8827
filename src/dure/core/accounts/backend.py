from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from dure.core.models import Person


class PersonBackend(AuthenticationBackend):
    """E-mail and password. Demo accounts exist only while this installation shows the demonstration: without it they
    can neither sign in nor go on with a session."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)

    def get_user(self, user_id: Any) -> Person | None:
        person = super().get_user(user_id)
        return person if person and self.user_can_authenticate(person) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Django's permissions guard the admin only, whose door (`adminsite`) also asks for a staff session: there an
        operator may do what a page offers."""
        return bool(user_obj.is_active and user_obj.is_operator)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return bool(user_obj.is_active and user_obj.is_operator)
