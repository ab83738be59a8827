"""The ground of the public API: one way to answer, to refuse, to page and to be cached. Rooms add routers to it.

A room's `api.py` makes a `Router`, declares what an operation answers with `answers(Model, 404, …)`, reads
`request.viewer`, calls one query or action, and lets `Refused` fly. Everything else happens here: the key, the rate,
problem JSON (RFC 9457), ETag and conditional requests (RFC 9110 §13), what is accepted and allowed, and the common
answers in the OpenAPI document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, re_path
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import Field, NinjaAPI, Router, Schema
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from dure.core.keyset import Page
from dure.core.refused import Refused
from dure.core.viewer import Viewer

__all__ = ["Api", "FieldProblem", "PageOf", "Paging", "Problem", "Router", "Schema", "answers", "etag", "must_match"]

T = TypeVar("T")
PROBLEM_JSON = "application/problem+json"
JSON = "application/json"
REASONS = {
    400: "The request cannot be read.",
    401: "The key is missing, wrong, expired or revoked.",
    403: "The key, or nobody in particular, may not do this.",
    404: "There is nothing here, or it is not public.",
    405: "This method is not for this address; `Allow` says which are.",
    406: "Only JSON is answered.",
    409: "It contradicts what is there already.",
    410: "It was here and is gone.",
    412: "It has changed since you read it (`If-Match`).",
    415: "A body must be JSON.",
    422: "The request can be read but a field of it is wrong; `errors` says which.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
}
TITLES = {400: "bad_request", 405: "method_not_allowed", 406: "not_acceptable", 415: "unsupported_media_type"}


class FieldProblem(Schema):
    """What is wrong with one field; `field` is its name, with dots between levels."""

    field: str
    message: str


class Problem(Schema):
    """Why something was not done (RFC 9457). `code` is for programs, `title` for people, in the asked language."""

    type: str = Field(examples=["urn:dure:problem:not_found"])
    title: str
    status: int
    code: str
    errors: list[FieldProblem] | None = None


class Paging(Schema):
    """Where to go on, and how many at most."""

    after: str = Field("", description="`next` of the page before; empty for the first page.", max_length=2000)
    limit: int = Field(20, ge=1, le=100, description="How many at most.")


class PageOf(Schema, Generic[T]):
    """A part of a list. `next` goes into `after` for the following part; null on the last. There is no total."""

    items: list[T]
    next: str | None = None


def paged(found: Page[Any], items: Iterable[Any]) -> dict[str, Any]:
    """A page of `core.keyset` as `PageOf` wants it, with its rows turned into `items`."""
    return {"items": list(items), "next": found.next or None}


def answers(model: Any, *problems: int, status: int = 200) -> dict[int, Any]:
    """The `response` of an operation: its model, and the refusals of its own. The common ones need not be named."""
    return {status: model, **dict.fromkeys(problems, Problem)}


def problem(status: int, code: str, title: str, errors: list[dict[str, str]] | None = None) -> HttpResponse:
    body: dict[str, Any] = {"type": f"urn:dure:problem:{code}", "title": title, "status": status, "code": code}
    if errors:
        body["errors"] = errors
    return JsonResponse(body, status=status, content_type=PROBLEM_JSON, json_dumps_params={"ensure_ascii": False})


def refusal(refused: Refused) -> HttpResponse:
    errors = [{"field": refused.field, "message": str(refused.message)}] if refused.field else None
    response = problem(refused.status, refused.code, str(refused.message), errors)
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if refused.status == 429:
        response.headers["Retry-After"] = "60"
    return response


def etag(content: bytes) -> str:
    """A strong entity tag of exactly these bytes."""
    return f'"{sha256(content).hexdigest()[:32]}"'


def _on(answer: Callable[[Any], HttpResponse]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, fault: answer(fault)


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",") if tag.strip()}


def must_match(request: HttpRequest, now: Any, model: type[Schema]) -> None:
    """Refused `stale` (412) when the client sent `If-Match` and what it read is not what is there now.

    `now` is what the operation that reads the thing would answer, `model` that answer's schema.
    """
    wanted = request.headers.get("If-Match", "")
    if not wanted or wanted.strip() == "*":
        return
    shown = model.model_validate(now).model_dump()
    if etag(_dumps(shown)) not in _tags(wanted):
        raise Refused("stale", _("그동안 다른 사람이 고쳤습니다. 다시 읽고 고쳐 주세요."))


def _dumps(data: Any) -> bytes:
    return json.dumps(data, cls=NinjaJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()


class Renderer(BaseRenderer):
    """JSON as UTF-8 without padding. The bytes depend on the data alone, so that an ETag does, too."""

    media_type = JSON
    charset = "utf-8"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return _dumps(data)


class Api(NinjaAPI):
    """`authenticate(header)` gives the Viewer of a key or raises Refused; `knock(request, viewer)` counts a call and
    raises Refused beyond the limit."""

    def __init__(
        self,
        *,
        root: str,
        authenticate: Callable[[str], Viewer],
        knock: Callable[[HttpRequest, Viewer], None],
        **more: Any,
    ) -> None:
        self.root, self.authenticate, self.knock = root, authenticate, knock
        super().__init__(renderer=Renderer(), docs_url=None, openapi_url=None, auth=_writes, **more)
        self.add_exception_handler(Refused, _on(refusal))
        self.add_exception_handler(ValidationError, _on(invalid))
        self.add_exception_handler(HttpError, _on(http_error))

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """`bodies_search`: the room and the function's name."""
        return f"{operation.view_func.__module__.split('.')[1]}_{operation.view_func.__name__}"

    def get_root_path(self, path_params: Any) -> str:
        return self.root

    def get_openapi_schema(self, **more: Any) -> Any:
        """The document, with the answers that every operation can give, and problems as problem JSON."""
        schema = super().get_openapi_schema(**more)
        components = schema["components"]
        components["schemas"] |= _problem_schemas()
        components["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer", "description": "A body's key: `Bearer dure_…`"}
        }
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _complete(method, operation)
        return schema

    def _get_urls(self) -> list[Any]:
        own = [
            path("", require_safe(lambda request: HttpResponseRedirect(f"{self.root}docs")), name="root"),
            path("openapi.json", require_safe(self._openapi), name="openapi"),
            path("docs", require_safe(self._docs), name="docs"),
        ]
        routed: list[URLPattern] = []
        for router in self._get_bound_routers():
            routed += router.urls_paths(router.prefix)
        for pattern in routed:
            pattern.callback = self._guarded(pattern.callback)
        nothing = re_path(
            r"^.*$", self._guarded(lambda request: refusal(Refused("not_found", _("그런 주소가 없습니다."))))
        )
        return [*own, *routed, nothing]

    def _openapi(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(_dumps(self.get_openapi_schema()), content_type=JSON)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return _conditional(request, response)

    def _docs(self, request: HttpRequest) -> HttpResponse:
        return render(request, "core/api_docs.html", {"schema": reference(self.get_openapi_schema())})

    def _guarded(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            head = request.method == "HEAD"
            if head:
                request.method = "GET"
            try:
                response = self._answer(view, request, *args, **kwargs)
            except Refused as refused:
                response = refusal(refused)
            patch_vary_headers(response, ["Accept", "Authorization"])
            # Nothing here depends on cookies, so any page may read what is public.
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers.setdefault("Cache-Control", "no-cache" if request.method == "GET" else "no-store")
            if head:
                response.headers["Content-Length"] = str(len(response.content))
                response.content = b""
            return response

        guarded.csrf_exempt = True  # type: ignore[attr-defined]
        return guarded

    def _answer(
        self, view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """A key alone decides who calls: the browser's session plays no part, so no other site can borrow it."""
        request.viewer = Viewer.anonymous()
        header = request.headers.get("Authorization", "")
        if header:
            request.viewer = self.authenticate(header)
        self.knock(request, request.viewer)
        if not any(request.accepts(kind) for kind in (JSON, PROBLEM_JSON)):
            return problem(406, TITLES[406], _("JSON으로만 답합니다."))
        if fault := _unreadable(request):
            return fault
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response.headers["Allow"]
            response = problem(405, TITLES[405], _("이 주소에서는 쓸 수 없는 방법입니다."))
            response.headers["Allow"] = allowed.replace("GET", "GET, HEAD")
        return _conditional(request, response)


def _writes(request: HttpRequest) -> bool:
    """Whatever writes needs a key with the scope `write`; asked before anything that was sent is looked at."""
    viewer: Viewer = request.viewer
    if request.method not in ("GET", "HEAD"):
        if viewer.kind != "system":
            raise Refused("not_signed_in", _("쓰려면 기관의 열쇠가 필요합니다."))
        if "write" not in viewer.scopes:
            raise Refused("not_allowed", _("이 열쇠로는 읽기만 할 수 있습니다."))
    return True


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    """What no operation can make sense of: NUL characters (no database keeps them), and bodies that are not JSON."""
    given = [request.path, *(text for pair in request.GET.lists() for text in (pair[0], *pair[1]))]
    if any("\x00" in text for text in given):
        return problem(400, TITLES[400], _("읽을 수 없는 글자가 들어 있습니다."))
    if request.method in ("POST", "PUT", "PATCH") and request.body:
        if request.content_type != JSON:
            return problem(415, TITLES[415], _("본문은 JSON으로 보내 주세요."))
        if b"\\u0000" in request.body or b"\x00" in request.body:
            return problem(400, TITLES[400], _("읽을 수 없는 글자가 들어 있습니다."))
    return None


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        return response
    tag = etag(response.content)
    known = request.headers.get("If-None-Match", "")
    if known.strip() == "*" or tag in _tags(known):
        unchanged = HttpResponse(status=304)
        del unchanged.headers["Content-Type"]
        response = unchanged
    response.headers["ETag"] = tag
    return response


def invalid(fault: ValidationError) -> HttpResponse:
    """422 with the fields at fault. What was sent is not sent back: it may be personal."""
    errors = []
    for error in fault.errors:
        place = [str(part) for part in error.get("loc", ())]
        errors.append({"field": ".".join(place[1:]) or ".".join(place), "message": str(error.get("msg", ""))})
    return problem(422, "invalid", _("보내신 값을 다시 봐 주세요."), errors)


def http_error(fault: HttpError) -> HttpResponse:
    return problem(fault.status_code, TITLES.get(fault.status_code, "error"), str(fault))


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    return {**schema.pop("$defs", {}), "Problem": schema}


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Add to one operation of the document what the ground itself can answer."""
    found = operation["responses"]
    common = {401, 406, 429, 400} if method == "get" else {401, 403, 406, 429, 400}
    if operation.get("parameters") or operation.get("requestBody"):
        common.add(422)
    if operation.get("requestBody"):
        common.add(415)
    for status in common:
        found.setdefault(status, {})
    for status in [status for status in found if int(status) >= 400]:
        found[status] = {
            "description": REASONS[int(status)],
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    if method == "get":
        found[304] = {"description": "Nothing has changed since (`If-None-Match`)."}
        operation["security"] = [{}, {"key": []}]
    else:
        operation.setdefault("security", [{"key": []}])
    operation["responses"] = {str(status): found[status] for status in sorted(found, key=int)}


def reference(schema: dict[str, Any]) -> dict[str, Any]:
    """The document as the reference page shows it: operations by tag, models with their fields."""
    tags: dict[str, list[dict[str, Any]]] = {}
    for address, operations in schema["paths"].items():
        for method, operation in operations.items():
            entry = {**operation, "method": method.upper(), "path": address}
            entry["answers"] = [
                {"status": status, "description": answer["description"], "model": _model_of(answer)}
                for status, answer in operation["responses"].items()
            ]
            entry["sends"] = _model_of(operation["requestBody"]) if "requestBody" in operation else ""
            entry["inputs"] = [{**given, "kind": _kind(given["schema"])} for given in operation["parameters"]]
            tags.setdefault((operation.get("tags") or [""])[0], []).append(entry)
    models = [
        {
            "name": name,
            "description": model.get("description", ""),
            "fields": [
                {"name": field, "kind": _kind(about), "description": about.get("description", "")}
                for field, about in model.get("properties", {}).items()
            ],
        }
        for name, model in sorted(schema["components"]["schemas"].items())
    ]
    about = {tag["name"]: tag.get("description", "") for tag in schema.get("tags", [])}
    return {
        "info": schema["info"],
        "servers": schema["servers"],
        "tags": [{"name": name, "description": about.get(name, ""), "operations": ops} for name, ops in tags.items()],
        "models": models,
    }


def _model_of(holder: dict[str, Any]) -> str:
    for content in holder.get("content", {}).values():
        return _kind(content["schema"])
    return ""


def _kind(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words: `string (date)`, `list of Body`, `one of sido, sigungu`."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    kind = str(schema.get("type", "anything"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind
