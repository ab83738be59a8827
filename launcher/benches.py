"""`./dure bench NAME [--json] [--quick]`: runs bench/NAME.py in an environment of its own, beside its peers."""

from __future__ import annotations

import argparse
import ast
import os
import subprocess
from pathlib import Path
from typing import Any

from launcher import packages
from launcher.ground import ROOT
from launcher.say import stop

FOLDER = ROOT / "bench"


def run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dure bench")
    parser.add_argument("name", nargs="?", help="a bench; without one, the list")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout and nothing else")
    parser.add_argument(
        "--quick", action="store_true", help="smaller inputs: says little about speed, proves that it runs"
    )
    options = parser.parse_args(arguments)
    known = {path.stem: path for path in sorted(FOLDER.glob("*.py")) if not path.stem.startswith("_")}
    if options.name is None:
        for name, path in known.items():
            print(f"{name:<14} {constants(path)['TITLE']}")
        return 0
    if options.name not in known:
        stop(f"그런 재기는 없습니다: {options.name}", f"no such bench; there are: {', '.join(known) or 'none yet'}")
    peers = constants(known[options.name])["PEERS"]
    python = packages.bench_python([str(peer) for peer in peers])
    env = packages.environment()
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    argv = [str(python), "-P", "-m", "bench._frame", options.name]
    argv += ["--json"] if options.json else []
    argv += ["--quick"] if options.quick else []
    return subprocess.run(argv, cwd=ROOT, env=env).returncode


def constants(path: Path) -> dict[str, Any]:
    """TITLE and PEERS of a bench, read without running it: its peers are not installed yet."""
    found: dict[str, Any] = {}
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            found |= {name: ast.literal_eval(node.value) for name in names & {"TITLE", "PEERS"}}
    for name in ("TITLE", "PEERS"):
        if name not in found:
            stop(f"{path.name}에 {name}이(가) 없습니다", f"{path.name} must give {name} as a literal", code=1)
    return found
