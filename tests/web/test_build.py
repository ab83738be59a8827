import gzip
from pathlib import Path

import pytest

from dure.web import build

ROOT = Path(__file__).resolve().parents[2]
TOKENS = {
    "--krds-number-9": "2rem",
    "--krds-gap-6": "var(--krds-number-9)",
    "--krds-color-light-gray-90": "#1e2124",
    "--krds-color-high-contrast-gray-5": "#f4f5f6",
    "--krds-light-color-text-basic": "var(--krds-color-light-gray-90)",
    "--krds-high-contrast-color-text-basic": "var(--krds-color-high-contrast-gray-5)",
    "--krds-mobile-font-size-heading-large": "2.4rem",
    "--krds-pc-font-size-heading-large": "3.2rem",
    "--krds-loop-a": "var(--krds-loop-b)",
    "--krds-loop-b": "var(--krds-loop-a)",
    "--krds-dangling": "var(--krds-gone)",
}


def test_reads_definitions_and_ignores_comments():
    css = "/* --krds-old: 1rem; */ :root { --krds-number-9: 2rem;\n --krds-gap-6: var(--krds-number-9); }"
    assert build.read_tokens(css) == {"--krds-number-9": "2rem", "--krds-gap-6": "var(--krds-number-9)"}


def test_follows_chains_to_a_value():
    assert build.resolve("--krds-gap-6", TOKENS) == "2rem"


def test_a_token_without_mode_gets_both_colour_sets():
    css = build.token_css({"--krds-color-text-basic"}, TOKENS)
    assert ":root{--krds-color-text-basic:#1e2124}" in css
    assert "html[data-contrast=high]{color-scheme:dark;--krds-color-text-basic:#f4f5f6}" in css


def test_a_token_without_width_gets_both_sizes_in_browser_rem():
    css = build.token_css({"--krds-font-size-heading-large"}, TOKENS)
    assert ":root{--krds-font-size-heading-large:1.5rem}" in css
    assert "@media(min-width:1024px){:root{--krds-font-size-heading-large:2rem}}" in css


def test_only_tokens_in_use_are_written():
    assert "number-9" not in build.token_css({"--krds-gap-6"}, TOKENS)


@pytest.mark.parametrize("name", ["--krds-color-text-basics", "--krds-font-size-nothing"])
def test_an_unknown_token_stops_the_build_by_name(name):
    with pytest.raises(build.BuildError, match=name):
        build.token_css({name, "--krds-gap-6"}, TOKENS)


def test_a_dangling_and_a_circular_token_are_named():
    with pytest.raises(build.BuildError, match=r"--krds-gone .*--krds-dangling"):
        build.resolve("--krds-dangling", TOKENS)
    with pytest.raises(build.BuildError, match="refers to itself"):
        build.resolve("--krds-loop-a", TOKENS)


@pytest.mark.parametrize(
    ("krds", "browser"),
    [("1.7rem", "1.0625rem"), ("0rem", "0rem"), ("0 0 .4rem #fff", "0 0 0.25rem #fff"), ("#00000014", "#00000014")],
)
def test_measures_are_converted(krds, browser):
    assert build.to_browser_rem(krds) == browser


def test_minifying_keeps_strings_and_calculations():
    css = 'a::before { content: "  {x ; y}  " ; width: calc(1rem + 2px) } /* gone */'
    assert build.minify(css) == 'a::before{content: "  {x ; y}  ";width: calc(1rem + 2px)}'


def test_missing_packages_are_said_in_one_line(tmp_path, capsys):
    assert build.main(["--node-modules", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "npm ci" in capsys.readouterr().err


def real_stylesheet() -> str:
    if not (ROOT / "node_modules" / "krds-uiux").is_dir():
        pytest.skip("node_modules is not there: ./dure test installs it")
    return build.stylesheet(ROOT / "node_modules")


def test_our_stylesheet_builds_within_12_kilobytes():
    css = real_stylesheet()
    assert len(gzip.compress(css.encode(), 9)) <= 12 * 1024
    assert "@import" not in css
    assert "url(" not in css


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, 1.4.3."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["light", "high-contrast"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("text-basic", "background-white"),
        ("text-subtle", "surface-gray-subtler"),
        ("element-gray-dark", "background-white"),
        ("text-primary", "surface-primary-subtler"),
        ("text-danger", "surface-danger-subtler"),
        ("text-warning", "surface-warning-subtler"),
        ("text-success", "surface-success-subtler"),
        ("text-inverse-static", "button-primary-fill"),
    ],
)
def test_our_pairs_of_colours_are_readable(mode, text, ground):
    real_stylesheet()
    tokens = build.read_tokens((ROOT / "node_modules" / build.TOKEN_FILE).read_text())
    colours = [build.resolve(f"--krds-{mode}-color-{name}", tokens)[:7] for name in (text, ground)]
    assert contrast(*colours) >= 4.5
