"""Pages and API."""

import os
import threading

from django.core.wsgi import get_wsgi_application

from dure.config import lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
lifeline.hold()
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from dure.core.rooms import warm_up  # noqa: E402

# All rooms' pages are loaded before this process takes requests: else the first of them would wait for it.
assert get_resolver().url_patterns

# Loading what the rooms need keeps a core busy for seconds: after the start, so that the start is quick.
timer = threading.Timer(5, warm_up)
timer.daemon = True
timer.start()
