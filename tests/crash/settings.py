"""The product's settings with one room more. The room lies here, but is found as every room is: as `dure.NAME`."""

from pathlib import Path

import dure

dure.__path__.append(str(Path(__file__).parent / "rooms"))

from dure.config.settings import *  # noqa: E402, F403
from dure.config.settings import INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = ["dure.tally", *INSTALLED_APPS]
MIGRATION_MODULES = {"tally": None}
