"""Django admin, for running the installation only: reachable inside a staff session with a second factor, every write
logged as an event that names the session."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.core import staff

_CODE = re.compile(r"[\w.:/+\-]{1,80}")


class LoggedAdmin(admin.ModelAdmin):
    """Mixed into every ModelAdmin: what admin would log in a history of its own becomes events, in one transaction with
    the write."""

    def _log(self, request: HttpRequest, action: str, thing: Any, fields: list[str]) -> None:
        key = str(thing.pk)
        staff.record_admin_write(
            by=request.viewer,
            action=action,
            model=thing._meta.label_lower,
            key=key if _CODE.fullmatch(key) else "",
            fields=fields,
        )

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        self._log(request, "added", obj, [])

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        # The message holds translated labels; field names come from the form instead.
        self._log(request, "changed", obj, list(getattr(request, "_changed_fields", [])))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        for thing in queryset:
            self._log(request, "deleted", thing, [])

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        request._changed_fields = list(form.changed_data)
        super().save_model(request, obj, form, change)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        with transaction.atomic():
            return super().changelist_view(request, extra_context)


class OperatorSite(admin.AdminSite):
    site_title = _("두레 운영")
    site_header = _("두레 운영")
    index_title = _("설치 운영")
    site_url = "/desk/operations/"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        chosen = admin_class or admin.ModelAdmin
        if not issubclass(chosen, LoggedAdmin):
            chosen = type(chosen.__name__, (LoggedAdmin, chosen), {})
        super().register(model_or_iterable, chosen, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff and request.viewer.operator

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Admin has no door of its own: first sign-in, then a staff session."""
        page = "account_login" if not request.user.is_authenticated else "operations"
        return HttpResponseRedirect(f"{reverse(page)}?next={reverse('admin:index')}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_logout"))
