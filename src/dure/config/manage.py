"""Django's commands and ours: `./dure manage …`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from dure.config import lifeline


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    lifeline.hold()
    try:
        execute_from_command_line(["./dure manage", *sys.argv[1:]])
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
