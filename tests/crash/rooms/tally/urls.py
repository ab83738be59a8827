from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from dure.core.events import record
from dure.core.jobs import enqueue
from dure.core.viewer import Viewer
from dure.tally.models import Entry


@csrf_exempt
def add(request: HttpRequest, key: str, subject: int) -> HttpResponse:
    """Keeps the entry with its event (and sometimes a job) in one transaction; a known key changes nothing."""
    by = Viewer.anonymous()
    with transaction.atomic():
        _entry, new = Entry.objects.get_or_create(key=key, defaults={"subject": f"dure:tally:{subject}"})
        if new:
            record(by=by, type="tally.added", subject=f"dure:tally:{subject}", data={"key": key})
            if int(key.rpartition("-")[2]) % 20 == 0:
                enqueue(by=by, kind="tally.count", args={}, unique_key=f"tally-{key}")
    return HttpResponse("kept")


urlpatterns = [path("tally/<str:key>/<int:subject>/", add)]
