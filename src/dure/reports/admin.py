"""What an operator sees of reports in the admin: letters that became nothing, to look at and to read again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dure.reports.models import IncomingMail
from dure.reports.open311.mail import actions


@admin.register(IncomingMail)
class IncomingMailAdmin(admin.ModelAdmin):
    """Without what the letters say: that is for the body that answers."""

    list_display = ["received_at", "state", "reason", "size", "tries", "report"]
    list_filter = ["state"]
    list_select_related = ["report"]
    fields = ["received_at", "state", "reason", "size", "tries", "report"]
    actions = ["read_again"]
    show_full_result_count = False

    @admin.action(description=_("다시 읽기"))
    def read_again(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        for row in rows:
            actions.mail_read(row.pk, again=True)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
