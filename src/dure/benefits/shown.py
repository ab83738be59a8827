"""What a page shows of outcomes: words and figures for one reader. Money is whole won from the rules to the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.benefits.guide import Asking, age_of
from dure.benefits.told import Told
from dure.engines.rules import combine, words
from dure.engines.rules.benefit import Benefit
from dure.engines.rules.catalogue import Catalogue, FactKind
from dure.engines.rules.combine import Interactions
from dure.engines.rules.explain import Amount, Outcome, Plan, Reason
from dure.engines.rules.households import TRUTHS
from dure.engines.rules.ruleset import Day

PER: Mapping[str, str | Promise] = {
    "month": gettext_lazy("한 달"),
    "quarter": gettext_lazy("석 달"),
    "year": gettext_lazy("한 해"),
    "once": gettext_lazy("한 번만"),
    "in_kind": gettext_lazy("현물·서비스"),
}
WHO: Mapping[str, str | Promise] = {
    "self": gettext_lazy("본인"),
    "spouse": gettext_lazy("배우자"),
    "child": gettext_lazy("자녀"),
    "grandchild": gettext_lazy("손자녀"),
    "parent": gettext_lazy("부모"),
    "grandparent": gettext_lazy("조부모"),
    "sibling": gettext_lazy("형제자매"),
    "other": gettext_lazy("그 밖의 가족"),
}
LEVELS: Mapping[str, str | Promise] = {
    "national": gettext_lazy("나라"),
    "province": gettext_lazy("시·도"),
    "municipality": gettext_lazy("시·군·구"),
}
NEAR: Mapping[str, int] = {"원": 10**8, "년": 3, "개월": 36, "일": 1000}
"""How far from a limit, by unit, is still worth saying apart."""
AGES = ("년", "개월")
"""Units in which nobody comes back below a limit."""
MOST_RANGE = 10**9
"""A highest amount above this is only the end of the catalogue's range, and says nothing to anybody."""


def won(value: int, lang: str) -> str:
    if type(value) is not int:
        raise TypeError(f"money is whole won, not {type(value).__name__}")
    return words.UNITS["원"][lang].format(words.whole(value, lang))


def text(said: Any, lang: str) -> str:
    """A text of a rule file: five languages, or Korean alone."""
    if isinstance(said, Mapping):
        return str(said.get(lang) or said.get("ko") or "")
    return str(said or "")


def member_name(told: Told, place: int, on: date) -> str:
    """`자녀 2 (만 4세)`: whom a question or a result is about."""
    who = told.members[place]["who"]
    same = [number for number, one in enumerate(told.members) if one["who"] == who]
    name = str(WHO[who])
    if len(same) > 1:
        name = f"{name} {same.index(place) + 1}"
    age = age_of(told.members[place], on)
    return name if age is None else _("%(name)s (만 %(age)s세)") % {"name": name, "age": age}


def fact_value(fact: FactKind, value: Any, lang: str, areas: Mapping[str, str]) -> str:
    """An answer as people read it."""
    if fact.type == "won":
        return won(value, lang)
    if fact.type == "bool":
        return (words.YES if value else words.NO)[lang]
    if fact.type == "enum":
        chosen = next((one for one in fact.choices if one.code == value), None)
        return str(value) if chosen is None else chosen.names.get(lang) or chosen.ko
    if fact.type == "area":
        return areas.get(str(value), str(value))
    if fact.type in {"years", "months", "days"}:
        unit = {"years": "년", "months": "개월", "days": "일"}[fact.type]
        return words.UNITS[unit][lang].format(words.whole(value, lang))
    if isinstance(value, int):
        return words.whole(value, lang)
    return str(value)


@dataclass(frozen=True)
class Money:
    """One amount: `per` in words; `low` and `high` are equal where it is known; None: nobody can say yet."""

    label: str
    per: str
    low: str
    high: str
    kind: str
    known: bool

    @property
    def often(self) -> str:
        """`per`, where the label does not say it already."""
        said = self.per in self.label or self.label.startswith(("월 ", "연 "))
        return "" if said else self.per


