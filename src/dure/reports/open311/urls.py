from django.urls import re_path

from dure.reports.open311 import pages

ROOT = r"^open311/v2/"
FORM = r"\.(?P<form>[a-z0-9]+)$"

urlpatterns = [
    re_path(rf"{ROOT}discovery{FORM}", pages.discovery, name="open311_discovery"),
    re_path(rf"{ROOT}services{FORM}", pages.service_list, name="open311_services"),
    re_path(rf"{ROOT}services/(?P<code>[^/]+){FORM}", pages.service, name="open311_service"),
    re_path(rf"{ROOT}requests{FORM}", pages.requests, name="open311_requests"),
    re_path(rf"{ROOT}requests/(?P<id>[^/]+){FORM}", pages.one_request, name="open311_request"),
    re_path(rf"{ROOT}tokens/(?P<token>[^/]+){FORM}", pages.token, name="open311_token"),
    re_path(rf"{ROOT}servicerequestupdates{FORM}", pages.updates, name="open311_updates"),
]
