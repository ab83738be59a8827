"""Who sees what: outsiders, parties (a private one as a public one), the people of the committee and no others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dure.collaboration.mediation import actions, queries
from dure.collaboration.mediation.desk import personal
from dure.collaboration.mediation.models import DisputeStatement, Evidence, Mediator
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.attachments import address_of, attachment_of
from dure.core.events import deliver_due, timeline
from dure.core.models import Attachment, Audience, Notice
from dure.core.notices import notices_of
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from tests.collaboration.mediation.panel import Panel, chair, fresh, seats, viewer_of
from tests.collaboration.world import client_of

NOBODY = Viewer.anonymous()


@pytest.fixture
def narrow() -> dict[str, Any]:
    return {"level": "partners", "reason": "trade_secret", "review_on": clock.today() + timedelta(days=90)}


def secret_in(viewer: Viewer, collaboration: Collaboration, id: Any) -> bool:
    dispute = queries.dispute_of(viewer, collaboration, id)
    page = queries.dispute_page(viewer, dispute)
    own = next(side for side in page.sides if side.body.name == "나루군")
    assert (own.statement is None) == (own.withheld is not None)
    return own.statement is not None


def test_a_narrowed_statement_is_read_by_parties_and_by_the_committee_while_it_sits(panel: Panel, narrow: Any) -> None:
    world = panel.world
    collaboration = world.together()
    dispute = panel.refer(collaboration)
    actions.dispute_state(by=world.offerer, id=dispute.pk, text="비밀 셈", final=True, narrowing=narrow)
    actions.dispute_state(by=world.asker, id=dispute.pk, text="공개 입장", final=True)
    first, second = (viewer_of(seat) for seat in seats(dispute)[:2])
    see = lambda viewer: secret_in(viewer, collaboration, dispute.pk)  # noqa: E731
    assert see(world.asker)
    assert see(world.offerer)
    assert see(world.other), "a private party sees what a public one sees"
    assert not any(see(viewer) for viewer in (NOBODY, world.citizen, first, second, panel.centre))
    panel.sitting(dispute)
    assert see(first)
    outside = next(v for v in panel.people if v not in [viewer_of(seat) for seat in seats(dispute)])
    assert not see(outside)
    actions.seat_leave(by=first, id=dispute.pk, reason="아픕니다.")
    assert not see(first)
    assert see(second)
    actions.dispute_withdraw(by=world.asker, id=dispute.pk, reason="풀렸습니다.")
    assert not see(second)
    assert not Audience.objects.filter(subject=dispute.pk).exists()


def test_a_member_sees_nothing_else_that_is_for_partners(panel: Panel, narrow: Any) -> None:
    world = panel.world
    collaboration = world.together()
    other = panel.refer(collaboration, parts=["closing"])
    actions.dispute_state(by=world.offerer, id=other.pk, text="다른 갈등의 비밀", narrowing=narrow)
    member = viewer_of(seats(panel.sitting(panel.drawn(collaboration)))[0])
    assert not secret_in(member, collaboration, other.pk)
    assert not DisputeStatement.objects.filter(dispute=other).visible_to(member).exists()


def test_the_file_of_narrowed_evidence_is_as_closed_as_the_evidence(panel: Panel, narrow: Any) -> None:
    dispute = panel.sitting()
    file = SimpleUploadedFile("a.txt", "비밀 표".encode())
    row = actions.evidence_add(by=panel.world.asker, id=dispute.pk, note="비밀 셈표", uploaded=file, narrowing=narrow)
    held = Attachment.objects.get(subject=row.urn)
    for viewer in (panel.world.other, viewer_of(seats(dispute)[0])):
        assert attachment_of(viewer, held.pk) == held
    for viewer in (NOBODY, panel.world.citizen):
        with pytest.raises(Refused):
            attachment_of(viewer, held.pk)
    assert Client().get(address_of(held)).status_code == 404
    page = Client().get(dispute.get_absolute_url()).content.decode()
    assert "비밀 셈표" not in page
    assert "공개되지 않음" in page
    assert "비밀 셈표" in client_of(panel.world.other).get(dispute.get_absolute_url()).content.decode()
    assert Evidence.objects.visible_to(NOBODY).count() == 0


def test_a_narrowed_record_of_a_hearing(panel: Panel, narrow: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    dispute = panel.working()
    head = chair(dispute)
    hearing = actions.hearing_set(
        by=head,
        id=dispute.pk,
        hearing_id=dispute.pk,
        at=clock.now() + timedelta(days=1),
        place="회의실",
        invited="모두",
    )
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    actions.hearing_record(by=head, id=dispute.pk, hearing_id=hearing.pk, text="속이야기", narrowing=narrow)
    shown = Client().get(dispute.get_absolute_url()).content.decode()
    assert "회의실" in shown
    assert "속이야기" not in shown
    assert "조정 자리의 기록 1건" in shown
    assert "속이야기" in client_of(head).get(dispute.get_absolute_url()).content.decode()


def test_a_draft_is_the_committees_own(panel: Panel) -> None:
    dispute = panel.working()
    actions.mediation_draft(by=chair(dispute), id=dispute.pk, text="아직 비밀인 초안", duties={})
    for viewer in (NOBODY, panel.world.asker, panel.world.other):
        assert "아직 비밀인 초안" not in client_of(viewer).get(dispute.get_absolute_url()).content.decode()
        assert not any("초안" in line.text for line in timeline(dispute.about, viewer))
    assert any("초안" in line.text for line in timeline(dispute.about, chair(dispute)))


def test_the_timeline_tells_it_publicly(panel: Panel) -> None:
    dispute = panel.proposed()
    for side in (panel.world.asker, panel.world.offerer):
        actions.mediation_answer(by=side, id=dispute.pk, accepts=True)
    said = [line.text for line in timeline(dispute.about, NOBODY)]
    for start in (
        "갈등의 조정을 청했습니다",
        "갈등에 대한 입장을",
        "제비를 뽑아 조정위원 5명",
        "조정위원회가 조정안을",
        "갈등 조정을 마쳤습니다: 조정안으로 풀림",
    ):
        assert any(text.startswith(start) for text in said), start


def test_those_whom_it_concerns_are_told(panel: Panel) -> None:
    dispute = panel.drawn()
    while deliver_due(500):
        pass
    told = lambda viewer: set(  # noqa: E731
        Notice.objects.filter(person=viewer.person_id).values_list("event__type", flat=True)
    )
    assert "collaboration.dispute.referred" in told(panel.world.offerer)
    assert "collaboration.dispute.referred" in told(panel.world.other), "work rests for every party"
    assert "collaboration.dispute.stated" not in told(panel.world.other)
    drawn = viewer_of(seats(dispute)[0])
    assert "collaboration.dispute.drawn" in told(drawn)
    shown, _next = notices_of(panel.people[0])
    assert any(one.line and "조정위원으로 모시려 합니다" in one.line.text for one in shown)
    assert "collaboration.mediator.accepted" in told(panel.centre)


def test_the_desk_of_a_person_without_a_body(panel: Panel) -> None:
    dispute = panel.drawn()
    drawn = viewer_of(seats(dispute)[0])
    assert [item.title for item in personal(drawn)] == [f"{dispute.title} · {dispute.collaboration.call.title}"]
    panel.working(dispute)
    assert [item.kind for item in personal(chair(fresh(dispute)))] == ["내 조정위원회"]
    assert list(personal(NOBODY)) == []


def test_who_was_asked_onto_the_roster_is_not_public_before_they_accept(panel: Panel) -> None:
    panel.add(accept=False)
    row = Mediator.objects.get(person=panel.people[-1].person_id)
    seen = lambda viewer: Mediator.objects.visible_to(viewer).filter(pk=row.pk).exists()  # noqa: E731
    assert seen(panel.people[-1])
    assert seen(panel.centre)
    assert not any(seen(viewer) for viewer in (NOBODY, panel.world.asker, panel.people[0]))
    assert Client().get(reverse("mediators:one", args=[row.pk])).status_code == 404


def test_what_was_narrowed_can_be_opened_again_by_who_answers_for_it(panel: Panel, narrow: Any) -> None:
    world = panel.world
    dispute = panel.working()
    said = DisputeStatement.objects.get(dispute=dispute, body=world.offerer.body_id)
    file = SimpleUploadedFile("a.txt", b"x")
    row = actions.evidence_add(by=chair(dispute), id=dispute.pk, note="표", uploaded=file, narrowing=narrow)
    set_to = lambda by, kind, thing, to: actions.mediation_narrow(  # noqa: E731
        by=by, id=dispute.pk, kind=kind, thing_id=thing.pk, narrowing=to
    )
    set_to(world.offerer, "statement", said, narrow)
    assert not secret_in(NOBODY, dispute.collaboration, dispute.pk)
    for by, kind, thing in ((world.asker, "statement", said), (world.asker, "evidence", row)):
        with pytest.raises(Refused) as caught:
            set_to(by, kind, thing, None)
        assert caught.value.code == "not_allowed"
    with pytest.raises(Refused) as caught:
        set_to(world.offerer, "kitchen", said, None)
    assert caught.value.code == "not_found"
    actions.dispute_withdraw(by=world.asker, id=dispute.pk, reason="풀렸습니다.")
    address = reverse("mediation:narrow", args=[dispute.collaboration.receipt, dispute.pk, "statement", said.pk])
    client = client_of(world.offerer)
    assert client.get(address).status_code == 200
    assert address in client.get(dispute.get_absolute_url()).content.decode()
    assert client.post(address, {}).status_code == 302
    assert secret_in(NOBODY, dispute.collaboration, dispute.pk)


def test_no_bodys_name_stands_beside_what_a_member_does(panel: Panel) -> None:
    dispute = panel.drawn()
    seat = viewer_of(seats(dispute)[0])
    acting = Viewer.person(seat.person_id, panel.centre.body_id, "officer")
    actions.seat_accept(by=acting, id=dispute.pk)
    line = timeline(dispute.about, NOBODY)[0]
    assert line.type == "collaboration.dispute.seat_taken"
    assert line.actor == ""
