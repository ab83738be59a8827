"""`./dure serve`: make what is missing, prepare the data folder, run web, live and worker until asked to stop."""

from __future__ import annotations

import argparse
import contextlib
import errno
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from launcher import packages, system
from launcher.ground import BUILD, REQUIREMENTS, ROOT, fingerprint, stamped, write_stamp
from launcher.say import say, stop
from launcher.supervisor import Child, Supervisor

EVERYWHERE = {"0.0.0.0", "::"}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PATIENCE = 120.0


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=8000, help="pages and API; live pages take the next one (default 8000)"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for every network (default 127.0.0.1)"
    )
    parser.add_argument("--data", help="folder for database, files and secret (default: DURE_DATA, else var/)")
    parser.add_argument("--no-demo", action="store_true", help="no demo bodies, people and requests")


def run(options: argparse.Namespace) -> int:
    if not 1 <= options.port <= 65534:
        stop(f"포트 번호는 1에서 65534 사이여야 합니다: {options.port}", "the port must be between 1 and 65534")
    data = Path(options.data or os.environ.get("DURE_DATA") or ROOT / "var").expanduser().resolve()
    _check_folder(data)
    for port in (options.port, options.port + 1):
        _check_port(options.host, port)

    python = packages.python()
    packages.front_end(python)
    env = _environment(options, data)

    made = _made_from()
    stamp = data / ("prepared-demo" if not options.no_demo else "prepared")
    prepare = [str(python), "-m", "dure.config.manage", "prepare", *([] if options.no_demo else ["--demo"])]
    if not stamped(stamp, made):
        if code := subprocess.run(prepare, env=env).returncode:
            return code
        write_stamp(stamp, made)
    system.mention_for_serving(env)

    supervisor = Supervisor(_children(str(python), options, env))
    supervisor.start()
    try:
        return _serve(supervisor, options, prepare, env)
    finally:
        supervisor.stop()
        say("멈췄습니다", "stopped")


def _serve(supervisor: Supervisor, options: argparse.Namespace, prepare: list[str], env: dict[str, str]) -> int:
    local = "127.0.0.1" if options.host in EVERYWHERE | LOOPBACK else options.host
    health = _Health(f"http://{_bracket(local)}:{options.port}/healthz", env["DURE_HOSTS"].split(",")[0])
    supervisor.watch_until(lambda: health.good() or health.unprepared(), PATIENCE)
    if health.unprepared():
        # The stamp speaks of the folder; the database may be another one by now, or was changed behind our back.
        if code := subprocess.run(prepare, env=env).returncode:
            return code
        supervisor.watch_until(health.good, PATIENCE)
    if supervisor.stopping:
        return 0
    if not health.well:
        stop(f"{PATIENCE:.0f}초 안에 준비되지 않았습니다: {health.last}", "not healthy in time", code=1)
    _greet(options, env)
    supervisor.watch_until(lambda: False)
    return 0


def _made_from() -> str:
    """Changes whenever a preparation could have something to do: code, tables of facts, locks, built files."""
    newest = "".join(
        f"{path.relative_to(ROOT)}{path.stat().st_mtime_ns}{path.stat().st_size};"
        for folder in ("src", "data", "build/static")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".mo"
    )
    return fingerprint(
        [REQUIREMENTS / "core.txt", BUILD / "static-made"], newest, os.environ.get("DURE_DATABASE_URL", "")
    )


def _children(python: str, options: argparse.Namespace, env: dict[str, str]) -> list[Child]:
    server = [python, "-m", "dure.config.server"]
    return [
        Child("web", [*server, "web", "--host", options.host, "--port", str(options.port)], env),
        Child("live", [*server, "live", "--host", options.host, "--port", str(options.port + 1)], env),
        Child("worker", [python, "-m", "dure.config.manage", "worker"], env),
    ]


