"""Pages and API."""

import os

from django.core.wsgi import get_wsgi_application

from dure.config import lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
lifeline.hold()
application = get_wsgi_application()

from dure.core.search import warm_up  # noqa: E402

warm_up()
