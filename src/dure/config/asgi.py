"""Live pages: server-sent events and nothing else (see `dure.core.live`)."""

import os

import django

from dure.config import lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
lifeline.hold()
django.setup()

from dure.core.live import Live  # noqa: E402

application = Live()
