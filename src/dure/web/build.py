"""Builds what pages load: `python -m dure.web.build` writes stylesheet, script, icons and htmx into build/static.

The look is KRDS, the Korean government's design system: its token file (npm `krds-uiux`) is installed at set-up and
never committed. Our own stylesheets in `look/` name tokens without their mode, `var(--krds-color-text-basic)`; the
build looks each one up, follows its var() chain to a value and writes only the tokens in use, in their light and
high-contrast sets and in their phone and wide-screen sizes. KRDS counts 1rem as 10px; here 1rem is what the reader's
browser says (16px unless changed), so measures are converted.

Needs no Django, so that it can run before there are settings.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
STYLESHEETS = ("base", "shell", "parts", "forms", "tables", "desk", "front", "talk", "print")
TOKEN_FILE = "krds-uiux/resources/css/token/krds_tokens.css"
HTMX_FILE = "htmx.org/dist/htmx.min.js"
WIDE = "(min-width:1024px)"
KRDS_REM_PX = 10
BROWSER_REM_PX = 16

DEFINITION = re.compile(r"(--krds-[\w-]+)\s*:\s*([^;]+);")
USE = re.compile(r"var\(\s*(--krds-[\w-]+)\s*\)")
REM = re.compile(r"(?<![\w.])(\d*\.?\d+)rem\b")


class BuildError(Exception):
    """A file that is missing or a token nobody defines; the message names it."""


def read_tokens(css: str) -> dict[str, str]:
    """Token name to its written value, as in the KRDS token file. A later definition wins, as in CSS."""
    return {name: value.strip() for name, value in DEFINITION.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.S))}


def resolve(name: str, tokens: dict[str, str], trail: tuple[str, ...] = ()) -> str:
    """The value of a token with every var() in it followed to its end. BuildError on an unknown or circular name."""
    if name in trail:
        raise BuildError(f"the token {name} refers to itself: {' → '.join((*trail, name))}")
    if name not in tokens:
        raise BuildError(f"unknown KRDS token {name}" + (f" (needed by {trail[0]})" if trail else ""))
    return USE.sub(lambda use: resolve(use[1], tokens, (*trail, name)), tokens[name])


def to_browser_rem(value: str) -> str:
    """`1.7rem` of KRDS (17px) as rem of an unchanged browser: `1.0625rem`."""
    return REM.sub(lambda match: f"{float(match[1]) * KRDS_REM_PX / BROWSER_REM_PX:.6g}rem", value)


def token_css(used: set[str], tokens: dict[str, str]) -> str:
    """The rules that define the `used` mode-less names: plain ones, light/high-contrast pairs, phone/wide pairs.

    Raises BuildError with the name of every token that KRDS does not define.
    """
    plain: dict[str, str] = {}
    contrast: dict[str, str] = {}
    wide: dict[str, str] = {}
    unknown = []
    for name in sorted(used):
        stem = name.removeprefix("--krds-")
        value = {mode: f"--krds-{mode}-{stem}" for mode in ("light", "high-contrast", "mobile", "pc")}
        if name in tokens:
            plain[name] = resolve(name, tokens)
        elif value["light"] in tokens and value["high-contrast"] in tokens:
            plain[name] = resolve(value["light"], tokens)
            contrast[name] = resolve(value["high-contrast"], tokens)
        elif value["mobile"] in tokens and value["pc"] in tokens:
            plain[name] = resolve(value["mobile"], tokens)
            wide[name] = resolve(value["pc"], tokens)
        else:
            unknown.append(name)
    if unknown:
        raise BuildError("unknown KRDS token " + ", ".join(unknown))

    def rule(selector: str, values: dict[str, str]) -> str:
        body = ";".join(f"{name}:{to_browser_rem(value)}" for name, value in values.items())
        return f"{selector}{{{body}}}" if values else ""

    changed_wide = {name: value for name, value in wide.items() if value != plain[name]}
    changed_contrast = {name: value for name, value in contrast.items() if value != plain[name]}
    return (
        rule(":root", plain)
        + (f"@media{WIDE}{{{rule(':root', changed_wide)}}}" if changed_wide else "")
        + rule("html[data-contrast=high]", {"color-scheme": "dark", **changed_contrast} if changed_contrast else {})
    )


def minify(css: str) -> str:
    """Comments, line ends and spaces that mean nothing taken out; strings stay as they are."""
    pieces = re.split(r'("(?:[^"\\]|\\.)*")', re.sub(r"/\*.*?\*/", "", css, flags=re.S))
    for place in range(0, len(pieces), 2):
        piece = re.sub(r"\s+", " ", pieces[place])
        piece = re.sub(r"\s*([{};,])\s*", r"\1", piece)
        pieces[place] = piece.replace(";}", "}")
    return "".join(pieces).strip()


def stylesheet(node_modules: Path) -> str:
    """The whole stylesheet of every page: KRDS tokens in use, then our components."""
    css = minify("\n".join((HERE / "look" / f"{name}.css").read_text(encoding="utf-8") for name in STYLESHEETS))
    tokens = read_tokens(needed(node_modules / TOKEN_FILE).read_text(encoding="utf-8"))
    return token_css(set(USE.findall(css)), tokens) + css


def needed(path: Path) -> Path:
    if not path.is_file():
        raise BuildError(f"{path} is missing: run `npm ci` in the project's folder first")
    return path


def build(node_modules: Path, out: Path) -> list[Path]:
    """Writes the stylesheet, script, icons and htmx under `out` (folders `dure` and `vendor`); returns the files."""
    made = []

    def write(name: str, text: str) -> None:
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        made.append(target)

    write("dure/dure.css", stylesheet(node_modules))
    for name in ("dure.js", "icons.svg", "favicon.svg"):
        write(f"dure/{name}", needed(HERE / "look" / name).read_text(encoding="utf-8"))
    target = out / "vendor" / "htmx.min.js"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(needed(node_modules / HTMX_FILE), target)
    return [*made, target]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m dure.web.build", description=__doc__.splitlines()[0])
    parser.add_argument("--node-modules", type=Path, default=ROOT / "node_modules")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "static")
    options = parser.parse_args(arguments)
    try:
        for path in build(options.node_modules, options.out):
            print(f"{path.stat().st_size:>8,}  {path}")
    except (BuildError, OSError) as error:
        print(f"dure: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
