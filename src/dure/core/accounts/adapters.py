"""Where allauth's doors are narrowed."""

from __future__ import annotations

import base64
import hashlib
import logging
import math
from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import truncate_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dure.core.accounts import factors, lockout
from dure.core.accounts.forms import clean_name

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            lockout.attempt(credentials.get("email", ""), truncate_ip(self.get_client_ip(request)))
        except lockout.Locked as locked:
            minutes = max(1, math.ceil(locked.wait.total_seconds() / 60))
            text = ngettext(
                "비밀번호가 여러 번 틀렸습니다. %(n)d분 뒤에 다시 해 주세요. 패스키로는 지금도 로그인할 수 있습니다.",
                "비밀번호가 여러 번 틀렸습니다. %(n)d분 뒤에 다시 해 주세요. 패스키로는 지금도 로그인할 수 있습니다.",
                minutes,
            )
            raise ValidationError(text % {"n": minutes}, code="too_many_login_attempts") from locked

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        person = super().authenticate(request, **credentials)
        if person:
            lockout.succeeded(credentials.get("email", ""), truncate_ip(self.get_client_ip(request)))
        return person

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        lockout.succeeded(credentials.get("email", ""), truncate_ip(self.get_client_ip(request)))

    def is_safe_url(self, url: str) -> bool:
        """Only addresses of this site: unlike allauth's, other hosts of ALLOWED_HOSTS do not count."""
        host = context.request.get_host()
        return url_has_allowed_host_and_scheme(url, allowed_hosts={host}, require_https=context.request.is_secure())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if factors.second_factor_required(request.user):
            try:
                return reverse("desk")
            except NoReverseMatch:
                pass
        return super().get_login_redirect_url(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A letter that cannot be sent now does not break the page: it says so, and the step can be repeated."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            log.error("a letter (%s) was not sent: %s", template_prefix, type(error).__name__)
            request = getattr(self, "request", None)
            if request is not None:
                messages.error(request, _("지금은 전자우편을 보낼 수 없습니다. 잠시 뒤에 같은 일을 다시 해 주세요."))


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are encrypted with a key made from SECRET_KEY."""

    def _fernet(self) -> MultiFernet:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return MultiFernet(
            [
                Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"dure.second-factor:" + k.encode()).digest()))
                for k in keys
            ]
        )

    def encrypt(self, text: str) -> str:
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._fernet().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Who must have a second factor may take one away only while another stays."""
        person = authenticator.user
        if not factors.second_factor_required(person):
            return True
        others = authenticator._meta.model.objects.filter(user=person).exclude(pk=authenticator.pk)
        return others.exclude(type=authenticator.Type.RECOVERY_CODES).exists()


class ProviderAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect providers that the operator set up."""

    def get_requests_session(self) -> Any:
        """A provider that does not answer leads back to the sign-in page, which says so."""
        session = super().get_requests_session()
        ask = session.request

        def request(*args: Any, **kwargs: Any) -> Any:
            try:
                return ask(*args, **kwargs)
            except requests.RequestException as error:
                log.error("a sign-in provider does not answer: %s", type(error).__name__)
                messages.error(
                    self.request, _("그곳이 지금 답하지 않습니다. 잠시 뒤에 다시 하거나 다른 방법으로 로그인해 주세요.")
                )
                raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login"))) from error

        session.request = request
        return session

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        person = super().populate_user(request, sociallogin, data)
        given = data.get("name") or " ".join(filter(None, [data.get("first_name"), data.get("last_name")]))
        try:
            person.name = clean_name(str(given))[:60]
        except ValidationError:
            person.name = ""
        person.name = person.name or _("이름 없음")
        return person
