"""The product's settings on a private data folder. Read before any conftest, so this is where the folder is made."""

import atexit
import os
import shutil
import tempfile

# One for each process of pytest-xdist too: some tests look at every file there is.
_folder = tempfile.mkdtemp(prefix="dure-test-", dir=os.environ.get("DURE_DATA"))
os.environ["DURE_DATA"] = _folder
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ.pop("DURE_SUPERVISOR", None)

from dure.config.settings import *  # noqa: E402, F403
from dure.config.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES  # noqa: E402
from tests import ready  # noqa: E402

# Files straight from the rooms and build/static: nothing is collected for tests.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# A file, not memory: browser tests and concurrent tests read it from several threads at once.
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    # A test database is thrown away: waiting for the disk at each commit would only make the tests slow.
    DATABASES["default"]["OPTIONS"]["init_command"] = DATABASES["default"]["OPTIONS"]["init_command"].replace(
        "synchronous=full", "synchronous=off"
    )
STATIC_ROOT.mkdir(exist_ok=True)
# What the text model learns is kept under a mark of its texts and its code, so one process learns it for all.
(DATA_DIR / "labels").symlink_to(ready.labels())
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
