"""Which question comes next, and what follows from answers given already: pure functions over what was told.

Asked are only facts that can still change a result (`Day.questions`). Two lists to tick come first, because most
people can say in one go what does not apply to them; what is not ticked there counts as answered with no or 0 won.
What follows by itself (a child does not work, Seoul is a large city) is filled in and shown as filled in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dure.benefits.told import STEPS, Told, key_of
from dure.engines.rules.catalogue import Catalogue, FactKind
from dure.engines.rules.explain import Outcome
from dure.engines.rules.households import Household, HouseholdFault, value_of
from dure.engines.rules.lower import NOTHING
from dure.engines.rules.ruleset import Day, Question, questions
from dure.engines.rules.syntax import names
from dure.places import table

ADULT, WORKS, SCHOOL_BEGINS = 19, 15, 5
LATE = 25
"""Facts of this cost and more are the sums offices work out: asked last."""
WORK = "고용"
"""The category of files about jobs: not for children, whom nobody may employ (Labour Standards Act, article 64)."""
CALCULATION = "계산"
"""The category of files that work something out, such as the minimum wage, and are no benefit."""
NOT_ASKED = frozenset({"members", "household_size", "summer", "winter", "asset_income", "evaluated_income", "children"})


@dataclass(frozen=True)
class Tick:
    """A line to tick. `facts` are those it speaks for; `ages` of which members."""

    key: str
    words: str | Promise
    facts: tuple[str, ...]
    ages: tuple[int, int] = (0, 200)


SITUATION = (
    Tick("single_parent", _("혼자 아이를 키우거나 조부모가 손주를 키움"), ("single_parent_family",)),
    Tick(
        "receives",
        _("기초생활보장 급여(생계·의료·주거·교육)를 지금 받고 있음"),
        ("receives_livelihood", "receives_medical", "receives_housing", "receives_education", "housing_benefit_amount"),
    ),
    Tick("near_poor", _("차상위계층 확인을 받음"), ("near_poor",)),
    Tick(
        "disability",
        _("장애인으로 등록한 사람이 있음"),
        ("disability", "sight_hearing_disability", "receives_disability_pension"),
    ),
    Tick("pregnant", _("임신 중이거나 아이를 낳은 지 얼마 안 된 사람이 있음"), ("pregnant", "birth_event")),
    Tick("illness", _("중증·희귀·난치 질환이 있는 사람이 있음"), ("serious_illness",)),
    Tick("care", _("치매·뇌혈관질환이 있거나 장기요양 등급을 받은 사람이 있음"), ("geriatric_disease", "ltc_grade")),
    Tick("crisis", _("실직·큰 병·화재처럼 갑자기 살기 어려워진 일이 있음"), ("crisis",)),
    Tick("veteran", _("국가유공자로 등록한 사람이 있음"), ("veteran",)),
    Tick("nationality", _("대한민국 국적이 아닌 사람이 있음"), ("nationality",)),
    Tick("abroad", _("지금 해외에 머무는 사람이 있음"), ("days_abroad",)),
    Tick("facility", _("생활시설에서 지내는 사람이 있음"), ("in_facility",)),
    Tick(
        "pensions",
        _("기초연금이나 공무원·군인·사학 연금을 받는 사람이 있음"),
        ("receives_basic_pension", "occupational_pension"),
    ),
    Tick("pupil", _("학교에 다니는 어른이 있음"), ("school_level",), (ADULT + 1, 200)),
    Tick("special", _("결혼이민자·북한이탈주민·자립준비청년처럼 따로 돕는 사람이 있음"), ("special_group",)),
    Tick(
        "training",
        _("공무원·교직원·재학생이거나 소득이 높은 자영업자·대기업 직원이 있음"),
        ("training_excluded",),
    ),
    Tick("death", _("급여를 받던 가족이 돌아가심"), ("recipient_death",)),
    Tick("alone", _("어른 없이 아이들끼리 삶"), ("child_headed",)),
    Tick("professional", _("본인이나 배우자가 변호사·의사 같은 전문직 사업을 함"), ("professional_business",)),
)  # fmt: skip
MONEY = (
    Tick("earned", _("일해서 버는 돈"), ("earned_income", "has_work_income", "employed"), (WORKS, 200)),
    Tick("other", _("그 밖의 소득(연금·임대·이자·가족이 보내는 돈)"), ("other_income", "national_pension")),
    Tick("home", _("우리 이름으로 된, 지금 사는 집"), ("home_value", "owns_home")),
    Tick("deposit", _("전세·월세 보증금"), ("deposit",)),
    Tick("land", _("땅·상가·다른 집"), ("general_assets",)),
    Tick("savings", _("예금·적금·주식·보험"), ("financial_assets",)),
    Tick("car", _("자동차"), ("car_value",)),
    Tick("debt", _("금융기관 대출처럼 확인되는 빚"), ("debt",)),
)
INCOMES = ("earned_income", "other_income")
ASSETS = ("home_value", "deposit", "general_assets")
WAITS: Mapping[str, tuple[str, ...]] = {
    "employed": ("earned_income",),
    "has_work_income": ("earned_income",),
    "household_assets": ASSETS,
    "total_income_year": INCOMES,
    "assets_june1": ASSETS,
}
"""What is asked only after others, from which it may follow or to which it is like."""
TICKS: Mapping[str, tuple[Tick, ...]] = {"situation": SITUATION, "money": MONEY}

METROPOLITAN = ("26", "27", "28", "29", "30", "31")
MERGED = "12"
"""Made of a metropolitan city and a province: which of the two tables holds is for the office to say."""


def age_of(member: Mapping[str, Any], on: date) -> int | None:
    """Years at the last birthday, from the birth date, else as told."""
    born = member.get("birth_date")
    if born:
        day = date.fromisoformat(born)
        return on.year - day.year - ((on.month, on.day) < (day.month, day.day))
    age = member.get("age")
    return age if isinstance(age, int) else None


def inferred(told: Told, on: date, catalogue: Catalogue) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What follows from what was told, where it was not told itself: facts of the household, and of each member."""
    common: dict[str, Any] = {}
    own: list[dict[str, Any]] = [{} for _one in told.members]
    ages = [age_of(one, on) for one in told.members]
    couple = any(one["who"] == "spouse" for one in told.members)
    for found, one, age in zip(own, told.members, ages, strict=True):
        if couple and one["who"] in {"self", "spouse"}:
            found |= {"married": True, "pension_household": "couple"}
        if age is not None:
            found |= _by_age(age)
        if isinstance(one.get("earned_income"), int) and one["earned_income"] > 0:
            found["employed"] = True
    parents = any(one["who"] in {"parent", "grandparent"} for one in told.members)
    if told.members and "people" in told.done:
        if not parents:
            own[0]["lives_apart"] = True
        children = [one for one in told.members if one["who"] in {"child", "grandchild"}]
        common["children"] = len(children)
        if all(age is not None for age in ages):
            common["child_headed"] = max(age for age in ages if age is not None) < ADULT
        common |= _kind_of_family(told, ages, couple=couple, parents=parents)
    common |= _by_place(str(told.facts.get("residence") or ""))
    if told.facts.get("tenure") == "own" and told.facts.get("home_value"):
        common["lives_in_home"] = True
    common |= _assets(told)
    common = {code: value for code, value in common.items() if told.facts.get(code) is None}
    own = [
        {code: value for code, value in found.items() if one.get(code) is None}
        for found, one in zip(own, told.members, strict=True)
    ]
    return _fitting(common, "household", catalogue), [_fitting(found, "member", catalogue) for found in own]


