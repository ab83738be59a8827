"""Storing a network of roads in pieces, so that a million links neither fill the memory nor hold up other writers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import numpy as np
import shapely
from django.db import connection, transaction

from dure.core import clock
from dure.engines.areas import to_metres
from dure.engines.roads import rank
from dure.places.models import Road, RoadGeneration, RoadLink, road_urn_id
from dure.places.roads.words import Row

STALE = timedelta(hours=6)
PIECE = 2_000


@dataclass(slots=True)
class Sum:
    """What a road's links come to."""

    links: int = 0
    metres: float = 0.0
    approximate: bool = False
    west: float = 180.0
    south: float = 90.0
    east: float = -180.0
    north: float = -90.0

    def add(self, row: Row, metres: float, box: list[float]) -> None:
        self.links += 1
        self.metres += metres
        self.approximate |= row.approximate
        west, south, east, north = box
        self.west, self.south = min(self.west, west), min(self.south, south)
        self.east, self.north = max(self.east, east), max(self.north, north)


@dataclass(slots=True)
class Store:
    """One generation while it is being written. Every `put` is a transaction of its own; nobody reads it yet."""

    generation: RoadGeneration
    roads: dict[UUID, int]
    sums: dict[int, Sum]
    links: int = 0
    precise: bool = False

    @classmethod
    def begin(cls, generation: RoadGeneration) -> Store:
        """Also clears away what loads that were cut off long ago left behind."""
        RoadGeneration.objects.filter(complete=False, loaded_at__lt=clock.now() - STALE).delete()
        generation.save(force_insert=True)
        return cls(generation, {}, {})

    def put(self, rows: Sequence[Row]) -> None:
        """Rows with lines of more than no length."""
        for first in range(0, len(rows), PIECE):
            self._put(rows[first : first + PIECE])

    @transaction.atomic
    def _put(self, rows: Sequence[Row]) -> None:
        lines = np.array([row.line for row in rows], dtype=object)
        metres = shapely.length(to_metres(lines)).tolist()
        boxes = shapely.bounds(lines).tolist()
        wkb = shapely.to_wkb(lines, output_dimension=2).tolist()
        keys = [road_urn_id(row.road_class, row.number, row.name, row.section, row.owner) for row in rows]
        self._new_roads(dict(zip(keys, rows, strict=True)))
        links = []
        for row, key, line, long, box in zip(rows, keys, wkb, metres, boxes, strict=True):
            road = self.roads[key]
            self.sums[road].add(row, long, box)
            self.precise |= not row.approximate
            links.append(
                RoadLink(
                    generation=self.generation,
                    road_id=road,
                    link_id=row.link_id,
                    geometry=line,
                    length_m=long,
                    lanes=row.lanes,
                    directed=row.directed,
                    approximate=row.approximate,
                    multi=[list(one) for one in row.multi],
                    km_from=row.km_from,
                    km_to=row.km_to,
                )
            )
        RoadLink.objects.bulk_create(links, batch_size=500)
        self.links += len(links)

    def _new_roads(self, rows: dict[UUID, Row]) -> None:
        new = [
            Road(
                generation=self.generation,
                urn_id=key,
                road_class=row.road_class,
                rank=rank(row.road_class),
                number=row.number,
                name=row.name,
                section=row.section,
                owner=row.owner,
            )
            for key, row in rows.items()
            if key not in self.roads
        ]
        for road in Road.objects.bulk_create(new, batch_size=500):
            self.roads[road.urn_id] = road.pk
            self.sums[road.pk] = Sum()

    def finish(self) -> None:
        """The sums of every road, in pieces; plain statements, as bulk updates take minutes for 100,000 roads."""
        columns = ("links_count", "km", "approximate", "west", "south", "east", "north")
        values = [
            (one.links, one.metres / 1000, one.approximate, one.west, one.south, one.east, one.north, road)
            for road, one in self.sums.items()
        ]
        sets = ", ".join(f"{column} = %s" for column in columns)
        for first in range(0, len(values), PIECE):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(
                    f"UPDATE {Road._meta.db_table} SET {sets} WHERE id = %s",
                    values[first : first + PIECE],
                )

    def drop(self) -> None:
        """Away with all of it, as if it had never been begun."""
        RoadGeneration.objects.filter(pk=self.generation.pk, complete=False).delete()


def write(generation: RoadGeneration, batches: Iterable[Sequence[Row]]) -> Store:
    """All batches, or nothing: whatever goes wrong while reading or writing, the unfinished rows go."""
    store = Store.begin(generation)
    try:
        for rows in batches:
            store.put(rows)
        store.finish()
    except BaseException:
        store.drop()
        raise
    return store
