from __future__ import annotations

from django.urls import path

from dure.web import desk, doors, pages

app_name = "web"
urlpatterns = [
    path("", pages.home, name="home"),
    path("go/", pages.go, name="go"),
    path("preferences/", pages.preferences, name="preferences"),
    path("desk/", desk.today, name="desk"),
    path("desk/today.<slug:kind>", desk.export, name="desk_export"),
    path("about/", pages.about, name="about"),
    path("about/house", pages.house, name="house"),
    path("about/accessibility", pages.accessibility, name="accessibility"),
    path("about/components/", pages.components, name="components"),
    # A room that opens one of these doors has its address before these, and so takes it over.
    *(path(d.path.lstrip("/"), pages.closed_door, {"key": d.key}, name=f"door_{d.key}") for d in doors.DOORS),
    *(path(d.path.lstrip("/"), pages.closed_door, {"key": d.key}, name=f"door_{d.key}") for d in doors.LATER),
]
