"""Charts as SVG text, made on the server, for the strict policy: no style, no script. Each stands beside its table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

WIDTH = 640
MORE, LESS, DOUBT, INK, LINE = "#2f6fd0", "#b3261e", "#6d7882", "#1e2124", "#cdd1d5"
LABEL = 190
ROW = 44


def _svg(id: str, title: str, desc: str, height: int, inner: str) -> SafeString:
    return mark_safe(  # every text in it went through escape
        f'<svg width="{WIDTH}" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{id}-t {id}-d">'
        f'<title id="{id}-t">{escape(title)}</title><desc id="{id}-d">{escape(desc)}</desc>{inner}</svg>'
    )


def sides(rows: Sequence[tuple[str, int, int]], *, title: str, desc: str, id: str = "sides") -> SafeString:
    """Each row (label, how many gain, how many lose) as two bars from one middle line: losers to the left."""
    most = max([1, *(value for _, *pair in rows for value in pair)])
    left, right = LABEL, WIDTH - 10
    any_loss, any_gain = any(row[2] for row in rows), any(row[1] for row in rows)
    middle = left + (right - left) // 2 if any_loss and any_gain else right if any_loss else left
    span = max(middle - left if any_loss else 0, right - middle if any_gain else 0, 1)
    found = []
    for place, (label, gain, loss) in enumerate(rows):
        y = place * ROW + 6
        found.append(
            f'<text x="{LABEL - 12}" y="{y + 22}" text-anchor="end" font-size="23" fill="{INK}">{escape(label)}</text>'
        )
        if gain:
            width = max(2, gain * span // most)
            found.append(f'<rect x="{middle}" y="{y}" width="{width}" height="30" fill="{MORE}"></rect>')
        if loss:
            width = max(2, loss * span // most)
            found.append(f'<rect x="{middle - width}" y="{y}" width="{width}" height="30" fill="{LESS}"></rect>')
    height = len(rows) * ROW + 4
    line = f'<path d="M{middle} 0V{height}" stroke="{INK}" stroke-width="2"></path>'
    return _svg(id, title, desc, height, "".join(found) + line)


def points(values: Sequence[tuple[str, int]], *, title: str, desc: str, top: str, bottom: str) -> SafeString:
    """Values over evenly set places, from the smallest to the largest: a line with a dot for each."""
    low, high = min(value for _, value in values), max(value for _, value in values)
    left, right, up, down = 40, WIDTH - 40, 50, 300
    step = (right - left) / max(1, len(values) - 1)

    def at(place: int, value: int) -> tuple[int, int]:
        part = (value - low) * (down - up) // (high - low) if high > low else (down - up) // 2
        return round(left + place * step), down - part

    spots = [at(place, value) for place, (_, value) in enumerate(values)]
    path = "M" + "L".join(f"{x} {y}" for x, y in spots)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="8" fill="{MORE}"></circle>' for x, y in spots)
    ends = "".join(
        f'<text x="{x}" y="{down + 44}" font-size="23" text-anchor="middle" fill="{INK}">{escape(text)}</text>'
        for place, ((x, _y), (text, _value)) in enumerate(zip(spots, values, strict=True))
        if len(values) <= 5 or place in (0, len(values) - 1)
    )
    inner = (
        f'<path d="M{left - 20} {down + 14}H{right + 20}" stroke="{LINE}" stroke-width="2"></path>'
        f'<text x="{left - 20}" y="24" font-size="23" fill="{INK}">{escape(top)}</text>'
        f'<text x="{right + 20}" y="24" font-size="23" text-anchor="end" fill="{INK}">{escape(bottom)}</text>'
        f'<path d="{path}" fill="none" stroke="{MORE}" stroke-width="4"></path>{dots}{ends}'
    )
    return _svg("points", title, desc, down + 60, inner)
