"""Runs one bench and prints it: a table, or one JSON object on stdout and nothing else. `./dure bench` calls this."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench._measure import FIELDS


def machine() -> dict[str, Any]:
    """Where this was measured: figures of two machines are not to be compared, ratios with care."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def checked(name: str, result: dict[str, Any]) -> dict[str, Any]:
    """The result with every row of the one shape; ValueError names what is not."""
    if set(result) != {"rows", "ratios", "notes"}:
        raise ValueError(f"bench {name} must return rows, ratios and notes, not {sorted(result)}")
    for line in result["rows"]:
        if tuple(line) != FIELDS:
            raise ValueError(f"bench {name} has a row that is not made by bench._measure.row: {line}")
    cases = {line["case"] for line in result["rows"]}
    if strange := set(result["ratios"]) - cases:
        raise ValueError(f"bench {name} gives ratios for cases it has no rows of: {sorted(strange)}")
    return result


@contextmanager
def _stdout_goes_to_stderr() -> Iterator[None]:
    """Also what libraries in C and child processes print."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def table(report: dict[str, Any]) -> str:
    """Text for a terminal: one line per row, qualities as columns of their own, then ratios and notes."""
    rows = report["rows"]
    qualities = list(dict.fromkeys(key for line in rows for key in line["quality"] or {}))
    heads = [*FIELDS[:-1], *qualities]
    used = [h for h in heads if h in qualities or any(line[h] is not None for line in rows)]
    cells = [used]
    for line in rows:
        values = {**line, **(line["quality"] or {})}
        cells.append([_cell(values.get(head)) for head in used])
    widths = [max(len(r[i]) for r in cells) for i in range(len(used))]
    lines = [
        "  ".join(_align(text, width, i) for i, (text, width) in enumerate(zip(r, widths, strict=True))) for r in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    lines += [""] + [f"{case}: peer ÷ dure = {_cell(ratio)}" for case, ratio in report["ratios"].items()]
    lines += ["", *report["notes"]] if report["notes"] else []
    about = report["machine"]
    lines += ["", f"{about['cpu']}, {about['cores']} cores, {about['memory_gib']} GiB, Python {about['python']}"]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _align(text: str, width: int, column: int) -> str:
    return text.ljust(width) if column < 2 else text.rjust(width)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dure bench")
    parser.add_argument("name")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    bench = importlib.import_module(f"bench.{options.name}")
    about = machine()
    with _stdout_goes_to_stderr():
        result = checked(options.name, bench.run(quick=options.quick))
    notes = list(result["notes"])
    if bench.PEERS:
        notes.append(
            "peers: " + ", ".join(f"{p.split('==')[0]} {version(p.split('==')[0].split('[')[0])}" for p in bench.PEERS)
        )
    report = {
        "bench": options.name,
        "machine": about,
        "rows": result["rows"],
        "ratios": result["ratios"],
        "notes": notes,
    }
    print(json.dumps(report, ensure_ascii=False) if options.json else f"{bench.TITLE}\n\n{table(report)}")


if __name__ == "__main__":
    main()
