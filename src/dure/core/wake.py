"""Waking the processes that wait for work: NOTIFY on PostgreSQL; elsewhere they look again soon by themselves."""

from __future__ import annotations

import threading
from typing import Any

from django.db import OperationalError, connection

CHANNEL = "dure"


def wake() -> None:
    """Tell everybody who waits that there is something new, once the running transaction is committed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Sent at commit; several in one transaction reach a listener once (PostgreSQL manual, NOTIFY).
            cursor.execute(f"NOTIFY {CHANNEL}")


class Waiter:
    """Waits until something may be new: woken on PostgreSQL, else after a pause that grows while nothing happens.

    Of one thread. `shortest` and `longest` are pauses in seconds for databases that cannot wake. OperationalError when
    the connection to PostgreSQL is gone; the next wait makes a new one.
    """

    def __init__(self, stop: threading.Event, *, shortest: float = 0.2, longest: float = 1.0) -> None:
        self.stop, self.shortest, self.longest = stop, shortest, longest
        self._pause = shortest
        self._listener: Any = None

    def found(self) -> None:
        """There was work just now: look again soon."""
        self._pause = self.shortest

    def wait(self, most: float = 5.0) -> None:
        """Return when there may be work, at the latest after `most` seconds."""
        if connection.vendor == "postgresql":
            self._listen(most)
            return
        self.stop.wait(min(self._pause, most))
        self._pause = min(self._pause * 1.25, self.longest)

    def _listen(self, most: float) -> None:
        import psycopg

        try:
            if self._listener is None:
                parameters = connection.get_connection_params()
                names = ("host", "port", "user", "password", "dbname")
                where = {name: parameters[name] for name in names if name in parameters}
                self._listener = psycopg.connect(autocommit=True, **where)
                self._listener.execute(f"LISTEN {CHANNEL}")
                # What was sent before LISTEN is not told: look once without waiting.
                return
            left = most
            while left > 0 and not self.stop.is_set():
                # In slices, so that a request to stop is not kept waiting.
                for _notice in self._listener.notifies(timeout=min(left, 0.5), stop_after=1):
                    return
                left -= 0.5
        except psycopg.Error as error:
            self.close()
            raise OperationalError(str(error)) from error

    def close(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
