"""Translations without GNU gettext: finds every string of a room, keeps its English catalogue, finds what is wrong.

Korean is the msgid. Each room has one file, `locale/en/LC_MESSAGES/django.po`, sorted and without positions, so that
two branches seldom meet in it. Strings come from the room's Python (read as a syntax tree, so that joined literals are
one string) and from everything under its `templates/`, attributes of components included.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize
from django.utils.translation.trans_real import translation

HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
LETTER = re.compile(r"[^\W\d_]")
PLACEHOLDER = re.compile(r"%%|%\((\w+)\)[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|%[sdif]|\{(\w*)[^{}\s]*\}")
TAG = re.compile(r"</?\w+")

FUNCTIONS = {
    "_": (0, None, None),
    "gettext": (0, None, None),
    "gettext_lazy": (0, None, None),
    "gettext_noop": (0, None, None),
    "ngettext": (0, 1, None),
    "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0),
    "pgettext_lazy": (1, None, 0),
    "npgettext": (1, 2, 0),
    "npgettext_lazy": (1, 2, 0),
}
"""Translation functions: the place of the singular, of the plural and of the context among the arguments."""

BABEL_KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SAYS_TO_PEOPLE = {"Refused", "ValidationError", "MenuEntry"}
SPOKEN_KEYWORDS = {"label", "help_text", "verbose_name", "empty_label"}
MESSAGE_LEVELS = {"debug", "info", "success", "warning", "error"}

WITHOUT_HANGUL = frozenset({"1:1", "A–Z", "API", "CSV", "XLSX", "JSON", "QR"})
"""Msgids that are the same in Korean and need no Hangul."""

FOREIGN_TEMPLATES = tuple(f"templates/{app}/" for app in ("account", "allauth", "mfa", "socialaccount", "usersessions"))

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""
ENGLISH_PLURAL = "nplurals=2; plural=(n != 1);"


class Key(NamedTuple):
    """What a translation is found by. `plural` is empty where there is none."""

    text: str
    plural: str = ""
    context: str = ""


@dataclass
class Found:
    """The strings of one room with the files they stand in, and what cannot be right whatever the catalogue says.

    `foreign` are English strings in our versions of a package's templates: the package translates them.
    """

    places: dict[Key, set[str]] = field(default_factory=dict)
    foreign: dict[Key, set[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, key: Key, place: str) -> None:
        if not HANGUL.search(key.text) and place.startswith(FOREIGN_TEMPLATES):
            self.foreign.setdefault(key, set()).add(place)
            return
        self.places.setdefault(key, set()).add(place)


@dataclass(frozen=True)
class RoomFiles:
    """A room's name and its folder."""

    name: str
    folder: Path

    def po(self, language: str = "en") -> Path:
        return self.folder / "locale" / language / "LC_MESSAGES" / "django.po"

    def others(self) -> list[str]:
        """Further languages in which a part of the room speaks: which part, the room says and tests itself."""
        return sorted(
            path.parts[-3]
            for path in self.folder.glob("locale/*/LC_MESSAGES/django.po")
            if path.parts[-3] not in {"en", "ko"}
        )


# Finding strings


def find(room: RoomFiles) -> Found:
    """Every translatable string of the room, and faults in how strings are written."""
    found = Found()
    for path in sorted(room.folder.rglob("*.py")):
        if "migrations" not in path.parts:
            _find_in_python(path.read_text(encoding="utf-8"), path.relative_to(room.folder).as_posix(), found)
    templates = room.folder / "templates"
    for path in sorted(p for p in templates.rglob("*") if p.is_file()) if templates.is_dir() else []:
        _find_in_template(path.read_text(encoding="utf-8"), path.relative_to(room.folder).as_posix(), found)
    return found


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _find_in_python(source: str, place: str, found: Found) -> None:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            _renamed_functions(node, place, found)
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name in FUNCTIONS:
            _translated_call(node, FUNCTIONS[name], place, found)
        else:
            _spoken_untranslated(node, name, place, found)


def _renamed_functions(node: ast.ImportFrom, place: str, found: Found) -> None:
    for alias in node.names if node.module == "django.utils.translation" else ():
        called = alias.asname or alias.name
        if alias.name in FUNCTIONS and FUNCTIONS.get(called) != FUNCTIONS[alias.name]:
            found.faults.append(f"{place}:{node.lineno}: {alias.name} as {called}: its strings are not found")


