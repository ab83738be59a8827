from django.urls import path

from dure.collaboration.agreement import public_pages as pages

app_name = "agreements"

urlpatterns = [
    path("", pages.listing, name="list"),
    path("export/<str:kind>/", pages.export, name="export"),
    path("verify/", pages.verify, name="verify"),
    path("keys/<str:body>/", pages.keys, name="keys"),
    path("keys/<str:body>/retire/", pages.retire, name="retire"),
]
