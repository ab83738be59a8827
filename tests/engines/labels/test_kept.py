"""What was learnt can be kept: read again it answers the same, and what is older than its texts is not read."""

from __future__ import annotations

from pathlib import Path

from dure.engines.labels import Example, Labeller

TEXTS = [
    Example("국도에 고라니가 죽어 있어요", "dead", "a"),
    Example("고양이 사체가 있습니다", "dead", "b"),
    Example("가로등이 꺼졌어요", "light", "c"),
    Example("골목 보안등이 깜빡입니다", "light", "d"),
]


def test_a_kept_labeller_answers_the_same(tmp_path: Path) -> None:
    learnt = Labeller(TEXTS)
    learnt.save(tmp_path, "1")
    kept = Labeller.read(tmp_path, "1")
    assert kept is not None
    for text in ("고라니 사체", "등이 꺼졌다", "", "🦌"):
        assert kept.suggest(text) == learnt.suggest(text)


def test_what_is_of_other_texts_or_damaged_is_not_read(tmp_path: Path) -> None:
    assert Labeller.read(tmp_path, "1") is None
    Labeller(TEXTS).save(tmp_path, "1")
    assert Labeller.read(tmp_path, "2") is None
    (tmp_path / "model.json").write_text("{", encoding="utf-8")
    assert Labeller.read(tmp_path, "1") is None
