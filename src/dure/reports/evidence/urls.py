from __future__ import annotations

from django.urls import path

from dure.reports.evidence.pages import evidence, listing, maps

urlpatterns = [
    path("reports/all/", listing.reports, name="evidence_list"),
    path("reports/all/list.<slug:kind>", listing.export, name="evidence_export"),
    path("reports/all/feed.atom", listing.atom, name="evidence_feed"),
    path("reports/evidence/", evidence.overview, name="evidence"),
    path("reports/evidence/times/", evidence.times, name="evidence_times"),
    path("reports/evidence/rates/", evidence.rates, name="evidence_rates"),
    path("reports/evidence/spots/", evidence.hot_spots, name="evidence_spots"),
    path("reports/evidence/spots.<slug:kind>", evidence.spots_file, name="evidence_spots_file"),
    path("reports/evidence/spots/ask/", evidence.spot_ask, name="evidence_spot_ask"),
    path("reports/evidence/method/", evidence.method, name="evidence_method"),
    path("map/", maps.common_map, name="evidence_map"),
    path("map/pan.js", maps.script, name="evidence_map_script"),
]
