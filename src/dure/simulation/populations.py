"""Where populations come from: the published margins of this installation, or a file of a body's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage

from dure.engines.population import (
    Facts,
    FitReport,
    Fitted,
    Margins,
    fit,
    fit_report,
    generate,
    own_batches,
    read_margins,
)
from dure.engines.scenario import Part, own_parts, parts_of

LEAST, MOST = 300, 200_000
"""Households of a sample."""
LEAST_GROUP, LEAST_PUBLISHED = 5, 100
"""Of a body's own population, where a row may be a real household: rows that a group shows, and that a published result
rests on."""


def _files() -> tuple[Path, Path]:
    data = Path(settings.BASE_DIR) / "data"
    return data / "population", data / "places" / "residents.csv"


def _marks() -> tuple[tuple[str, int, int], ...]:
    folder, residents = _files()
    files = [folder / "margins.yaml", folder / "assumptions.yaml", residents]
    return tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)


@lru_cache(maxsize=2)
def _read(marks: tuple[tuple[str, int, int], ...]) -> tuple[Margins, str]:
    mix = sha256()
    for name, *_ in marks:
        mix.update(sha256(Path(name).read_bytes()).digest())
    return read_margins(*_files()), mix.hexdigest()


def margins() -> Margins:
    return _read(_marks())[0]


def version() -> str:
    """SHA-256 of the files a drawn population comes from."""
    return _read(_marks())[1]


@lru_cache(maxsize=4)
def _fitted(area: str, marks: Any) -> Fitted:
    whole = margins()
    return fit(whole.only(area) if area else whole.by_province())


def fitted(area: str) -> Fitted:
    """Of the nation by provinces, or of one province by municipalities. ValueError for an area that is none."""
    return _fitted(area, _marks())


@lru_cache(maxsize=2)
def _names(marks: Any) -> dict[str, str]:
    whole = margins()
    found = {region.code: region.name for region in whole.by_province().regions}
    return found | {region.code: region.name for region in whole.regions}


def region_names() -> dict[str, str]:
    """Names of provinces and municipalities by code."""
    return _names(_marks())


def provinces() -> list[tuple[str, str]]:
    names = region_names()
    return [(code, names[code]) for code in margins().provinces]


def drawn(area: str, sample: int, seed: int, day: date) -> Callable[[], Iterator[Part]]:
    """The households of a seed, living on the day of the rules. ValueError where there are fewer rows than places and
    sizes ask for."""
    of = fitted(area).moved_to(day)
    population = generate(of, seed=seed, households=sample)
    facts = Facts(of.margins)
    return lambda: parts_of(population.batches, facts)


def report(area: str, sample: int, seed: int) -> FitReport:
    return fit_report(generate(fitted(area), seed=seed, households=sample))


@dataclass(frozen=True)
class Own:
    """A body's files as they lie on the disk."""

    households: Path
    persons: Path | None

    def parts(self) -> Iterable[Part]:
        return own_parts(lambda: own_batches(self.households, self.persons), Facts(margins()))


@contextmanager
def opened(households: str, persons: str) -> Iterator[Own]:
    """The files of an own population by their names in the storage."""
    yield Own(Path(default_storage.path(households)), Path(default_storage.path(persons)) if persons else None)
