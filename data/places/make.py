"""Make `municipalities.csv` and `successions.csv` from boundary files that are not part of this project.

    python data/places/make.py ../shared/data

Reads `admin/` (2021-04 dong table and borders, 2018 national borders) and `bodies/bodies.csv` below the folder given.
What is kept of them is facts only: code, name, one point and an area in km² for each municipality; no border.
README.md beside this file says where each figure comes from and how weak it is.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import shape

HERE = Path(__file__).parent
METRIC = Transformer.from_crs(4326, 5179, always_xy=True)
DEGREES = Transformer.from_crs(5179, 4326, always_xy=True)
REFORM, BEFORE = "2026-07-01", "2026-06-30"

KOSTAT_SIDO = {
    "11": "11", "26": "21", "27": "22", "28": "23", "29": "24", "30": "25", "31": "26", "36": "29", "41": "31",
    "42": "32", "43": "33", "44": "34", "45": "35", "46": "36", "47": "37", "48": "38", "50": "39",
}  # fmt: skip
RENAMED_SIDO = {"51": "42", "52": "45"}

# Which dong belong to districts younger than the borders; from the laws and notices that made the districts.
INCHEON_INLAND = ["연안동", "신포동", "신흥동", "도원동", "율목동", "동인천동", "북성동", "송월동"]
INCHEON_YEONGJONG = ["영종동", "영종1동", "운서동", "용유동"]
INCHEON_GEOMDAN = ["검단동", "불로대곡동", "원당동", "마전동", "오류왕길동", "당하동", "아라동"]
HWASEONG = {
    "4159100000": ["우정읍", "향남읍", "남양읍", "마도면", "송산면", "서신면", "팔탄면", "장안면", "양감면", "새솔동"],
    "4159300000": ["봉담읍", "매송면", "비봉면", "정남면", "기배동"],
    "4159500000": ["진안동", "병점1동", "병점2동", "반월동", "화산동"],
    "4159700000": [f"동탄{n}동" for n in range(1, 10)],
}
BUCHEON = {
    "4119400000": [
        "심곡본1동",
        "심곡본동",
        "소사본동",
        "소사본1동",
        "소사본2동",
        "소사본3동",
        "범박동",
        "괴안동",
        "역곡3동",
        "송내1동",
        "송내2동",
        "옥길동",
    ],
    "4119600000": ["성곡동", "원종1동", "원종2동", "고강본동", "고강1동", "오정동", "신흥동"],
}
# Towns of the same municipalities by the names they had before or got after the borders of 2021-04.
TOWNS_OF_OTHER_YEARS = [
    ("2811000000", "개항동", "2812500000"),
    ("2811000000", "영종2동", "2815500000"),
    ("2826000000", "아라동", "2829000000"),
    *(("2826000000", f"검단{n}동", "2829000000") for n in range(1, 6)),
]

Part = tuple[float, float, float]  # easting, northing (m, EPSG:5179), km²


def features(path: Path):
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        geometry = shapely.transform(shape(feature["geometry"]), METRIC.transform, interleaved=False)
        yield feature["properties"], shapely.make_valid(geometry)


def part(geometry, km2: float | None = None) -> Part:
    centre = geometry.centroid
    return centre.x, centre.y, geometry.area / 1e6 if km2 is None else km2


def together(parts: list[Part]) -> Part:
    x, y, km2 = np.array(parts).T
    return float(np.average(x, weights=km2)), float(np.average(y, weights=km2)), float(km2.sum())


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(name: str) -> str:
    return name.replace(" ", "")


def main(shared: Path) -> None:
    admin = shared / "admin"
    km2 = {row["mois_cd"]: float(row["area_km2"]) for row in read(admin / "emd_codes_15sido_2021-04.csv")}
    kostat = {row["sgg_cd"]: row["kostat_cd"][:5] for row in read(admin / "emd_codes_15sido_2021-04.csv")}

    dong: dict[str, list[tuple[str, Part]]] = defaultdict(list)  # 5-digit code of 2021 -> its dong
    for properties, geometry in features(admin / "emd_15sido_2021-04_simplified.geojson"):
        code = properties["mois_cd"]
        dong[code[:5]].append((properties["emd_nm"], part(geometry, km2[code])))

    old = {}
    for properties, geometry in features(admin / "sgg_national_2018_simplified.geojson"):
        national = properties["kostat_cd"]
        old[national[:2], plain(properties["name"])] = national, part(geometry)
    bucheon_2018 = [
        (properties["name"], part(geometry))
        for properties, geometry in features(admin / "emd_national_2018_simplified.geojson")
        if properties["kostat_cd"].startswith("31050")
    ]

    points: dict[str, tuple[Part, str]] = {}  # 10-digit code -> point, source

    def take(code: str, names: dict[str, list[str]] | list[str] | None, old_codes: list[str]) -> None:
        """The point of `code` from the dong of `old_codes`; `names` keeps only those dong."""
        chosen = [p for old_code in old_codes for name, p in dong[old_code] if names is None or name in names]
        points[code] = together(chosen), "2021-04 dong"

    kinds = {"sigungu", "admin-gu", "admin-si", "other"}
    bodies = [r for r in read(shared / "bodies" / "bodies.csv") if r["type"] in kinds and r["code"][:2].isdigit()]

    inland = [p for name, p in dong["28110"] if name in INCHEON_INLAND]
    points["2812500000"] = together([p for _, p in dong["28140"]] + inland), "2021-04 dong"
    take("2815500000", INCHEON_YEONGJONG, ["28110"])
    take("2829000000", INCHEON_GEOMDAN, ["28260"])
    take("2827500000", [name for name, _ in dong["28260"] if name not in INCHEON_GEOMDAN], ["28260"])
    assert len(inland) + len(INCHEON_YEONGJONG) == len(dong["28110"]), "a dong of the old Jung-gu is in no new district"
    for code, names in HWASEONG.items():
        take(code, names, ["41590"])
    named = {name for names in BUCHEON.values() for name in names}
    for code, names in BUCHEON.items():
        points[code] = together([p for name, p in bucheon_2018 if name in names]), "2018 dong"
    points["4119200000"] = together([p for name, p in bucheon_2018 if name not in named]), "2018 dong"
    take("4119000000", None, ["41190"])
    take("4159000000", None, ["41590"])

    cities: dict[str, list[str]] = defaultdict(list)
    for row in bodies:
        if row["type"] == "admin-gu":
            cities[row["parent_code"]].append(row["code"])

    def find(code: str, name: str) -> None:
        if code in points:
            return
        former = RENAMED_SIDO.get(code[:2], code[:2]) + code[2:5]
        if former in dong:
            take(code, None, [former])
            return
        key = (KOSTAT_SIDO.get("47" if code == "2772000000" else former[:2], ""), plain(name))
        if key in old:
            points[code] = old[key][1], "2018 border"
            kostat.setdefault(former, old[key][0])

    former_of: dict[str, str] = {}
    for row in bodies:
        if "까지 " in row["note"] and row["code"].startswith("12"):
            former_of[row["code"]] = row["note"].split("까지 ")[1][:10]
    for row in bodies:
        if row["code"] not in former_of:
            find(row["code"], row["name_ko"])
    for code, former in former_of.items():
        points[code] = points[former]
    for city, districts in cities.items():
        if city not in points:
            points[city] = together([points[d][0] for d in districts]), points[districts[0]][1]

    missing = [f"{row['code']} {row['name_ko']}" for row in bodies if row["code"] not in points]
    assert not missing, missing

    rows = []
    for row in bodies:
        code, parent = row["code"], row["parent_code"] or row["code"][:2] + "00000000"
        former = RENAMED_SIDO.get(code[:2], code[:2]) + code[2:5]
        since, until = row["valid_from"], row["valid_to"]
        if code[:2] == "51":
            since = since or "2023-06-11"
        if code[:2] == "52":
            since = since or "2024-01-18"
        if code == "4772000000":
            until = until or "2023-06-30"
        level = "gu" if row["type"] == "admin-gu" else "sigungu"
        name = row["name_ko"].split(" ")[-1] if level == "gu" else row["name_ko"]
        national = kostat.get(former_of.get(code, "")[:5] or former, "")
        if since == REFORM and code not in former_of:
            national = ""
        elif code == "2772000000":
            national = kostat.get("47720") or old[("37", "군위군")][0]
        rows.append([code, level, name, row["name_en"], parent, *points[code], national, since, until])
        if code[:2] in RENAMED_SIDO:
            before = RENAMED_SIDO[code[:2]]
            day = "2023-06-10" if before == "42" else "2024-01-17"
            earlier = [before + code[2:], level, name, row["name_en"], before + parent[2:]]
            rows.append([*earlier, *points[code], national, "", day])
    nam = next(r for r in rows if r[0] == "2817700000")
    rows.append(["2817000000", "sigungu", "남구", "Nam-gu", nam[4], *nam[5:7], "23030", "", "2018-06-30"])
    for line in read(shared / "bodies" / "bodies.csv"):
        if line["type"] == "sido":
            code, since, until = line["code"], line["valid_from"], line["valid_to"]
            inside = [r[5] for r in rows if r[1] == "sigungu" and r[4] == code and (until or not r[9])]
            rows.append([code, "sido", line["name_ko"], line["name_en"], "", together(inside), "sum"])
            rows[-1] += [KOSTAT_SIDO.get(RENAMED_SIDO.get(code[:2], code[:2]), ""), since, until]
    rows.sort(key=lambda r: r[0])

    sources = {"sum": "sigungu", "2021-04 dong": "emd-2021-04", "2018 border": "sgg-2018", "2018 dong": "emd-2018"}
    with (HERE / "municipalities.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(
            [
                "code",
                "level",
                "name_ko",
                "name_en",
                "parent",
                "lon",
                "lat",
                "km2",
                "kostat",
                "valid_from",
                "valid_to",
                "source",
            ]
        )
        for *named_as, (x, y, area), source, national, since, until in rows:
            lon, lat = DEGREES.transform(x, y)
            figures = [f"{lon:.5f}", f"{lat:.5f}", f"{area:.2f}"]
            out.writerow([*named_as, *figures, national, since, until, sources[source]])

    changes = [(former, code, REFORM, "rename") for code, former in former_of.items()]
    changes += [(old_sido + "00000000", "1200000000", REFORM, "merge") for old_sido in ("29", "46")]
    changes += [
        ("2811000000", "2812500000", REFORM, "split"),
        ("2811000000", "2815500000", REFORM, "split"),
        ("2814000000", "2812500000", REFORM, "merge"),
        ("2826000000", "2827500000", REFORM, "split"),
        ("2826000000", "2829000000", REFORM, "split"),
        ("2817000000", "2817700000", "2018-07-01", "rename"),
        ("4772000000", "2772000000", "2023-07-01", "rename"),
        ("4200000000", "5100000000", "2023-06-11", "rename"),
        ("4500000000", "5200000000", "2024-01-18", "rename"),
    ]
    for row in bodies:
        if row["code"][:2] in RENAMED_SIDO:
            day = "2023-06-11" if row["code"][:2] == "51" else "2024-01-18"
            changes.append((RENAMED_SIDO[row["code"][:2]] + row["code"][2:], row["code"], day, "rename"))
    with (HERE / "successions.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["old", "new", "date", "kind"])
        out.writerows(sorted(changes))
    splits = [("2811000000", name, "2812500000") for name in INCHEON_INLAND]
    splits += [("2811000000", name, "2815500000") for name in INCHEON_YEONGJONG]
    geomdan = [name for name, _ in dong["28260"] if name in INCHEON_GEOMDAN]
    splits += [("2826000000", n, "2829000000" if n in geomdan else "2827500000") for n, _ in dong["28260"]]
    splits += TOWNS_OF_OTHER_YEARS
    splits += [("4159000000", name, gu) for gu, names in HWASEONG.items() for name in names]
    with (HERE / "splits.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["old", "town", "new"])
        out.writerows(sorted(splits))
    print(f"{len(rows)} points, {len(changes)} changes of code")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"))
