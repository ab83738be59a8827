"""A small catalogue, figures and rules for the tests of the rule engine. Figures of 2026 are the published ones."""

# ruff: noqa: E501 - rule files keep one condition a line

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from dure.engines.rules import Catalogue, Checked, Day, Outcome, Parameters, RuleSet, check, household

FACTS = """
enumerations:
  zone:
    names: {ko: 급지}
    choices:
      - {code: zone1, names: {ko: 1급지, en: Zone 1}}
      - {code: zone2, names: {ko: 2급지, en: Zone 2}}
  school:
    choices:
      - {code: elementary, names: {ko: 초등학교, en: elementary school}}
      - {code: middle, names: {ko: 중학교, en: middle school}}
      - {code: high, names: {ko: 고등학교, en: high school}}
facts:
  - {code: household_size, ko: 가구원수, type: number, unit: 명, range: [1, 20], derive: "가구원 수(예)", aliases: [size]}
  - {code: recognized_income, ko: 소득인정액, type: won, range: [-10억, 1000억], cost: 5}
  - {code: assets, ko: 재산, type: won, range: [0, 1000억]}
  - {code: total_income, ko: 총급여액, type: won, range: [0, 100억]}
  - {code: home, ko: 사는곳, type: area, cost: 1}
  - {code: rent, ko: 실제임차료, type: won, range: [0, 1억]}
  - {code: zone, ko: 급지, type: enum, of: zone}
  - {code: couple, ko: 부부가구, type: bool, cost: 2}
  - {code: share, ko: 지분, type: ratio, scale: 1000, range: [0, 1]}
  - {code: birth_date, ko: 생년월일, type: date, scope: member, cost: 3}
  - {code: age, ko: 나이, type: years, scope: member, derive: "만나이(생년월일, 기준일)"}
  - {code: school, ko: 학교급, type: enum, of: school, scope: member}
  - {code: disabled, ko: 장애등록, type: bool, scope: member}
  - {code: wage, ko: 월급여, type: won, scope: member, range: [0, 10억]}
"""
PARAMETERS = """
parameters:
  - code: median_income
    ko: 기준중위소득
    type: won
    dims: [household_size]
    law: 국민기초생활 보장법 제6조의2
    values:
      - {from: 2025-01-01, to: 2025-12-31, value: {1: 2392013, 2: 3932658, 3: 5025353, 4: 6097773, 5: 7108192, 6: 8064805, 7: 8988428}, more: 923623, confidence: seen}
      - {from: 2026-01-01, to: 2026-12-31, value: {1: 2564238, 2: 4199292, 3: 5359036, 4: 6494738, 5: 7556719, 6: 8555952, 7: 9515150}, more: 959198, confidence: seen}
      - {from: 2027-01-01, to: 2027-12-31, value: null, confidence: unknown}
  - code: livelihood_ratio
    ko: 생계급여_비율
    names: {ko: 생계급여 비율, en: Livelihood ratio}
    type: ratio
    values:
      - {from: 2025-01-01, value: 0.32, confidence: known}
  - code: reference_rent
    ko: 기준임대료
    type: won
    dims: [zone, household_size]
    values:
      - {from: 2026-01-01, value: {zone1: {1: 369000, 2: 414000, 3-4: 571000, 5+: 700000}, 2급지: {1: 300000, 2: null, 4+: 464000}}}
  - code: pension_limit
    ko: 연금_선정기준
    type: won
    values:
      - {from: 2026-01-01, value: 2470000}
  - code: pension_full
    ko: 연금_기준액
    type: won
    values:
      - {from: 2026-01-01, value: 349700}
"""
LIVELIHOOD = """
benefit: livelihood-benefit
names: {ko: 생계급여, en: Livelihood benefit}
provider: {body: 보건복지부, through: 시·군·구}
unit: household
law: [국민기초생활 보장법 제8조]
in_force: {from: 2015-07-01, to: null}
define:
  선정기준: "만약(가구원수 <= 7, 반올림(기준중위소득[가구원수] * 생계급여_비율, 1원), 기준7 + (기준7 - 기준6) * (가구원수 - 7))"
  기준6: "반올림(기준중위소득[6] * 생계급여_비율, 1원)"
  기준7: "반올림(기준중위소득[7] * 생계급여_비율, 1원)"
conditions:
  all:
    - id: income
      if: "소득인정액 <= 선정기준"
      words: {ko: "소득인정액이 한 달 {선정기준} 이하", en: "at most {선정기준} a month"}
      law: 국민기초생활 보장법 제8조제2항
amounts:
  - {id: month, per: month, value: "최대(0원, 선정기준 - 소득인정액)", words: {ko: "한 달 {최대(0원, 선정기준 - 소득인정액)}"}}
outputs: {threshold: 선정기준}
interactions:
  - {kind: counts_as_income, with: pension, rule: {ko: 기초연금은 소득으로 셉니다}}
confidence: seen
to_check: [부양의무자 세부 기준]
examples:
  - {id: four, on: 2026-01-01, given: {household_size: 4, recognized_income: 1500000}, expect: {eligible: true, amount_month: 578316, threshold: 2078316}}
  - {id: eight, on: 2026-01-01, given: {household_size: 8}, expect: {eligible: unknown, threshold: 3351791}}
"""
PENSION = """
benefit: pension
names: {ko: 기초연금}
provider: {body: 보건복지부}
unit: person
define:
  각자: "만약(부부가구, 반올림(연금_기준액 * 80%, 1원), 연금_기준액)"
  남는금액: "연금_선정기준 - 소득인정액"
  바닥: "올림(연금_기준액 * 10%, 10원)"
conditions:
  all:
    - {id: age, if: "65세 <= 나이", words: {ko: "65세 이상", en: aged 65 or over}}
    - {id: income, if: "소득인정액 <= 연금_선정기준", words: {ko: "소득인정액이 {연금_선정기준} 이하"}, law: 기초연금법 제3조}
  none:
    - {id: wage, if: "월급여 >= 500만원", words: {ko: 한 달 급여가 500만원 이상}}
amounts:
  - {id: month, per: month, value: "최대(바닥, 최소(각자, 남는금액))"}
interactions:
  - {kind: excludes, with: [disability], rule: {ko: 함께 받지 못합니다}}
"""
DISABILITY = """
benefit: disability
names: {ko: 장애인연금}
provider: {body: 보건복지부}
unit: person
conditions:
  all:
    - {id: disabled, if: 장애등록}
    - any:
        - {id: grown, if: "나이 >= 18세"}
        - {id: pupil, if: "학교급 = (중학교, 고등학교) 중 하나"}
amounts:
  - {id: month, per: month, value: "349700원 - 올림(최대(0원, 최소(349700원, 소득인정액 - 140만원)), 20000원) + 2만원", times: "6회"}
"""
RENT = """
benefit: rent
names: {ko: 주거급여}
provider: {body: 국토교통부}
unit: household
areas: ['11', '41110']
conditions:
  all:
    - {id: rent, if: "실제임차료 > 0원"}
    - {id: child, if: "가구원 중 하나라도(나이 < 18세)"}
amounts:
  - {id: month, per: month, value: "최소(실제임차료, 기준임대료[급지, 가구원수])"}
outputs:
  children: "가구원 수(나이 < 18세)"
  oldest: "가구원 최대(나이, 장애등록, 0세)"
  wages: "가구원 합(월급여, 나이 >= 19세)"
  part: 지분
interactions:
  - {kind: reduces, with: youth-rent}
"""
EITC = """
benefit: eitc
names: {ko: 근로장려금}
provider: {body: 국세청}
unit: household
define:
  산정액: "구간(총급여액, 400만원 미만: 버림(총급여액 * 165/400, 1원), 900만원 미만: 165만원, 2200만원 미만: 버림(165만원 - (총급여액 - 900만원) * 165/1300, 1원), 그 밖: 0원)"
conditions:
  all:
    - {id: income, if: "총급여액 < 2200만원"}
    - {id: assets, if: "재산 < 2억4천만원"}
amounts:
  - {id: year, per: year, value: "만약(재산 >= 1억7천만원, 버림(산정액 * 50%, 1원), 산정액)"}
"""
FILES = {
    "livelihood.yaml": LIVELIHOOD, "pension.yaml": PENSION, "disability.yaml": DISABILITY, "rent.yaml": RENT, "eitc.yaml": EITC,
}  # fmt: skip
DAY = date(2026, 3, 1)


