"""Rules of routing: changed as a draft, compared with past reports before they hold, and never half."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.jobs import run_due
from dure.core.models import StaffSession
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import actions
from dure.reports.actions import Said
from dure.reports.models import Report, RuleText
from dure.reports.rules.actions import rules_compare, rules_drop, rules_publish, rules_save
from dure.reports.rules.reading import shipped
from tests.collaboration.world import person
from tests.reports.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Viewer:
    someone = person("운영자")
    session = StaffSession.objects.create(
        person=someone, reason="규칙 고치기", expires_at=clock.now() + timedelta(hours=1)
    )
    return Viewer.person(someone.pk, staff_session_id=session.pk)


def elsewhere() -> str:
    """The shipped rules, with a first rule that sends every dead animal to the expressway corporation."""
    return shipped().replace(
        "\nrules:\n",
        "\nrules:\n- id: test.all-to-the-expressway\n  when: {category: roads.roadkill}\n"
        "  body: expressway-corporation\n  unit: 순찰\n  law: [도로법 제112조]\n"
        '  ko: "시험하는 규칙이라서 {body:이} 맡습니다"\n'
        '  en: "a rule under test sends it to {body}"\n  confidence: 0.9\n',
        1,
    )


@pytest.mark.slow
def test_a_draft_is_compared_and_then_holds(operator: Viewer) -> None:
    said = Said(
        words="고라니가 죽어 있어요", category="roads.roadkill", lon=127.0018, lat=36.7898, road_class="si-road"
    )
    before = actions.report_hand_in(by=Viewer.anonymous(), said=said)
    light = actions.report_hand_in(
        by=Viewer.anonymous(),
        said=Said(words="가로등이 꺼졌어요", category="lighting.streetlight", lon=127.0, lat=36.79),
    )
    draft = rules_save(by=operator, id=uuid7(), text=elsewhere(), note="시험")
    with pytest.raises(Refused, match="견주어"):
        rules_publish(by=operator, id=draft.pk)
    rules_compare(by=operator, id=draft.pk)
    run_due("test")
    draft.refresh_from_db()
    assert [one["receipt"] for one in draft.compared["differ"]] == [before.receipt]
    assert draft.compared["asked"] == 2
    assert Report.objects.get(pk=light.pk).route.rule != "test.all-to-the-expressway"
    rules_publish(by=operator, id=draft.pk)
    after = actions.report_hand_in(by=Viewer.anonymous(), said=said)
    assert after.route.rule == "test.all-to-the-expressway"
    page = Client().get(draft.get_absolute_url()).content.decode()
    assert before.receipt in page


@pytest.mark.parametrize(
    ("text", "named"),
    [("rules: [", "1"), ("a: 1", "rules"), ("rules:\n- id: x\n  when: {nothing: 1}\n", "x"), ("", "rules")],
)
def test_a_faulty_text_is_refused_and_the_old_one_stays(operator: Viewer, text: str, named: str) -> None:
    with pytest.raises(Refused) as caught:
        rules_save(by=operator, id=uuid7(), text=text, note="시험")
    assert caught.value.field == "text"
    assert named in str(caught.value.message)
    assert not RuleText.objects.exists()


def test_only_those_who_run_the_installation_change_rules(world: World, operator: Viewer) -> None:
    for viewer in (Viewer.anonymous(), world.head, world.citizen):
        with pytest.raises(Refused):
            rules_save(by=viewer, id=uuid7(), text=shipped(), note="시험")
    draft = rules_save(by=operator, id=uuid7(), text=shipped(), note="시험")
    assert Client().get(draft.get_absolute_url()).status_code == 404
    rules_drop(by=operator, id=draft.pk)
    with pytest.raises(Refused):
        rules_compare(by=operator, id=draft.pk)


def test_everybody_reads_the_rules_that_hold() -> None:
    for language, words in (("ko", "보내는 규칙"), ("en", "Routing rules")):
        page = Client().get("/reports/rules/", headers={"accept-language": language})
        assert page.status_code == 200
        assert words in page.content.decode()
