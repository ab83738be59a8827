from __future__ import annotations

from django.urls import path

from dure.reports.evidence.pages import listing, maps

urlpatterns = [
    path("reports/all/", listing.reports, name="evidence_list"),
    path("reports/all/list.<slug:kind>", listing.export, name="evidence_export"),
    path("reports/all/feed.atom", listing.atom, name="evidence_feed"),
    path("reports/evidence/", listing.reports, name="evidence"),
    path("map/", maps.common_map, name="evidence_map"),
    path("map/pan.js", maps.script, name="evidence_map_script"),
]
