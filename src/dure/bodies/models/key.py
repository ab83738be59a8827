from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dure.bodies.models.body import Body
from dure.core import clock
from dure.core.ids import uuid7


class Scope(models.TextChoices):
    READ = "read", _("읽기")
    WRITE = "write", _("쓰기")


class ApiKey(models.Model):
    """A key with which a body's system calls the API. Only its public prefix and the SHA-256 of the whole are kept."""

    Scope = Scope

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="api_keys")
    purpose = models.CharField(max_length=120)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    expires_on = models.DateField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("API 열쇠")
        verbose_name_plural = _("API 열쇠")
        indexes = [models.Index(fields=["body", "revoked_at"], name="bodies_key_body")]

    @property
    def is_running(self) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and clock.today() <= self.expires_on

    @property
    def scope_labels(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]
