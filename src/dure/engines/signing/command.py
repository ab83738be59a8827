"""The program behind `./dure verify`: says what a sealed file is, and what that proves.

Anybody can seal a text of their own under the names of others, with keys of their own. So a file is called genuine only
where the keys of all who signed were given; without them it is said to be whole in itself, and who signed stays open.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from dure.engines.signing.documents import short
from dure.engines.signing.sealed import LARGEST, check
from dure.engines.signing.signatures import fingerprint


def main(file: str, key_files: Sequence[str] = ()) -> int:
    """0 genuine by the keys given, 1 altered or not what it says, 2 a file that cannot be read, 3 whole in itself but
    without keys to tell who signed."""
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
    if trusted is None:
        print(
            "△ 파일의 글과 서명은 서로 맞습니다. 누가 서명했는지는 밝혀지지 않았습니다 · "
            "text and signatures fit each other; who signed is NOT proved\n"
            "  누구나 자기 열쇠로 이런 파일을 만들 수 있습니다. 기관마다 서명 열쇠 쪽에서 받은 열쇠를 --key로 주세요 · "
            "anybody can make such a file with keys of their own: give the keys that each body publishes with --key"
        )
        return 3
    print("✓ 주신 열쇠의 기관들이 모두 서명했고, 바뀌지 않았습니다 · signed by all with the keys given, and unaltered")
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
