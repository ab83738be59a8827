"""What the bench of intake sends: photographs that differ, and forms that can be read."""

from __future__ import annotations

import random
from io import BytesIO

from bench.intake import House, _form, _plain, pictures
from PIL import Image


def test_each_photograph_is_another_one() -> None:
    found = pictures(20)
    assert len(set(found)) == 20
    assert Image.open(BytesIO(found[0])).size == (1280, 960)


def test_forms_and_json_name_a_place_in_the_country() -> None:
    served = House(1, 2, "key")
    body, headers = _form(served, random.Random(1), b"picture")
    assert body.count(headers["Content-Type"].partition("boundary=")[2].encode()) == 7
    assert b"picture" in body
    plain, _headers = _plain(served, random.Random(1))
    assert b"roads.roadkill" in plain
