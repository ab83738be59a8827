"""In which coordinates a file of roads is read: what it says, what a known network says, or what its owner says."""

from __future__ import annotations

from typing import Any

import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from dure.engines.areas import CANDIDATES, crs_name
from dure.engines.roads import RoadDatum, RoadNetwork, check_roads, inside_korea, read_as
from dure.places.boundaries.read import Unreadable
from dure.places.roads.read import RoadFile

SAMPLE = 400


def to_degrees(lines: Any, crs: str) -> Any:
    """Lines in `crs` as WGS84 degrees; what cannot be brought there has infinite coordinates."""
    if crs == "EPSG:4326":
        return lines
    return shapely.transform(lines, Transformer.from_crs(crs, 4326, always_xy=True).transform, interleaved=False)


def decide(file: RoadFile, told: str | None, network: RoadNetwork | None) -> tuple[str, RoadDatum, str]:
    """The system to read `file` in, the evidence, and a sentence for whoever loads it ('' where all is plain).

    `told` (`--crs`) is obeyed. OpenStreetMap is WGS84 by definition. Otherwise a known network decides, if it lies
    under the file. Without it a projected declaration is believed, since it names its datum and a wrong one lies far
    off; degrees are not: Bessel degrees look just like WGS84 and lie 300 to 400 m off. Raises Unreadable then.
    """
    if told is not None:
        try:
            CRS.from_user_input(told)
        except CRSError as error:
            raise Unreadable(f"--crs {told}: 그런 좌표계가 없습니다. EPSG:5186처럼 적어 주세요.") from error
    if file.kind == "osm":
        if told and crs_name(told) != "EPSG:4326":
            raise Unreadable(f"{file.name}: OpenStreetMap은 언제나 WGS84입니다. --crs를 빼 주세요.")
        return "EPSG:4326", RoadDatum("EPSG:4326", "EPSG:4326", "agrees"), ""
    lines = file.sample(SAMPLE)
    lines = lines[(shapely.get_type_id(lines) >= 0) & ~shapely.is_empty(lines)]
    points = shapely.get_coordinates(
        shapely.line_interpolate_point(lines[shapely.get_type_id(lines) == 1], 0.5, normalized=True)
    )
    if not len(points):
        points = shapely.get_coordinates(lines)[:SAMPLE]
    found = check_roads(points, told or file.crs, network)
    if told:
        used = crs_name(told) or told
        better = found.found if found.reason == "differs" else None
        return used, found, (
            f"{file.name}: 적어 주신 {used}로 읽었지만, 이미 있는 도로망과는 {named(better)}일 때 더 잘 맞습니다."
            if better else ""
        )  # fmt: skip
    if found.found is not None:
        metres = found.fits[0].metres
        if found.reason == "differs":
            own = next((fit.metres for fit in found.fits if fit.crs == found.declared), None)
            away = f"{own:,.0f} m" if own is not None else "멀리"
            return found.found, found, (
                f"주의: {file.name}에는 {named(found.declared)}라고 적혀 있으나 이미 있는 도로와 {away} 어긋납니다. "
                f"{named(found.found)}로 읽으면 {metres:,.0f} m이므로 그것으로 읽었습니다."
            )  # fmt: skip
        said = f"{file.name}: 좌표계가 적혀 있지 않아 이미 있는 도로와 견주어 {named(found.found)}로 읽었습니다."
        return found.found, found, said if found.reason == "missing" else ""
    return _undecided(file, points, found)


def _undecided(file: RoadFile, points: Any, found: RoadDatum) -> tuple[str, RoadDatum, str]:
    ask = "--crs EPSG:번호로 알려 주세요."
    if found.declared is None:
        likely = [crs for crs in CANDIDATES if (here := read_as(points, crs)) is not None and inside_korea(here).all()]
        tried = f" 우리나라 안에 놓이는 것: {', '.join(likely)}." if likely else ""
        raise Unreadable(
            f"{file.name}: 좌표계가 적혀 있지 않고, 견줄 도로망이 없거나 맞지 않아 알아낼 수 없습니다.{tried} {ask}"
        )
    here = read_as(points, found.declared)
    if here is None or not inside_korea(here).mean() > 0.99:
        raise Unreadable(f"{file.name}: 적힌 좌표계({named(found.declared)})로 읽으면 우리나라 밖에 놓입니다. {ask}")
    if CRS.from_user_input(found.declared).is_geographic and found.declared == "EPSG:4326":
        raise Unreadable(
            f"{file.name}: 경위도라고 적혀 있으나, 옛 베셀 경위도와 300~400 m 다를 뿐 숫자가 비슷하여 "
            "견줄 도로망 없이는 어느 쪽인지 알 수 없습니다. "
            "WGS84가 맞으면 --crs EPSG:4326, 옛 경위도이면 --crs EPSG:4162를 적어 주세요."
        )
    return (
        found.declared,
        found,
        (f"{file.name}: 견줄 도로망이 없어 적힌 좌표계({named(found.declared)})를 그대로 믿었습니다."),
    )


def named(crs: str | None) -> str:
    return "없음" if crs is None else f"{crs} ({CANDIDATES[crs]})" if crs in CANDIDATES else crs[:60]
