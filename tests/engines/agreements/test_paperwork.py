"""The same paper as PDF and HWPX, and nothing people wrote is ever read as markup."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hwpx import HwpxDocument

from dure.engines.paperwork import Clause, Heading, Paper, Paragraph, Signatures, Table, to_hwpx, to_pdf

FONTS = Path(__file__).resolve().parents[3] / "node_modules" / "@expo-google-fonts" / "nanum-gothic"
NASTY = '#panic("x") $x^2$ *굵게* "], ["a" \\ #read("/etc/passwd") <b>&amp;</b> {{ 7*7 }} =제목 @ref'
PAPER = Paper(
    title="밤에 여는 진료소 협약서",
    subtitle="가람군 · 나루군",
    footer="확인 번호 A-2611-7KQ4RMP-X · https://dure.example/agreements/verify/",
    blocks=(
        Heading("협약"),
        Paragraph("두 기관은 다음과 같이 협약합니다.\n둘째 줄"),
        Clause("제1조", "목적", NASTY),
        Clause(
            "제2조", "비용", "", (Table("나누어 내는 돈", ("기관", "원"), (("가람군", "333,334"), (NASTY, "1")), (1,)),)
        ),
        Signatures("서명", (("가람군", "서명함"), (NASTY, "아직"))),
    ),
)


def words(pdf: bytes) -> str:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("no pdftotext here")
    said = subprocess.run([tool, "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(said.stdout.decode().split())


def test_pdf_holds_every_word_and_the_footer() -> None:
    pdf = to_pdf(PAPER, font_paths=[FONTS])
    assert pdf.startswith(b"%PDF-")
    assert pdf == to_pdf(PAPER, font_paths=[FONTS])
    text = words(pdf)
    for part in ("밤에 여는 진료소 협약서", "제2조 비용", "333,334", "A-2611-7KQ4RMP-X", '#panic("x")', "{{ 7*7 }}"):
        assert part in text, text


def test_a_long_paper_has_the_footer_on_each_page() -> None:
    blocks = tuple(Clause(f"제{n}조", "긴 글", "가나다라 " * 300) for n in range(1, 9))
    text = words(to_pdf(Paper("긴 협약서", blocks, footer="A-2611-7KQ4RMP-X"), font_paths=[FONTS]))
    assert text.count("A-2611-7KQ4RMP-X") >= 3


def test_emoji_and_other_scripts_do_not_break_it() -> None:
    pdf = to_pdf(Paper("모임 🏥", (Paragraph("🧑‍⚕️ العربية Ελλ 𠀀 \t가"),)), font_paths=[FONTS])
    assert pdf.startswith(b"%PDF-")


def test_hwpx_is_reopened_and_valid() -> None:
    data = to_hwpx(PAPER)
    assert data == to_hwpx(PAPER)
    document = HwpxDocument.open(io.BytesIO(data))
    assert document.validate().ok
    text = document.text.plain
    text = text() if callable(text) else text
    for part in ("밤에 여는 진료소 협약서", "제2조 비용", "333,334", '#panic("x")', "<b>&amp;</b>"):
        assert part in text, text
    assert b"A-2611-7KQ4RMP-X" in _all(data)


def test_hwpx_leaves_out_what_xml_cannot_hold() -> None:
    data = to_hwpx(Paper("가\x00나\ufffe", (Paragraph("🏥"),)))
    assert "🏥" in _all(data).decode("utf-8", "ignore")


def _all(data: bytes) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as box:
        assert box.infolist()[0].filename == "mimetype"
        return b"".join(box.read(name) for name in box.namelist() if name.endswith(".xml"))
