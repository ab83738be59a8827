from django.urls import path

from dure.collaboration.library import pages

app_name = "library"
urlpatterns = [
    path("", pages.list_, name="list"),
    path("compare/", pages.compare, name="compare"),
    path("figures/", pages.figures, name="figures"),
    path("typology/", pages.typology_, name="typology"),
    path("export.<slug:kind>", pages.export, name="export"),
    path("<slug:no>/", pages.case, name="case"),
]
