from __future__ import annotations

from django.urls import path

from dure.places import pages

app_name = "places"
urlpatterns = [
    path("places/", pages.area_list, name="list"),
    path("places/<slug:code>/", pages.area_page, name="area"),
]
