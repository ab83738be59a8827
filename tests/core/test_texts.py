"""What people type is kept in one form, and nothing hidden stays in it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.core.refused import Refused
from dure.core.texts import tidy


def test_emoji_stay_and_direction_signs_go():
    assert tidy("가\u202e나\u2067다\ufeff 👩‍👧 ☂️", longest=99, field="text") == "가나다 👩‍👧 ☂️"
    assert tidy("\u1100\u1161", longest=9, field="text") == "가", "one form of a syllable"


def test_a_pasted_table_keeps_its_cells():
    assert tidy("이름\t값\r\n버스\t4대 \r\n", longest=99, field="text") == "이름\t값\n버스\t4대"
    assert tidy(" 두\n 줄 ", longest=99, field="text", one_line=True) == "두 줄"


def test_too_much_and_nothing_are_refused_at_the_field():
    with pytest.raises(Refused) as refused:
        tidy("가" * 40_000, longest=4000, field="goal")
    assert refused.value.field == "goal"
    assert "40,000" in refused.value.message
    with pytest.raises(Refused, match="적어 주세요"):
        tidy(" \u200e\n", longest=9, field="goal", needed="적어 주세요")


@given(st.text(max_size=200))
def test_whatever_is_typed_is_tidy_once(text):
    once = tidy(text, longest=10_000, field="text")
    assert tidy(once, longest=10_000, field="text") == once
    assert "\x00" not in once
    assert not any(unicodedata.category(sign) == "Cs" for sign in once)
