"""One of the two servers: `python -m dure.config.server web|live --host H --port P`.

Pages and API run on WSGI, live pages (server-sent events) on ASGI in a process of their own: a thousand open streams
then cost a page nothing, and ordinary pages run two to three times faster than they would on ASGI.
"""

from __future__ import annotations

import argparse
import os
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from granian.server.common import AbstractServer

from dure.config import environment as env
from dure.config import lifeline

# granian lets backlog ÷ workers requests in and leaves the next one hanging: one stream is one request.
STREAMS = 4000


def server(kind: str, host: str, port: int) -> AbstractServer[Any]:
    """A granian server for `web` or `live`, not yet started."""
    common: dict[str, Any] = {
        "address": host,
        "port": port,
        "websockets": False,
        "log_level": LogLevels.warning,
        "respawn_failed_workers": True,
        "respawn_interval": 0.5,
    }
    if kind == "web":
        workers = env.number("DURE_WORKERS", 2, least=1, most=64)
        return Server(
            "dure.config.wsgi:application",
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,
            workers_kill_timeout=10,
            **common,
        )
    return Server(
        "dure.config.asgi:application",
        interface=Interfaces.ASGINL,
        workers=1,
        backlog=STREAMS + 96,
        backpressure=STREAMS,
        workers_kill_timeout=2,
        **common,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="dure.config.server")
    parser.add_argument("kind", choices=["web", "live"])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    lifeline.hold()
    server(options.kind, options.host, options.port).serve()


if __name__ == "__main__":
    main()
