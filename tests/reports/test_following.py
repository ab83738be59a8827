"""A report that goes to another body takes its pictures, its words and the duty to look again with it; both ways."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dure.bodies.models import Body
from dure.core import attachments, clock
from dure.core.ids import uuid7
from dure.core.models import Attachment
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Level, Reason, reviews_due, withhold
from dure.reports import actions as room
from dure.reports import asking, queries
from dure.reports.actions import Said
from dure.reports.intake import actions as intake
from dure.reports.models import Move, Report, Rest, Word
from dure.reports.open311.actions import word_add
from dure.reports.working import actions as working
from tests.reports.world import HERE, World, route_to

GIF = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")


def picture(name: str) -> attachments.Taken:
    return attachments.take_in(SimpleUploadedFile(name, GIF, "image/gif"))


def rerouted(report: Report, by: Viewer, to: Body, _officer: Viewer) -> None:
    """Whoever reported puts the place right."""
    with mock.patch.object(asking, "route_for", return_value=route_to(to.code)):
        room.report_reroute(by=Viewer.link(report.urn), id=report.pk, cause="place", changes={"lon": 127.5})


def passed_on(report: Report, by: Viewer, to: Body, officer: Viewer) -> None:
    working.report_pass_on(by=by, id=report.pk, target_id=to.pk, reason="그 군의 길입니다.")
    working.move_accept(by=officer, id=report.pk)


def found_again(report: Report, by: Viewer, to: Body, _officer: Viewer) -> None:
    """It belongs to nobody for a while, and then an operator finds the body."""
    with mock.patch.object(asking, "route_for", return_value=route_to("")):
        room.report_reroute(by=Viewer.link(report.urn), id=report.pk, cause="place", changes={"lon": 127.6})
    operator = Viewer.person(by.person_id, staff_session_id=uuid7())
    working.report_give(by=operator, id=report.pk, body_id=to.pk, reason="그 군의 길입니다.")


def reads(viewer: Viewer, report: Report) -> set[str]:
    """Names of the files this viewer gets the bytes of, on the report and on what was said about it."""
    found = set()
    for row in Attachment.objects.filter(circle=report.pk):
        try:
            found.add(attachments.attachment_of(viewer, row.pk).name)
        except Refused:
            continue
    return found


@pytest.mark.parametrize("go", [rerouted, passed_on, found_again])
def test_pictures_follow_the_report_and_come_back_with_it(world: World, go: Callable[..., None]) -> None:
    said = Said(words="고라니", category="roads.roadkill", lon=HERE[0], lat=HERE[1], files=(picture("길.gif"),))
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)):
        report = intake.report_send(by=Viewer.anonymous(), said=said, photos_looked=False)
    word = word_add(by=Viewer.link(report.urn), report_id=report.pk, text="여기예요", files=[picture("더.gif")])
    for thing in (word, *Attachment.objects.filter(subject=word.urn)):
        withhold(
            by=world.officer, thing=thing, level=Level.BODY, reason=Reason.PERSONAL,
            review_on=clock.today() + timedelta(days=3),
        )  # fmt: skip
    soon = clock.today() + timedelta(days=5)
    has, other = (world.officer, world.here), (world.other, world.there)
    for _there_and_back in range(2):
        # The picture on the word is read through a word that the body reads.
        assert reads(has[0], report) == {"길.gif", "더.gif"}
        assert word in queries.said(has[0], report)
        assert len(reviews_due(has[0], soon)) == 3
        for who in (other[0], world.citizen, Viewer.anonymous()):
            assert reads(who, report) == set()
            assert word not in queries.said(who, report)
        assert reviews_due(other[0], soon) == []
        go(Report.objects.get(pk=report.pk), has[0], other[1], other[0])
        has, other = other, has
        assert Report.objects.get(pk=report.pk).body == has[1]
    intake.report_look(by=has[0], id=report.pk)
    assert reads(Viewer.anonymous(), report) == {"길.gif"}
    assert Word.objects.get(pk=word.pk).visibility == Level.BODY


def test_pictures_on_a_withheld_report_follow_it_too(world: World) -> None:
    said = {"files": (picture("집.gif"),)}
    report = world.report(**said)
    day = clock.today() + timedelta(days=3)
    working.report_withhold(by=world.officer, id=report.pk, thing="", reason=Reason.PERSONAL, review_on=day)
    assert reads(world.officer, report) == {"집.gif"}
    rerouted(report, world.officer, world.there, world.other)
    assert (reads(world.officer, report), reads(world.other, report)) == (set(), {"집.gif"})
    assert [thing.pk for thing in reviews_due(world.other, day)] == [report.pk]
    rerouted(report, world.other, world.here, world.officer)
    assert (reads(world.officer, report), reads(world.other, report)) == ({"집.gif"}, set())


def test_a_piece_that_goes_elsewhere_leaves_the_pictures_of_the_whole(world: World) -> None:
    said = Said(words="고라니", category="roads.roadkill", lon=HERE[0], lat=HERE[1], files=(picture("길.gif"),))
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)):
        report = intake.report_send(by=Viewer.anonymous(), said=said, photos_looked=False)
    pieces = [working.Piece("치우기", world.here.pk), working.Piece("난간", world.there.pk)]
    made = working.report_split(by=world.officer, id=report.pk, pieces=pieces, reason="두 가지 일입니다.")
    passed_on(made[0], world.officer, world.there, world.other)
    assert (reads(world.officer, report), reads(world.other, report)) == ({"길.gif"}, set())


def test_what_the_first_body_had_begun_ends_and_the_term_runs_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 11, 23, 1, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: at)
    report = world.report(category="roads.pothole")
    due = report.due_at
    working.report_ask(by=world.officer, id=report.pk, text="어느 쪽 차로인가요?")
    working.report_reply(by=Viewer.link(report.urn), id=report.pk, text="바깥 차로예요.")
    working.report_pass_on(by=world.officer, id=report.pk, target_id=world.roads.pk, reason="고속국도입니다.")
    at += timedelta(hours=3)
    rerouted(report, world.officer, world.there, world.other)
    move = report.moves.get()
    assert (move.state, bool(move.answer), move.decided_at) == (Move.State.RETURNED, True, at)
    with pytest.raises(Refused):
        working.move_accept(by=world.far, id=report.pk)
    report.refresh_from_db()
    assert (report.body, report.state, report.officer, report.taken_at) == (world.there, "received", None, None)
    # Moving between bodies costs whoever reported no time (민원 처리에 관한 법률 시행령 제11조).
    assert report.due_at == due

    working.report_ask(by=world.other, id=report.pk, text="어느 마을인가요?")
    at += timedelta(hours=1)
    rerouted(report, world.other, world.roads, world.far)
    rest = report.rests.latest("started_at")
    assert (rest.ended_at, rest.ended_by) == (at, Rest.End.WENT_ON)
    report.refresh_from_db()
    assert report.state == "received"
