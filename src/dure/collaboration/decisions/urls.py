from django.urls import path

from dure.collaboration.decisions import pages

app_name = "decisions"

urlpatterns = [
    path("", pages.page, name="page"),
    path("decisions.<slug:kind>", pages.export, name="export"),
    path("propose/", pages.choose, name="choose"),
    path("propose/<slug:kind>/", pages.propose_new, name="propose_new"),
    path("propose/<slug:kind>/<uuid:id>/", pages.propose, name="propose"),
    path("leave/", pages.leave, name="leave"),
    path("joining/<uuid:id>/", pages.admission, name="admission"),
    path("<uuid:id>/", pages.proposal, name="proposal"),
    path("<uuid:id>/vote/", pages.vote, name="vote"),
    path("<uuid:id>/change/", pages.change, name="change"),
    path("<uuid:id>/withdraw/", pages.withdraw, name="withdraw"),
    path("<uuid:id>/open/", pages.open_up, name="open"),
    path("<uuid:id>/decide/", pages.decide, name="decide"),
]
