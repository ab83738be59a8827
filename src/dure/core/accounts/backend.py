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
