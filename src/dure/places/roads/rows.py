"""What a row of each kind of file says about its road."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from dure.places.boundaries.read import Unreadable
from dure.places.roads import words
from dure.places.roads.read import Batch, RoadFile, read_table
from dure.places.roads.words import Row, UnknownClass

NODELINK = ("LINK_ID", "ROAD_RANK", "ROAD_NO", "ROAD_NAME")
ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "link_id", "구간번호", "osm_id", "edge_id"),
    "road_class": ("road_class", "class", "road_rank", "도로종류", "도로등급", "도로구분"),
    "number": ("number", "road_no", "ref", "노선번호"),
    "name": ("name", "road_name", "도로명", "도로이름", "노선명"),
    "section": ("section", "구간", "구간명"),
    "owner": ("owner", "관리청코드"),
    "lanes": ("lanes", "차로수"),
    "directed": ("directed", "oneway", "일방통행"),
    "approximate": ("approximate", "어림"),
    "multi": ("multi", "중용"),
    "km_from": ("km_from", "시작이정"),
    "km_to": ("km_to", "끝이정"),
}
"""What a plain file may call its columns; `--map` names others."""
YES = {"true", "t", "1", "yes", "y", "예", "네"}
HSTORE = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
OSM_CLASSES = {"motorway": "expressway", "motorway_link": "expressway"}


@dataclass(slots=True)
class Seen:
    """What was noticed on the way, for the report."""

    unknown_classes: Counter[str] = field(default_factory=Counter)
    guessed: int = 0

    def road_class(self, word: str) -> str:
        try:
            return words.road_class(word)
        except UnknownClass as unknown:
            self.unknown_classes[str(unknown)] += 1
            return ""


Reader = Callable[[Batch], Iterator[Row]]


def reader(file: RoadFile, seen: Seen, mapping: Mapping[str, str]) -> Reader:
    """The reader of this file's rows. Raises Unreadable where a column is missing, naming file and column."""
    if file.kind == "osm":
        return lambda batch: _osm(batch, seen)
    if file.kind == "nodelink":
        return _nodelink(file, seen)
    return _plain(file, seen, mapping)


def _nodelink(file: RoadFile, seen: Seen) -> Reader:
    upper = {name.upper(): name for name in file.fields}
    if missing := [name for name in NODELINK if name not in upper]:
        raise Unreadable(f"{file.name}: 표준노드링크인데 {', '.join(missing)} 열이 없습니다. 있는 열: {_known(file)}")
    shared = _multilinks(file, seen)

    def rows(batch: Batch) -> Iterator[Row]:
        def column(name: str) -> list[str]:
            return batch.columns[upper[name]] if name in upper else [""] * len(batch)

        several, lanes = column("MULTI_LINK"), column("LANES")
        for i, (link, rank, no, name) in enumerate(zip(*(column(one) for one in NODELINK), strict=True)):
            kind, number = seen.road_class(rank), words.number(no)
            overlap = shared.get(link, ()) if several[i] in ("1", "") else ()
            yield Row(
                link_id=link[:40],
                line=batch.lines[i],
                road_class=kind,
                number=number,
                name=words.named(name),
                lanes=words.lanes(lanes[i]),
                directed=True,
                multi=words.others(overlap, (kind, number)),
            )

    return rows


def _multilinks(file: RoadFile, seen: Seen) -> dict[str, list[tuple[str, str]]]:
    """Link → routes that run on it, out of the table that comes beside the links."""
    if file.multilink is None:
        if any(name.upper() == "MULTI_LINK" for name in file.fields):
            file.notes.append("겹치는 노선의 표(MULTILINK.dbf)가 없어 겹친 노선의 이름은 알 수 없습니다.")
        return {}
    table = read_table(file.multilink, ("LINK_ID", "ROAD_NO"))
    ranks = table.get("ROAD_RANK", [""] * len(table["LINK_ID"]))
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for link, rank, no in zip(table["LINK_ID"], ranks, table["ROAD_NO"], strict=True):
        found[link].append((seen.road_class(rank), words.number(no)))
    return found


