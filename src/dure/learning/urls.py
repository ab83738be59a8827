from django.urls import path

from dure.learning import pages

app_name = "learning"

urlpatterns = [
    path("learning/", pages.index, name="list"),
    path("learning/guideline/", pages.guideline, name="guideline"),
    path("learning/mine/", pages.mine, name="mine"),
    path("learning/body/", pages.body, name="body"),
    path("learning/body.<slug:kind>", pages.body_file, name="body_file"),
    path("learning/verify/", pages.verify, name="verify"),
    path("learning/certificates/<str:number>/", pages.certificate, name="certificate"),
    path("learning/certificates/<str:number>/certificate.pdf", pages.certificate_file, name="certificate_file"),
    path("learning/courses/<slug:slug>/", pages.course, name="course"),
    path("learning/courses/<slug:slug>/pages/<slug:key>/", pages.page, name="page"),
    path("learning/courses/<slug:slug>/begin/", pages.begin, name="begin"),
    path("learning/courses/<slug:slug>/questions/<int:number>/", pages.question, name="question"),
    path("learning/courses/<slug:slug>/check/", pages.check, name="check"),
    path("learning/courses/<slug:slug>/result/", pages.result, name="result"),
]
