from django.urls import include, path

urlpatterns = [
    path("library/", include("dure.collaboration.library.urls")),
]
