"""Ids in the order of time; receipt numbers that show when they were read wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.core import ids

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
AT = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
receipts = st.builds(
    ids.receipt_number,
    st.text(ids.ALPHABET[10:], min_size=1, max_size=3),
    st.uuids(),
    st.integers(1_577_836_800, 3_786_912_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
)


def split(receipt: str) -> tuple[str, str]:
    """The signs without hyphens, and the hyphenless shape to put them back."""
    return receipt.replace("-", ""), receipt


def put_back(signs: str, shape: str) -> str:
    rest = iter(signs)
    return "".join("-" if sign == "-" else next(rest) for sign in shape)


def test_ids_have_version_and_variant_and_their_moment() -> None:
    id = ids.uuid7(AT)
    assert (id.version, id.variant) == (7, "specified in RFC 4122")
    assert id.int >> 80 == int(AT.timestamp() * 1000)


@given(st.integers(1, 16_725_225_600), st.integers(1, 10**9))
def test_a_later_id_is_greater(second: int, milliseconds: int) -> None:
    at = datetime.fromtimestamp(second, UTC)
    assert ids.uuid7(at) < ids.uuid7(at + timedelta(milliseconds=milliseconds))


def test_ids_of_one_moment_differ() -> None:
    assert len({ids.uuid7(AT) for _ in range(1000)}) == 1000


@pytest.mark.parametrize("prefix", ["", "L", "1", "가", "c"])
def test_a_prefix_cannot_be_read_as_digits(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        ids.receipt_number(prefix, UUID(int=7), AT)


def test_a_receipt_number_says_the_month_in_seoul() -> None:
    number = ids.receipt_number("C", UUID(int=7), AT + timedelta(days=9))
    assert number.startswith("C-2612-"), "30 November in the evening, UTC, is December in Seoul"
    assert ids.receipt_number("C", UUID(int=7), AT) == ids.receipt_number("C", UUID(int=7), AT)
    assert ids.receipt_number("C", UUID(int=7), AT) != ids.receipt_number("C", UUID(int=8), AT)


def test_the_weighted_sum_of_the_standard() -> None:
    """ISO/IEC 7064: the sum of values times powers of 2, the check sign's weight being 1, leaves 1 modulo 37."""
    values = {sign: value for value, sign in enumerate(SIGNS + "*")}
    for text in ("A", "C26117KQ4RMP", "ZZZ9999", "0"):
        whole = text + ids.check_sign(text)
        assert sum(values[sign] * 2**place for place, sign in enumerate(reversed(whole))) % 37 == 1


@given(receipts)
def test_every_number_is_valid_and_readable(receipt: str) -> None:
    assert ids.receipt_number_is_valid(receipt)
    assert ids.receipt_number_is_valid(f" {receipt.lower()} ")
    assert set(receipt.split("-", 2)[2]) <= set(ids.ALPHABET + "-")


@given(receipts, st.data())
def test_every_single_wrong_sign_is_noticed(receipt: str, data: st.DataObject) -> None:
    signs, shape = split(receipt)
    at = data.draw(st.integers(0, len(signs) - 1))
    wrong = data.draw(st.sampled_from([s for s in SIGNS if s != signs[at]]))
    misread = put_back(signs[:at] + wrong + signs[at + 1 :], shape)
    # O for 0 and I or L for 1 are read as what was meant.
    assert not ids.receipt_number_is_valid(misread) or ids.normalise_receipt(misread) == receipt


@given(receipts)
def test_every_swap_of_neighbours_is_noticed(receipt: str) -> None:
    signs, shape = split(receipt)
    for at, (left, right) in enumerate(pairwise(signs)):
        if left != right:
            swapped = put_back(signs[:at] + right + left + signs[at + 2 :], shape)
            assert not ids.receipt_number_is_valid(swapped) or ids.normalise_receipt(swapped) == receipt


@pytest.mark.parametrize(
    "text",
    ["", "C", "C-2611", "C-2611-7KQ4RMP-XX", "C-2611-7KQ4RM-X", "한-2611-7KQ4RMP-X", "---", "C--7KQ4RMP-X"],
)
def test_other_texts_are_no_receipt_numbers(text: str) -> None:
    assert not ids.receipt_number_is_valid(text)


@given(st.text())
def test_no_text_breaks_the_check(text: str) -> None:
    ids.receipt_number_is_valid(text)
