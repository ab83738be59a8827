from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from dure.collaboration.mediation import queries
from dure.collaboration.mediation.models import Dispute


class Command(BaseCommand):
    help = "Draw a mediation committee again from the published values, and say whether they match."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--dispute", help="the dispute's id: what this installation has stored")
        which.add_argument("--file", help="a downloaded dure-draw-….json: what anybody has")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["file"]:
                facts = json.loads(Path(options["file"]).read_text(encoding="utf-8"))
            else:
                facts = queries.draw_facts(Dispute.objects.get(pk=UUID(options["dispute"])))
            found = queries.redraw(facts)
        except (OSError, ValueError, KeyError, Dispute.DoesNotExist) as fault:
            raise CommandError(f"cannot draw again: {fault!r}") from fault
        names = {one["id"]: one["name"] for round in facts["rounds"] for one in round.get("candidates", [])}
        if not found:
            self.stdout.write("not drawn yet")
        for one in found:
            self.stdout.write(f"round {one.round}: {'matches' if one.matches else 'DOES NOT MATCH'}, seed {one.seed}")
            for place, id in enumerate(one.order, start=1):
                mark = "*" if one.seats and id in one.seats else " "
                self.stdout.write(f" {mark} {place}. {names.get(id, '')} {id}")
        if any(not one.matches for one in found):
            raise CommandError("the published values do not belong together")
