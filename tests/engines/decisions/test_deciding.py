"""Deciding: what must hold for any votes, and each reason in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.decisions import CHOICES, PASSES, Decision, Rule, decide

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
LATER, OVER = NOW + timedelta(days=7), NOW - timedelta(seconds=1)
NAMES = "가나다라마바"

rules = st.builds(Rule, st.sampled_from(PASSES), st.sampled_from([0, 1, 333, 500, 667, 1000]))
voters = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 5), min_size=1)


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, int], Rule]:
    who = draw(voters)
    votes = draw(st.dictionaries(st.sampled_from(sorted(who)), st.sampled_from(CHOICES)))
    return votes, who, draw(rules)


def at(votes: dict[str, str], who: dict[str, int], rule: Rule, *, over: bool = True, apart: str = "") -> Decision:
    return decide(votes, rule=rule, voters=who, now=NOW, deadline=OVER if over else LATER, apart=set(apart))


def ones(names: str) -> dict[str, int]:
    return dict.fromkeys(names, 1)


@given(cases(), st.randoms())
def test_the_order_does_not_matter(case, random):
    votes, who, rule = case
    shuffled = list(votes.items())
    random.shuffle(shuffled)
    assert at(dict(shuffled), dict(reversed(who.items())), rule) == at(votes, who, rule)


@settings(max_examples=300)
@given(cases(), st.data())
def test_a_friendlier_vote_never_turns_carried_into_fallen(case, data):
    votes, who, rule = case
    if at(votes, who, rule).outcome != "carried":
        return
    voter = data.draw(st.sampled_from(sorted(who)))
    there = CHOICES.index(votes[voter]) if voter in votes else len(CHOICES) - 1
    friendlier = CHOICES[data.draw(st.integers(0, there))] if voter in votes else "agree"
    assert at({**votes, voter: friendlier}, who, rule).outcome == "carried"


@settings(max_examples=300)
@given(cases(), st.data())
def test_what_is_settled_early_is_what_the_rest_would_have_made_of_it(case, data):
    votes, who, rule = case
    early = at(votes, who, rule, over=False)
    if early.outcome == "open":
        return
    silent = [voter for voter in sorted(who) if voter not in votes]
    rest = {voter: data.draw(st.sampled_from([*CHOICES, ""])) for voter in silent}
    whole = {**votes, **{voter: choice for voter, choice in rest.items() if choice}}
    assert at(whole, who, rule).outcome == early.outcome


@given(cases(), st.data())
def test_no_party_decides_alone(case, data):
    """Neither by being the only one to vote, nor against all others, whatever its voices and the rule."""
    _votes, who, rule = case
    if len(who) < 2:
        return
    one = data.draw(st.sampled_from(sorted(who)))
    against = {voter: data.draw(st.sampled_from(["disagree", "block", ""])) for voter in who if voter != one}
    votes = {one: "agree", **{voter: choice for voter, choice in against.items() if choice}}
    assert at(votes, who, rule).outcome == "fallen"
    assert at(votes, who, rule, over=False).outcome != "carried"


@given(cases())
def test_everybody_agreeing_carries_and_all_votes_end_it(case):
    _votes, who, rule = case
    agreed = at(dict.fromkeys(who, "agree"), who, rule, over=False)
    assert agreed.ended == "all"
    assert (agreed.outcome == "carried") == (sum(who.values()) > 0)
    assert agreed.voices.total == sum(who.values())


@given(cases())
def test_the_sums_add_up_and_the_reason_is_said_in_both_languages(case):
    votes, who, rule = case
    found = at(votes, who, rule)
    assert found.voices.cast + found.voices.silent == sum(who.values())
    assert found.parties.total == len(who)
    assert found.reason.ko.strip()
    assert found.reason.en.strip()
    assert found.reason.in_("en-GB") == found.reason.en
    assert str(found.reason) == found.reason.in_("ko")


@given(cases(), st.sampled_from(CHOICES))
def test_whom_it_is_about_is_heard_but_not_counted(case, choice):
    votes, who, rule = case
    one = sorted(who)[0]
    with_it, without = (at({**votes, one: said}, who, rule, apart=one) for said in (choice, "agree"))
    assert with_it == without


@pytest.mark.parametrize(
    ("rule", "votes", "words"),
    [
        (
            Rule(),
            {"가": "agree", "나": "agree", "다": "disagree", "라": "abstain"},
            "막은 곳이 없고 찬성이 반대보다 많아",
        ),
        (Rule(), {"가": "agree", "나": "block"}, "1곳이 막아 부결"),
        (Rule(), {"가": "agree"}, "1표로, 있어야 할 2표에 못 미쳐"),
        (Rule(), {"가": "agree", "나": "disagree"}, "찬성이 반대보다 많지 않아"),
        (Rule("majority", 0), {"가": "agree"}, "한 곳의 뜻만으로는"),
        (Rule("majority"), {"가": "agree", "나": "agree", "다": "block"}, "찬성이 반대보다 많아"),
        (Rule("two_thirds"), {"가": "agree", "나": "agree", "다": "disagree"}, "3분의 2를 채워"),
        (Rule("two_thirds"), {"가": "agree", "나": "abstain", "다": "disagree"}, "3분의 2에 못 미쳐"),
        (Rule("unanimous"), {"가": "agree", "나": "agree", "다": "agree"}, "모두 찬성해야 하는데"),
        (Rule("unanimous"), dict.fromkeys("가나다라", "agree"), "모두 찬성하여"),
    ],
)
def test_each_reason_in_words(rule, votes, words):
    assert words in at(votes, ones("가나다라"), rule).reason.ko


def test_it_stays_open_while_somebody_could_still_block():
    found = at({"가": "agree", "나": "agree"}, ones("가나다"), Rule(), over=False)
    assert (found.outcome, found.tends, found.ended) == ("open", "carried", "")
    assert "1곳이 뜻을 밝히지 않아" in found.reason.ko


def test_a_majority_that_cannot_be_lost_settles_it_early():
    found = at({"가": "agree", "나": "agree"}, ones("가나다"), Rule("majority"), over=False)
    assert (found.outcome, found.ended) == ("carried", "certain")


def test_votes_of_those_that_left_do_not_count():
    assert at({"가": "agree", "나": "agree", "라": "block"}, ones("가나다"), Rule()).outcome == "carried"


@pytest.mark.parametrize(
    ("votes", "who", "rule"),
    [
        ({"가": "maybe"}, {"가": 1}, Rule()),
        ({}, {"가": -1}, Rule()),
        ({}, {"가": 1}, Rule("dictate")),
        ({}, {"가": 1}, Rule("consent", 1001)),
    ],
)
def test_what_makes_no_sense_is_an_error(votes, who, rule):
    with pytest.raises(ValueError):
        at(votes, who, rule)
