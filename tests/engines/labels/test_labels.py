"""The labeller: right on what is plain, unsure on what is not, the same every time, and able to say why."""

from __future__ import annotations

import csv
import itertools
from collections import Counter

import pytest
import yaml
from bench.labels import fold_of, quality
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.labels import TEXTS, Example, Labeller, examples, load, shared_labeller
from dure.engines.retrieval import shared_analyser
from tests import ready

PLAIN = [
    ("국도에 고라니가 죽어 있어요", "roads.roadkill"),
    ("고라니 죽어있음", "roads.roadkill"),
    ("포트홀이요", "roads.pothole"),
    ("멘홀 뚜껑이 열렸어요", "roads.manhole"),
    ("우리 골목 보안등이 나갔어요", "lighting.securitylight"),
    ("위층에서 밤마다 쿵쿵거려요", "noise.floor-noise"),
    ("장애인 주차칸에 표지 없는 차", "traffic.disabledparking"),
    ("버스정류장 유리 깨짐", "traffic.busstop"),
    ("dead deer on the road", "roads.roadkill"),
]


def kept() -> Labeller:
    return shared_labeller(ready.labels())


@pytest.fixture(scope="module")
def labeller() -> Labeller:
    """As it was learnt from these texts by this code; learning again gives the same, which a test shows."""
    return kept()


@pytest.mark.parametrize(("text", "label"), PLAIN)
def test_plain_texts(labeller, text, label):
    assert labeller.suggest(text).label == label


def test_it_says_which_words_spoke(labeller):
    words = labeller.suggest("국도에 고라니가 죽어 있어요").words
    assert {"고라니가", "죽어"} & {word.word for word in words[:2]}
    assert all(left.contribution >= right.contribution for left, right in itertools.pairwise(words))
    assert all("국도에 고라니가 죽어 있어요"[word.start : word.end] == word.word for word in words)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t", "😀😀😀", "\u202eمرحبا بالعالم", "???", "12345", "안녕하세요", "오늘 점심 뭐 먹지", "ㅋㅋㅋ"],
)
def test_what_says_nothing_is_unsure(labeller, text):
    assert not labeller.suggest(text).sure


def test_long_texts_are_read_at_their_beginning(labeller):
    said = labeller.suggest("도로에 포트홀이 생겼어요. " + "가나다 " * 10_000)
    assert len(said.words) <= 6
    assert labeller.suggest("x" * 40_000).labels


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_probabilities_sum_to_one_and_the_order_is_theirs(text):
    said = kept().suggest(text, top=96)
    assert len(said.labels) == 96
    assert sum(probability for _, probability in said.labels) == pytest.approx(1)
    assert all(left[1] >= right[1] for left, right in zip(said.labels, said.labels[1:], strict=False))


@pytest.mark.slow
def test_learning_again_gives_the_same(labeller):
    again = load()
    for text, _ in PLAIN:
        assert dict(again.suggest(text).labels) == pytest.approx(dict(labeller.suggest(text).labels))
        assert again.suggest(text).sure == labeller.suggest(text).sure
    assert again.bound == pytest.approx(labeller.bound)


def test_one_label_is_no_choice():
    with pytest.raises(ValueError, match="two labels"):
        Labeller([Example("구멍", "a", "1"), Example("파임", "a", "2")], analyser=shared_analyser())


def test_what_is_left_out_scores_as_if_never_seen():
    """The scores of groups left out, taken from one solution, are those of fitting again without the group."""
    import numpy as np

    from dure.engines.labels import model

    rows = np.random.default_rng(7).normal(size=(12, 5))
    kernel = rows @ rows.T
    wanted = np.eye(3)[np.arange(12) % 3] - 1 / 3
    groups = [str(at // 2) for at in range(12)]
    inverse = np.linalg.inv(kernel + model.RIDGE * np.eye(12))
    quick = model._left_out(inverse, inverse @ wanted, wanted, groups)
    for held in ([0, 1], [4, 5]):
        kept = [at for at in range(12) if at not in held]
        dual = np.linalg.solve(kernel[np.ix_(kept, kept)] + model.RIDGE * np.eye(10), wanted[kept])
        assert quick[held] == pytest.approx(kernel[np.ix_(held, kept)] @ dual)


@pytest.mark.slow
def test_right_on_texts_that_were_held_out():
    """One fold of ten, so that a change that spoils the model is seen here and not only in the bench."""
    texts = examples()
    labeller = Labeller([one for one in texts if fold_of(one.group, 10) != 0])
    with TEXTS.open(encoding="utf-8", newline="") as file:
        korean = [line["lang"] == "ko" for line in csv.DictReader(file)]
    held = [one for one, is_korean in zip(texts, korean, strict=True) if is_korean and fold_of(one.group, 10) == 0]
    answers = [(list((said := labeller.suggest(one.text)).labels), said.sure) for one in held]
    good = quality(answers, [one.label for one in held])
    assert good["top1"] > 0.62, good
    assert good["top3"] > 0.80, good
    assert good["sure_right"] > 0.85, good


def test_the_training_texts():
    with TEXTS.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    tree = yaml.safe_load((TEXTS.parent / "categories.yaml").read_text(encoding="utf-8"))
    known = {child["id"] for group in tree["categories"] for child in group["children"]}
    assert {line["category"] for line in lines} == known
    assert all(line["text"] == line["text"].strip() and line["text"] for line in lines)
    assert len({line["text"] for line in lines}) == len(lines)
    own = Counter(line["category"] for line in lines if line["lang"] == "ko" and line["origin"].startswith("own"))
    assert min(own.values()) >= 12
    assert sum(own.values()) >= 1_150
    of_group: dict[str, set[str]] = {}
    for line in lines:
        of_group.setdefault(line["group"], set()).add(line["category"])
    assert all(len(categories) == 1 for categories in of_group.values())
