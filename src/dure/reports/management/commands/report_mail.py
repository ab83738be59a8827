"""`./dure manage report_mail < letter`: what a mail server runs for the address of reports, one letter at a time."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from dure.core.refused import Refused
from dure.reports.open311.mail import actions

# sysexits.h, as Postfix, Exim and Sendmail read them: bounce, and try again later.
DATA_ERROR, TRY_AGAIN = 65, 75


class Command(BaseCommand):
    help = (
        "Takes one letter (RFC 5322) from standard input and makes a report, or a word on a report, of it. "
        "Exit 0: it is kept. 65: too large or empty, tell its sender. 75: not now, deliver it again. "
        'Postfix: report: "|/srv/dure/dure manage report_mail" in /etc/aliases.'
    )

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(actions.LARGEST + 1)
        try:
            row = actions.mail_take(raw)
        except Refused as refused:
            self.stderr.write(str(refused.message))
            sys.exit(DATA_ERROR)
        except (DatabaseError, OSError) as error:
            self.stderr.write(type(error).__name__)
            sys.exit(TRY_AGAIN)
        self.stdout.write(f"{row.state} {row.pk}")
