"""Distance, time and what was assumed, as people read them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dure.engines.arrival import Estimate


def kind_of_road(name: str) -> str:
    return {
        "expressway": _("고속도로"),
        "open": _("시내 밖의 길"),
        "town": _("시내의 길"),
        "hill": _("시골길·산길"),
    }[name]


def distance(metres: float) -> str:
    """`약 350 m`, `약 3.4 km`: never more exact than a telephone is."""
    if metres < 1000:
        return _("약 %(n)s m") % {"n": max(50, round(metres / 50) * 50)}
    return _("약 %(n)s km") % {"n": f"{metres / 1000:.1f}"}


def time_left(far: Estimate) -> str:
    if far.near:
        return _("곧 도착합니다")
    low, high = far.minutes
    if high >= 180:
        return _("3시간 넘게 걸릴 수 있습니다")
    if low == high:
        return ngettext("%(n)s분쯤", "%(n)s분쯤", low) % {"n": low}
    return _("%(low)s분에서 %(high)s분쯤") % {"low": low, "high": high}


def assumption(far: Estimate) -> str:
    """What the range rests on, in one sentence."""
    a = far.assumed
    return _(
        "길을 따라 잰 것이 아닙니다. 곧은 거리의 %(low)s~%(high)s배를 %(road)s로 보아 "
        "시속 %(fast)s~%(slow)s km로 온다고 어림했습니다."
    ) % {
        "low": a.detour[0],
        "high": a.detour[1],
        "road": kind_of_road(a.name),
        "fast": f"{a.kmh[0]:.0f}",
        "slow": f"{a.kmh[1]:.0f}",
    }
