"""The data files: those that come with the product are whole, and a fault is told with file, line and field."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from dure.core.rooms import hints
from dure.core.viewer import Viewer
from dure.learning.source import STEPS, CourseError, courses, pieces, read_course, read_pieces

GOOD = """slug: a
version: 1
pass: 70
minutes: 5
title: {ko: "가", en: "A"}
about: {ko: "가", en: "A"}
pages:
  - key: one
    title: {ko: "가", en: "A"}
    body: {ko: "가", en: "A"}
    source: {ko: "가", en: "A"}
questions:
  - key: q
    kind: one
    text: {ko: "가", en: "A"}
    options:
      - {key: x, ko: "가", en: "A", right: true}
      - {key: y, ko: "나", en: "B"}
    why: {ko: "가", en: "A"}
"""


def read(folder: Path, text: str) -> object:
    path = folder / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return read_course(path)


def test_what_comes_with_the_product() -> None:
    assert list(courses()) == ["first-steps", "disputes-and-agreements"]
    for of in courses().values():
        assert 6 <= len(of.pages) <= 8
        assert len(of.questions) >= 8
        assert {question.kind for question in of.questions} == {"one", "several", "order"}
        for page in of.pages:
            assert page.blocks()
    assert {piece.step for piece in pieces()} == set(STEPS)


def test_hints_stand_beside_other_rooms_steps() -> None:
    found = hints("agreement", Viewer.anonymous())
    assert len(found) == 2
    assert found[0].more == "/learning/guideline/#agreement"
    assert hints("no-such-step", Viewer.anonymous()) == []


def test_the_figures_are_those_of_the_study() -> None:
    """What the course says of the 601 cases, counted again from the table."""
    with (settings.BASE_DIR / "data" / "collab-cases" / "appendix.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    partners = Counter(row["partner_type"] for row in rows)
    fields = Counter(row["service_field"] for row in rows)
    technology = Counter(row["tech_applied"] for row in rows)["yes"]
    pages = {page.key: page.body.ko for page in courses()["first-steps"].pages}
    for number in (len(rows), *partners.values(), fields["지역개발/환경"], fields["사회복지"]):
        assert f"{number}건" in pages["numbers"], number
    assert f"{technology}건" in pages["resources"]
    assert {row["resource_shared"] for row in rows} == {"yes"}


def test_a_good_file(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version: 1", "version: one", "a.yaml:2: version: must be a whole number"),
        ("pass: 70", "pass: 101", "a.yaml:3: pass: must be a whole number from 1 to 100"),
        ("minutes: 5\n", "", "a.yaml:1: minutes: is missing"),
        ("minutes: 5", "minutes: 5\nminuts: 6", "a.yaml:5: minuts: is not a field here"),
        ("minutes: 5", "minutes: 5\nminutes: 6", "a.yaml:5: minutes: stands twice"),
        ("slug: a", "slug: b", "a.yaml:1: slug: must be the file's name"),
        ("kind: one", "kind: guess", "a.yaml:14: questions[1].kind: must be one of"),
        (", right: true", "", "a.yaml:17: questions[1].options: exactly one must be right"),
        ("right: true", "right: yes", "a.yaml:17: questions[1].options[1].right: must be true or false"),
        ("key: y", "key: x", "a.yaml:17: questions[1].options: the key 'x' stands twice"),
        ("key: one", "key: One!", "a.yaml:8: pages[1].key: 'One!' is no key"),
        ('    body: {ko: "가", en: "A"}', '    body: {ko: "가"}', "a.yaml:10: pages[1].body.en: is missing"),
        ("kind: one", "kind: order", "a.yaml:17: questions[1].options: of an order none is marked right"),
        ("pages:\n", "pages: 3\nrest:\n", "a.yaml:7: pages: must be a list"),
        ("slug: a", "slug: [", "cannot be read"),
    ],
)
def test_a_fault_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(CourseError) as fault:
        read(tmp_path, GOOD.replace(old, new))
    assert told in str(fault.value)


def test_an_empty_file_and_other_bytes(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="is empty"):
        read(tmp_path, "")
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CourseError, match="cannot be read"):
        read_course(tmp_path / "a.yaml")
    with pytest.raises(CourseError, match="must have fields"):
        read(tmp_path, "- 1")


def test_a_piece_beside_no_step(tmp_path: Path) -> None:
    path = tmp_path / "pieces.yaml"
    said = '{ko: "가", en: "A"}'
    path.write_text(
        f"pieces:\n  - key: a\n    step: nowhere\n    title: {said}\n    text: {said}\n    source: {said}\n"
    )
    with pytest.raises(CourseError, match=r"pieces.yaml:3: pieces\[1\].step: 'nowhere' is no step"):
        read_pieces(path)