@dataclass(frozen=True)
class Why:
    state: str
    words: str
    law: str
    distance: str


@dataclass(frozen=True)
class ForOne:
    """What comes of a benefit for the household (`who` empty) or one member."""

    who: str
    money: tuple[Money, ...]
    why: tuple[Why, ...]
    ask: str
    ask_path: str
    """What of the question's address follows `/benefits/find/q/`."""
    unset: bool
    near: int


@dataclass(frozen=True)
class Card:
    """A benefit in one group of the result."""

    id: str
    name: str
    by: str
    lines: tuple[ForOne, ...]
    notes: tuple[str, ...]
    facts: Facts
    to_check: tuple[str, ...]
    why: tuple[Why, ...]
    """The reasons of all lines, each once."""
    ask: str = ""


@dataclass(frozen=True)
class Facts:
    """What else a file says of a benefit, in one language."""

    summary: str
    documents: tuple[str, ...]
    channels: tuple[str, ...]
    online: bool
    period: str
    deadline: str
    contact: str
    as_of: str


@dataclass
class Result:
    """Everything on the page of the result."""

    yes: list[Card] = field(default_factory=list)
    replaced: list[Card] = field(default_factory=list)
    """What one would get if another benefit, which comes to more, did not stand in its place."""
    open: list[Card] = field(default_factory=list)
    near: list[Card] = field(default_factory=list)
    no: list[Card] = field(default_factory=list)
    month: tuple[str, str] = ("", "")
    year: tuple[str, str] = ("", "")
    open_ended: bool = False
    unsure: bool = False
    documents: list[str] = field(default_factory=list)


def _listed(said: Any, lang: str) -> tuple[str, ...]:
    return tuple(text(one, lang) for one in said) if isinstance(said, list) else ((text(said, lang),) if said else ())


def as_of(benefit: Benefit) -> str:
    """The newest day on which a source of the file was looked at."""
    return max((str(one.get("as_of") or "") for one in sources(benefit) if isinstance(one, Mapping)), default="")


def sources(benefit: Benefit) -> list[Any]:
    """Where the file says it is from: mappings or texts."""
    said = benefit.about.get("sources") or benefit.about.get("source") or []
    return said if isinstance(said, list) else [said]


def facts_of(benefit: Benefit, lang: str) -> Facts:
    about = benefit.about
    apply: Any = about.get("apply")
    channels = _listed(apply.get("channels"), lang) if isinstance(apply, Mapping) else _listed(apply, lang)
    where = text(apply.get("where"), lang) if isinstance(apply, Mapping) else ""
    return Facts(
        summary=text(about.get("summary"), lang),
        documents=_listed(about.get("documents"), lang),
        channels=(*channels, *([where] if where else [])),
        online=isinstance(apply, Mapping) and TRUTHS.get(str(apply.get("online")), False),
        period=text(about.get("period"), lang),
        deadline=text(about.get("deadline"), lang),
        contact=text(about.get("contact"), lang),
        as_of=as_of(benefit),
    )


def to_check(benefit: Benefit, lang: str, plan: Plan | None = None) -> tuple[str, ...]:
    """What nobody has verified yet, each with the day it is of; of a plan also the figures that it uses."""
    found = []
    for one in benefit.to_check if plan is None else plan.checks:
        said = one.texts.get(lang) or one.texts.get("ko") or ""
        found.append(f"{said} ({one.as_of})" if one.as_of else said)
    if benefit.confidence == "known" and not found:
        day = as_of(benefit)
        found.append(_("이 혜택의 내용 전체") + (f" ({day})" if day else ""))
    return tuple(found)


