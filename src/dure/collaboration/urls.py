from django.urls import include, path

urlpatterns = [
    path("collaborations/", include("dure.collaboration.pages.urls")),
    path("library/", include("dure.collaboration.library.urls")),
]
