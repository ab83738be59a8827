"""The study's files in `data/collab-cases` read into plain rows, with what is doubtful about each told apart.

Source: 「지방자치단체 협업행정 유형분석 및 협업모델 신규 발굴」(이재용·김대욱·엄영호, 한국지방행정연구원).
The folder's README says what was lost in reading the scan.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings

AS_OF = date(2018, 7, 1)
"""A day in the middle of the cases (2017 to 2019), on which the names of their bodies are looked up"""
RECOGNISED = ("사업명 오독 교정", "지자체·사업명이 같은 행이 또 있음")


def folder() -> Path:
    return Path(settings.BASE_DIR) / "data" / "collab-cases"


def version() -> str:
    """Changes whenever a file of the study does."""
    files = sorted(folder().glob("*.json")) + sorted(folder().glob("*.csv"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


@dataclass(frozen=True)
class Party:
    name: str
    kind: str
    leads: bool = False


@dataclass(frozen=True)
class Row:
    """One case of the appendix, in the field names of `models.Case`; `parties` are the bodies in it."""

    id: UUID
    no: str
    title: str
    title_printed: str
    title_state: str
    government: str
    government_printed: str
    norm_confidence: str
    ocr_note: str
    doubtful: bool
    level: str
    sido: str
    sigungu: str
    partner_type: str
    service_field: str
    tech_applied: str
    tech_applicable: str
    resource_shared: str
    sustainable: str
    depth_no: int | None
    depth: dict[str, Any] | None
    related: list[str] = field(default_factory=list)
    parties: tuple[Party, ...] = ()


def case_id(no: str) -> UUID:
    """The same id for the same case in every installation."""
    return uuid5(NAMESPACE_URL, f"dure:case:{no}")


def title_state(printed: str, corrected: str, note: str) -> str:
    """as_printed, corrected, doubtful or missing: any remark on the title but a certain correction is a doubt."""
    if not printed and not corrected:
        return "missing"
    remarks = [part for part in note.split(" / ") if part and "지자체명" not in part]
    if any(not part.startswith(RECOGNISED) for part in remarks):
        return "doubtful"
    return "corrected" if corrected else "as_printed"


@cache
def depths() -> dict[str, dict[str, Any]]:
    """The 23 in-depth cases by their number in the appendix."""
    cases = json.loads((folder() / "cases23.json").read_text(encoding="utf-8"))["cases"]
    return {case["appendix_id"]: case for case in cases}


@cache
def tables() -> dict[str, Any]:
    """The study's printed tables 2-1, 2-2, 2-3, 3-1 and 3-2."""
    found: dict[str, Any] = json.loads((folder() / "tables.json").read_text(encoding="utf-8"))["tables"]
    return found


def rows() -> list[Row]:
    """The 601 cases in printed order."""
    with (folder() / "appendix.csv").open(encoding="utf-8", newline="") as file:
        return [_row(line) for line in csv.DictReader(file)]


def _row(line: dict[str, str]) -> Row:
    state = title_state(line["title"], line["title_corrected"], line["ocr_note"])
    depth = depths().get(line["id"])
    return Row(
        id=case_id(line["id"]),
        no=line["id"],
        title=line["title_corrected"] or line["title"],
        title_printed=line["title"],
        title_state=state,
        government=line["government_normalised"],
        government_printed=line["government"],
        norm_confidence=line["norm_confidence"],
        ocr_note=line["ocr_note"],
        doubtful=state in {"doubtful", "missing"}
        or line["norm_confidence"] in {"probable", "doubtful", "unresolved"}
        or "지자체명이" in line["ocr_note"],
        level=line["level"],
        sido=_between(line["sido"]),
        sigungu=_between(line["sigungu"]),
        partner_type=line["partner_type"],
        service_field=line["service_field"],
        tech_applied=line["tech_applied"],
        tech_applicable=line["tech_applicable"],
        resource_shared=line["resource_shared"],
        sustainable=line["sustainable"],
        depth_no=int(line["case23_no"]) if line["case23_no"] else None,
        depth=depth,
        related=[no.strip() for no in re.split("[;,]", line["related_ids"]) if no.strip()],
        parties=_parties(line, depth),
    )


def _between(names: str) -> str:
    return f";{names};" if names else ""


def _parties(line: dict[str, str], depth: dict[str, Any] | None) -> tuple[Party, ...]:
    kind = "central" if line["level"].startswith("중앙") else "local"
    found = {name.strip(): Party(name.strip(), kind, leads=True) for name in line["government_normalised"].split(";")}
    for other_kind, names in (depth["participants"] if depth else {}).items():
        for name in names:
            found.setdefault(name, Party(name, other_kind))
    return tuple(found.values())