def _environment(options: argparse.Namespace, data: Path) -> dict[str, str]:
    """What the children must know of the options; what the operator set himself stays as he set it."""
    env = packages.environment(DURE_DATA=str(data), DURE_SUPERVISOR=str(os.getpid()))
    if not options.no_demo:
        env["DURE_DEMO"] = "yes"
    names = [options.host] if options.host not in EVERYWHERE | LOOPBACK else []
    if options.host in EVERYWHERE:
        names = _own_names()
    hosts = ["localhost", "127.0.0.1", "[::1]", *(_bracket(name) for name in names)]
    env.setdefault("DURE_HOSTS", ",".join(dict.fromkeys(hosts)))
    shown = names[0] if names else "localhost"
    env.setdefault("DURE_SITE_URL", f"http://{_bracket(shown)}:{options.port}")
    env.setdefault("DURE_LIVE_URL", f"http://{_bracket(shown)}:{options.port + 1}")
    env.setdefault("DURE_LOCAL", "no" if env["DURE_SITE_URL"].startswith("https://") else "yes")
    return env


def _own_names() -> list[str]:
    """Addresses and name of this machine, the one that faces the network first."""
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: asks the kernel which address it would use
        found.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):
        found.append(socket.gethostname())
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    return [name for name in dict.fromkeys(found) if name not in LOOPBACK | EVERYWHERE]


def _bracket(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                stop(
                    f"포트 {port}이(가) 이미 쓰이고 있습니다. --port로 바꿔 주세요",
                    f"port {port} is in use; choose another with --port",
                )
            if error.errno == errno.EACCES:
                stop(
                    f"포트 {port}을(를) 쓸 권한이 없습니다",
                    f"no permission to listen on port {port}; choose one above 1023",
                )
            stop(f"{host}:{port}에서 받을 수 없습니다", f"cannot listen on {host}:{port}: {error.strerror or error}")


def _check_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        stop(f"자료 폴더에 쓸 수 없습니다: {folder}", f"cannot write to the data folder: {error.strerror}")


class _Health:
    """Asks /healthz, at most four times a second, under a host name that is answered."""

    def __init__(self, url: str, host: str) -> None:
        self.request = urllib.request.Request(url, headers={"Host": host})
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.last, self.asked, self.well = "no answer yet", 0.0, False
        self.checks: dict[str, str] = {}

    def good(self) -> bool:
        if time.monotonic() - self.asked < 0.25:
            return self.well
        self.asked = time.monotonic()
        try:
            with self.opener.open(self.request, timeout=5) as answer:
                self.last, self.well = answer.read(2000).decode(errors="replace"), True
        except urllib.error.HTTPError as error:
            self.last, self.well = error.read(2000).decode(errors="replace"), False
            with contextlib.suppress(ValueError, KeyError):
                self.checks = json.loads(self.last)["checks"]
        except OSError as error:
            self.last, self.well = str(error), False
        return self.well

    def unprepared(self) -> bool:
        """The servers run, but on a database that lacks tables or data."""
        return not self.well and any(self.checks.get(name, "ok") != "ok" for name in ("migrations", "data"))


def _greet(options: argparse.Namespace, env: dict[str, str]) -> None:
    say("")
    say(f"두레가 열렸습니다 → {env['DURE_SITE_URL']}/", "Dure is open at this address")
    if options.host in EVERYWHERE:
        say(f"  이 컴퓨터에서: http://localhost:{options.port}/", "from this machine")
    accounts = Path(env["DURE_DATA"]) / "demo-accounts.json"
    if not options.no_demo and accounts.exists():
        say(
            "시연 계정 (공개 비밀번호, 실제 운영에는 쓰지 마세요)",
            "demo accounts: public passwords, never for real work",
        )
        for account in json.loads(accounts.read_text()):
            say(f"  {account['email']:<26} {account['password']:<18} {account['role']}")
        say("  두 번째 인증 번호는 로그인 화면에 나옵니다", "the sign-in page shows the one-time code")
    say("멈추려면 Ctrl-C", "Ctrl-C stops it")
