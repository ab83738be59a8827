"""Settings of sign-in. Called once by settings.py."""

from __future__ import annotations

from typing import Any

DAY = 24 * 3600


def settings(*, local: bool) -> dict[str, Any]:
    """Django's and allauth's settings for accounts. `local`: plain http on this machine only."""
    return {
        "AUTHENTICATION_BACKENDS": ["dure.core.accounts.backend.PersonBackend"],
        "PASSWORD_HASHERS": [
            "django.contrib.auth.hashers.Argon2PasswordHasher",
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"dure.core.passwords.{name}"}
            for name in ("LengthValidator", "StrengthValidator", "DemoValidator")
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        # Kept for two weeks where the person asks to be remembered, else until the browser closes.
        "SESSION_COOKIE_AGE": 14 * DAY,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "PASSWORD_RESET_TIMEOUT": DAY,
        "ACCOUNT_ADAPTER": "dure.core.accounts.adapters.AccountAdapter",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_SIGNUP_FORM_CLASS": "dure.core.accounts.forms.NameForm",
        "ACCOUNT_FORMS": {"login": "dure.core.accounts.sign_in.SignInForm"},
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_USER_DISPLAY": "dure.core.accounts.people.display_name",
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
        "ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS": 3,
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_MAX_EMAIL_ADDRESSES": 3,
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "[두레] ",
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 15 * 60,
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE": False,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "http" if local else "https",
        # Wrong passwords are counted by core.accounts.lockout; `key` here counts wrong one-time codes of one person.
        "ACCOUNT_RATE_LIMITS": {"login_failed": "100/m/ip,6/15m/key", "signup": "20/h/ip", "login": "60/m/ip"},
        "MFA_ADAPTER": "dure.core.accounts.adapters.FactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": "두레",
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": local,
        "SOCIALACCOUNT_ADAPTER": "dure.core.accounts.adapters.ProviderAdapter",
        # A provider that the operator set up says which addresses it has verified; only by those is an account found.
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": True,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT": True,
        "SOCIALACCOUNT_EMAIL_VERIFICATION": "mandatory",
    }
