"""Every room's manifest is true: what it says is there, and nothing else is."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import pytest
from django.apps import apps
from django.urls import reverse

from dure.core.jobs import title_of
from dure.core.models import Job
from dure.core.rooms import Room, job_handlers, rooms, subscribers
from dure.core.visibility import visible_models

ROOMS = {room.name: room for room in rooms()}
LEVELS = {"core": 0, "bodies": 1, "places": 1, "simulation": 3, "insight": 3, "web": 4, "config": 5}
# These only write down what an action did.
WRITING_DOWN = {"record", "record_admin_write"}
pytestmark = pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS.keys())


def folder(room: Room) -> Path:
    spec = find_spec(f"dure.{room.name}")
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


def sources(room: Room) -> list[Path]:
    return [path for path in folder(room).rglob("*.py") if "migrations" not in path.parts]


def action_modules(room: Room) -> list[ModuleType]:
    """`actions.py` or all modules of `actions/`, of the room and of its parts; in core, whose verbs stand in many
    modules, all of them."""
    package = import_module(f"dure.{room.name}")
    names = [m.name for m in walk_packages(package.__path__, f"dure.{room.name}.") if ".migrations" not in m.name]
    return [import_module(name) for name in names if room.name == "core" or "actions" in name.split(".")]


def functions(modules: list[ModuleType]) -> set[str]:
    return {
        name
        for module in modules
        for name, value in vars(module).items()
        if not name.startswith("_") and callable(value) and getattr(value, "__module__", "") == module.__name__
        if not isinstance(value, type)
    }


def written_verbs(room: Room) -> set[str]:
    """Functions in the room's actions that take `by`: one use case each."""
    found = set()
    for module in action_modules(room):
        assert module.__file__
        for node in ast.parse(Path(module.__file__).read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                keywords = [argument.arg for argument in node.args.kwonlyargs]
                if keywords[:1] == ["by"]:
                    found.add(node.name)
    return found


def recorded_types(room: Room) -> set[str]:
    """Event types that the room's code passes to `record`, as patterns."""
    found: set[str] = set()
    for path in sources(room):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "record":
                for keyword in node.keywords:
                    if keyword.arg == "type":
                        found |= patterns(keyword.value, tree)
    return found


def patterns(value: ast.expr, tree: ast.Module) -> set[str]:
    match value:
        case ast.Constant(value=str(text)):
            return {re.escape(text)}
        case ast.IfExp(body=one, orelse=other):
            return patterns(one, tree) | patterns(other, tree)
        case ast.JoinedStr(values=parts):
            return {"".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[a-z_.]+" for p in parts)}
        case ast.Name(id=name):
            assigned = [
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
            ]
            passed = [
                keyword.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
                for keyword in node.keywords
                if keyword.arg == name and not isinstance(keyword.value, ast.Name)
            ]
            return set().union(*(patterns(each, tree) for each in assigned + passed)) if assigned + passed else set()
        case ast.Subscript() | ast.Attribute() | ast.Call():
            # A table of types: every string in the module that looks like one.
            texts = {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
            return {re.escape(text) for text in texts if re.fullmatch(r"[a-z]+(\.[a-z_]+)+", text)}
    raise AssertionError(f"{ast.unparse(value)}: cannot tell which event types these are")


def test_a_room_says_what_it_is_for(room: Room) -> None:
    assert find_spec(f"dure.{room.name}"), "the name is the package"
    assert room.floor == LEVELS.get(room.name, 2)
    assert str(room.question).endswith("?")
    assert str(room.about).strip()


def test_nouns_are_the_models(room: Room) -> None:
    if not find_spec(f"dure.{room.name}.models"):
        assert room.nouns == ()
        return
    models = {model.__name__ for model in apps.get_app_config(room.name).get_models()}
    assert {noun.code for noun in room.nouns} == models
    for noun in room.nouns:
        assert noun.ko
        assert noun.en


def test_verbs_are_the_actions(room: Room) -> None:
    there = functions(action_modules(room))
    assert set(room.verbs) <= there, "a verb that is no function"
    assert len(set(room.verbs)) == len(room.verbs)
    missing = written_verbs(room) - set(room.verbs) - WRITING_DOWN
    assert not missing, f"actions that the manifest does not name: {sorted(missing)}"


def test_events_are_those_that_the_code_records(room: Room) -> None:
    found = recorded_types(room)
    for type in room.events_out:
        assert type.startswith(f"{room.name}."), type
        assert any(re.fullmatch(pattern, type) for pattern in found), f"nothing records {type}"
    for pattern in found:
        assert any(re.fullmatch(pattern, type) for type in room.events_out), f"{pattern} is in no manifest"


def test_everything_that_can_be_withheld_can_be_linked(room: Room) -> None:
    kinds = {model.urn_kind for model in visible_models() if model._meta.app_label == room.name}
    assert "" not in kinds
    assert kinds <= set(room.resolvers)
    for other in ROOMS.values():
        if other is not room:
            assert not set(other.resolvers) & set(room.resolvers), "two rooms resolve the same kind"


def test_jobs_periodic_work_and_subscribers_fit_together(room: Room) -> None:
    for kind in room.jobs:
        assert kind.startswith(f"{room.name}.")
        assert title_of(Job(kind=kind)) != kind, f"{kind}: people need a title (core.jobs.titled)"
    for periodic in room.periodic:
        assert periodic.kind in job_handlers()
        assert periodic.every in ("hour", "day")
    known = {type for other in ROOMS.values() for type in other.events_out}
    for subscriber in room.subscribers:
        assert subscriber.name.startswith(f"{room.name}.")
        assert subscribers()[subscriber.name] is subscriber
        for wanted in subscriber.events:
            assert wanted == "*" or any(subscriber.wants(type) for type in known), f"nobody records {wanted}"
    for other in ROOMS.values():
        if other is not room:
            assert not set(other.confirmations) & set(room.confirmations), "two rooms confirm for the same purpose"
            assert not set(other.jobs) & set(room.jobs)


def test_menu_entries_lead_somewhere(room: Room) -> None:
    for entry in room.menu:
        assert entry.where in ("main", "desk", "footer")
        assert reverse(entry.url_name)
        assert str(entry.label)
