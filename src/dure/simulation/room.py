"""simulation: 규칙을 바꾸면 누가 얼마를 더 받고 덜 받나요?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from dure.core.rooms import MenuEntry, Noun, Room
from dure.simulation.computing import run_job
from dure.simulation.demo import demo
from dure.simulation.lines import describe, resolve_scenarios
from dure.simulation.public_text import rebuild

ROOM = Room(
    name="simulation",
    floor=3,
    question=gettext_lazy("규칙을 바꾸면 누가 얼마를 더 받고 덜 받나요?"),
    about=gettext_lazy(
        "혜택의 수치나 규칙을 바꾸어 보고, 드는 돈과 받는 사람, 늘고 주는 가구를 지역·나이·가구·소득별로 견줍니다. "
        "누구나 다시 계산해 같은 값이 나오는지 볼 수 있습니다."
    ),
    nouns=(
        Noun("모의계산(정책)", "scenario", "Scenario"),
        Noun("모의계산의 계산", "run of a scenario", "Run"),
        Noun("기관의 인구 자료", "own population", "OwnPopulation"),
        Noun("나이별 거주자 표", "table of residents by age", "AgeTable"),
    ),
    verbs=(
        "scenario_save",
        "scenario_figures",
        "scenario_rule",
        "scenario_rule_add",
        "scenario_run",
        "scenario_recompute",
        "scenario_publish",
        "scenario_copy",
        "scenario_delete",
        "population_add",
        "population_delete",
        "residents_load",
    ),
    events_out={
        "simulation.scenario.drafted": gettext_lazy("모의계산을 쓰기 시작함"),
        "simulation.scenario.changed": gettext_lazy("모의계산을 고침"),
        "simulation.scenario.published": gettext_lazy("모의계산을 펴냄"),
        "simulation.scenario.deleted": gettext_lazy("쓰던 모의계산을 지움"),
        "simulation.run.begun": gettext_lazy("계산을 시작함"),
        "simulation.run.done": gettext_lazy("계산을 마침"),
        "simulation.run.begun_again": gettext_lazy("다시 계산하기 시작함"),
        "simulation.run.repeated": gettext_lazy("다시 계산해 견줌"),
        "simulation.population.added": gettext_lazy("기관의 인구 자료를 올림"),
        "simulation.population.deleted": gettext_lazy("기관의 인구 자료를 지움"),
        "simulation.residents.loaded": gettext_lazy("나이별 거주자 표를 넣음"),
    },
    menu=(MenuEntry(gettext_lazy("정책 모의계산"), "simulation:list", "footer", 70),),
    resolvers={"scenario": resolve_scenarios},
    describe=describe,
    demo=demo,
    jobs={"simulation.run": run_job},
    rebuild_search=rebuild,
)
