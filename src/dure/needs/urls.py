from django.urls import path

from dure.needs import pages, pages_sorting

app_name = "needs"

urlpatterns = [
    path("needs/", pages.surveys, name="list"),
    path("needs/new/", pages.new, name="new"),
    path("needs/edit/<uuid:id>/", pages.edit, name="edit"),
    path("needs/edit/<uuid:id>/delete/", pages.delete, name="delete"),
    path("needs/<str:receipt>/", pages.survey, name="survey"),
    path("needs/<str:receipt>/answer/", pages.answer, name="answer"),
    path("needs/<str:receipt>/narrow/", pages.narrow, name="narrow"),
    path("needs/<str:receipt>/extend/", pages.extend, name="extend"),
    path("needs/<str:receipt>/withdraw/", pages.withdraw, name="withdraw"),
    path("needs/<str:receipt>/start/", pages_sorting.start, name="start"),
    path("needs/<str:receipt>/sort/", pages_sorting.sort, name="sort"),
    path("needs/<str:receipt>/undo/<uuid:id>/", pages_sorting.undo, name="undo"),
    path("needs/<str:receipt>/split/<uuid:id>/", pages_sorting.split, name="split"),
    path("needs/<str:receipt>/finish/", pages_sorting.finish, name="finish"),
    path("needs/<str:receipt>/ranking/", pages_sorting.ranking, name="ranking"),
    path("needs/<str:receipt>/ranking.<slug:kind>", pages_sorting.ranking_file, name="ranking_file"),
    path("needs/<str:receipt>/results/", pages_sorting.results, name="results"),
    path("needs/<str:receipt>/needs/<uuid:id>/", pages_sorting.need, name="need"),
    path("needs/<str:receipt>/needs/<uuid:id>/reply/<uuid:objection>/", pages_sorting.reply, name="reply"),
    path("needs/<str:receipt>/needs/<uuid:id>/unlink/<uuid:tie>/", pages_sorting.unlink, name="unlink"),
]
