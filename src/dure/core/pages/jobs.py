"""The page of one job: how far it is, what came out, what went wrong."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dure.core.jobs import job_cancel, job_of, job_retry, may_change, title_of
from dure.core.models import Job


@require_safe
def job(request: HttpRequest, id: UUID) -> HttpResponse:
    found = job_of(request.viewer, id)
    result = found.result if isinstance(found.result, dict) else {}
    url = str(result.get("url", ""))
    context = {
        "job": found,
        "title": title_of(found),
        "open": found.state in (Job.State.QUEUED, Job.State.RUNNING),
        "may_change": may_change(request.viewer, found),
        "percent": min(100, 100 * found.done // found.total) if found.total else None,
        # A handler names the page or file that came out as `url`, a path of this site.
        "result_url": url if url.startswith("/") and not url.startswith("//") else "",
        "facts": {key: value for key, value in result.items() if key != "url" and isinstance(value, int | str)},
    }
    part = request.headers.get("HX-Request") == "true"
    response = render(request, "core/job_state.html" if part else "core/job.html", context)
    response["Cache-Control"] = "no-store"
    response["Vary"] = "HX-Request"
    return response


@require_POST
def cancel(request: HttpRequest, id: UUID) -> HttpResponse:
    job_cancel(by=request.viewer, job_id=id)
    return redirect("core:job", id=id)


@require_POST
def retry(request: HttpRequest, id: UUID) -> HttpResponse:
    job_retry(by=request.viewer, job_id=id)
    return redirect("core:job", id=id)
