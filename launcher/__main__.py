"""Subcommands of `./dure`."""

from __future__ import annotations

import argparse
import os
import sys

from launcher import benches, checks, packages, serve, testing, verify
from launcher.ground import ROOT
from launcher.say import Stop

HELP = """두레 · Dure

  ./dure serve [--port N] [--host H] [--data DIR] [--no-demo]
                          준비하고 엽니다 · makes what is missing, loads real data, serves
  ./dure test [--fast] [pytest …]
                          모든 시험 · every test, on SQLite and on PostgreSQL
  ./dure check            양식, 형, 층, 번역 · lint, types, floors, migrations, translations
  ./dure bench [NAME] [--json] [--quick]
                          견주어 재기 · a benchmark beside its peers; alone: the list
  ./dure load areas FILE  경계 파일 넣기 · official boundary files
  ./dure load roads FILE… 도로망 넣기 · networks of roads (표준노드링크, OSM, GeoJSON)
  ./dure load residents FILE…
                          나이별 거주자 표 넣기 · residents by age, for forecasts
  ./dure verify FILE [--key FILE]
                          협약의 봉인 파일 확인 · checks a sealed agreement, offline
  ./dure worker           뒤에서 하는 일만 · background work only
  ./dure manage …         Django와 두레의 관리 명령 · backup, restore, load_data …
  ./dure help             이 글 · this text
"""


def main(argv: list[str]) -> int:
    command, rest = (argv[0], argv[1:]) if argv else ("help", [])
    if command in {"help", "-h", "--help"}:
        print(HELP, end="")
        return 0
    if command == "serve":
        parser = argparse.ArgumentParser(prog="./dure serve")
        serve.add_options(parser)
        return serve.run(parser.parse_args(rest))
    if command == "test":
        return testing.run(rest)
    if command == "check":
        return checks.run(rest)
    if command == "bench":
        return benches.run(rest)
    if command == "manage":
        return manage(rest)
    if command == "worker":
        return manage(["worker", *rest])
    if command == "verify":
        return verify.run(rest)
    if command == "load":
        if len(rest) < 2 or rest[0] not in ("areas", "roads", "residents"):
            print("쓰는 법 · usage: ./dure load areas FILE · load roads FILE… · load residents FILE…", file=sys.stderr)
            return 2
        return manage([f"load_{rest[0]}", *rest[1:]])
    print(f"dure: 모르는 명령입니다 · no such command: {command}\n\n{HELP}", file=sys.stderr, end="")
    return 2


def manage(arguments: list[str]) -> int:
    """Becomes the Django command, in the folder it was called from. Never returns."""
    python = packages.python()
    env = packages.environment()
    env.setdefault("DURE_DATA", str(ROOT / "var"))
    sys.stdout.flush()
    os.execve(python, [str(python), "-m", "dure.config.manage", *arguments], env)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as problem:
        print(f"dure: {problem}", file=sys.stderr)
        sys.exit(problem.code)
    except KeyboardInterrupt:
        print("\n멈췄습니다 · stopped", file=sys.stderr)
        sys.exit(130)
