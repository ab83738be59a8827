"""What changes areas and roads: a new generation of them, and which body belongs where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from dure.core.events import record
from dure.core.links import urn
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.places import networks, policy, table
from dure.places.assemble import Piece, measure
from dure.places.models import Area, AreaBody, Generation, RoadGeneration, Succession, area_urn_id
from dure.places.roads.words import Row


def _must_load(by: Viewer) -> None:
    if not policy.may_load(by):
        raise Refused("not_allowed", _("경계는 운영자만 바꿀 수 있습니다."))


@transaction.atomic
def add_generation(
    *,
    by: Viewer,
    pieces: Sequence[Piece],
    dated: date,
    source: str,
    file_hash: str,
    file_name: str = "",
    borders_of: str = "",
    report: dict[str, Any] | None = None,
    active: bool = True,
) -> Generation:
    """Store a generation of areas and, if `active`, make it today's; the one before stays, for older dates.

    Everything or nothing: readers see the old generation until the whole new one is there. Refused `invalid` without
    any area or with a code twice.
    """
    _must_load(by)
    codes = [piece.code for piece in pieces]
    if not codes:
        raise Refused("invalid", _("넣을 구역이 없습니다."))
    if len(set(codes)) < len(codes):
        raise Refused("invalid", _("같은 코드가 두 번 있습니다."))
    measure(pieces)
    if active:
        Generation.objects.filter(active=True).update(active=False)
    generation = Generation.objects.create(
        dated=dated,
        borders_of=borders_of,
        source=source,
        approximate=all(piece.approximate for piece in pieces),
        active=active,
        file_name=file_name,
        file_hash=file_hash,
        report=report or {},
    )
    known = table.by_code()
    Area.objects.bulk_create([_area(generation, piece, known.get(piece.code)) for piece in pieces], batch_size=200)
    record(
        by=by,
        type="places.generation.added",
        subject=urn("generation", generation.pk),
        data={"areas": len(codes), "approximate": generation.approximate, "active": active, "dated": str(dated)},
    )
    return generation


def _area(generation: Generation, piece: Piece, row: table.Row | None) -> Area:
    west, south, east, north = shapely.bounds(piece.geometry).tolist()
    return Area(
        generation=generation,
        level=piece.level,
        code=piece.code,
        urn_id=area_urn_id(piece.code),
        name_ko=piece.name_ko,
        name_en=piece.name_en,
        parent_code=piece.parent,
        geometry=shapely.to_wkb(shapely.force_2d(piece.geometry)),
        west=west,
        south=south,
        east=east,
        north=north,
        lon=piece.lon,
        lat=piece.lat,
        km2=piece.km2,
        approximate=piece.approximate,
        valid_from=row.valid_from if row else None,
        valid_to=row.valid_to if row else None,
    )


@transaction.atomic
def load_changes(*, by: Viewer) -> int:
    """Bring the changes of codes and the local governments of our table into the database; returns what is new."""
    _must_load(by)
    here = {(s.old, s.new, s.on) for s in Succession.objects.all()}
    new = [c for c in table.changes() if (c.old, c.new, c.on) not in here]
    Succession.objects.bulk_create([Succession(old=c.old, new=c.new, on=c.on, kind=c.kind) for c in new])
    linked = set(AreaBody.objects.values_list("area_code", "body_id"))
    links = [
        AreaBody(area_code=row.code, body_id=table.body_id(code), role=AreaBody.Role.GOVERNS)
        for row in table.rows()
        for code in table.governing_codes(row)
        if (row.code, table.body_id(code)) not in linked
    ]
    AreaBody.objects.bulk_create(links)
    return len(new) + len(links)


@transaction.atomic
def link_body(*, by: Viewer, area_code: str, body_id: UUID, role: str = AreaBody.Role.SERVES) -> AreaBody:
    """A body belongs to an area; again with another role changes it. Refused `not_found` for an unknown code."""
    _must_load(by)
    if role not in AreaBody.Role.values:
        raise Refused("invalid", _("알 수 없는 관계입니다."), "role")
    if not Area.objects.filter(code=area_code).exists():
        raise Refused("not_found", _("그 코드의 구역이 없습니다."), "area_code")
    link, _new = AreaBody.objects.update_or_create(area_code=area_code, body_id=body_id, defaults={"role": role})
    record(
        by=by,
        type="places.body.linked",
        subject=urn("area", area_urn_id(area_code)),
        thing=urn("body", body_id),
        data={"area": area_code, "role": role},
    )
    return link


@transaction.atomic
def unlink_body(*, by: Viewer, area_code: str, body_id: UUID) -> None:
    """A body belongs to an area no more. Refused `not_found` where it did not."""
    _must_load(by)
    gone, _each = AreaBody.objects.filter(area_code=area_code, body_id=body_id).delete()
    if not gone:
        raise Refused("not_found", _("그 기관은 이 구역에 이어져 있지 않습니다."))
    record(
        by=by,
        type="places.body.unlinked",
        subject=urn("area", area_urn_id(area_code)),
        thing=urn("body", body_id),
        data={"area": area_code},
    )


def add_roads(
    *,
    by: Viewer,
    batches: Iterable[Sequence[Row]],
    kind: str,
    dated: date,
    source: str,
    file_hash: str,
    file_name: str = "",
    report: Callable[[], dict[str, Any]] = dict,
    active: bool = True,
) -> RoadGeneration:
    """Store a network of roads and, if `active`, make it today's; the one before stays, for older dates.

    Readers see the old network until the whole new one is there. The rows are written batch by batch, each in its own
    transaction, since a million of them in one would hold up every other writer; until the last one the network is
    not `complete`, and it is taken away again when a batch fails. `report` is asked at the end. Refused `invalid`
    without any road.
    """
    policy.must_load_roads(by)
    generation = RoadGeneration(kind=kind, dated=dated, source=source, file_name=file_name[:200], file_hash=file_hash)
    store = networks.write(generation, batches)
    try:
        return _use_roads(by, store, report(), active)
    except BaseException:
        store.drop()
        raise


@transaction.atomic
def _use_roads(by: Viewer, store: networks.Store, report: dict[str, Any], active: bool) -> RoadGeneration:
    if not store.links:
        raise Refused("invalid", _("넣을 도로가 없습니다."))
    generation = store.generation
    if active:
        RoadGeneration.objects.select_for_update().filter(active=True).update(active=False)
    generation.complete, generation.active = True, active
    generation.approximate, generation.links_count = not store.precise, store.links
    generation.report = report
    generation.save()
    record(
        by=by,
        type="places.roads.added",
        subject=urn("roads", generation.pk),
        data={
            "links": store.links,
            "roads": len(store.roads),
            "approximate": generation.approximate,
            "active": active,
            "dated": str(generation.dated),
        },
    )
    return generation
