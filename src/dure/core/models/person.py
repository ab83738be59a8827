from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> Person:
        if not email:
            raise ValueError("email is required")
        person = self.model(email=self.normalize_email(email).lower(), **extra)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> Person:
        return self.create_user(email, password, is_operator=True, is_superuser=True, **extra)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. `name` is what others see; the address is never shown to others."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("전자우편"), unique=True)
    name = models.CharField(_("이름"), max_length=60)
    language = models.CharField(_("언어"), max_length=5, default="ko")
    mail_notices = models.BooleanField(_("전자우편으로도 소식 받기"), default=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(_("설치 운영자"), default=False)
    is_demo = models.BooleanField(_("시연 계정"), default=False)
    joined_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = PersonManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="core_person_email_once")]

    @property
    def is_staff(self) -> bool:
        """Django admin asks for this; the way in also needs a running staff session (see `core.staff`)."""
        return self.is_operator

    def get_full_name(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.name


class StaffSession(models.Model):
    """A time in which an operator may act for support: opened with a reason, limited, logged."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="staff_sessions")
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("started_at")), name="core_staff_ends_later"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="core_staff_has_reason"),
        ]