@cache
def catalogue() -> Catalogue:
    return Catalogue.read(FACTS)


@cache
def parameters() -> Parameters:
    return Parameters.read(PARAMETERS, catalogue())


@cache
def rules() -> RuleSet:
    return RuleSet.load(FILES, FACTS, PARAMETERS, examples=True)


def day() -> Day:
    return rules().on(DAY)


def explain(document: Any, *only: str) -> tuple[Outcome, ...]:
    return day().explain(household(document, catalogue(), DAY), only=only or None)


def one(document: Any, benefit: str) -> Outcome:
    return explain(document, benefit)[0]


@dataclass(frozen=True)
class Small:
    """A file of one benefit with one condition and one amount, for trying an expression."""

    condition: str = "예"
    amount: str = "1만원"
    define: str = ""
    unit: str = "household"

    @property
    def text(self) -> str:
        define = f"define:\n{self.define}\n" if self.define else ""
        return (
            f"benefit: small\nnames: {{ko: 작은 급여}}\nprovider: {{body: 시}}\nunit: {self.unit}\n"
            f'in_force: {{from: 2026-01-01, to: 2026-12-31}}\n{define}conditions:\n  all:\n    - id: a\n      if: "{self.condition}"\n'
            f'amounts:\n  - {{id: won, per: month, value: "{self.amount}"}}\n'
        )

    def check(self) -> Checked:
        return check(self.text, file="small.yaml", catalogue=catalogue(), parameters=parameters())

    def run(self, **facts: Any) -> Outcome:
        rules = RuleSet.load({"small.yaml": self.text}, FACTS, PARAMETERS)
        return rules.on(DAY).explain(household(facts, catalogue(), DAY))[0]
