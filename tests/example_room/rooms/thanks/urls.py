from django.urls import path

from dure.thanks import pages

app_name = "thanks"
urlpatterns = [path("thanks/<str:key>/", pages.page, name="page")]