def _money(amount: Amount, lang: str) -> Money:
    label, per = amount.words(lang), str(PER[amount.per])
    if amount.per == "in_kind":
        worth = "" if not amount.won else won(amount.won, lang)
        return Money(label, per, worth, worth, "in_kind", True)
    if amount.won is not None:
        said = won(amount.won, lang)
        return Money(label, per, said, said, "money", True)
    ends = amount.range
    if ends is None or ends[1] > MOST_RANGE:
        return Money(label, per, "", "", "open", False)
    return Money(label, per, won(max(0, ends[0]), lang), won(max(0, ends[1]), lang), "range", False)


def distance(reason: Reason, lang: str) -> str:
    """How far it is from the limit, in words; empty where that cannot be said."""
    if reason.state != "no" or reason.distance is None or reason.distance >= 0:
        return ""
    by = -reason.distance
    ops = {change.op for change in reason.changes}
    over = bool(ops) and ops <= {"<", "<="}
    under = bool(ops) and ops <= {">", ">="}
    if reason.unit == "원":
        said = won(by, lang)
    elif reason.unit in words.UNITS:
        said = words.UNITS[reason.unit][lang].format(words.whole(by, lang))
        if reason.unit == "년" and lang == "ko":
            said = f"{by}년"
        if reason.unit == "년" and lang in {"zh", "ja"}:
            said = f"{by}年"
        if reason.unit == "년" and lang == "vi":
            said = f"{by} năm"
    else:
        said = words.whole(by, lang)
    if over and reason.unit in AGES:
        return _("나이가 지났습니다")
    if over:
        return _("기준보다 %(much)s 많습니다") % {"much": said}
    if under:
        return _("기준까지 %(much)s 모자랍니다") % {"much": said}
    return _("기준과 %(much)s 차이가 납니다") % {"much": said}


def _reason(reason: Reason, lang: str) -> str:
    """What stands under `none` is said as what it is: something that must not apply."""
    said = reason.words(lang)
    return _("해당하지 않아야 함: %(what)s") % {"what": said} if reason.plan.excluding else said


def _near(outcome: Outcome) -> int:
    """0: one condition alone stands in the way and it says by how much; 1: one condition alone; 2: more."""
    against = [one for one in outcome.reasons if one.state == "no"]
    if len(against) != 1:
        return 2
    reason = against[0]
    if reason.distance is None:
        return 1
    ahead = any(change.op in {">", ">="} for change in reason.changes)
    if reason.unit in AGES and not ahead:
        return 1
    return 0 if -reason.distance <= NEAR.get(reason.unit, 0) else 1


def _one(outcome: Outcome, told: Told, asking: Asking, catalogue: Catalogue, on: date, lang: str) -> ForOne:
    ask, path = "", ""
    if outcome.state != "no" and outcome.open:
        found = asking.for_benefit(outcome.benefit, outcome.member)
        if found is not None:
            ask = text(catalogue.facts[found.code].question, lang)
            path = f"{found.code}/" if found.member is None else f"{found.code}/{found.member}/"
    wanted = {"yes": {"yes", "unknown"}, "unknown": {"unknown"}, "no": {"no"}}[outcome.state]
    why = tuple(
        Why(one.state, _reason(one, lang), one.law, distance(one, lang))
        for one in outcome.reasons
        if one.state in wanted
    )
    return ForOne(
        who="" if outcome.member is None or not told.members else member_name(told, outcome.member, on),
        money=tuple(_money(one, lang) for one in outcome.amounts) if outcome.state != "no" else (),
        why=why,
        ask=ask,
        ask_path=path,
        unset=outcome.state != "no" and bool(outcome.open) and not ask,
        near=_near(outcome) if outcome.state == "no" else 2,
    )


