"""Accounts and the operator's page. Without a namespace, as allauth's own addresses are."""

from __future__ import annotations

from django.urls import path

from dure.core import operations
from dure.core.accounts import pages as accounts

urlpatterns = [
    path("accounts/", accounts.home, name="account_home"),
    path("accounts/second-factor/", accounts.second_factor, name="account_second_factor"),
    path("accounts/2fa/totp/qr.svg", accounts.totp_qr, name="account_totp_qr"),
    path("desk/operations/", operations.overview, name="operations"),
    path("desk/operations/session/", operations.session, name="operations_session"),
    path("desk/operations/dead-letters/<int:id>/", operations.dead_letter, name="operations_dead_letter"),
    path("desk/operations/jobs/<uuid:id>/", operations.job, name="operations_job"),
    path("desk/operations/messages/<uuid:id>/", operations.message, name="operations_message"),
]
