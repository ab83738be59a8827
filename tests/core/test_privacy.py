"""What is found, what is not, and that it stays fast. Every number here is made up or a published test number."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.core.privacy import CERTAIN, POSSIBLE, Finding, find, mask
from dure.engines.masking import resident_check


def with_check(first_twelve: str) -> str:
    """A resident-number-like string with its check digit, found by trying all ten."""
    return next(first_twelve + d for d in "0123456789" if resident_check(first_twelve + d))


OLD = with_check("900101123456")
FOREIGN = with_check("850312512345")
NEW_YOUNG = "2011053" + "123456"
WRONG_CHECK = OLD[:12] + str((int(OLD[12]) + 1) % 10)


def hyphen(number: str) -> str:
    return f"{number[:6]}-{number[6:]}"


FOUND = [
    (hyphen(OLD), "resident", CERTAIN),
    (OLD, "resident", CERTAIN),
    (f"{OLD[:6]} {OLD[6:]}", "resident", CERTAIN),
    (f"{OLD[:6]} – {OLD[6:]}", "resident", CERTAIN),
    (f"{OLD[:6]}.{OLD[6:]}", "resident", CERTAIN),
    (hyphen(WRONG_CHECK), "resident", POSSIBLE),
    (hyphen(NEW_YOUNG), "resident", POSSIBLE),
    (NEW_YOUNG, "resident", POSSIBLE),
    (f"{OLD[:6]}-1******", "resident", POSSIBLE),
    (hyphen(FOREIGN), "foreigner", CERTAIN),
    ("010-1234-5678", "phone", CERTAIN),
    ("01012345678", "phone", CERTAIN),
    ("010 1234 5678", "phone", CERTAIN),
    ("010.1234.5678", "phone", CERTAIN),
    ("010 - 1234 - 5678", "phone", CERTAIN),
    ("０１０－１２３４－５６７８", "phone", CERTAIN),
    ("010\u200b-1234\u200b-5678", "phone", CERTAIN),
    ("+82 10-1234-5678", "phone", CERTAIN),
    ("+82-(0)10-1234-5678", "phone", CERTAIN),
    ("011-234-5678", "phone", CERTAIN),
    ("02-2345-6789", "phone", CERTAIN),
    ("(02)2345-6789", "phone", CERTAIN),
    ("02) 345-6789", "phone", CERTAIN),
    ("031-234-5678", "phone", CERTAIN),
    ("064 234 5678", "phone", POSSIBLE),
    ("070-1234-5678", "phone", CERTAIN),
    ("07012345678", "phone", POSSIBLE),
    ("0507-1234-5678", "phone", CERTAIN),
    ("4111 1111 1111 1111", "card", CERTAIN),
    ("4111111111111111", "card", CERTAIN),
    ("4111-1111-1111-1111", "card", CERTAIN),
    ("3782 822463 10005", "card", CERTAIN),
    ("12가3456", "plate", POSSIBLE),
    ("123가4567", "plate", POSSIBLE),
    ("서울 12바 3456", "plate", CERTAIN),
    ("hong.gildong+dure@example.go.kr", "email", CERTAIN),
    ("ｈｏｎｇ＠example.com", "email", CERTAIN),
    ("M12345678", "passport", POSSIBLE),
    ("M123A4567", "passport", POSSIBLE),
    ("11-26-123456-78", "driver", POSSIBLE),
    ("서울 26-123456-78", "driver", CERTAIN),
]


@pytest.mark.parametrize(("text", "kind", "certainty"), FOUND)
@pytest.mark.parametrize("around", ["{}", "안내: {}입니다.", "({})", "끝. {}\n다음"])
def test_found_whole_and_nothing_else(text, kind, certainty, around):
    whole = around.format(text)
    [found] = find(whole)
    assert (found.kind, found.certainty) == (kind, certainty)
    assert whole[found.start : found.end].strip("()") == text.strip("()")


@pytest.mark.parametrize(
    ("text", "kind", "certainty"),
    [
        ("계좌 110-123-456789로 입금", "account", CERTAIN),
        ("입금 계좌: 3333-01-1234567 (카카오뱅크)", "account", CERTAIN),
        ("농협 352-1234-5678-93", "account", POSSIBLE),
        ("예금주 홍길동 12345678901234", "account", CERTAIN),
        ("입금일 2026-11-21 3333-01-1234567", "account", CERTAIN),
        ("여권번호는 m12345678", "passport", CERTAIN),
        ("면허번호 112612345678", "driver", CERTAIN),
        ("흰색 승용차 12 가 3456 이 막고 있어요", "plate", CERTAIN),
        ("전화 0223456789", "phone", POSSIBLE),
        ("주민번호 " + WRONG_CHECK, "resident", POSSIBLE),
    ],
)
def test_found_with_its_word_beside_it(text, kind, certainty):
    assert [(found.kind, found.certainty) for found in find(text)] == [(kind, certainty)]


NOTHING = """
2026-11-21
2026. 11. 21. (토) 14:05
20261121140523
2026-11-21 14:05:23
1990년 1월 1일부터 1999년 12월 31일까지
2026.11.21~2026.12.31
제2026-1234호
제2026-031-1234호
사회복지과-12345 (2026. 11. 21.)
접수번호 C-2611-7KQ4-X
접수번호 0223456789
법률 제18742호, 대통령령 제32528호
민법 제159조부터 제161조까지
2024도1234 판결, 2023나2012345
123조 4567억원
예산 1,234,567,890원
입금액 1000000000원
총 12가지 3456건
1,175건 가운데 310건에 제안, 183건 성사
제12조 3456
120, 112, 119, 1588-1234, 080-123-4567
우편번호 04524, 행정구역 1114055000
법인등록번호가 아닌 사업자등록번호 123-45-67890
위도 37.566535, 경도 126.977969
버전 3.11.7, IP 192.168.100.200
ISBN 978-89-123-4567-8
3.14159265358979
면적 1234567.89㎡
1234567890123
4111-1111-1111-1112
990101-9999999
901301-1234567
사용자@ 또는 @멘션, a@b
KR7005930003
2026년 11월 21일 09시부터 18시까지 선착순 100명
""".strip().splitlines()


@pytest.mark.parametrize("text", NOTHING)
def test_ordinary_numbers_are_left_alone(text):
    assert find(text) == []
    assert mask(text) == text


def test_mask_keeps_the_rest_and_can_leave_unsure_ones():
    text = "홍길동 010-1234-5678, 12가3456"
    assert mask(text) == "홍길동 [전화번호], [차량번호]"
    assert mask(text, possible=False) == "홍길동 [전화번호], 12가3456"


def test_several_in_one_sentence():
    text = f"{hyphen(OLD)}, 010-1234-5678 / 02-2345-6789, hong@example.com, 4111-1111-1111-1111"
    assert [found.kind for found in find(text)] == ["resident", "phone", "phone", "email", "card"]


def test_a_listed_number_after_a_circled_one():
    assert [found.kind for found in find("①010-1234-5678 ②010-8765-4321")] == ["phone", "phone"]


@given(st.text(alphabet="0123456789-. @가나서울차량계좌M*(+Aa０\u200b\n", max_size=120))
def test_findings_are_ordered_disjoint_inside_the_text_and_masking_hides_them(text):
    found = find(text)
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert (mask(text) == text) == (not found)


@given(st.text(max_size=60), st.sampled_from(["010-1234-5678", "hong@example.com", hyphen(OLD)]), st.text(max_size=60))
def test_never_missed_between_words(before, number, after):
    text = f"{before}, {number}, {after}"
    start = len(before) + 2
    assert any(f.start <= start and f.end >= start + len(number) for f in find(text))


@pytest.mark.parametrize(
    "evil",
    [
        "0000000000",
        "010-",
        "1-",
        "@a",
        "a.",
        "a@a.",
        "900101-",
        "1 ",
        "계좌 1-",
        "12가",
        "4111 ",
        "M1",
        "- ",
        "+82 (0",
        "가",
        ".",
    ],
)
def test_time_grows_with_the_length_only(evil):
    def seconds(size: int) -> float:
        text = evil * (size // len(evil))
        best = float("inf")
        for _ in range(3):
            begin = time.process_time()
            find(text)
            best = min(best, time.process_time() - begin)
        return best

    seconds(2_000)
    small, large = seconds(20_000), seconds(80_000)
    assert large < 12 * small + 0.02, (evil, small, large)


def test_a_finding_names_its_kind():
    assert Finding("phone", 0, 1, CERTAIN).label == "전화번호"