def result(told: Told, asking: Asking, day: Day, lang: str) -> Result:
    """Grouped: what one should get, what depends on something, what not now (nearest first)."""
    found = Result()
    together = combine(asking.outcomes)
    by_id: dict[str, list[Outcome]] = {}
    for outcome in asking.outcomes:
        by_id.setdefault(outcome.benefit, []).append(outcome)
    notes = _notes(together, day, lang)
    lost = {one.loser for one in together.applied if one.certain and one.kind in {"excludes", "choose_one"}}
    for id, outcomes in by_id.items():
        groups = {state: [one for one in outcomes if one.state == state] for state in ("yes", "unknown", "no")}
        paid = [one for one in groups["yes"] if (id, one.member) not in lost]
        for state, into in (("yes", found.yes if paid else found.replaced), ("unknown", found.open)):
            if groups[state]:
                lines = tuple(_one(one, told, asking, day.catalogue, day.on, lang) for one in groups[state])
                into.append(_card(day.plans[id].benefit, lines, groups[state][0], notes.get(id, ()), lang))
        if not groups["yes"] and not groups["unknown"]:
            best = min(groups["no"], key=_near)
            line = _one(best, told, asking, day.catalogue, day.on, lang)
            card = _card(day.plans[id].benefit, (line,), best, (), lang)
            (found.near if line.near == 0 else found.no).append(card)
    places = {key[0]: place for place, key in enumerate(together.paid)}
    found.yes.sort(key=lambda card: places.get(card.id, 1000))
    found.month, found.year = _span(together.month, lang), _span(together.year, lang)
    found.open_ended = together.year[1] is None or together.year[1] > MOST_RANGE
    found.unsure = together.year[0] != together.year[1]
    found.documents = list(dict.fromkeys(one for card in found.yes for one in card.facts.documents))
    return found


def _span(ends: tuple[int, int | None], lang: str) -> tuple[str, str]:
    high = ends[1]
    return won(ends[0], lang), "" if high is None or high > MOST_RANGE else won(high, lang)


def _card(benefit: Benefit, lines: tuple[ForOne, ...], first: Outcome, notes: Iterable[str], lang: str) -> Card:
    ask = next((one for one in lines if one.ask), None)
    return Card(
        id=benefit.id,
        name=text(benefit.names, lang),
        by=" · ".join(one for one in (benefit.body, benefit.through) if one),
        lines=lines,
        notes=tuple(dict.fromkeys(notes)),
        facts=facts_of(benefit, lang),
        to_check=to_check(benefit, lang, first.plan),
        why=tuple(dict.fromkeys(why for line in lines for why in line.why)),
        ask=ask.ask if ask else "",
    )


def _notes(together: Interactions, day: Day, lang: str) -> dict[str, list[str]]:
    """What each benefit has to do with others that one gets: the file's own words, and who stands in whose way."""
    found: dict[str, list[str]] = {}
    for one in together.applied:
        names = {
            "winner": text(day.plans[one.winner[0]].benefit.names, lang),
            "loser": text(day.plans[one.loser[0]].benefit.names, lang),
        }
        if one.kind in {"offset", "reduces"}:
            said = _("「%(winner)s」: 받는 만큼 「%(loser)s」 금액이 줄어듭니다.") % names
            if one.won:
                said += " " + _("한 해에 %(won)s까지") % {"won": won(one.won, lang)}
        else:
            said = _("「%(winner)s」: 받으면 「%(loser)s」 쪽은 함께 받지 못합니다.") % names
        rule = text(one.rule, lang)
        for id in (one.winner[0], one.loser[0]):
            found.setdefault(id, []).extend([said, *([rule] if rule else [])])
    for _kind, key, _other, words_of in together.told:
        if text(words_of, lang):
            found.setdefault(key[0], []).append(text(words_of, lang))
    return found


LANGUAGES = ("ko", "en", "zh", "vi", "ja")

__all__ = [
    "LANGUAGES",
    "LEVELS",
    "PER",
    "WHO",
    "Card",
    "Result",
    "distance",
    "fact_value",
    "facts_of",
    "member_name",
    "result",
]
__all__ += ["text", "to_check", "won"]