def _osm(batch: Batch, seen: Seen) -> Iterator[Row]:
    none = [""] * len(batch)
    ids, highways = batch.columns["osm_id"], batch.columns["highway"]
    names, rest = batch.columns.get("name", none), batch.columns.get("other_tags", none)
    for i, highway in enumerate(highways):
        tags = {key: re.sub(r"\\(.)", r"\1", value) for key, value in HSTORE.findall(rest[i])}
        refs = words.numbers(tags.get("ref", ""))
        number = refs[0] if refs else ""
        if tags.get("ncat"):
            kind = seen.road_class(tags["ncat"])
        else:
            kind = osm_class(highway, number)
            seen.guessed += bool(kind)
        yield Row(
            link_id=ids[i],
            line=batch.lines[i],
            road_class=kind,
            number=number,
            name=words.named(names[i] or tags.get("name:ko", "")),
            lanes=words.lanes(tags.get("lanes", "")),
            directed=tags.get("oneway") in ("yes", "1", "true") or highway == "motorway",
            multi=words.others([(osm_class(highway, other), other) for other in refs[1:]], (kind, number)),
        )


def osm_class(highway: str, number: str) -> str:
    """The class where no `ncat` tells it: by the kind of way and the length of its route number, else ''.

    Korean numbers: 일반국도 have one or two digits and are drawn as trunk or primary, 국가지원지방도 two and are drawn
    lower, 지방도 three or four. A way without a number may belong to anybody and stays unknown.
    """
    base = highway.removesuffix("_link")
    if base == "motorway":
        return "expressway"
    if not number or base not in ("trunk", "primary", "secondary", "tertiary") or not number.isdigit():
        return ""
    if len(number) <= 2:
        return "national" if base in ("trunk", "primary") else "state-aided-local-road" if len(number) == 2 else ""
    return "local-road" if len(number) <= 4 else ""


def _plain(file: RoadFile, seen: Seen, mapping: Mapping[str, str]) -> Reader:
    lower = {name.lower(): name for name in file.fields}
    chosen = {key: next((lower[a] for a in names if a in lower), "") for key, names in ALIASES.items()}
    for key, column in mapping.items():
        if key not in ALIASES:
            raise Unreadable(f"--map: {key!r}는 모르는 항목입니다. 쓸 수 있는 것: {', '.join(ALIASES)}")
        if column not in file.fields:
            raise Unreadable(f"{file.name}: {column!r} 열이 없습니다. 있는 열: {_known(file)}")
        chosen[key] = column
    if not (chosen["road_class"] or chosen["number"] or chosen["name"]):
        raise Unreadable(
            f"{file.name}: 도로 종류, 노선 번호, 이름 가운데 아무 열도 찾지 못했습니다. "
            f"--map road_class=열이름처럼 알려 주세요. 있는 열: {_known(file)}"
        )
    done = 0

    def rows(batch: Batch) -> Iterator[Row]:
        nonlocal done

        def column(key: str) -> list[str]:
            return batch.columns[chosen[key]] if chosen[key] else [""] * len(batch)

        values = {key: column(key) for key in ALIASES}
        for i in range(len(batch)):
            done += 1
            kind, refs = seen.road_class(values["road_class"][i]), words.numbers(values["number"][i])
            number = refs[0] if refs else ""
            told = [_route(part, seen) for part in values["multi"][i].split(";") if part.strip()]
            yield Row(
                link_id=(values["id"][i] or str(done))[:40],
                line=batch.lines[i],
                road_class=kind,
                number=number,
                name=words.named(values["name"][i]),
                section=words.named(values["section"][i]),
                owner=words.named(values["owner"][i])[:20],
                lanes=words.lanes(values["lanes"][i]),
                directed=values["directed"][i].lower() in YES,
                approximate=values["approximate"][i].lower() in YES,
                multi=words.others([*told, *((kind, other) for other in refs[1:])], (kind, number)),
                km_from=words.figure(values["km_from"][i]),
                km_to=words.figure(values["km_to"][i]),
            )

    return rows


def _route(text: str, seen: Seen) -> tuple[str, str]:
    """`지방도 623` or `local-road 623`: a class and a number."""
    kind, _space, number = text.strip().rpartition(" ")
    return seen.road_class(kind), words.number(number)


def _known(file: RoadFile) -> str:
    return ", ".join(file.fields[:30]) or "없음"
