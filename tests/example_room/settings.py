"""The settings of all tests with one room more. The room lies here, but is found as every room is: as `dure.NAME`."""

import os
from pathlib import Path

import dure

dure.__path__.append(str(Path(__file__).parent / "rooms"))

from tests.settings import *  # noqa: E402, F403
from tests.settings import DATABASES, INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = ["dure.thanks", *INSTALLED_APPS]
if "postgresql" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": f"test_thanks_{os.getpid()}"}
