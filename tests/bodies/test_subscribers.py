"""Who hears of what, and what waits in the list of today's work."""

from datetime import timedelta

import pytest

from dure.bodies import actions, desk
from dure.bodies.actions.registration import Particulars
from dure.bodies.models import Body, Membership
from dure.core import clock
from dure.core.events import deliver_due
from dure.core.models import Notice
from dure.core.notices import notices_of
from dure.core.viewer import Viewer

pytestmark = pytest.mark.usefixtures("table")
GAPYEONG, NAMYANGJU, GYEONGGI = "4182000000", "4136000000", "4100000000"


def heard() -> set[tuple[str, str]]:
    """Who has a notice of what, after everything was delivered."""
    while deliver_due():
        pass
    rows = Notice.objects.select_related("event", "person")
    return {(notice.person.name, notice.event.type.removeprefix("bodies.")) for notice in rows}


def register(people, name="가온"):
    area = Body.objects.get(code=GAPYEONG)
    said = Particulars(kind="company", name_ko=name, area_id=area.pk, statement="x")
    return actions.register_body(by=Viewer.person(people(name).pk), particulars=said)


def test_officials_of_the_area_hear_of_a_registration_and_the_applicant_of_the_decision(people):
    official = people.acting("군청", GAPYEONG)
    people.acting("열람", GAPYEONG, "reader")
    people.acting("남양주", NAMYANGJU, "head")
    body = register(people)
    assert heard() == {("군청", "registration.handed_in")}
    assert [item.title for item in desk.waiting(official)] == ["가온의 등록 확인"]
    actions.confirm_registration(by=official, body_id=body.pk)
    assert {("가온", "registration.confirmed"), ("가온", "membership.granted")} <= heard()
    assert list(desk.waiting(official)) == []
    shown, _next = notices_of(Viewer.person(people("가온").pk))
    assert any("확인" in one.line.text for one in shown if one.line)


def test_who_decides_hears_of_a_request_and_who_asked_of_the_answer(people):
    head = people.acting("군수", GAPYEONG, "head")
    people.acting("도청", GYEONGGI)
    asked = actions.ask_to_join(by=Viewer.person(people("새로").pk), body_id=head.body_id, role="officer")
    assert heard() == {("군수", "joining.asked")}
    assert [item.title for item in desk.waiting(head)] == ["새로 님의 소속 요청"]
    actions.decide_join_request(by=head, request_id=asked.pk, accept=False, reason="아닙니다")
    assert ("새로", "joining.refused") in heard()


def test_the_body_above_hears_where_there_is_no_head(people):
    people.acting("도청", GYEONGGI)
    body = Body.objects.get(code=GAPYEONG)
    actions.ask_to_join(by=Viewer.person(people("새로").pk), body_id=body.pk, role="head")
    assert heard() == {("도청", "joining.asked")}


def test_everybody_of_a_body_hears_that_it_lost_its_last_head(people):
    head = people.acting("군수", GAPYEONG, "head")
    people.acting("열람", GAPYEONG, "reader")
    own = Membership.objects.get(person=people("군수"))
    actions.end_membership(by=head, membership_id=own.pk, confirmed_last=True)
    assert heard() == {("열람", "body.without_head")}


def test_heads_hear_of_keys(people):
    head = people.acting("군수", GAPYEONG, "head")
    people.acting("부군수", GAPYEONG, "head")
    people.acting("담당", GAPYEONG)
    people.second_factor("군수")
    until = clock.today() + timedelta(days=9)
    actions.create_key(by=head, body_id=head.body_id, purpose="시험", scopes=["read"], expires_on=until)
    assert heard() == {("부군수", "key.created")}
