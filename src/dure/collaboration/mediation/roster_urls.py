from django.urls import path

from dure.collaboration.mediation.pages import roster

app_name = "mediators"

urlpatterns = [
    path("roster/", roster.listing, name="roster"),
    path("roster/list.<slug:kind>", roster.export, name="export"),
    path("roster/new/", roster.register_new, name="register_new"),
    path("roster/new/<uuid:id>/", roster.register, name="register"),
    path("roster/<uuid:id>/", roster.one, name="one"),
    path("roster/<uuid:id>/answer/", roster.answer, name="answer"),
    path("roster/<uuid:id>/interests/", roster.interest, name="interest"),
    path("roster/<uuid:id>/interests/<uuid:body>/end/", roster.interest_end, name="interest_end"),
    path("roster/<uuid:id>/resign/", roster.resign, name="resign"),
    path("mine/", roster.mine, name="mine"),
]
