"""The product's settings with one room more. The room lies here, but is found as every room is: as `dure.NAME`.

The rooms above the ground floor are left out: what is killed 200 times is the ground that all of them stand on, and
each start is quicker without them. tests/crash/test_intake_kill.py kills the whole house.
"""

from pathlib import Path

import dure

dure.__path__.append(str(Path(__file__).parent / "rooms"))

from dure.config.settings import *  # noqa: E402, F403
from dure.config.settings import INSTALLED_APPS  # noqa: E402

GROUND = {"dure.config", "dure.web", "dure.core", "dure.bodies", "dure.places"}

INSTALLED_APPS = ["dure.tally", *(app for app in INSTALLED_APPS if not app.startswith("dure.") or app in GROUND)]
ROOT_URLCONF = "dure.tally.urls"
MIGRATION_MODULES = {"tally": None}
SILENCED_SYSTEM_CHECKS = ["web.E001"]  # the rooms' menus name pages, and only tally's stand here
