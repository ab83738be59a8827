"""The typology engine on the study's 23 in-depth cases, and what must hold for any input."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines import typology
from dure.engines.typology import classifier as classifying
from dure.engines.typology import evidence, frame, study
from dure.engines.typology.frame import Attributes, Participant

DATA = Path(__file__).parents[3] / "data" / "collab-cases"
DEPTH = json.loads((DATA / "cases23.json").read_text(encoding="utf-8"))["cases"]
PRINTED = json.loads((DATA / "typology.json").read_text(encoding="utf-8"))
CASES = [
    (
        f"{case['no']:02}",
        typology.from_depth(case),
        study.BY_NAME.get(case["subtype"]["subtype"]),
        study.BY_NAME.get(case["subtype"]["subtype_option2"]),
    )
    for case in DEPTH
]
EXAMPLES = [typology.Example(a, subtype, option2) for _, a, subtype, option2 in CASES if subtype]
WEIGHTS = typology.fit(EXAMPLES)


@pytest.fixture(scope="module")
def evaluation():
    return typology.evaluate(CASES)


def test_first_choice_agrees_with_the_study_on_at_least_20_of_22(evaluation):
    assert evaluation.assigned == 22
    assert evaluation.agreed >= 20
    assert evaluation.agreed_model >= 20
    assert evaluation.assigned_option2 == 7
    assert evaluation.agreed_option2 >= 6


def test_left_out_figure_is_what_a_separate_count_says(evaluation):
    agreed = 0
    for index, example in enumerate(EXAMPLES):
        weights = typology.fit(EXAMPLES[:index] + EXAMPLES[index + 1 :])
        assert weights.cases == 21
        agreed += typology.classify(example.attributes, weights).subtype.key == example.subtype
    assert evaluation.left_out == agreed
    assert evaluation.left_out > evaluation.largest_class


def test_leaving_a_case_out_changes_the_weights():
    assert typology.fit(EXAMPLES[1:]).rate != WEIGHTS.rate


def test_every_miss_says_why_and_the_unassigned_case_is_neither_hit_nor_miss(evaluation):
    for row in evaluation.rows:
        assert (row.why_missed is not None) == (row.agrees is False)
    [unassigned] = [row for row in evaluation.rows if row.assigned is None]
    assert unassigned.key == "10"
    assert unassigned.agrees is None


def test_no_rule_names_a_case():
    source = "\n".join(Path(module.__file__).read_text(encoding="utf-8") for module in (evidence, classifying, frame))
    assert not re.search(r"\bA\d{3}\b", source)
    for case in DEPTH:
        assert case["name"] not in source
        assert case["government"].split()[-1] not in source
    for topic in evidence.TOPICS:
        for word in topic.pattern.pattern.split("|"):
            named = [case["no"] for case in DEPTH if word in case["name"]]
            assert len(word) < 12, f"{word} is a phrase, not an idea ({named})"


def test_signals_do_not_see_identity():
    seen = {name for signal in evidence.SIGNALS for name in signal.reads}
    assert seen <= {field.name for field in dataclasses.fields(Attributes)}
    assert not {"id", "no", "key", "government"} & {field.name for field in dataclasses.fields(Attributes)}


def test_table_4_1_is_the_data_file():
    for printed in PRINTED["models"]:
        model = study.MODELS[printed["id"]]
        assert model.name.ko == printed["name"]
        features = printed["features"]
        assert [model.target.ko, model.participants.ko, model.period.ko, model.field.ko] == list(features.values())
        assert [c.key for c in model.considerations] == list(printed["considerations"])
        for ours in model.considerations:
            theirs = printed["considerations"][ours.key]
            assert ours.summary.ko == theirs["summary"]
            assert [point.ko for point in ours.points] == theirs["points"]
            assert list(ours.cases) == theirs["example_cases"]
        groups = [printed] if "subtypes" in printed else printed["subtype_options"]
        for group in groups:
            for subtype in group["subtypes"]:
                ours_subtype = study.SUBTYPES[study.BY_NAME[subtype["name"]]]
                assert ours_subtype.definition.ko == subtype["definition"]
                assert ours_subtype.model == printed["id"]


def test_a_request_of_four_counties_without_a_hospital():
    request = Attributes(
        title="종합병원이 없는 네 군이 함께 병원을 유치합니다",
        partner_type="지자체-지자체",
        service_field="생활/편의",
        target_external=("주민",),
        target_internal=(),
    )
    result = typology.classify(request, WEIGHTS)
    assert result.reason.ko.endswith("니다.")
    assert result.reason.en.endswith(".")
    assert "sustainable" in result.unknown
    assert "period" in result.unknown
    assert "title" not in result.unknown
    assert result.considerations == result.model.considerations


def test_nothing_known_is_low_and_names_everything():
    result = typology.classify(Attributes(), WEIGHTS)
    assert result.level == "low"
    assert set(result.unknown) == set(frame.NAMES)
    assert "근거가 없지만" in result.reason.ko


def test_words_outside_the_frame_are_refused():
    with pytest.raises(ValueError, match="partner_type"):
        Attributes(partner_type="민간-민간")
    with pytest.raises(ValueError, match="effect_kinds"):
        Attributes(effect_kinds=frozenset({"better"}))
    with pytest.raises(ValueError, match="participant"):
        Attributes(participants=(Participant("어느 곳", "foreign"),))
    with pytest.raises(KeyError):
        typology.fit([typology.Example(Attributes(), "information")])


WORDS = [topic.pattern.pattern.split("|")[0] + " 사업" for topic in evidence.TOPICS]
texts = st.one_of(st.none(), st.sampled_from([*WORDS, "", "가나다"]))
participants = st.builds(Participant, st.sampled_from("가나다라마바"), st.sampled_from(frame.PARTICIPANT_KINDS))
verdicts = st.one_of(st.none(), st.sampled_from(frame.VERDICTS))
attributes = st.builds(
    Attributes,
    title=texts,
    theme=texts,
    partner_type=st.one_of(st.none(), st.sampled_from(frame.PARTNER_TYPES)),
    participants=st.one_of(st.none(), st.lists(participants, max_size=7).map(tuple)),
    attribute=st.one_of(st.none(), st.sampled_from(frame.ATTRIBUTE_KINDS)),
    service_field=st.one_of(st.none(), st.sampled_from(frame.SERVICE_FIELDS)),
    effect_kinds=st.one_of(st.none(), st.frozensets(st.sampled_from(frame.EFFECT_KINDS))),
    effects=st.one_of(st.none(), st.lists(st.sampled_from(["일자리", "빈집", "신고"]), max_size=4).map(tuple)),
    target_external=st.one_of(st.none(), st.lists(st.sampled_from(["주민", "노인"]), max_size=2).map(tuple)),
    target_internal=st.one_of(st.none(), st.lists(st.sampled_from(["공무원"]), max_size=1).map(tuple)),
    tech_applied=verdicts,
    tech_note=texts,
    tech_applicable=verdicts,
    resource_shared=verdicts,
    sustainable=verdicts,
    period=st.one_of(st.none(), st.sampled_from(frame.PERIODS)),
)


@given(attributes)
@settings(max_examples=200, deadline=None)
def test_any_attributes_get_a_consistent_answer(a):
    result = typology.classify(a, WEIGHTS)
    assert result == typology.classify(a, WEIGHTS)
    assert result.subtype.model == result.model.key
    assert (result.subtype_option2 is not None) == (result.model.key == "admin")
    assert result.runner_up != result.subtype
    assert sum(choice.share for choice in result.ranking) == pytest.approx(1)
    assert 0.2 - 1e-9 <= result.confidence <= 1
    assert set(result.unknown) == {name for name in frame.NAMES if getattr(a, name) is None}
    assert result.reason.ko
    assert result.reason.en


@given(attributes, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_of_lists_has_no_effect_on_the_choice(a, random):
    def shuffled(values):
        return None if values is None else tuple(random.sample(values, len(values)))

    turned = dataclasses.replace(
        a,
        participants=shuffled(a.participants),
        effects=shuffled(a.effects),
        target_external=shuffled(a.target_external),
    )
    one, other = typology.classify(a, WEIGHTS), typology.classify(turned, WEIGHTS)
    assert (one.subtype, one.ranking, one.unknown) == (other.subtype, other.ranking, other.unknown)


@given(st.permutations(EXAMPLES))
@settings(max_examples=15, deadline=None)
def test_order_of_examples_has_no_effect(examples):
    assert typology.fit(examples) == WEIGHTS


@given(attributes)
@settings(max_examples=100, deadline=None)
def test_an_unknown_signal_adds_nothing(a):
    answers = evidence.observe(a, 1)
    unknown = {key for key, answer in answers.items() if answer is None}
    without = {pair: (0.5 if pair[0] in unknown else rate) for pair, rate in WEIGHTS.rate.items()}
    changed = dataclasses.replace(WEIGHTS, rate=without)
    assert typology.classify(a, changed).ranking == typology.classify(a, WEIGHTS).ranking


@pytest.mark.parametrize("signal", evidence.SIGNALS, ids=lambda signal: signal.key)
def test_a_signal_is_unknown_when_all_it_reads_is(signal):
    assert signal.ask(Attributes()) is None
