"""Agreements for everybody: the list, checking a paper or a file, and the keys of bodies."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.bodies import queries as bodies
from dure.collaboration.agreement import actions, policy, queries
from dure.collaboration.agreement.forms import VerifyForm
from dure.collaboration.agreement.models import AgreementSignature
from dure.collaboration.pages.common import crumbs
from dure.core.accounts.factors import require_recent, second_factor_given
from dure.core.keyset import page as page_of
from dure.core.tables import table_response
from dure.core.viewer import Viewer
from dure.engines import signing

A_PAGE = 20


def _states() -> list[tuple[str, str]]:
    return [
        ("all", _("모두")),
        ("in_force", _("효력이 있음")),
        ("ending", _("180일 안에 끝남")),
        ("lapsed", _("갱신 없이 끝남")),
        ("terminated", _("해지함")),
        ("making", _("준비하는 중")),
    ]


def _wanted(request: HttpRequest) -> str:
    state = request.GET.get("state", "all")
    return state if state in queries.FILTERS else "all"


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    state = _wanted(request)
    found = page_of(
        queries.agreements(request.viewer, state),
        order=("-changed_at", "-id"),
        after=request.GET.get("after", ""),
        limit=A_PAGE,
        name="agreements",
    )
    after = urlencode({"state": state, "after": found.next}) if found.next else ""
    context = {
        "rows": queries.rows_of(found.items),
        "state": state,
        "states": _states(),
        "next": f"?{after}" if after else "",
        "first": f"?{urlencode({'state': state})}" if request.GET.get("after") else "",
        "withheld": queries.withheld_count(request.viewer),
        "crumbs": crumbs((_("협약"), "")),
    }
    return render(request, "collaboration/agreement/list.html", context)


@require_GET
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    head = [_("접수번호"), _("제목"), _("함께하는 기관"), _("상태"), _("시작"), _("끝"), _("남은 날")]
    rows = (
        [
            row.receipt,
            row.title,
            ", ".join(body.name for body in row.bodies),
            str(row.agreement.get_state_display()),
            row.agreement.starts_on.isoformat() if row.agreement.starts_on else "",
            row.agreement.ends_on.isoformat() if row.agreement.ends_on else "",
            "" if row.days_left is None else str(row.days_left),
        ]
        for row in queries.every_row(request.viewer, _wanted(request))
    )
    return table_response("agreements", kind, head, rows, widths=(18, 50, 50, 16, 12, 12, 8))


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check a sealed file, or what a verification code stands for."""
    sent = request.method == "POST"
    asked = request.GET.get("code", "")
    form = VerifyForm(request.POST, request.FILES) if sent else VerifyForm({"code": asked} if asked else None)
    context: dict[str, Any] = {"form": form, "crumbs": crumbs((_("협약 확인하기"), ""))}
    if form.is_bound and form.is_valid():
        uploaded = form.cleaned_data["file"]
        if uploaded:
            context["file"] = file_checked(request.viewer, uploaded.read(5_000_001))
        else:
            code = form.cleaned_data["code"]
            found = queries.by_code(request.viewer, code)
            context |= {"code": code, "found": found, "looked": True}
    return render(request, "collaboration/agreement/verify.html", context, status=422 if form.errors else 200)


def file_checked(viewer: Viewer, data: bytes) -> dict[str, Any]:
    """What is said of a sealed file: whole in itself, signed with keys published here, and known here."""
    report = signing.check(data)
    trusted = queries.known_keys((report.keys or {}).keys()) if report.keys else {}
    if report.good:
        report = signing.check(data, trusted_keys=trusted)
    place = 1 if get_language() == "en" else 0
    known = queries.by_code(viewer, str(json.loads(data).get("code", ""))) if report.good else None
    names = report.names
    given = zip(report.signatures, report.verdicts, strict=True)
    return {
        "good": report.good,
        "faults": [fault[place] for fault in report.faults],
        "title": (report.document or {}).get("title", ""),
        "version": (report.document or {}).get("version"),
        "hash": signing.short(report.sha256) if report.sha256 else "",
        "signatures": [
            (names.get(one.body, one.body), one.at, verdict.en if place else verdict.ko) for one, verdict in given
        ],
        "known": known if known and known.sha256 == report.sha256 else None,
    }


@require_GET
def keys(request: HttpRequest, body: str) -> HttpResponse:
    """The public keys of a body; `?format=json` as `./dure verify --key` takes them."""
    found = bodies.by_key(body, request.viewer)
    rows = queries.keys_of(found)
    if request.GET.get("format") == "json":
        return JsonResponse(keys_plain(found, rows), json_dumps_params={"ensure_ascii": False, "indent": 1})
    context = {
        "body": found,
        "keys": [(row, signing.fingerprint(row.public)) for row in rows],
        "may_retire": request.viewer.body_id == found.pk and request.viewer.role == "head",
        "crumbs": crumbs((_("서명 열쇠"), "")),
    }
    return render(request, "collaboration/agreement/keys.html", context)


def keys_plain(body: Any, rows: Any) -> dict[str, Any]:
    return {
        "body": str(body.pk),
        "name": body.name_ko,
        "keys": [
            {
                "id": str(row.pk),
                "public": row.public,
                "kind": "Ed25519",
                "created_at": actions.stamp(row.created_at),
                "retired_at": actions.stamp(row.retired_at) if row.retired_at else None,
            }
            for row in rows
        ],
    }


@require_POST
def retire(request: HttpRequest, body: str) -> HttpResponse:
    found = bodies.by_key(body, request.viewer)
    shown = AgreementSignature.Shown.SESSION if second_factor_given(request) else ""
    policy.must_manage_keys(request.viewer, shown)
    request.viewer.must_act_for(found.pk, _("서명 열쇠는 기관의 책임자만 바꿀 수 있습니다."))
    require_recent(request)
    actions.signing_key_retire(by=request.viewer, signed_with=shown)
    messages.success(request, _("이 열쇠로는 더 서명하지 않습니다. 다음 서명 때 새 열쇠를 만듭니다."))
    return redirect(reverse("agreements:keys", args=[body]))
