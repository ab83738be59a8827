"""The outcome of a vote.

Consent, the default, is that of sociocracy (G. Endenburg, *Sociocracy: The Organization of Decision-Making*, 1998) in
the graded form common among cooperatives: a proposal stands where nobody blocks it with a reason and more agree than
disagree; who abstains stands aside and lets it pass.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dure.engines.decisions.said import Said

Outcome = Literal["open", "carried", "fallen"]
CHOICES = ("agree", "abstain", "disagree", "block")
"""From the friendliest to the least friendly."""
PASSES = ("consent", "majority", "two_thirds", "unanimous")


@dataclass(frozen=True)
class Rule:
    """When a proposal passes: `passes` is one of PASSES; `quorum_per_mille` of all voices must have voted.

    consent: nobody blocks and more agree than disagree. majority: more agree than are against (block counts as
    disagree). two_thirds: of those for and against, two thirds are for. unanimous: every voice agrees.
    """

    passes: str = "consent"
    quorum_per_mille: int = 500


@dataclass(frozen=True)
class Counts:
    """Voices by choice, and those that are silent; `parties` counts voters in the same way."""

    agree: int = 0
    abstain: int = 0
    disagree: int = 0
    block: int = 0
    silent: int = 0

    @property
    def cast(self) -> int:
        return self.agree + self.abstain + self.disagree + self.block

    @property
    def total(self) -> int:
        return self.cast + self.silent

    @property
    def against(self) -> int:
        return self.disagree + self.block


@dataclass(frozen=True)
class Decision:
    """`outcome` now, `tends` what it would be if it were counted as it stands; `quorum` the voices that are needed.

    `ended` says why it is not open: 'all' have voted, its outcome is 'certain', or the 'deadline' has passed.
    """

    outcome: Outcome
    tends: Outcome
    voices: Counts
    parties: Counts
    quorum: int
    quorum_reached: bool
    ended: Literal["", "all", "certain", "deadline"]
    reason: Said


def decide(
    votes: Mapping[str, str],
    *,
    rule: Rule,
    voters: Mapping[str, int],
    now: datetime,
    deadline: datetime,
    apart: Collection[str] = (),
) -> Decision:
    """The outcome of `votes` ({voter: one of CHOICES}) among `voters` ({voter: voices}).

    Votes of others than `voters` do not count (they left). Those `apart` are heard, but not counted: what is decided is
    about them. Whatever the rule and the voices, nothing is carried on the word of one voter alone as long as there
    are two: at least one more must agree or stand aside. It is decided as soon as all have voted, or the outcome is
    the same whatever the silent ones would say; and at the deadline.
    ValueError for an unknown choice or rule, a negative number of voices, a quorum beyond 1000.
    """
    _check(votes, rule, voters)
    counted = {voter: voices for voter, voices in voters.items() if voter not in apart}
    cast = {voter: choice for voter, choice in votes.items() if voter in counted}
    pair = min(2, len(voters))
    silent = [voter for voter in counted if voter not in cast]
    reached, fault = _final(cast, rule, counted, pair)
    tends: Outcome = "fallen" if fault else "carried"
    ended: Literal["", "all", "certain", "deadline"] = ""
    if not silent:
        ended = "all"
    elif now >= deadline:
        ended = "deadline"
    elif _certain(cast, silent, tends, rule, counted, pair):
        ended = "certain"
    voices, parties = _counts(cast, counted), _counts(cast, dict.fromkeys(counted, 1))
    outcome: Outcome = tends if ended else "open"
    quorum = needed(voices.total, rule)
    reason = _reason(outcome, fault, rule, voices, parties, quorum, ended)
    return Decision(outcome, tends, voices, parties, quorum, reached, ended, reason)


def needed(total: int, rule: Rule) -> int:
    """The voices that must have voted, of `total`: rounded up, so that half of three is two."""
    return -(-total * rule.quorum_per_mille // 1000)


def _check(votes: Mapping[str, str], rule: Rule, voters: Mapping[str, int]) -> None:
    if rule.passes not in PASSES or not 0 <= rule.quorum_per_mille <= 1000:
        raise ValueError(f"no such rule: {rule}")
    if unknown := set(votes.values()) - set(CHOICES):
        raise ValueError(f"no such choice: {sorted(unknown)}")
    if any(voices < 0 for voices in voters.values()):
        raise ValueError("voices are not negative")


def _counts(cast: Mapping[str, str], counted: Mapping[str, int]) -> Counts:
    sums = dict.fromkeys((*CHOICES, "silent"), 0)
    for voter, voices in counted.items():
        sums[cast.get(voter, "silent")] += voices
    return Counts(**sums)


def _final(cast: Mapping[str, str], rule: Rule, counted: Mapping[str, int], pair: int) -> tuple[bool, str]:
    """Whether the quorum is reached, and what keeps the votes from carrying it ('' for nothing)."""
    voices = _counts(cast, counted)
    reached = voices.total > 0 and voices.cast >= needed(voices.total, rule)
    fault = _blocked(rule, voices)
    if not fault and not reached:
        fault = "quorum"
    if not fault and not _passes(rule, voices):
        fault = "votes"
    if not fault and sum(choice in ("agree", "abstain") for choice in cast.values()) < pair:
        fault = "alone"
    return reached, fault


def _blocked(rule: Rule, voices: Counts) -> str:
    return "block" if rule.passes == "consent" and voices.block else ""


def _passes(rule: Rule, voices: Counts) -> bool:
    if rule.passes == "unanimous":
        return voices.agree == voices.total > 0
    if rule.passes == "two_thirds":
        return voices.agree > 0 and 3 * voices.agree >= 2 * (voices.agree + voices.against)
    return voices.agree > voices.against


def _certain(
    cast: Mapping[str, str], silent: list[str], tends: Outcome, rule: Rule, counted: Mapping[str, int], pair: int
) -> bool:
    """Nothing that the silent ones may still say changes it: not the worst for a carried, not the best for a fallen.

    The worst is that all block: a quorum and a second voter are there already, and stay.
    """
    extreme = "block" if tends == "carried" else "agree"
    _reached, fault = _final({**cast, **dict.fromkeys(silent, extreme)}, rule, counted, pair)
    return bool(fault) == (tends == "fallen")


def _reason(outcome: Outcome, fault: str, rule: Rule, voices: Counts, parties: Counts, quorum: int, ended: str) -> Said:
    if outcome == "open":
        return Said(
            f"아직 {parties.silent}곳이 뜻을 밝히지 않아 열려 있습니다. 지금까지 {_sums(voices).ko}입니다.",
            f"Open: {parties.silent} {_parties(parties.silent)} not voted yet. So far {_sums(voices).en}.",
        )
    why = _why(fault, rule, voices, parties, quorum)
    when = {
        "all": Said("모두 뜻을 밝혔고,", "All have voted, and"),
        "certain": Said("남은 곳이 어떻게 하더라도 결과가 바뀌지 않아 미리 정해졌습니다.", "Settled early:"),
        "deadline": Said("기한까지 모인 뜻으로,", "By the votes cast until the deadline,"),
    }[ended]
    return Said(f"{when.ko} {why.ko}", f"{when.en} {why.en}")


def _why(fault: str, rule: Rule, voices: Counts, parties: Counts, quorum: int) -> Said:
    if fault == "block":
        return Said(f"{parties.block}곳이 막아 부결되었습니다.", f"it fell because {_blocking(parties.block)}.")
    if fault == "quorum":
        return Said(
            f"뜻을 밝힌 몫이 {voices.cast}표로, 있어야 할 {quorum}표에 못 미쳐 부결되었습니다.",
            f"it fell because only {voices.cast} of the {quorum} voices needed had voted.",
        )
    if fault == "alone":
        return Said(
            "한 곳의 뜻만으로는 정하지 않으므로 부결되었습니다.",
            "it fell because nothing is decided on the word of one party alone.",
        )
    sums = _sums(voices)
    if rule.passes == "unanimous":
        if fault:
            return Said(
                f"모두 찬성해야 하는데 {sums.ko}이라 부결되었습니다.", f"it fell: all had to agree ({sums.en})."
            )
        return Said("모두 찬성하여 가결되었습니다.", "it carried because all agree.")
    if rule.passes == "two_thirds":
        if fault:
            return Said(
                f"찬성이 3분의 2에 못 미쳐 부결되었습니다({sums.ko}).",
                f"it fell: fewer than two thirds agree ({sums.en}).",
            )
        return Said(
            f"찬성이 3분의 2를 채워 가결되었습니다({sums.ko}).", f"it carried: two thirds or more agree ({sums.en})."
        )
    if fault:
        return Said(
            f"찬성이 반대보다 많지 않아 부결되었습니다({sums.ko}).",
            f"it fell: not more agree than disagree ({sums.en}).",
        )
    nobody = Said("막은 곳이 없고 ", "nobody blocks and ") if rule.passes == "consent" else Said("", "")
    return Said(
        f"{nobody.ko}찬성이 반대보다 많아 가결되었습니다({sums.ko}).",
        f"it carried: {nobody.en}more agree than disagree ({sums.en}).",
    )


def _sums(voices: Counts) -> Said:
    """The sums by choice; blocks only where there are any."""
    ko = [f"찬성 {voices.agree}표", f"기권 {voices.abstain}표", f"반대 {voices.disagree}표"]
    en = [f"{voices.agree} agree", f"{voices.abstain} abstain", f"{voices.disagree} disagree"]
    if voices.block:
        ko.append(f"막음 {voices.block}표")
        en.append(f"{voices.block} block")
    return Said(", ".join(ko), ", ".join(en))


def _parties(number: int) -> str:
    return "party has" if number == 1 else "parties have"


def _blocking(number: int) -> str:
    return "one party blocks" if number == 1 else f"{number} parties block"
