"""What an operator sees of core in the admin. History is for reading only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from dure.core.models import Delivery, Event, Follow, Heartbeat, Job, Message, Person, StaffSession


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    list_display = ["name", "is_active", "is_operator", "is_demo", "joined_at"]
    list_filter = ["is_active", "is_operator", "is_demo"]
    search_fields = ["name", "email"]
    fields = ["name", "email", "language", "is_active", "is_operator", "is_demo", "joined_at", "last_login"]
    readonly_fields = ["email", "is_demo", "joined_at", "last_login"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(StaffSession)
class StaffSessionAdmin(ReadOnlyAdmin):
    list_display = ["person", "reason", "started_at", "expires_at", "ended_at"]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["seq", "at", "type", "subject"]
    search_fields = ["type", "subject"]
    show_full_result_count = False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["seq", "subscriber", "state", "attempts", "due_at"]
    list_filter = ["state"]
    show_full_result_count = False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["kind", "state", "created_at", "attempts"]
    list_filter = ["state"]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Without addresses and texts: they are personal."""

    list_display = ["channel", "state", "attempts", "created_at"]
    list_filter = ["channel", "state"]
    fields = ["channel", "state", "attempts", "created_at", "due_at", "sent_at", "provider_id", "error"]


@admin.register(Follow)
class FollowAdmin(ReadOnlyAdmin):
    list_display = ["subject", "created_at", "ended_at"]
    fields = ["subject", "mail", "language", "created_at", "confirmed_at", "ended_at"]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["worker", "beat_at"]
