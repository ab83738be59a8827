"""Chinese, Vietnamese and Japanese of the citizen's part: nothing missing, every placeholder there, no Korean left."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import dure.benefits
from dure.web import catalogue

ROOM = catalogue.RoomFiles("benefits", Path(dure.benefits.__file__).parent)
OFFICIALS = {"counter.html", "consent.html", "consent_state.html", "application.html"}
OF_OFFICIALS = {"room.py", "policy.py", "pages/counter.py"}
HOUSE = {"(선택)", "적으신 것은 그대로 남아 있습니다.", "%(n)s곳을 고쳐 주세요", "%(steps)d단계 가운데 %(at)d단계"}
"""Said by the components that these pages are made of."""


def of_citizens() -> set[str]:
    found = set()
    for key, places in catalogue.find(ROOM).places.items():
        names = {place.removeprefix("templates/benefits/") for place in places}
        if names - OFFICIALS - OF_OFFICIALS:
            found.add(key.text)
    return found


@pytest.mark.parametrize("language", ["zh_Hans", "vi", "ja"])
def test_the_citizens_part_is_whole(language: str) -> None:
    said = {key.text: strings for key, (strings, _fuzzy) in catalogue.read(ROOM.po(language)).items()}
    assert sorted((of_citizens() | HOUSE) - set(said)) == []
    wrong = []
    for text, strings in said.items():
        for string in strings:
            if not string or re.search("[가-힣]", string):
                wrong.append(f"{text}: {string}")
            if Counter(catalogue.PLACEHOLDER.findall(text)) != Counter(catalogue.PLACEHOLDER.findall(string)):
                wrong.append(f"{text}: placeholders of {string}")
    assert wrong == []


def test_the_house_compiles_them() -> None:
    assert ROOM.others() == ["ja", "vi", "zh_Hans"]
