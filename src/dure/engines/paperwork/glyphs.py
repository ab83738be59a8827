"""Which signs a TrueType font has: its `cmap` table (OpenType 1.9, formats 4 and 12)."""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=4)
def signs_of(font: Path) -> frozenset[int]:
    """The code points for which the font has a glyph. ValueError for a file that is no TrueType font."""
    data = font.read_bytes()
    tables = struct.unpack_from(">H", data, 4)[0]
    for number in range(tables):
        name, _sum, start, _size = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        if name == b"cmap":
            return frozenset(_signs(data, start))
    raise ValueError(f"{font.name} has no cmap")


def _signs(data: bytes, start: int) -> set[int]:
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", data, start + 2)[0]):
        _platform, _encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * number)
        at = start + offset
        form = struct.unpack_from(">H", data, at)[0]
        if _platform in (0, 3) and form == 4:
            found |= _form_4(data, at)
        elif form == 12:
            for group in range(struct.unpack_from(">I", data, at + 12)[0]):
                first, last, _glyph = struct.unpack_from(">III", data, at + 16 + 12 * group)
                found.update(range(first, last + 1))
    return found


def _form_4(data: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", data, at + 16 + 4 * count)
    ranges_at = at + 16 + 6 * count
    ranges = struct.unpack_from(f">{count}H", data, ranges_at)
    found: set[int] = set()
    for place, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", data, ranges_at + 2 * place + offset + 2 * (code - first))[0]
            if (glyph or not offset) and (glyph + delta) % 0x10000:
                found.add(code)
    return found
