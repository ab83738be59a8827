"""Makes towns.csv: which eup, myeon and dong each municipality or district has, from boundary files.

PYTHONPATH=src DURE_DATA=/tmp/x python data/roads/make.py FILE…   (the first file that holds a municipality wins)
"""

from __future__ import annotations

import csv
import os
import sys
from datetime import date
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
import django

django.setup()

from dure.engines.routing import town_kind  # noqa: E402
from dure.places.boundaries.match import find_coding, match  # noqa: E402
from dure.places.boundaries.read import read  # noqa: E402

DAY = date(2026, 7, 1)


def main(paths: list[str]) -> None:
    rows: set[tuple[str, str, str, str]] = set()
    done: set[str] = set()
    for path in paths:
        file = read(Path(path))
        coding = find_coding(file.columns)
        assert coding is not None, path
        found = [one for one in match(file.columns, coding, DAY).rows if one.code and one.level == "emd"]
        rows |= {(one.code, one.given, one.name, town_kind(one.name)) for one in found if one.given not in done}
        done |= {one.given for one in found}
    target = Path(__file__).with_name("towns.csv")
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["code", "old", "name", "kind"])
        writer.writerows(sorted(rows))


main(sys.argv[1:])
