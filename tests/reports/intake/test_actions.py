"""Sending, joining, holding back and letting go; and that nothing typed is lost in silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.core import clock
from dure.core.events import timeline
from dure.core.ids import uuid7
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import asking, categories
from dure.reports import queries as room
from dure.reports.actions import Said
from dure.reports.intake import actions, coordinates, demo, jobs, place, queries
from dure.reports.intake.desk import desk
from dure.reports.models import Intake, Report
from tests.reports.world import HERE, World, route_to

ANYBODY = Viewer.anonymous()


@pytest.fixture(autouse=True)
def routed(world: World) -> Any:
    cache.clear()
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)) as route:
        yield route


def send(words: str = "보안등이 꺼졌어요", *, client: str = "c", **more: Any) -> Report:
    said = {"words": words, "category": "lighting.securitylight", "lon": HERE[0], "lat": HERE[1]}
    control = {name: more.pop(name) for name in ("by", "trapped", "join", "photos_looked", "id") if name in more}
    return actions.report_send(**{"by": ANYBODY, "client": client, **control}, said=Said(**{**said, **more}))


def refused(act: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def test_a_flood_is_held_but_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PER_HOUR", 2)
    made = [send(f"서로 다른 {word}") for word in ("물난리", "불난리", "쓰레기")]
    assert [row.visibility for row in made] == ["public", "public", "body"]
    assert made[2].intake.held == Intake.Held.MANY
    assert send("다른 사람의 일", client="d").visibility == "public"
    assert room.visible(ANYBODY).filter(pk=made[2].pk).count() == 0
    assert room.visible(world.officer).filter(pk=made[2].pk).count() == 1
    assert room.visible(world.other).filter(pk=made[2].pk).count() == 0
    assert [item.why for item in desk(world.officer)]
    assert not list(desk(world.other))
    assert not list(desk(world.reader))


def test_what_was_held_opens_when_somebody_looked(world: World) -> None:
    report = send(trapped=True)
    assert refused(lambda: actions.report_look(by=world.other, id=report.pk)).code == "not_allowed"
    assert refused(lambda: actions.report_look(by=world.reader, id=report.pk)).code == "not_allowed"
    actions.report_look(by=world.officer, id=report.pk)
    report.refresh_from_db()
    assert report.visibility == "public"
    assert report.intake.looked_by_id == world.officer.person_id
    assert refused(lambda: actions.report_look(by=world.officer, id=report.pk)).code == "conflict"
    assert refused(lambda: actions.report_look(by=world.officer, id=uuid7())).code == "not_found"
    assert any("살펴보고 열었습니다" in line.text for line in timeline(report.urn, ANYBODY))


def test_nothing_stays_held_because_nobody_had_time(world: World) -> None:
    report, later = send(trapped=True), send("다른 일", trapped=True)
    Intake.objects.filter(report=report).update(at=clock.now() - timedelta(days=4))
    assert jobs.let_go(None) == {"opened": 1}
    report.refresh_from_db()
    later.refresh_from_db()
    assert (report.visibility, later.visibility) == ("public", "body")
    assert (report.intake.looked_by_id, report.intake.client) == (None, "")
    assert jobs.let_go(None) == {"opened": 0}


def test_the_same_words_from_the_same_hand_count_as_one(world: World) -> None:
    first = send()
    again, elsewhere = send(), send(lon=HERE[0] + 0.01)
    assert (again.outcome, again.joined_to, again.intake.counted_as_one) == ("joined", first, True)
    assert elsewhere.open
    other = send(client="d")
    assert other.open
    third = send(client="e")
    assert third.open is False
    actions.report_part(by=Viewer.link(again.urn), id=again.pk)
    again.refresh_from_db()
    assert (again.open, again.intake.counted_as_one) == (True, False)


def test_the_same_id(world: World) -> None:
    id = uuid7()
    first = send(id=id)
    assert send(id=id) == first
    other = send("가로등이 아니라 신호등이에요", id=id)
    assert other.pk != id
    assert Report.objects.count() == 2


def test_personal_numbers_stay_out_of_the_comparison(world: World) -> None:
    report = send("보안등이 꺼졌어요. 010-2345-6789")
    assert send("보안등이 꺼졌어요. 010-2345-6789", id=report.pk) == report


def test_joining_and_parting(world: World) -> None:
    first, second, third = world.report(), world.report(), world.report()
    link = Viewer.link(second.urn)
    assert refused(lambda: actions.report_join(by=ANYBODY, id=second.pk, to=first.receipt)).code == "not_allowed"
    assert refused(lambda: actions.report_join(by=link, id=second.pk, to=second.receipt)).field == "to"
    assert refused(lambda: actions.report_join(by=link, id=second.pk, to="R-0")).code == "not_found"
    assert refused(lambda: actions.report_join(by=link, id=uuid7(), to=first.receipt)).code == "not_found"
    assert refused(lambda: actions.report_part(by=link, id=second.pk)).code == "conflict"
    actions.report_join(by=Viewer.link(third.urn), id=third.pk, to=second.receipt.lower())
    actions.report_join(by=link, id=second.pk, to=first.receipt)
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, second.outcome, second.joined_to, third.joined_to) == ("closed", "joined", first, first)
    assert queries.joined_counts([first.pk]) == {first.pk: 2}
    assert refused(lambda: actions.report_join(by=link, id=second.pk, to=third.receipt)).code in ("conflict", "invalid")
    # Joining to one that was joined means the one it was joined to.
    theirs = world.report(to=world.there)
    act = lambda: actions.report_join(by=world.officer, id=first.pk, to=theirs.receipt)  # noqa: E731
    assert refused(act).code == "invalid"
    fourth = send("넷째 일", join=third.receipt)
    assert fourth.joined_to == first
    actions.report_part(by=world.officer, id=second.pk)
    second.refresh_from_db()
    assert (second.state, second.outcome, second.joined_to, second.closed_at) == ("received", "", None, None)
    assert [e.type for e in Event.objects.filter(subject=second.urn).order_by("seq")][-2:] == [
        "reports.joined",
        "reports.unjoined",
    ]


def test_joining_a_closed_one_is_refused_and_nothing_is_kept(world: World) -> None:
    first = world.report()
    Report.objects.filter(pk=first.pk).update(state="closed", outcome="solved", closed_at=clock.now())
    assert refused(lambda: send(join=first.receipt)).field == "to"
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, True),
        ({"lat": HERE[1] + 0.0013}, True),
        ({"lat": HERE[1] + 0.003}, False),
        ({"lat": HERE[1] + 0.003, "accuracy_m": 400.0}, True),
        ({"category": "roads.pothole", "words": "구멍이 패였어요"}, False),
        ({"category": "", "words": "갓길에 고라니가 죽어 있네요"}, True),
    ],
)
def test_near_in_place_and_meaning(world: World, more: dict[str, Any], found: bool) -> None:
    first = world.report()
    asked = {"words": "사체", "category": "roads.roadkill", "lon": HERE[0], "lat": HERE[1], **more}
    assert [one.report for one in queries.near(ANYBODY, **asked)] == ([first] if found else [])


def test_near_leaves_out_the_old_the_closed_and_the_hidden(world: World) -> None:
    old, closed = world.report(), world.report()
    Report.objects.filter(pk=old.pk).update(created_at=clock.now() - timedelta(days=31))
    Report.objects.filter(pk=closed.pk).update(state="closed", outcome="solved", closed_at=clock.now())
    send("고라니", category="roads.roadkill", trapped=True)
    asked = {"words": "사체", "category": "roads.roadkill", "lon": HERE[0], "lat": HERE[1]}
    assert queries.near(ANYBODY, **asked) == []


def test_the_counter_needs_role_way_and_consent(world: World) -> None:
    said = Said(words="다리가 흔들린대요", channel="email", address_of="me@example.kr")
    enter = {"said": said, "id": uuid7(), "way": "desk", "consent": True}
    for viewer in (world.reader, world.citizen, ANYBODY):
        assert refused(lambda viewer=viewer: actions.report_enter(by=viewer, **enter)).code in (
            "not_allowed",
            "not_signed_in",
        )
    assert refused(lambda: actions.report_enter(by=world.officer, **{**enter, "way": ""})).field == "way"
    assert refused(lambda: actions.report_enter(by=world.officer, **{**enter, "consent": False})).field == "consent"
    report = actions.report_enter(by=world.officer, **enter)
    assert (report.source, report.intake.way, bool(report.intake.consent_at)) == ("counter", "desk", True)
    assert actions.report_enter(by=world.officer, **enter) == report


def test_too_many_confirmations_cost_the_address_not_the_report(world: World) -> None:
    for number in range(6):
        last = send(f"{number}째 다른 일", channel="email", address_of="me@example.kr", client="")
    assert last.intake.contact_left_out
    assert not hasattr(Report.objects.get(pk=last.pk), "contact")


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("37.56650, 126.97800", (126.978, 37.5665)),
        ("여기요 126.978000 37.566500 입니다", (126.978, 37.5665)),
        ("https://map.example/?lat=37.5665&lng=126.9780", (126.978, 37.5665)),
        ("https://map.example/@37.5665,126.9780,15z", (126.978, 37.5665)),
        ("37°33'59.4\"N 126°58'40.8\"E", (126.978, 37.5665)),
        ("북위 37도 33분 59.4초 동경 126도 58분 40.8초", (126.978, 37.5665)),
        ("국도 21호선 36.5 km 지점", None),
        ("02-123-4567", None),
        ("90.000 10.000", None),
        ("", None),
    ],
)
def test_coordinates_in_words(text: str, point: tuple[float, float] | None) -> None:
    assert coordinates.find(text) == (pytest.approx(point, abs=1e-6) if point else None)


@given(st.text(max_size=200))
def test_any_text_is_read_for_coordinates(text: str) -> None:
    found = coordinates.find(text)
    assert found is None or (124 <= found[0] <= 132 and 33 <= found[1] <= 39.5)


def test_a_place_given_twice_is_the_point(world: World) -> None:
    spot = place.spot_of({"lon": 127.0, "lat": 36.0, "accuracy_m": 12.0, "address": "37.5665, 126.9780"})
    assert (spot.lon, spot.lat, spot.accuracy_m) == (127.0, 36.0, 12.0)
    assert place.spot_of({"lon": 127.0, "lat": 36.0, "accuracy_m": -5.0}).accuracy_m is None
    assert place.spot_of({"area": "4100000000", "address": "장터"}).lon is None


NUMBER = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    words=st.text(max_size=300),
    category=st.one_of(st.just(""), st.sampled_from(sorted(categories.by_id())), st.text(max_size=8)),
    lon=NUMBER,
    lat=NUMBER,
    accuracy_m=NUMBER,
    address=st.text(max_size=260),
    contact=st.text(max_size=40),
)
def test_whatever_is_typed_is_on_record_or_refused_with_a_field(
    world: World, words: str, category: str, contact: str, **more: Any
) -> None:
    channel = "email" if "@" in contact else "phone"
    said = Said(words=words, category=category, channel=channel if contact else "", address_of=contact, **more)
    before = Report.objects.count()
    report, refusal = None, None
    try:
        report = actions.report_send(by=ANYBODY, said=said, client="h")
    except Refused as found:
        refusal = found
    if refusal:
        assert refusal.code == "invalid"
        assert refusal.field
        assert Report.objects.count() == before
    else:
        assert report
        assert Report.objects.filter(pk=report.pk).exists()
        assert report.intake


def test_the_demonstration_is_made_once_and_marked(db: None, settings: Any, routed: Any) -> None:
    routed.return_value = route_to("")
    from dure.bodies import demo as bodies
    from dure.core import demo as people

    settings.DEMO = True
    people.make_people()
    bodies.demo(lambda *a: None)
    for _twice in range(2):
        demo.demo(lambda *a: None)
    made = Report.objects.filter(words__startswith="(시연)")
    assert made.count() == len(demo.REPORTS) == Report.objects.count()
    assert {row.visibility for row in made} == {"public", "body"}
    assert made.filter(outcome="joined").count() == 1
    assert made.filter(body=None).exists()
