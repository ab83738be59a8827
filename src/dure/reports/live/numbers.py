"""Whom to call: the numbers that `data/roads/authority.yaml` lists for everybody. No body's own number is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from dure.bodies.models import Body

LOCAL = frozenset({Body.Kind.SIDO, Body.Kind.SIGUNGU, Body.Kind.DISTRICT})


@dataclass(frozen=True, slots=True)
class Number:
    name: str
    phone: str
    note: str = ""


@cache
def _listed() -> dict[str, str]:
    table = yaml.safe_load((Path(settings.BASE_DIR) / "data/roads/authority.yaml").read_text(encoding="utf-8"))
    return {row["phone"]: row["name"] for row in table["general_channels"] if row.get("phone")}


def numbers_for(body: Body | None) -> list[Number]:
    """The expressway corporation has a call centre; cities and counties mostly answer under 120; 110 passes on to
    everybody."""
    listed, found = _listed(), []
    if body is not None and "도로공사" in body.name_ko and "1588-2504" in listed:
        found.append(Number(_("한국도로공사 콜센터"), "1588-2504"))
    if body is not None and body.kind in LOCAL and "120" in listed:
        found.append(Number(_("지역 민원콜"), "120", _("없는 시·군도 있습니다. 안 되면 110으로 걸어 주세요.")))
    if "110" in listed:
        found.append(Number(_("정부민원안내콜센터"), "110"))
    return found
