from django.urls import path

from dure.collaboration.closing.pages import case, evaluation, lasting, rating

app_name = "closing"

urlpatterns = [
    path("", lasting.page, name="page"),
    path("item/<slug:item>/", lasting.item, name="item"),
    path("handover/", lasting.handover_new, name="handover_new"),
    path("handover/<uuid:id>/", lasting.handover, name="handover"),
    path("handover/<uuid:id>/withdraw/", lasting.handover_withdraw, name="handover_withdraw"),
    path("case/", case.edit, name="case"),
    path("evaluation/", evaluation.page, name="evaluation"),
    path("evaluation/indicators.<slug:kind>", evaluation.export, name="export"),
    path("evaluation/indicators/", evaluation.indicator_new, name="indicator_new"),
    path("evaluation/indicators/confirm/", evaluation.indicators_confirm, name="indicators_confirm"),
    path("evaluation/indicators/<uuid:id>/", evaluation.indicator, name="indicator"),
    path("evaluation/indicators/<uuid:id>/drop/", evaluation.indicator_drop, name="indicator_drop"),
    path("evaluation/indicators/<uuid:id>/measure/", evaluation.measure, name="measure"),
    path("evaluation/measurements/<uuid:id>/", evaluation.correct, name="correct"),
    path("evaluation/partner/", rating.partner, name="partner"),
    path("evaluation/ratings/", rating.rate, name="rate"),
    path("evaluation/ratings/wait/<uuid:id>/", rating.wait, name="rate_wait"),
    path("evaluation/ratings/<uuid:id>/remove/", rating.remove, name="rating_remove"),
    path("evaluation/ratings/<uuid:id>/flag/", rating.flag, name="rating_flag"),
    path("evaluation/ratings/<uuid:id>/hide/", rating.hide, name="rating_hide"),
    path("evaluation/ratings/<uuid:id>/restore/", rating.restore, name="rating_restore"),
]
