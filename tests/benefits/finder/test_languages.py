"""Chinese, Vietnamese and Japanese of the citizen's part: nothing missing, every placeholder there, no Korean left."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

import dure.benefits
from dure.benefits.reading import library
from dure.engines.paperwork.glyphs import signs_of
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


@pytest.mark.parametrize(("language", "of_rules"), [("zh_Hans", "zh"), ("vi", "vi"), ("ja", "ja")])
def test_the_fonts_of_the_document_have_every_sign(language: str, of_rules: str) -> None:
    """So nothing is written as a number: what pages say in the language, what rules say, and names in Korean."""
    _family, folder = settings.FONTS_BESIDE[language.lower().replace("_", "-")]
    fonts = [*folder.glob("400Regular/*.ttf"), *settings.FONT_DIR.rglob("*Regular*.ttf")]
    has = frozenset().union(*map(signs_of, fonts))
    said = [string for strings, _fuzzy in catalogue.read(ROOM.po(language)).values() for string in strings]
    rules = [one for benefit in library().rules.benefits.values() for one in _in(benefit.text, of_rules)]
    assert len(said) > 200
    assert len(rules) > 500
    assert {sign for text in (*said, *rules) for sign in text if sign not in "\n\t" and ord(sign) not in has} == set()


def _in(text: str, language: str) -> list[str]:
    return re.findall(rf"\b{language}: (.+)$", text, re.M)
