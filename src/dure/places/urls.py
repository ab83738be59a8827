from __future__ import annotations

from django.urls import path

from dure.places import pages, road_pages

app_name = "places"
urlpatterns = [
    path("places/", pages.area_list, name="list"),
    path("places/<slug:code>/", pages.area_page, name="area"),
    path("roads/", road_pages.road_list, name="roads"),
    path("roads/list.csv", road_pages.road_table, name="roads_csv"),
    path("roads/<uuid:id>/", road_pages.road_page, name="road"),
    path("roads/<uuid:id>/lines.geojson", road_pages.road_geojson, name="road_lines"),
]
