from django.urls import path

from dure.simulation.pages import ahead, changing, files, listing, own, showing

app_name = "simulation"

urlpatterns = [
    path("simulation/", listing.scenarios, name="list"),
    path("simulation/new/", changing.new, name="new"),
    path("simulation/compare/", listing.compare, name="compare"),
    path("simulation/forecast/", ahead.forecast, name="forecast"),
    path("simulation/edit/<uuid:id>/", changing.edit, name="edit"),
    path("simulation/populations/", own.populations, name="populations"),
    path("simulation/populations/<uuid:id>/add/", own.add, name="population_add"),
    path("simulation/populations/<uuid:id>/delete/", own.delete, name="population_delete"),
    path("simulation/<str:receipt>/", showing.show, name="show"),
    path("simulation/<str:receipt>/state/", showing.state, name="state"),
    path("simulation/<str:receipt>/figures/", changing.figures, name="figures"),
    path("simulation/<str:receipt>/add-rule/", changing.rule_add, name="rule_add"),
    path("simulation/<str:receipt>/rules/<slug:benefit>/", changing.rule, name="rule"),
    path("simulation/<str:receipt>/run/", showing.run, name="run"),
    path("simulation/<str:receipt>/recompute/", showing.recompute, name="recompute"),
    path("simulation/<str:receipt>/publish/", showing.publish, name="publish"),
    path("simulation/<str:receipt>/copy/", showing.copy, name="copy"),
    path("simulation/<str:receipt>/delete/", showing.delete, name="delete"),
    path("simulation/<str:receipt>/result.json", files.result_json, name="result_json"),
    path("simulation/<str:receipt>/inputs.json", files.inputs_json, name="inputs_json"),
    path("simulation/<str:receipt>/result.<slug:kind>", files.result_file, name="result_file"),
]
