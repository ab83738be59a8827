"""Pages of bodies: parse, ask or act once, render."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dure.bodies import queries


def body(request: HttpRequest, key: str) -> HttpResponse:
    found = queries.by_key(key, request.viewer)
    return render(request, "bodies/body.html", {"body": found, "history": queries.history(found)})
