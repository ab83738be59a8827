"""Putting the table of bodies (`data/bodies`) into the database. Running it again changes only what differs."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from dure.bodies import names
from dure.bodies.models import Body, BodyAlias, BodySuccession

Progress = Callable[[int, int, str], None]

KINDS = {
    "sido": "sido",
    "sigungu": "sigungu",
    "admin-gu": "district",
    "admin-si": "district",
    "central": "central",
    "public-corp": "public-corp",
    "institution": "institution",
    "office-of-education": "education",
    "police": "police",
    "fire": "fire",
    "private-association": "association",
}
# The table also lists rows that are no body of their own, such as the line of Sejong in statistics.
NO_BODY = {"other"}
LOADED = [
    *("code_scheme", "slug", "kind", "name_ko", "name_en", "full_name_ko", "full_name_en"),
    *("parent_id", "province_id", "valid_from", "valid_to", "note", "source", "confidence"),
]


class BadTable(ValueError):
    """The table contradicts itself: an unknown kind, a code named nowhere, a slug twice."""


def folder() -> Path:
    return Path(settings.BASE_DIR) / "data" / "bodies"


def rows(file: str, place: Path | None = None) -> list[dict[str, str]]:
    with ((place or folder()) / file).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def bodies_from(table: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """The columns of every body of the table, parents before children.

    Full names carry the province where the kind has one (`경기도 가평군`), so that 동구 is never shown alone.
    """
    lines = {line["code"]: line for line in table if line["type"] not in NO_BODY}
    made: dict[str, dict[str, Any]] = {}

    def make(code: str, trail: tuple[str, ...] = ()) -> dict[str, Any]:
        if code in made:
            return made[code]
        if code not in lines or code in trail:
            raise BadTable(f"{code!r} is named as a parent but is not a row, or is its own ancestor")
        line = lines[code]
        if line["type"] not in KINDS:
            raise BadTable(f"{code}: unknown type {line['type']!r}")
        kind = KINDS[line["type"]]
        parent = make(line["parent_code"], (*trail, code)) if line["parent_code"] else None
        province = None
        if parent is not None:
            province = parent if parent["kind"] == "sido" else parent["_province"]
        local = kind in ("sigungu", "district") and province is not None
        until = day(line["valid_to"])
        body: dict[str, Any] = {
            "id": names.body_id(code),
            "code": code,
            "code_scheme": line["code_scheme"],
            "kind": kind,
            "name_ko": line["name_ko"],
            "name_en": line["name_en"],
            "full_name_ko": f"{province['name_ko']} {line['name_ko']}" if local and province else line["name_ko"],
            "full_name_en": f"{line['name_en']}, {province['name_en']}" if local and province else line["name_en"],
            "parent_id": parent["id"] if parent else None,
            "province_id": province["id"] if province else None,
            "valid_from": day(line["valid_from"]),
            "valid_to": until,
            "note": line["note"],
            "source": line["source"],
            "confidence": line["confidence"],
            "_province": province,
        }
        body["slug"] = names.slug_for(
            code=code,
            kind=kind,
            name_en=line["name_en"],
            province=names.province_slug(province["name_en"]) if local and province else "",
            until=until,
        )
        made[code] = body
        return body

    for code in lines:
        make(code)
    slugs: dict[str, str] = {}
    for body in made.values():
        other = slugs.setdefault(body["slug"], body["code"])
        if other != body["code"]:
            raise BadTable(f"{other} and {body['code']} would share the address {body['slug']!r}")
    return list(made.values())


@transaction.atomic
def load_bodies(progress: Progress | None = None, place: Path | None = None) -> dict[str, int]:
    """Load bodies, their other names and their successions; counts by what was written.

    Idempotent: rows are found by code and only changed ones are written. What people entered for a body of the table
    (web page, contact, about) is left alone; rows that have left the table stay, because memberships may hang on them.
    `progress(done, total, message)` is called as it goes. Raises `BadTable`.
    """
    wanted = bodies_from(rows("bodies.csv", place))
    aliases = rows("aliases.csv", place)
    changes = rows("successions.csv", place)
    total = len(wanted) + len(aliases) + len(changes)
    tell = progress or (lambda done, total, message: None)
    ids = {body["code"]: body["id"] for body in wanted}
    counts = {"added": 0, "changed": 0, "same": 0}

    def id_of(code: str) -> Any:
        if code not in ids:
            raise BadTable(f"{code!r} is not in bodies.csv")
        return ids[code]

    there = {body.code: body for body in Body.objects.exclude(code="")}
    new: list[Body] = []
    changed: list[Body] = []
    for body in wanted:
        row = there.get(body["code"])
        if row is None:
            new.append(Body(id=body["id"], code=body["code"], **{field: body[field] for field in LOADED}))
        elif any(getattr(row, field) != body[field] for field in LOADED):
            for field in LOADED:
                setattr(row, field, body[field])
            changed.append(row)
    Body.objects.bulk_create(new)
    Body.objects.bulk_update(changed, LOADED, batch_size=100)
    counts["added"], counts["changed"] = len(new), len(changed)
    counts["same"] = len(wanted) - len(new) - len(changed)
    tell(len(wanted), total, "bodies")

    wanted_aliases = {
        (id_of(line["code"]), line["kind"], line["value"]): BodyAlias(
            body_id=id_of(line["code"]),
            kind=line["kind"],
            value=line["value"],
            key=line["value"] if line["kind"] == "code" else names.normal(line["value"]),
            valid_from=day(line["valid_from"]),
            valid_to=day(line["valid_to"]),
            source=line["source"],
            confidence=line["confidence"],
        )
        for line in aliases
    }
    BodyAlias.objects.bulk_create(
        wanted_aliases.values(),
        update_conflicts=True,
        unique_fields=["body", "kind", "value"],
        update_fields=["key", "valid_from", "valid_to", "source", "confidence"],
    )
    tell(len(wanted) + len(aliases), total, "names")

    BodySuccession.objects.bulk_create(
        [
            BodySuccession(
                old_id=id_of(line["old_code"]),
                new_id=id_of(line["new_code"]),
                on=date.fromisoformat(line["on"]),
                kind=line["kind"],
                note=line["note"],
                source=line["source"],
                confidence=line["confidence"],
            )
            for line in changes
        ],
        update_conflicts=True,
        unique_fields=["old", "new", "on"],
        update_fields=["kind", "note", "source", "confidence"],
    )
    refresh_search_text()
    tell(total, total, "changes")
    return counts


def search_text(own: Iterable[str]) -> str:
    """Names as the search compares them, one a line, each once."""
    return "\n".join(dict.fromkeys(names.normal(name) for name in own if name))


def refresh_search_text() -> None:
    """Write anew what the search by name compares: every name of a body, of its province and of what it came from."""
    everything = {body.pk: body for body in Body.objects.all()}
    other: dict[Any, list[str]] = {}
    for body_id, key in BodyAlias.objects.exclude(kind="code").values_list("body_id", "key"):
        other.setdefault(body_id, []).append(key)
    before: dict[Any, list[Any]] = {}
    renamed: dict[Any, list[str]] = {}
    for old_id, new_id, kind in BodySuccession.objects.values_list("old_id", "new_id", "kind"):
        before.setdefault(new_id, []).append(old_id)
        if kind == BodySuccession.Kind.RENAME:
            renamed.setdefault(new_id, []).append(everything[old_id].full_name_ko)

    def known_as(body: Body) -> list[str]:
        province: list[str] = []
        if body.province_id:
            former = renamed.get(body.province_id, [])
            province = [body.province.full_name_ko, *other.get(body.province_id, []), *former]
        return [body.full_name_ko, body.full_name_en, body.name_ko, *other.get(body.pk, []), *province]

    changed = []
    for body in everything.values():
        if body.province_id:
            body.province = everything[body.province_id]
        words = known_as(body) + [name for old in before.get(body.pk, []) for name in known_as(everything[old])]
        text = search_text(words)
        if text != body.search_text:
            body.search_text = text
            changed.append(body)
    Body.objects.bulk_update(changed, ["search_text"], batch_size=100)
