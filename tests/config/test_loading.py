from __future__ import annotations

import io

import pytest

from dure.config.loading import load_all, load_demo, outdated
from dure.config.models import LoadedData
from dure.config.progress import Bars
from dure.core.models import Heartbeat
from dure.core.rooms import Loader, Progress, Room, rooms

pytestmark = pytest.mark.django_db


class House:
    """Two rooms whose loaders and demos leave a row and a note of when they ran."""

    def __init__(self, version: str = "1", fails: bool = False) -> None:
        self.ran: list[str] = []
        self.fails = fails
        self.rooms = (
            Room(
                name="low", floor=0, question="", about="", loaders=(self.loader("a", version), self.loader("b", "1"))
            ),
            Room(name="high", floor=2, question="", about="", loaders=(self.loader("c", "1"),), demo=self.demo),
        )

    def loader(self, name: str, version: str) -> Loader:
        def load(progress: Progress) -> None:
            Heartbeat.objects.get_or_create(worker=f"row of {name}", defaults={"beat_at": "2026-01-01T00:00Z"})
            progress(1, 2, "half")
            if self.fails and name == "b":
                raise RuntimeError("a table of facts is damaged")
            progress(2, 2, "")
            self.ran.append(name)

        return Loader(name, f"표 {name}", version, load)

    def demo(self, progress: Progress) -> None:
        self.ran.append("demo")


def quiet(label: str) -> Progress:
    return lambda done, total, message: None


def test_each_loader_runs_once_for_each_version_lowest_floor_first() -> None:
    house = House()
    assert load_all(quiet, of=house.rooms) == ["low.a", "low.b", "high.c"]
    assert load_all(quiet, of=house.rooms) == []
    newer = House(version="2")
    assert load_all(quiet, of=newer.rooms) == ["low.a"]
    assert load_all(quiet, of=newer.rooms, again=["high.c"]) == ["high.c"]
    assert house.ran == ["a", "b", "c"]
    assert newer.ran == ["a", "c"]


def test_a_load_that_fails_leaves_nothing_of_itself_and_is_tried_again() -> None:
    with pytest.raises(RuntimeError):
        load_all(quiet, of=House(fails=True).rooms)
    assert set(LoadedData.objects.values_list("name", flat=True)) == {"low.a"}
    assert set(Heartbeat.objects.values_list("worker", flat=True)) == {"row of a"}
    assert load_all(quiet, of=House().rooms) == ["low.b", "high.c"]


def test_demo_content_comes_once() -> None:
    house = House()
    assert load_demo(quiet, of=house.rooms) == ["demo.high"]
    assert load_demo(quiet, of=house.rooms) == []
    assert house.ran == ["demo"]


def test_what_the_real_rooms_have_is_outdated_in_an_empty_house() -> None:
    names = [f"{room.name}.{loader.name}" for room in rooms() for loader in room.loaders]
    assert outdated() == names
    assert len(set(names)) == len(names)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal_and_lines_elsewhere() -> None:
    terminal, file = Terminal(), io.StringIO()
    for out in (terminal, file):
        bars = Bars(out)
        progress = bars.show("기관 목록")
        progress(5, 10, "half")
        progress(10, 10, "")
        bars.close()
    assert "█" in terminal.getvalue()
    assert "10/10" in terminal.getvalue()
    assert terminal.getvalue().endswith("\n")
    assert file.getvalue().splitlines()[0] == "… 기관 목록"
    assert "기관 목록: 10 ·" in file.getvalue()
    assert "\x1b" not in file.getvalue()


def test_a_bar_never_runs_over_the_line() -> None:
    terminal = Terminal()
    bars = Bars(terminal)
    bars.show("아주 긴 이름을 가진 자료")(1, 3, "한" * 200)
    line = terminal.getvalue().rpartition("\x1b[2K")[2]
    assert sum(2 if ord(char) > 0x1100 else 1 for char in line) <= 100 + 24  # block characters count as one
