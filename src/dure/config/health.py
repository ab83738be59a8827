"""Is this installation well? Asked by `./dure serve`, load balancers and monitors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dure.config.loading import from_a_newer_version, outdated
from dure.core import clock
from dure.core.models import Heartbeat

WORKER_SILENCE = timedelta(seconds=60)

_migrated = False


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "ok"


def migrations() -> str:
    """Reading the whole history is slow, and once it is applied it stays so while this process lives."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        if unknown := from_a_newer_version(executor):
            return f"newer than this version: {unknown}"
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if _migrated else "not applied"


def data() -> str:
    missing = outdated()
    return f"not loaded: {', '.join(missing)}" if missing else "ok"


def worker() -> str:
    beat = Heartbeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
    if beat is None:
        return "never seen"
    silence = clock.now() - beat
    return "ok" if silence < WORKER_SILENCE else f"silent for {silence.total_seconds():.0f} s"


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("database", database),
    ("migrations", migrations),
    ("data", data),
    ("worker", worker),
)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 and `"status": "ok"` when every check says ok, else 503; a check that breaks is named, not described."""
    found = {}
    for name, check in CHECKS:
        try:
            found[name] = check()
        except Exception as error:  # whatever is wrong, the monitor must get an answer
            found[name] = f"failed: {type(error).__name__}"
    well = all(said == "ok" for said in found.values())
    answer = JsonResponse({"status": "ok" if well else "ill", "checks": found}, status=200 if well else 503)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # being asked while starting is no error to log
    return answer
