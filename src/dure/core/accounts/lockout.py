"""Waiting after wrong passwords: longer with every one, never for ever.

Counted per account and address, per account from anywhere, and per address over all accounts; unknown accounts count
like known ones. An attempt is counted before the password is looked at and given back if it was right, so that many at
once gain nothing. Only hashes are kept, in the shared cache.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache

from dure.core import clock

REMEMBERED = timedelta(hours=24)
_LOCK_SECONDS = 10
_LOCK_WAIT = 2.0


@dataclass(frozen=True)
class Limit:
    """`free` attempts without waiting; then `first`, doubled with every further one up to `longest`."""

    scope: str
    free: int
    first: timedelta
    longest: timedelta

    def wait(self, count: int) -> timedelta:
        if count < self.free:
            return timedelta()
        return min(self.first * 2 ** min(count - self.free, 20), self.longest)


PAIR = Limit("pair", 5, timedelta(minutes=1), timedelta(hours=1))
ACCOUNT = Limit("account", 50, timedelta(minutes=1), timedelta(minutes=10))
ADDRESS = Limit("address", 100, timedelta(minutes=1), timedelta(minutes=10))


class Locked(Exception):
    """Too many wrong passwords; `wait` is how long from now."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


def _keys(account: str, address: str) -> list[tuple[Limit, str]]:
    account = account.strip().lower()
    named = [(PAIR, f"{account}\n{address}"), (ACCOUNT, account), (ADDRESS, address)]
    return [(limit, f"lockout:{limit.scope}:{hashlib.sha256(name.encode()).hexdigest()}") for limit, name in named]


@contextmanager
def _alone(key: str) -> Iterator[None]:
    ends = time.monotonic() + _LOCK_WAIT
    while not cache.add(f"{key}:lock", 1, _LOCK_SECONDS):
        if time.monotonic() > ends:
            raise Locked(timedelta(seconds=_LOCK_SECONDS))
        time.sleep(0.02)
    try:
        yield
    finally:
        cache.delete(f"{key}:lock")


def attempt(account: str, address: str) -> None:
    """Count an attempt; Locked where one has to wait first (that attempt is not counted)."""
    now = clock.now().timestamp()
    keys = _keys(account, address)
    ends = max((cache.get(key) or (0, 0.0))[1] for _limit, key in keys)
    if ends > now:
        raise Locked(timedelta(seconds=ends - now))
    for limit, key in keys:
        with _alone(key):
            count, ends = cache.get(key) or (0, 0.0)
            if ends > now:
                raise Locked(timedelta(seconds=ends - now))
            count += 1
            cache.set(key, (count, now + limit.wait(count).total_seconds()), REMEMBERED.total_seconds())


def succeeded(account: str, address: str) -> None:
    """The password was right: this account from this address starts afresh, the wider counts get the attempt back."""
    for limit, key in _keys(account, address):
        with _alone(key):
            count, _ends = cache.get(key) or (0, 0.0)
            if limit is PAIR or count <= 1:
                cache.delete(key)
            else:
                cache.set(key, (count - 1, 0.0), REMEMBERED.total_seconds())
