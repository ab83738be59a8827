"""The product's settings, but with files straight from the rooms: nothing is collected for this installation."""

from dure.config.settings import *  # noqa: F403
from dure.config.settings import STATIC_ROOT, STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
