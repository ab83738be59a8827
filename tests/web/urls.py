"""Pages that refuse, for the tests of what becomes of a refusal."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from dure.core.refused import Refused

handler500 = "dure.web.pages.server_error"


def refuse(request: HttpRequest, code: str) -> HttpResponse:
    raise Refused(code, "까닭이 <있습니다>", field="title")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urlpatterns = [
    path("refuse/<str:code>", refuse),
    path("api/v1/refuse/<str:code>", refuse),
    path("broken", broken),
    path("", include("dure.config.urls")),
]
