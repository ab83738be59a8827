"""Processes that `./dure serve` started end themselves when it is gone, however it went.

A killed parent cannot tell its children. So each process watches, twice a second, whether the process that made it
and the supervisor (DURE_SUPERVISOR, a process id) are still there.
"""

from __future__ import annotations

import os
import threading
import time

_EVERY = 0.5
_watched = 0


def hold() -> None:
    """Start watching, once in this process. Does nothing where no supervisor is named.

    A fork does not inherit the watching thread, so a forked server process must call it again.
    """
    global _watched
    supervisor = os.environ.get("DURE_SUPERVISOR", "")
    if _watched == os.getpid() or not supervisor.isdigit():
        return
    _watched = os.getpid()
    threading.Thread(target=_watch, args=(os.getppid(), int(supervisor)), name="lifeline", daemon=True).start()


def _watch(parent: int, supervisor: int) -> None:
    while os.getppid() == parent and _alive(supervisor):
        time.sleep(_EVERY)
    # Nobody is left to report to, and everything acknowledged is already on disk.
    os._exit(3)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
