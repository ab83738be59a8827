from django.urls import path

from dure.reports.live.pages import crew, desk, status

urlpatterns = [
    path("s/<str:code>/", status.short, name="live-short"),
    path("r/<str:token>/now/", status.now, name="live-now"),
    path("r/<str:token>/place/", status.place, name="live-place"),
    path("r/<str:token>/answer/", status.answer, name="live-answer"),
    path("r/<str:token>/opened/", status.opened, name="live-opened"),
    path("crew/<str:token>/", crew.page, name="live-crew"),
    path("crew/<str:token>/position/", crew.position, name="live-position"),
    path("crew/<str:token>/<slug:word>/", crew.do, name="live-do"),
    path("reports/dispatch/", desk.board, name="live-board"),
    path("reports/dispatch/crews/", desk.crews, name="live-crews"),
    path("reports/dispatch/crews/<uuid:id>/end/", desk.crew_end, name="live-crew-end"),
    path("reports/dispatch/figures/", desk.figures, name="live-figures"),
    path("reports/dispatch/alerts/<uuid:id>/seen/", desk.alert_seen, name="live-alert-seen"),
    path("reports/dispatch/<uuid:id>/cancel/", desk.cancel, name="live-cancel"),
    path("reports/dispatch/<uuid:id>/arrived/", desk.arrived, name="live-arrived"),
    path("reports/<str:receipt>/dispatch/", desk.send, name="live-send"),
]