def _translated_call(node: ast.Call, places: tuple[int, int | None, int | None], place: str, found: Found) -> None:
    singular, plural, context = (node.args[at] if at is not None and at < len(node.args) else None for at in places)
    text = _text(singular)
    if text:
        found.add(Key(text, _text(plural) or "", _text(context) or ""), place)
    elif isinstance(singular, ast.JoinedStr | ast.BinOp | ast.Call):
        found.faults.append(
            f"{place}:{node.lineno}: a translated string must be whole, with %(name)s for what is put in"
        )


def _spoken_untranslated(node: ast.Call, name: str, place: str, found: Found) -> None:
    said: list[ast.expr | None] = []
    if name in SAYS_TO_PEOPLE:
        said += node.args
    elif name in MESSAGE_LEVELS and isinstance(node.func, ast.Attribute) and _name(node.func.value) == "messages":
        said += node.args[1:]
    said += [keyword.value for keyword in node.keywords if keyword.arg in SPOKEN_KEYWORDS]
    for argument in said:
        parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
        if any(HANGUL.search(_text(part) or "") for part in parts):
            found.faults.append(f"{place}:{node.lineno}: Korean for people outside gettext in {name or 'a call'}()")


def _find_in_template(source: str, place: str, found: Found) -> None:
    # templatize keeps the template's indentation, which is none that Python would accept.
    code = "\n".join(line.lstrip() for line in templatize(source).split("\n")).encode()
    for _line, function, messages, _comments in extract_python(
        BytesIO(code), BABEL_KEYWORDS, [], {"encoding": "utf-8"}
    ):
        if function not in BABEL_KEYWORDS:
            continue
        given = [messages] if isinstance(messages, str) else [m for m in messages if m]
        context = given.pop(0) if function in {"pgettext", "npgettext"} else ""
        plural = given[1] if function in {"ngettext", "npgettext"} and len(given) > 1 else ""
        found.add(Key(given[0], plural, context), place)
    found.faults += [f"{place}:{line}: Korean outside a translate tag: {text}" for line, text in bare_hangul(source)]


def bare_hangul(source: str) -> Iterator[tuple[int, str]]:
    """Korean in a template that no translate tag holds: (line, the text, shortened)."""
    inside = ""
    for token in Lexer(source).tokenize():
        command = token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""
        if token.token_type == TokenType.BLOCK and inside:
            if command in {f"end{inside}", "endblocktrans", "endblocktranslate"}:
                inside = ""
            continue
        if token.token_type == TokenType.COMMENT or inside:
            continue
        if token.token_type == TokenType.BLOCK and command in {"comment", "blocktranslate", "blocktrans"}:
            inside = command
            continue
        if token.token_type == TokenType.BLOCK and command in {"translate", "trans"}:
            continue
        contents = re.sub(r"""_\((?:"[^"]*"|'[^']*')\)""", "", token.contents)
        if match := HANGUL.search(contents):
            line = (token.lineno or 1) + contents[: match.start()].count("\n")
            yield line, " ".join(contents[match.start() :].split())[:40]


# The catalogue


def _key(message: object) -> Key:
    ids = message.id if isinstance(message.id, list | tuple) else (message.id, "")  # type: ignore[attr-defined]
    return Key(ids[0], ids[1], message.context or "")  # type: ignore[attr-defined]


