"""Real data and demo content: each room's loaders run once for each version of their data."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.migrations.executor import MigrationExecutor

from dure.config.models import LoadedData
from dure.core import clock
from dure.core.rooms import Loader, Progress, Room, rooms

Show = Callable[[str], Progress]
"""Given what is being loaded, gives the function that its progress is told to."""


def loaders(of: Iterable[Room] | None = None) -> list[tuple[str, Loader]]:
    """(full name, loader) of every room, lowest floor first, in the order each room gives."""
    return [
        (f"{room.name}.{loader.name}", loader) for room in (rooms() if of is None else of) for loader in room.loaders
    ]


def outdated() -> list[str]:
    """Full names of the loaders whose data is not here in its present version."""
    here = dict(LoadedData.objects.values_list("name", "version"))
    return [name for name, loader in loaders() if here.get(name) != loader.version]


def from_a_newer_version(executor: MigrationExecutor) -> str:
    """A migration of one of our apps that was applied and that this version does not know, or nothing."""
    known = executor.loader.disk_migrations
    ours = {app for app, _ in known}
    unknown = (m for m in executor.loader.applied_migrations if m[0] in ours and m not in known)
    return ".".join(max(unknown, default=()))


def load_all(show: Show, *, again: Iterable[str] = (), of: Iterable[Room] | None = None) -> list[str]:
    """Run every loader that is outdated or named in `again`; returns the names of those that ran.

    Each runs in one transaction with its stamp: data is there whole or not at all.
    """
    here = dict(LoadedData.objects.values_list("name", "version"))
    ran = []
    for name, loader in loaders(of):
        if here.get(name) == loader.version and name not in again:
            continue
        progress = show(str(loader.label))
        with transaction.atomic():
            loader.load(progress)
            _stamp(name, loader.version)
        ran.append(name)
    return ran


def load_demo(show: Show, of: Iterable[Room] | None = None) -> list[str]:
    """Demo content of every room that has some, once in the life of this database."""
    here = set(LoadedData.objects.filter(name__startswith="demo.").values_list("name", flat=True))
    ran = []
    for room in rooms() if of is None else of:
        name = f"demo.{room.name}"
        if room.demo is None or name in here:
            continue
        progress = show(f"시연 내용: {room.name}")
        with transaction.atomic():
            room.demo(progress)
            _stamp(name, "1")
        ran.append(name)
    return ran


def _stamp(name: str, version: str) -> None:
    LoadedData.objects.update_or_create(name=name, defaults={"version": version, "loaded_at": clock.now()})
