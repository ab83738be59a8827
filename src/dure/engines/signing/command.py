"""The program behind `./dure verify`: says what a sealed file is, and ends with 0 when nothing is wrong with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from dure.engines.signing.documents import short
from dure.engines.signing.sealed import LARGEST, check
from dure.engines.signing.signatures import fingerprint


def main(file: str, key_files: Sequence[str] = ()) -> int:
    """0 good, 1 altered or not what it says, 2 a file that cannot be read."""
    try:
        with Path(file).open("rb") as opened:
            data = opened.read(LARGEST + 1)
        trusted = _keys(key_files) if key_files else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        print(f"읽을 수 없습니다 · cannot read: {fault}", file=sys.stderr)
        return 2
    report = check(data, trusted_keys=trusted)
    if report.document:
        print(f"{report.document.get('title', '')} · v{report.document.get('version', '')} · {short(report.sha256)}")
    names, keys = report.names if report.good else {}, report.keys or {}
    for one, verdict in zip(report.signatures, report.verdicts, strict=True):
        print(f"  {names.get(one.body, one.body)} · {one.at} · {verdict.ko} · {verdict.en}")
        print(f"    열쇠 · key {one.key} {fingerprint(keys.get(one.key, ('', ''))[1])}")
    for ko, en in report.faults:
        print(f"✗ {ko}\n  {en}")
    if not report.good:
        return 1
    print("✓ 바뀌지 않았습니다 · unaltered, and every party has signed")
    if trusted is None:
        print(
            "  열쇠가 그 기관의 것인지는 기관의 서명 열쇠 쪽과 견주거나 --key로 확인해 주세요 · "
            "compare the keys with those the bodies publish, or give them with --key"
        )
    return 0


def _keys(files: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Keys as `/agreements/keys/<body>/?format=json` gives them."""
    found: dict[str, tuple[str, str]] = {}
    for file in files:
        content = json.loads(Path(file).read_text(encoding="utf-8"))
        found |= {str(key["id"]): (str(content["body"]), str(key["public"])) for key in content["keys"]}
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