def read(path: Path) -> dict[Key, tuple[tuple[str, ...], bool]]:
    """Key to (translations, fuzzy?). One translation, or one for each plural form. Nothing where there is no file."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file)
    entries = {}
    for message in catalogue:
        if message.id:
            strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
            entries[_key(message)] = (tuple(string or "" for string in strings), message.fuzzy)
    return entries


def _catalogue(entries: Iterable[tuple[Key, tuple[str, ...], Iterable[str]]], language: str) -> Catalog:
    catalogue = Catalog(locale=language, charset="utf-8", fuzzy=False)
    for key, strings, places in entries:
        identity = (key.text, key.plural) if key.plural else key.text
        string = tuple(strings) if key.plural else strings[0]
        catalogue.add(identity, string, locations=[(p, 0) for p in sorted(places)], context=key.context or None)
    return catalogue


def update(room: RoomFiles, found: Found, known: dict[Key, tuple[str, ...]]) -> int:
    """Writes the room's English catalogue anew: what is gone goes, what is new comes, with its English from `known`
    (other rooms') if there is one. Returns how many are still without English."""
    old = read(room.po())
    entries, missing = [], 0
    for key in sorted(found.places):
        strings = old[key][0] if key in old else known.get(key, ("", "") if key.plural else ("",))
        missing += not all(strings)
        entries.append((key, strings, found.places[key]))
    if not entries:
        room.po().unlink(missing_ok=True)
        return 0
    out = BytesIO()
    write_po(out, _catalogue(entries, "en"), width=0, omit_header=True, sort_output=True, include_lineno=False)
    room.po().parent.mkdir(parents=True, exist_ok=True)
    text = HEADER.format(language="en", plural=ENGLISH_PLURAL) + out.getvalue().decode().strip() + "\n"
    room.po().write_text(text, encoding="utf-8")
    return missing


def compile_room(room: RoomFiles, found: Found) -> None:
    """Writes the room's `.mo` files. Korean gets one too, each string being itself: without it Django would fall back
    from Korean to the installation's own language, if that is English. A room with a Korean catalogue says in it what
    packages say in English, or say badly in Korean."""
    english = [(key, strings, ()) for key, (strings, fuzzy) in read(room.po()).items() if all(strings) and not fuzzy]
    korean: list[tuple[Key, tuple[str, ...], tuple[()]]] = [(key, (key.text,), ()) for key in found.places]
    korean += [(key, strings[:1], ()) for key, (strings, _fuzzy) in read(room.po("ko")).items()]
    others = [
        (language, [(key, strings, ()) for key, (strings, fuzzy) in read(room.po(language)).items() if not fuzzy])
        for language in room.others()
    ]
    for language, entries in (("en", english), ("ko", korean), *others):
        path = room.po(language).with_suffix(".mo")
        if not entries:
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        out = BytesIO()
        write_mo(out, _catalogue(entries, language))
        path.write_bytes(out.getvalue())


# What is wrong


def placeholders(text: str) -> Counter[str]:
    return Counter(m[0] for m in PLACEHOLDER.finditer(text) if m[0] != "%%")


def check(room: RoomFiles, found: Found) -> list[str]:
    """Everything wrong with the room's strings and English, one line each; empty if all is well."""
    entries = read(room.po())
    wrong = [f"{room.name}/{fault}" for fault in found.faults]

    def say(key: Key, fault: str) -> None:
        where = ", ".join(sorted(found.places.get(key) or found.foreign.get(key) or {"django.po"}))
        wrong.append(f"{room.name}: {fault}: {key.text[:60]!r} ({where})")

    for key in sorted(found.places):
        if (
            not HANGUL.search(key.text)
            and key.text not in WITHOUT_HANGUL
            and LETTER.search(PLACEHOLDER.sub("", key.text))
        ):
            say(key, "not Korean")
        if key not in entries:
            say(key, "not in the catalogue; run `./dure manage messages --update`")
            continue
        strings, fuzzy = entries[key]
        if fuzzy:
            say(key, "fuzzy English")
        if not all(strings):
            say(key, "no English")
            continue
        for place, string in enumerate(strings):
            for fault in faults_of(key, string, singular=bool(key.plural) and place == 0):
                say(key, fault)
    for key in sorted(set(entries) - set(found.places)):
        say(key, "obsolete")
    ours = read(room.po("ko"))
    for key in sorted(found.foreign):
        if key not in ours and translation("ko").gettext(key.text) == key.text:
            say(key, "a package's string without Korean; say it in the room's Korean catalogue")
    return wrong


def faults_of(key: Key, english: str, *, singular: bool = False) -> Iterator[str]:
    """What is wrong with one English string. A singular may leave placeholders out (`one day`)."""
    ours, theirs = placeholders(key.text), placeholders(english)
    if (theirs - ours) or (not singular and ours - theirs):
        yield f"placeholders differ ({' '.join(ours) or 'none'} / {' '.join(theirs) or 'none'})"
    if Counter(TAG.findall(key.text)) != Counter(TAG.findall(english)):
        yield "HTML tags differ"
    if HANGUL.search(english):
        yield "Korean in the English"
    if key.text[:1].isspace() != english[:1].isspace() or key.text[-1:].isspace() != english[-1:].isspace():
        yield "space at an end differs"


def conflicts(rooms: Iterable[RoomFiles]) -> list[str]:
    """The same Korean with different English in two rooms: Django keeps only one of them."""
    first: dict[Key, tuple[str, tuple[str, ...]]] = {}
    wrong = []
    for room in rooms:
        for key, (strings, _fuzzy) in read(room.po()).items():
            if not all(strings):
                continue
            name, other = first.setdefault(key, (room.name, strings))
            if other != strings:
                wrong.append(f"{room.name}: other English than in {name}: {key.text[:60]!r}")
    return wrong
