from django.urls import path

from dure.collaboration.agreement import pages

app_name = "agreement"

urlpatterns = [
    path("", pages.page, name="page"),
    path("start/", pages.start, name="start"),
    path("edit/<int:step>/", pages.edit, name="edit"),
    path("propose/", pages.propose, name="propose"),
    path("revise/", pages.revise, name="revise"),
    path("sign/", pages.sign, name="sign"),
    path("compare/", pages.compare, name="compare"),
    path("renewal/", pages.renewal, name="renewal"),
    path("versions/<int:number>/", pages.version, name="version"),
    path("versions/<int:number>/comment/", pages.comment, name="comment"),
    path("versions/<int:number>/<str:kind>/", pages.paper, name="paper"),
]
