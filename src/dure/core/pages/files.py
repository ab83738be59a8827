"""Handing out a file."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from dure.core import attachments
from dure.core.filetypes import PICTURES


@require_safe
def download(request: HttpRequest, id: UUID, name: str) -> HttpResponseBase:
    row = attachments.attachment_of(request.viewer, id)
    etag = f'"{row.blob_id}"'
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    response: HttpResponseBase
    if etag in asked or f"W/{etag}" in asked or "*" in asked:
        response = HttpResponseNotModified()
    else:
        try:
            file = attachments.open_blob(row)
        except FileNotFoundError as error:
            raise Http404 from error
        picture = row.blob.media_type in PICTURES
        response = FileResponse(file, as_attachment=not picture, filename=row.name, content_type=row.blob.media_type)
        if row.blob.media_type.startswith("text/"):
            # Its encoding is not known: the reader's program finds out.
            response["Content-Type"] = "application/octet-stream"
    response["ETag"] = etag
    # It may be withheld a minute from now: a copy has to be asked about every time.
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
