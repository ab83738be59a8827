from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dure.benefits.answers import answers
from dure.benefits.reading import Library, check_text, folder, ids, library, load, misspelt, rule_files, vocabulary
from dure.core import clock
from dure.engines.rules.catalogue import Catalogue
from dure.engines.rules.faults import Faults, shown
from dure.engines.rules.households import HouseholdFault, read_json
from dure.engines.rules.parameters import Parameters
from dure.engines.rules.yamlfile import LANGUAGES, day

MOST_FILE = 4_000_000


class Command(BaseCommand):
    help = "혜택의 규칙 파일을 살피고(check), 한 집에 대어 보고(eval), 그날 시행하는 것을 적습니다(list)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="규칙의 폴더(없으면 data/benefits)")
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="check|eval|list|words")
        check = verbs.add_parser("check", help="틀린 곳을 줄과 고치는 법과 함께 알려 줍니다. 보기도 모두 풀어 봅니다.")
        check.add_argument("files", nargs="*", type=Path, metavar="FILE")
        check.add_argument("--all", action="store_true", help="규칙의 폴더에 있는 파일 모두와 파일 사이의 관계")
        evaluate = verbs.add_parser("eval", help="JSON의 집마다 답을 JSON으로 냅니다(docs/benefits.md).")
        evaluate.add_argument("--date", required=True, metavar="2026-01-01", help="기준일")
        evaluate.add_argument("--household", required=True, metavar="FILE", help="JSON 파일; -는 표준 입력")
        evaluate.add_argument("--benefit", default=None, metavar="ID", help="이 혜택만")
        evaluate.add_argument("--lang", default="ko", choices=LANGUAGES, help="까닭을 적을 말")
        words = verbs.add_parser("words", help="식에 쓸 수 있는 낱말(사실, 수치)과 지역의 코드를 찾습니다.")
        words.add_argument("word", nargs="?", default="", metavar="WORD", help="낱말의 일부(없으면 모두)")
        listing = verbs.add_parser("list", help="그날 시행하는 혜택")
        listing.add_argument("--date", default=None, metavar="2026-01-01", help="기준일(없으면 오늘)")
        listing.add_argument("--lang", default="ko", choices=LANGUAGES)

    def handle(self, *args: Any, **options: Any) -> None:
        root = options["data"] or folder()
        match options["verb"]:
            case "check":
                self._check(root, options["files"], options["all"])
            case "eval":
                self._eval(root, options)
            case "words":
                self._words(root, options["word"].strip())
            case _:
                self._list(root, options)

    def _check(self, root: Path, files: list[Path], whole: bool) -> None:
        if not files and not whole:
            raise CommandError("살필 파일을 적거나 --all을 붙여 주세요.")
        try:
            catalogue = Catalogue.read((root / "facts.yaml").read_text(encoding="utf-8"))
            figures = Parameters.read((root / "parameters.yaml").read_text(encoding="utf-8"), catalogue)
        except Faults as faults:
            raise CommandError(str(faults)) from faults
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{root}: 읽을 수 없습니다 ({error}).") from error
        wrong = 0
        known = ids(root)
        for file in [*files, *(rule_files(root) if whole else ())]:
            try:
                checked = check_text(file.read_bytes(), str(file), catalogue, figures)
            except OSError as error:
                self.stdout.write(f"{file}: 읽을 수 없습니다 ({error.strerror}).")
                wrong += 1
                continue
            mistakes = checked.faults or misspelt(checked.benefit, known)
            for fault in mistakes:
                self.stdout.write(str(fault))
            wrong += bool(mistakes)
            if checked.benefit is not None and not mistakes:
                name, count = checked.benefit.names["ko"], len(checked.benefit.examples)
                self.stdout.write(f"{file}: 좋습니다. {name} · 보기 {count}개")
                for fault in () if whole else checked.notices:
                    self.stdout.write(f"  살펴볼 것 {fault}")
                other = known.get(checked.benefit.id)
                if other is not None and other.resolve() != file.resolve():
                    self.stdout.write(
                        f"  살펴볼 것 같은 id의 파일이 이미 있습니다: {other}. 함께 두면 읽지 않습니다. [twice]"
                    )
        if whole and not wrong:
            try:
                load(root)
            except Faults as faults:
                raise CommandError(str(faults)) from faults
            except ValueError as error:
                raise CommandError(str(error)) from error
        if wrong:
            raise CommandError(f"고칠 파일이 {wrong}개입니다.")

    def _live(self, root: Path) -> Library:
        try:
            return library(root)
        except (Faults, OSError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _eval(self, root: Path, options: dict[str, Any]) -> None:
        on = self._day(options["date"])
        live = self._live(root)
        try:
            said = read_json(self._text(options["household"]))
        except HouseholdFault as fault:
            raise CommandError(fault.words) from fault
        many = said if isinstance(said, list) else [said]
        found = []
        for number, one in enumerate(many, 1):
            try:
                found.append(self._one(live, one, on, options))
            except HouseholdFault as fault:
                which = f"{number}번째 문서: " if isinstance(said, list) else ""
                listed = isinstance(one, dict) and one.get("members") is not None
                place = f" (가구원 {fault.member})" if listed and fault.member is not None else ""
                raise CommandError(which + fault.words + place) from fault
        answer: dict[str, Any] = {"on": on.isoformat(), "rules": live.rules.version}
        answer |= {"households": found} if isinstance(said, list) else found[0]
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))

    def _one(self, live: Library, said: Any, on: date, options: dict[str, Any]) -> dict[str, Any]:
        mapping = said if isinstance(said, dict) else {}
        asked, own = options["benefit"], mapping.get("benefit")
        if asked and own and asked != own:
            words = f"--benefit은 「{shown(asked)}」인데 문서는 「{shown(str(own))}」에 대한 것입니다."
            raise HouseholdFault("benefit", words)
        days = {self._said_day(then) for key in ("on", "as_of") if (then := mapping.get(key)) is not None}
        if len(days) > 1:
            raise HouseholdFault("on", "문서의 날짜가 둘입니다(on, as_of). 하나만 적어 주세요.")
        on = days.pop() if days else on
        found = answers(live, said, on, only=asked or own, lang=options["lang"])
        named = {"id": mapping["id"]} if "id" in mapping else {}
        return named | {"answers": found}

    def _text(self, name: str) -> str:
        try:
            raw = sys.stdin.buffer.read(MOST_FILE + 1) if name == "-" else Path(name).read_bytes()
            return raw[: MOST_FILE + 1].decode("utf-8-sig")
        except OSError as error:
            raise CommandError(f"{name}: 읽을 수 없습니다 ({error.strerror}).") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{name}: UTF-8로 읽을 수 없습니다.") from error

    def _day(self, text: str) -> date:
        found = day(text)
        if found is None:
            raise CommandError(f"날짜를 2026-01-01처럼 적어 주세요: {shown(text)}")
        return found

    def _said_day(self, said: Any) -> date:
        found = day(said) if isinstance(said, str) else None
        if found is None:
            raise HouseholdFault("on", f"문서의 날짜(on)를 2026-01-01처럼 적어 주세요: {shown(str(said))}")
        return found

    def _words(self, root: Path, word: str) -> None:
        live = self._live(root)
        rows = [*vocabulary(live.rules.catalogue, live.rules.parameters), *live.ear.places.rows(clock.today())]
        found = [row for row in rows if word and word.casefold() in "\t".join(row).casefold()]
        for row in found if word else rows:
            self.stdout.write("\t".join(row))
        if word and not found:
            raise CommandError(f"「{shown(word)}」이(가) 든 낱말이 없습니다.")

    def _list(self, root: Path, options: dict[str, Any]) -> None:
        on = self._day(options["date"]) if options["date"] else clock.today()
        for plan in self._live(root).rules.on(on).plans.values():
            one = plan.benefit
            name = one.names.get(options["lang"]) or one.names["ko"]
            check = f" · 확인 필요 {len(plan.checks)}" if plan.checks else ""
            self.stdout.write(f"{one.id}\t{name}\t{one.body}\t{one.unit}{check}")
