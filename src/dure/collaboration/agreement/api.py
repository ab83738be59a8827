"""Agreements by API: to read them, their versions and sealed files, and to check a file."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field

from dure.bodies import queries as bodies
from dure.collaboration import queries as room
from dure.collaboration.agreement import queries
from dure.collaboration.agreement.actions import document_of
from dure.collaboration.agreement.public_pages import file_checked, keys_plain
from dure.core.api import Router, Schema, answers
from dure.core.refused import Refused

router = Router(tags=["agreements"])


class VersionLine(Schema):
    """`sha256` is empty and `code` null while it is a draft."""

    number: int
    kind: Literal["first", "amendment", "renewal"]
    state: Literal["draft", "proposed", "in_force", "past", "void"]
    code: str | None
    sha256: str
    changed_at: datetime
    proposed_at: datetime | None
    in_force_at: datetime | None
    url: str


class SignatureOut(Schema):
    """`value` is Ed25519 in base64 over the statement that the sealed file describes; null where a party has not
    signed."""

    body: UUID
    name: str
    at: datetime | None
    role: Literal["head", "officer"] | None
    key: UUID | None
    value: str | None


class VersionOut(VersionLine):
    document: dict[str, Any]
    signatures: list[SignatureOut]


class AgreementOut(Schema):
    """An agreement. A withheld one has its reason and review date in `withheld` and nothing else."""

    withheld: dict[str, str] | None
    state: Literal["making", "in_force", "lapsed", "terminated"] | None
    starts_on: date | None
    ends_on: date | None
    in_force: int | None = Field(description="The number of the version in force.")
    versions: list[VersionLine]


class KeyOut(Schema):
    id: UUID
    public: str
    kind: Literal["Ed25519"]
    created_at: datetime
    retired_at: datetime | None


class KeysOut(Schema):
    body: UUID
    name: str
    keys: list[KeyOut]


class SealedIn(Schema):
    file: str = Field(max_length=1_500_000, description="The sealed file as it was downloaded, as text.")


class CheckedOut(Schema):
    good: bool
    faults: list[str]
    title: str
    version: int | None
    hash: str
    known: bool = Field(description="The same text stands in this installation.")


@router.get("/{receipt}/agreement", response=answers(AgreementOut, 404), summary="The agreement of a collaboration")
def agreement(request: HttpRequest, receipt: str) -> Any:
    view = queries.agreement_view(request.viewer, room.access(request.viewer, receipt))
    if view.agreement is None and view.withheld is None:
        raise Refused("not_found", _("아직 협약이 없습니다."))
    one = view.agreement
    return {
        "withheld": view.withheld.as_dict() if view.withheld else None,
        "state": one.state if one else None,
        "starts_on": one.starts_on if one else None,
        "ends_on": one.ends_on if one else None,
        "in_force": one.in_force.number if one and one.in_force else None,
        "versions": [_line(request, receipt, row) for row in view.versions],
    }


@router.get(
    "/{receipt}/agreement/versions/{int:number}", response=answers(VersionOut, 404), summary="One version with its text"
)
def agreement_version(request: HttpRequest, receipt: str, number: int) -> Any:
    collaboration = room.access(request.viewer, receipt)
    version = queries.version_of(request.viewer, collaboration, number)
    document = document_of(version, collaboration)
    return {
        **_line(request, receipt, version),
        "document": document,
        "signatures": [
            {
                "body": one.body.pk,
                "name": one.body.name,
                "at": one.signature.at if one.signature else None,
                "role": one.signature.role if one.signature else None,
                "key": one.signature.key_id if one.signature else None,
                "value": one.signature.value if one.signature else None,
            }
            for one in queries.signers_of(request.viewer, version, document)
        ],
    }


@router.get(
    "/{receipt}/agreement/versions/{int:number}/sealed",
    response=answers(dict[str, Any], 404, 409),
    summary="The sealed file, as data",
)
def agreement_sealed(request: HttpRequest, receipt: str, number: int) -> Any:
    collaboration = room.access(request.viewer, receipt)
    return json.loads(queries.sealed_file(queries.version_of(request.viewer, collaboration, number)))


@router.get("/agreements/keys/{body}", response=answers(KeysOut, 404), summary="Public signing keys of a body")
def agreement_keys(request: HttpRequest, body: str) -> Any:
    found = bodies.by_key(body, request.viewer)
    return keys_plain(found, queries.keys_of(found))


@router.post("/agreements/verify", response=answers(CheckedOut), auth=None, summary="Check a sealed file")
def agreement_verify(request: HttpRequest, data: SealedIn) -> Any:
    said = file_checked(request.viewer, data.file.encode("utf-8", "surrogatepass"))
    version = said["version"] if isinstance(said["version"], int) else None
    return {**{name: said[name] for name in ("good", "faults", "hash")}, "title": str(said["title"])} | {
        "version": version,
        "known": said["known"] is not None,
    }


def _line(request: HttpRequest, receipt: str, row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "state": row.state,
        "code": row.code,
        "sha256": row.sha256,
        "changed_at": row.changed_at,
        "proposed_at": row.proposed_at,
        "in_force_at": row.in_force_at,
        "url": request.build_absolute_uri(f"/collaborations/{receipt}/agreement/versions/{row.number}/"),
    }
