from __future__ import annotations

from django.urls import path

from dure.reports.working.pages import listing, status, verbs

urlpatterns = [
    path("reports/desk/", listing.work, name="working_list"),
    path("reports/desk/export/<str:kind>/", listing.export, name="working_export"),
    path("reports/desk/bulk/", listing.bulk, name="working_bulk"),
    path("reports/desk/undo/<uuid:id>/", listing.undo, name="working_undo"),
    path("reports/desk/nobody/", listing.nobody, name="working_nobody"),
    path("reports/desk/templates/", listing.templates, name="working_templates"),
    path("reports/desk/templates/<uuid:id>/", listing.template, name="working_template"),
    path("reports/desk/templates/<uuid:id>/remove/", listing.template_remove, name="working_template_remove"),
    path("reports/<str:receipt>/desk/move/", verbs.move, name="working_move"),
    path("reports/<str:receipt>/desk/<slug:verb>/", verbs.verb, name="working_verb"),
    path("r/<str:token>/reply/", status.reply, name="working_reply"),
    path("r/<str:token>/not-solved/", status.not_solved, name="working_not_solved"),
    path("r/<str:token>/extension/", status.extension, name="working_extension"),
]
