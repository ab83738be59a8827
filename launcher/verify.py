"""`./dure verify FILE [--key FILE]`: checks a sealed agreement without database or network."""

from __future__ import annotations

import argparse
import os
import sys

from launcher import packages

PROGRAM = "dure.engines.signing.command"


def run(arguments: list[str]) -> int:
    """Becomes the checking program, in the folder it was called from. Never returns, but for wrong arguments."""
    parser = argparse.ArgumentParser(
        prog="./dure verify", description="봉인한 협약 파일이 그대로인지 봅니다 · checks a sealed agreement"
    )
    parser.add_argument("file", help="봉인 파일 · the sealed file (.json)")
    parser.add_argument(
        "--key", help="믿는 공개 열쇠(기관의 서명 열쇠 쪽의 JSON) · public keys to trust", action="append"
    )
    given = parser.parse_args(arguments)
    python = packages.python()
    sys.stdout.flush()
    command = [str(python), "-m", PROGRAM, given.file, *(given.key or [])]
    os.execve(python, command, packages.environment())
