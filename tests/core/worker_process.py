"""The real worker in a process of its own, with a job kind that tests can kill in the middle."""

from __future__ import annotations

import sys
import time
from typing import Any

import django
from django.core.management import call_command
from django.db import transaction


def count(context: Any) -> dict[str, int]:
    """Writes one person for each number, together with the checkpoint."""
    from dure.core.models import Person

    total = context.args["total"]
    for number in range(context.checkpoint.get("next", 0), total):
        with transaction.atomic():
            Person.objects.create(email=f"{number}@example.org", name=str(number))
            context.checkpoint["next"] = number + 1
            context.progress(number + 1, total)
            context.save()
        time.sleep(context.args.get("pause", 0))
    return {"counted": total}


def main() -> None:
    django.setup()
    from dure.core import jobs

    jobs.job_handlers()["test.count"] = count  # type: ignore[index]
    call_command("worker", *sys.argv[1:])


if __name__ == "__main__":
    main()
