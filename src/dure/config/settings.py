"""Settings, read from the environment only. docs/operations.md has the table of variables."""

from __future__ import annotations

from pathlib import Path

from dure.config import accounts, messages
from dure.config import environment as env

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = env.data_dir(BASE_DIR)

SECRET_KEY = env.secret_key(DATA_DIR)
DEBUG = False
ALLOWED_HOSTS = env.words("DURE_HOSTS", "localhost,127.0.0.1,[::1]")
LOCAL = env.flag(
    "DURE_LOCAL", default=all(h in {"localhost", "127.0.0.1", "[::1]", "testserver"} for h in ALLOWED_HOSTS)
)
API_PER_MINUTE = env.number("DURE_API_PER_MINUTE", 120, least=1, most=1_000_000)
API_PER_MINUTE_WITH_KEY = env.number("DURE_API_PER_MINUTE_WITH_KEY", 1200, least=1, most=1_000_000)
CREW_SHARE_HOURS = env.number("DURE_CREW_SHARE_HOURS", 2, least=1, most=12)
CREW_SILENT_MINUTES = env.number("DURE_CREW_SILENT_MINUTES", 10, least=2, most=60)
SITE_URL = env.web_address("DURE_SITE_URL", "http://localhost:8000")
LIVE_URL = env.web_address("DURE_LIVE_URL")
OFFICIAL_SITE = env.flag("DURE_OFFICIAL_SITE", default=False)
DEMO = env.flag("DURE_DEMO", default=False)
DEMO_PASSWORD = "dure-hamkke-2026"  # public on purpose: `./dure serve` prints it
REPORT_IMAP_URL = env.mailbox("DURE_REPORT_IMAP_URL")
PROXIES = env.number("DURE_PROXIES", 0, least=0, most=9)

INSTALLED_APPS = [
    "dure.config",
    "dure.web",
    "dure.collaboration",
    "dure.resources",
    "dure.contests",
    "dure.needs",
    "dure.learning",
    "dure.reports",
    "dure.benefits",
    "dure.places",
    "dure.bodies",
    "dure.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.admin",
    "django_cotton.apps.SimpleAppConfig",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "dure.web.middleware.EnvironmentMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dure.web.middleware.CompressionMiddleware",
    "dure.web.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dure.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dure.bodies.middleware.ViewerMiddleware",
    "dure.core.accounts.middleware.SecondFactorMiddleware",
    "dure.core.accounts.middleware.StaffSessionMiddleware",
    "dure.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "dure.config.urls"
WSGI_APPLICATION = "dure.config.wsgi.application"
AUTH_USER_MODEL = "core.Person"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dure.web.shell.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "dure.web.templatetags.dure"],
        },
    }
]

CSRF_FAILURE_VIEW = "dure.web.pages.csrf_failure"

DATABASES = {"default": env.database(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
}

LANGUAGE_CODE = env.choice("DURE_LANGUAGE", "ko", {"ko", "en"})
LANGUAGES = [("ko", "한국어"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
FONTS = BASE_DIR / "node_modules" / "@expo-google-fonts"
FONT_DIR = FONTS / "nanum-gothic"
"""Nanum Gothic (OFL-1.1), the font of documents made here; installed at set-up, never committed."""
FONTS_BESIDE = {
    "ja": ("Noto Sans JP", FONTS / "noto-sans-jp"),
    "vi": ("Noto Sans JP", FONTS / "noto-sans-jp"),
    "zh-hans": ("Noto Sans SC", FONTS / "noto-sans-sc"),
}
"""Family and folder (OFL-1.1) for languages that Nanum Gothic cannot write."""
STATICFILES_DIRS = [path for path in [BASE_DIR / "build" / "static"] if path.exists()]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

globals().update(messages.settings(data_dir=DATA_DIR, site_url=SITE_URL))
globals().update(accounts.settings(local=LOCAL))
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": env.oidc_providers(), "OAUTH_PKCE_ENABLED": True}}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not LOCAL
SECURE_HSTS_SECONDS = 0 if LOCAL else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCAL
# Entering a domain into browsers' own lists is for its owner to decide, not for a program on it.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # without files; a file's own limit is core.attachments'
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "dure": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # A refused page is no fault of ours, and its address may hold the key of a follow link.
        "django.request": {"level": "ERROR"},
        # Its records carry addresses that people typed, and there is a metric for wrong hosts: none of it is kept.
        "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
