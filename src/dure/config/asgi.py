"""Live pages: server-sent events."""

import os

from django.core.asgi import get_asgi_application

from dure.config import lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
lifeline.hold()
application = get_asgi_application()
