from django.urls import path

from dure.reports.rules import pages

urlpatterns = [
    path("reports/rules/", pages.rules, name="rules"),
    path("reports/rules/new/", pages.new, name="rules_new"),
    path("reports/rules/edit/<uuid:id>/", pages.edit, name="rules_edit"),
    path("reports/rules/<uuid:id>/", pages.text, name="rules_text"),
    path("reports/rules/<uuid:id>/compare/", pages.compare, name="rules_compare"),
    path("reports/rules/<uuid:id>/publish/", pages.publish, name="rules_publish"),
    path("reports/rules/<uuid:id>/drop/", pages.drop, name="rules_drop"),
]
