from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dure.places.loading import load_builtin
from dure.places.policy import command_line


class Command(BaseCommand):
    help = "어림 구역과 코드 변경을 넣습니다. 다시 실행해도 같은 것을 두 번 넣지 않습니다."

    def handle(self, *args: Any, **options: Any) -> None:
        made = load_builtin(by=command_line(), progress=lambda done, total, message: self.stdout.write(message))
        for generation in made:
            self.stdout.write(f"{generation.dated}: {generation.areas.count()}곳")
        if not made:
            self.stdout.write("이미 들어 있습니다.")
