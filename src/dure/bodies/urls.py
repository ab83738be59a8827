from __future__ import annotations

from django.urls import path

from dure.bodies import pages

app_name = "bodies"
urlpatterns = [
    path("bodies/<str:key>/", pages.body, name="body"),
]
