from django.urls import path

from dure.reports.company import pages

urlpatterns = [
    path("reports/company/", pages.door, name="company"),
    path("reports/company/desk/", pages.desk, name="company_desk"),
    path("reports/company/desk/care/", pages.care, name="company_care"),
    path("reports/company/desk/visit/", pages.visit, name="company_visit"),
    path("reports/company/rules/", pages.rules, name="company_rules"),
    path("reports/company/rules/new/", pages.rule_new, name="company_rule_new"),
    path("reports/company/rules/<uuid:id>/", pages.rule, name="company_rule"),
]
