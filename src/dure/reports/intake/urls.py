from __future__ import annotations

from django.urls import path

from dure.reports.intake.pages import after, door, lists, script

urlpatterns = [
    path("reports/", door.door, name="intake"),
    path("reports/mine/", lists.mine, name="intake_mine"),
    path("reports/counter/", lists.counter, name="intake_counter"),
    path("reports/ready/", script.ready, name="intake_ready"),
    path("reports/around/", script.map_around, name="intake_around"),
    path("reports/worker.js", script.worker, name="intake_worker"),
    path("reports/<str:receipt>/join/", after.official_join, name="intake_official_join"),
    path("reports/<str:receipt>/part/", after.official_part, name="intake_official_part"),
    path("reports/<str:receipt>/look/", after.look, name="intake_look"),
    path("r/<str:token>/received/", after.received, name="intake_received"),
    path("r/<str:token>/correct/", after.correct, name="intake_correct"),
    path("r/<str:token>/join/", after.join, name="intake_join"),
    path("r/<str:token>/part/", after.part, name="intake_part"),
]
