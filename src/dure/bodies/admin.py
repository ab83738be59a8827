"""What an operator sees of bodies in the admin. Everything changes by actions or by the table; here is only reading."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from dure.bodies.models import (
    ApiKey,
    Body,
    BodyAlias,
    BodySuccession,
    Invitation,
    JoinRequest,
    Membership,
    Registration,
)


class ReadOnly(admin.ModelAdmin):
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Body)
class BodyAdmin(ReadOnly):
    list_display = ["full_name_ko", "kind", "code", "state", "valid_from", "valid_to"]
    list_filter = ["kind", "state"]
    search_fields = ["full_name_ko", "full_name_en", "code"]


@admin.register(BodyAlias)
class BodyAliasAdmin(ReadOnly):
    list_display = ["value", "kind", "body", "valid_to", "confidence"]
    list_select_related = ["body"]
    search_fields = ["value"]


@admin.register(BodySuccession)
class BodySuccessionAdmin(ReadOnly):
    list_display = ["on", "old", "new", "kind", "confidence"]
    list_select_related = ["old", "new"]
    list_filter = ["kind"]


@admin.register(Registration)
class RegistrationAdmin(ReadOnly):
    list_display = ["receipt", "body", "handed_in_at", "decided_at", "refused"]
    list_select_related = ["body"]
    search_fields = ["receipt", "body__full_name_ko"]


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    list_display = ["person", "body", "role", "valid_from", "valid_to", "ended_at"]
    list_select_related = ["person", "body"]
    list_filter = ["role"]
    search_fields = ["person__name", "body__full_name_ko"]


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadOnly):
    list_display = ["person", "body", "role", "state", "created_at"]
    list_select_related = ["person", "body"]
    list_filter = ["state"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    exclude = ["token_hash"]
    list_display = ["body", "role", "created_at", "expires_at", "accepted_at", "withdrawn_at"]
    list_select_related = ["body"]


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly):
    exclude = ["digest"]
    list_display = ["prefix", "body", "purpose", "expires_on", "last_used_on", "revoked_at"]
    list_select_related = ["body"]
