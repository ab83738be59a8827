from django.urls import include, path

from dure.collaboration.parts import NAMES

urlpatterns = [
    *(path(f"collaborations/<str:receipt>/{name}/", include(f"dure.collaboration.{name}.urls")) for name in NAMES),
    path("agreements/", include("dure.collaboration.agreement.public_urls")),
    path("collaborations/", include("dure.collaboration.pages.urls")),
    path("library/", include("dure.collaboration.library.urls")),
    path("mediation/", include("dure.collaboration.mediation.roster_urls")),
]
