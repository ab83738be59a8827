from importlib import import_module
from importlib.util import find_spec

from django.urls import path

from dure.reports.pages import show
from dure.reports.parts import NAMES

app_name = "reports"

# Those of the parts first: a receipt number would take in any of their words.
urlpatterns = [
    *(
        pattern
        for name in NAMES
        if find_spec(f"dure.reports.{name}.urls")
        for pattern in import_module(f"dure.reports.{name}.urls").urlpatterns
    ),
    path("reports/<str:receipt>/", show.report, name="report"),
    path("r/<str:token>/", show.status, name="status"),
]