def _fitting(found: dict[str, Any], scope: str, catalogue: Catalogue) -> dict[str, Any]:
    """Only what the catalogue knows and takes: nothing filled in by itself may stop a page."""
    fits = {}
    for code, value in found.items():
        fact = catalogue.facts.get(code)
        if fact is not None and fact.scope == scope and _takes(fact, value):
            fits[code] = value
    return fits


def _takes(fact: FactKind, value: Any) -> bool:
    try:
        value_of(fact, value)
    except HouseholdFault:
        return False
    return True


def _by_age(age: int) -> dict[str, Any]:
    """What the catalogue does not work out by itself."""
    if age >= WORKS:
        return {}
    found: dict[str, Any] = {"pregnant": False, "national_pension": 0, "occupational_pension": False}
    found |= {"training_excluded": True, "veteran": False, "special_group": False}
    return found | ({"preschool": True} if age < SCHOOL_BEGINS else {})


def _by_place(code: str) -> dict[str, Any]:
    """Large city, smaller city or country, as far as the kind of municipality says it (a county of a metropolitan city
    is counted either way)."""
    province = code[:2]
    if not code or province == MERGED:
        return {}
    if province == "11":
        return {"city_class": "large_city", "allowance_region": "capital_area"}
    row = table.by_code().get(code)
    county = row is not None and row.name_ko.endswith("군")
    if province in METROPOLITAN:
        return {} if county else {"city_class": "large_city"}
    return {"city_class": "rural" if county else "mid_city"}


def _kind_of_family(told: Told, ages: list[int | None], *, couple: bool, parents: bool) -> dict[str, Any]:
    """Whether the tax credits take them for a single or a one-earner household (Restriction of Special Taxation Act,
    article 100-3), and whether a single parent is one of 25 to 34."""
    if couple or not told.members:
        return {}
    found: dict[str, Any] = {}
    children = [age for one, age in zip(told.members, ages, strict=True) if one["who"] in {"child", "grandchild"}]
    if any(age is not None and age < 18 for age in children):
        found["earner_household"] = "one_earner"
    elif not children and not parents:
        found["earner_household"] = "single"
    if children and ages[0] is not None and told.facts.get("single_parent_family"):
        found["youth_parent"] = 25 <= ages[0] <= 34
    return found


def _assets(told: Told) -> dict[str, int]:
    """A sum nobody is asked for when all of its parts are told."""
    known = [one for code in ASSETS if isinstance(one := told.facts.get(code), int)]
    return {"household_assets": sum(known)} if len(known) == len(ASSETS) else {}


