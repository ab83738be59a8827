"""Personal numbers in Korean text: recall and precision on a generated and a hand-made set, and time."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench._measure import latencies, percentiles, row
from dure.engines.masking import LABELS, find, luhn, mask, resident_check

TITLE = "Personal numbers masked: recall, precision, time"
PEERS = []

ROOT = Path(__file__).resolve().parents[1]
HANDMADE = ROOT / "tests" / "engines" / "masking" / "handmade.csv"
SIZES = {False: 6_000, True: 600}
SEED = 20261125
LONG = 40_000


@dataclass(frozen=True)
class Case:
    """A text and the personal numbers in it: (kind, start, end)."""

    text: str
    wanted: tuple[tuple[str, int, int], ...]


def parse(marked: str) -> Case:
    """'전화 {phone:010-…} 입니다' as a case."""
    pieces: list[str] = []
    wanted = []
    length = last = 0
    for match in re.finditer(r"\{(\w+):([^{}]*)\}", marked):
        before = marked[last : match.start()]
        start = length + len(before)
        wanted.append((match[1], start, start + len(match[2])))
        pieces += [before, match[2]]
        length = start + len(match[2])
        last = match.end()
    return Case("".join(pieces) + marked[last:], tuple(wanted))


def handmade(half: str = "") -> list[Case]:
    """The hand-made sentences. `half`: `tune`, which the finders were mended on, or `held`, written afterwards and
    measured only."""
    with HANDMADE.open(encoding="utf-8", newline="") as file:
        return [parse(line["marked"]) for line in csv.DictReader(file) if half in ("", line["half"])]


@dataclass
class Score:
    """Counts by kind. `masked`: numbers of which every sign was covered; `named`: those called by the right kind;
    `found`: findings; `right`: findings that lie on a personal number."""

    wanted: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def recall(self, kind: str = "") -> float:
        return _share(self.masked, self.wanted, kind)

    def precision(self, kind: str = "") -> float:
        return _share(self.right, self.found, kind)


def _share(part: Counter[str], whole: Counter[str], kind: str) -> float:
    over = whole[kind] if kind else whole.total()
    return (part[kind] if kind else part.total()) / over if over else 1.0


def score(cases: list[Case]) -> Score:
    done = Score()
    for case in cases:
        found = find(case.text)
        for kind, start, end in case.wanted:
            done.wanted[kind] += 1
            covered = {at for one in found for at in range(one.start, one.end)}
            if all(at in covered or not case.text[at].isalnum() for at in range(start, end)):
                done.masked[kind] += 1
                done.named[kind] += any(one.kind == kind and one.start < end and start < one.end for one in found)
            else:
                done.missed.append(f"{kind}: {case.text}")
        for one in found:
            done.found[one.kind] += 1
            if any(one.start < end and start < one.end for _, start, end in case.wanted):
                done.right[one.kind] += 1
            else:
                done.wrong.append(f"{one.kind}: {case.text}")
    return done


CARRIERS = {
    "phone": ("연락처는 {}입니다", "{}로 전화 주세요", "고라니가 죽어 있어요 {}", "제 번호 {} 예요", "{} 홍길동"),
    "resident": ("주민번호 {} 입니다", "본인 확인용 {}", "{} 홍길동이 신청합니다", "주민등록번호는 {}이에요"),
    "foreigner": ("외국인등록번호 {}", "제 등록번호는 {}입니다", "{} 거소 변경 신고"),
    "card": ("카드 {} 로 냈어요", "{} 승인 취소해 주세요", "카드번호 {}입니다"),
    "account": (
        "환불 계좌 {} 입니다",
        "농협 {} 로 보내 주세요",
        "{} 신한은행 예금주 홍길동",
        "계좌번호 {}에 입금했어요",
    ),
    "plate": ("차량번호 {} 불법주차", "{} 차가 골목을 막았어요", "흰색 승용차 {}입니다", "{} 견인해 주세요"),
    "email": ("메일은 {}입니다", "{}로 답장 주세요"),
    "passport": ("여권번호 {} 분실", "여권 {}입니다"),
    "driver": ("면허번호 {}", "운전면허 {} 재발급"),
}
NOTHING = (
    "{y}년 {m}월 {d}일 {h}시에 보았습니다", "국도 {r}호선 {k}.{t}km 지점", "예산 {w}원이 들었어요",
    "접수번호 C-26{m:02}-{s}-{c}",
    "도로법 제{r}조 제{t}항", "대표전화 15{r}-{n4}", "사업자등록번호 {n3}-{n2}-{n5}", "{r}번 버스가 {t}시간째 안 와요",
    "가로등 관리번호 {n4}", "위도 37.{n6} 경도 127.{n6}", "공고 제{y}-{n4}호", "우체국 등기 {n13}", "테헤란로{r}길 {t}",
    "{t}단지 {n3}동 {n4}호", "119에 신고했고 110에도 전화했어요", "총 {r}가지 {n4}건", "{y}-{m:02}-{d:02} {h:02}:15",
)  # fmt: skip


def generated(size: int, seed: int = SEED) -> list[Case]:
    """Sentences with made-up numbers of every kind in many spellings, and a third as many without."""
    chance = random.Random(seed)
    makers = _makers(chance)
    cases = []
    for at in range(size):
        if at % 4 == 3:
            cases.append(Case(chance.choice(NOTHING).format(**_ordinary(chance)), ()))
            continue
        kind = list(CARRIERS)[at % len(CARRIERS)]
        before, after = chance.choice(CARRIERS[kind]).split("{}")
        number = makers[kind]()
        extra = chance.choice(("", "", " 빨리 와 주세요", " 2차로예요", " 설악면입니다"))
        start = len(before)
        cases.append(Case(before + number + after + extra, ((kind, start, start + len(number)),)))
    return cases


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def _ordinary(chance: random.Random) -> dict[str, Any]:
    signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    numbers = {f"n{count}": _digits(chance, count) for count in (2, 3, 4, 5, 6, 13)}
    return {
        "y": chance.randint(2015, 2026), "m": chance.randint(1, 12), "d": chance.randint(1, 28),
        "h": chance.randint(0, 23), "r": chance.randint(10, 99), "k": chance.randint(0, 400),
        "t": chance.randint(1, 9), "w": f"{chance.randint(10**6, 10**11):,}",
        "s": "".join(chance.choice(signs) for _ in range(7)), "c": chance.choice(signs), **numbers,
    }  # fmt: skip


def _checked(first: str, right: Callable[[str], bool]) -> str:
    return next((first + d for d in "0123456789" if right(first + d)), first + "0")


def _spell(chance: random.Random, text: str) -> str:
    """A number as people type it: other dashes, full-width digits now and then."""
    turn = chance.random()
    if turn < 0.08:
        return text.translate({ord("0") + d: chr(0xFF10 + d) for d in range(10)})
    return text.replace("-", chance.choice("–—－ㅡ")) if turn < 0.16 else text


def _makers(chance: random.Random) -> dict[str, Callable[[], str]]:
    def gap() -> str:
        return chance.choice(("-", "-", "-", "", " ", ".", " - "))

    def phone() -> str:
        turn, last = chance.random(), _digits(chance, 4)
        middle = chance.choice("23456789") + _digits(chance, 3)
        between = gap()
        if turn < 0.55:
            return f"010{between}{middle}{between}{last}"
        if turn < 0.7:
            area = chance.choice(("02", "031", "032", "051", "062", "064", "070", "0507"))
            return f"{area}-{middle}-{last}"
        if turn < 0.85:
            said = "".join("공일이삼사오육칠팔구"[int(d)] for d in middle + last)
            return f"공일공{chance.choice(('', ' ', '-'))}{said[:4]}{chance.choice(('', ' ', '-'))}{said[4:]}"
        return f"+82{chance.choice('- ')}10-{middle}-{last}"

    def resident(centuries: str) -> str:
        century = chance.choice(centuries)
        year = chance.randint(0, 24) if century in "3478" else chance.randint(40, 99)
        first = f"{year:02}{chance.randint(1, 12):02}{chance.randint(1, 28):02}{century}{_digits(chance, 5)}"
        # Half of them as numbers given out since October 2020, without a check digit.
        whole = _checked(first, resident_check) if chance.random() < 0.5 else first + _digits(chance, 1)
        return f"{whole[:6]}{chance.choice(('-', '-', ' - ', '–'))}{whole[6:]}"

    def card() -> str:
        first = chance.choice(("4", "51", "55", "9400", "3566", "62")) + _digits(chance, 15)
        whole = _checked(first[:15], luhn)
        return chance.choice(("-", " ", "")).join(whole[at : at + 4] for at in range(0, 16, 4))

    def account() -> str:
        shape = chance.choice(((3, 3, 6), (4, 2, 7), (6, 2, 6), (3, 4, 4, 2), (3, 6, 5), (14,), (12,)))
        return "-".join(_digits(chance, count) for count in shape)

    def plate() -> str:
        letter = chance.choice("가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자허하호배")
        blank = chance.choice(("", "", " "))
        front = _digits(chance, 2) if chance.random() < 0.5 else f"{chance.randint(100, 799)}"
        region = chance.choice(("서울", "경기", "강원", "제주 ")) if len(front) == 2 and chance.random() < 0.4 else ""
        return f"{region}{front}{letter}{blank}{_digits(chance, 4)}"

    def email() -> str:
        name = "".join(chance.choice("abcdefghijk._0123") for _ in range(8)).strip("._") or "hong"
        return name + chance.choice(("@example.com", "@mail.example.co.kr", " 골뱅이 naver.com", "@Example.NET"))

    def passport() -> str:
        number = chance.choice("MS") + _digits(chance, 8)
        return number[:4] + chance.choice("ABCD") + number[5:] if chance.random() < 0.5 else number

    def driver() -> str:
        region = chance.choice(("11", "13", "26", "28", "서울", "경기 "))
        joint = "-" if region.isdigit() else " "
        return f"{region}{joint}{_digits(chance, 2)}-{_digits(chance, 6)}-{_digits(chance, 2)}"

    return {
        "phone": lambda: _spell(chance, phone()),
        "resident": lambda: _spell(chance, resident("1234")),
        "foreigner": lambda: _spell(chance, resident("5678")),
        "card": lambda: _spell(chance, card()),
        "account": lambda: _spell(chance, account()),
        "plate": lambda: _spell(chance, plate()),
        "email": email,
        "passport": passport,
        "driver": lambda: _spell(chance, driver()),
    }


def _sets(quick: bool) -> list[tuple[str, list[Case]]]:
    return [("held", handmade("held")), ("tune", handmade("tune")), ("generated", generated(SIZES[quick]))]


def run(*, quick: bool = False) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    notes = []
    for name, cases in _sets(quick):
        done = score(cases)
        for kind in ("", *LABELS):
            quality: dict[str, float | int | str | None] = {
                "numbers": done.wanted[kind] if kind else done.wanted.total(),
                "recall": round(done.recall(kind), 4),
                "right_kind": done.named[kind] if kind else done.named.total(),
                "findings": done.found[kind] if kind else done.found.total(),
                "precision": round(done.precision(kind), 4),
            }
            rows.append(row(f"{name}: {kind or 'all'}", "dure", len(cases), quality=quality))
        notes += [f"missed, {name}: {line!r}" for line in sorted(set(done.missed))[:20]]
        notes += [f"wrong, {name}: {line!r}" for line in sorted(set(done.wrong))[:20]]
    texts = [case.text for case in generated(2_000 if not quick else 200)]
    p50, p99 = percentiles(latencies(mask, texts))
    rows.append(row("one sentence", "dure", len(texts), p50_ms=round(p50, 3), p99_ms=round(p99, 3)))
    whole = "\n".join(texts * (1 + LONG // sum(map(len, texts))))[:LONG]
    p50, p99 = percentiles(latencies(mask, [whole] * 5))
    rows.append(row(f"{LONG:,} characters full of numbers", "dure", 5, p50_ms=round(p50, 1), p99_ms=round(p99, 1)))
    return {"rows": rows, "ratios": {}, "notes": [*_NOTES, *notes]}


_NOTES = [
    "every number is made up; both sets are by the author of the finders: real people find spellings that nobody "
    "thought of, so real recall is lower",
    "recall: every digit and letter of the number is covered, by whatever kind; precision: the finding lies on a "
    "personal number",
]