def household_of(told: Told, on: date, catalogue: Catalogue) -> Household:
    """What the rules are asked about: told and inferred."""
    common, own = inferred(told, on, catalogue)
    members = tuple(
        {**more, **{code: value for code, value in one.items() if code != "who"}}
        for one, more in zip(told.members, own, strict=True)
    )
    return Household(members, {**common, **told.facts}, on, "people" in told.done)


@dataclass(frozen=True)
class Asking:
    """Where the questions stand: all that can still change something, in the order in which they come."""

    outcomes: tuple[Outcome, ...]
    open: tuple[Question, ...]
    """Without those nobody knows the answer to."""
    everything: tuple[Question, ...]

    def for_benefit(self, id: str, member: int | None) -> Question | None:
        """The next question about one benefit; one that was passed over, where there is no other."""
        for among in (self.open, self.everything):
            for one in among:
                if id in one.benefits and (one.member is None or member is None or one.member == member):
                    return one
        return next((one for one in self.everything if id in one.benefits), None)


def asking(told: Told, day: Day) -> Asking:
    household = household_of(told, day.on, day.catalogue)
    ids = [id for id, plan in day.plans.items() if plan.benefit.category != CALCULATION]
    ages = [age_of(one, day.on) for one in told.members]
    young = {place for place, age in enumerate(ages) if age is not None and age < WORKS}
    outcomes = tuple(
        one for one in day.explain(household, only=ids) if one.plan.benefit.category != WORK or one.member not in young
    )
    everything = tuple(_ordered(questions(outcomes, day.catalogue), told, day.catalogue))
    passed = set(told.passed)
    left = tuple(one for one in everything if key_of(one.code, one.member) not in passed)
    return Asking(outcomes, left, everything)


def _ordered(found: tuple[Question, ...], told: Told, catalogue: Catalogue) -> Iterator[Question]:
    """As the engine orders them; what can be worked out from other answers, and sums of offices, come last."""
    late = []
    wanted = {one.code for one in found if key_of(one.code, one.member) not in told.passed}
    for one in found:
        fact = catalogue.facts.get(one.code)
        if fact is None or one.code in NOT_ASKED or not fact.question:
            continue
        if one.member is not None and one.member >= len(told.members):
            continue
        rests = _rests(fact, catalogue)
        waits = any(code in wanted for code in (*WAITS.get(one.code, ()), *(rests or ())))
        if rests is None or fact.cost >= LATE or waits:
            late.append(one)
        else:
            yield one
    # A sum is asked only where its parts were asked and somebody did not know one of them.
    passed = {key.partition(".")[0] for key in told.passed}
    for one in late:
        if _rests(catalogue.facts[one.code], catalogue) is not None:
            yield one
        elif one.code in {"age", "age_months"}:
            if "birth_date" in passed:
                yield one
        elif passed:
            yield one


def _rests(fact: FactKind, catalogue: Catalogue) -> tuple[str, ...] | None:
    """None for a fact that follows wholly from others; else those from which it follows in some cases: 「모름」 stands
    for the rest (docs/benefits.md)."""
    if fact.derive is None:
        return ()
    words = [name.word for name in names(fact.derive)]
    if NOTHING not in words:
        return None
    return tuple(catalogue.by_word[word].code for word in words if word in catalogue.by_word)


def ticks(step: str, asking: Asking, told: Told, on: date) -> list[tuple[Tick, list[tuple[str, int | None]]]]:
    """The lines of a list that still matter, each with the facts (and members) it would settle."""
    found = []
    wanted = {(one.code, one.member) for one in asking.everything}
    ages = [age_of(one, on) for one in told.members]
    for tick in TICKS[step]:
        settles: list[tuple[str, int | None]] = []
        for code in tick.facts:
            for member in (None, *range(len(told.members))):
                if (code, member) not in wanted:
                    continue
                age = None if member is None else ages[member]
                if age is None or tick.ages[0] <= age <= tick.ages[1]:
                    settles.append((code, member))
        if settles:
            found.append((tick, settles))
    return found


def settle(told: Told, step: str, ticked: set[str], asking: Asking, day: Day, usual: Mapping[str, Any]) -> None:
    """Take in a list: what is not ticked is answered with no, none or 0 won, a tick that can only mean yes with yes."""
    for tick, settles in ticks(step, asking, told, day.on):
        main = [(code, member) for code, member in settles if code == tick.facts[0]]
        for code, member in settles:
            fact = day.catalogue.facts[code]
            if tick.key not in ticked:
                none = _none(fact.type, usual.get(code))
                if _takes(fact, none):
                    told.tell(code, member, none)
            elif fact.type == "bool" and main == [(code, member)] and len(settles) == 1:
                told.tell(code, member, True)
    told.finish(step)


def _none(type: str, usual: Any) -> Any:
    if type == "bool":
        return False
    if type == "enum":
        return usual if isinstance(usual, str) else "none"
    return 0


def step_after(told: Told) -> str:
    """The first of the opening steps that is not done; `question` after them."""
    return next((step for step in STEPS if step not in told.done), "question")


__all__ = ["MONEY", "SITUATION", "Asking", "Tick", "age_of", "asking", "household_of", "inferred", "settle"]
__all__ += ["step_after", "ticks"]
