"""The checklist, its yearly look, and a standing body that takes over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from dure.collaboration import actions as room
from dure.collaboration import parties
from dure.collaboration.actions.call import withhold_part
from dure.collaboration.closing import actions, queries
from dure.collaboration.closing.actions.lasting import year_after
from dure.collaboration.closing.desk import desk_items
from dure.collaboration.closing.items import items
from dure.collaboration.closing.models import Sustainability, SustainabilityAnswer
from dure.collaboration.closing.part import recheck
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.events import deliver_due, timeline
from dure.core.models import Event, Notice, Withholding
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import withhold
from tests.collaboration.world import body, officer

ANYBODY = Viewer.anonymous()


def code(refused) -> tuple[str, str | None]:
    return refused.value.code, refused.value.field


def test_an_answer_stands_and_the_former_one_stays(life):
    first = life.answer("unit", "no", "")
    second = life.answer("unit", "yes", "공동팀 3명", link="https://www.example.go.kr/a", by=life.world.offerer)
    found = queries.lasting(ANYBODY, life.fresh())
    unit = next(one for one in found.items if one.item.key == "unit")
    assert unit.answer.row == second
    assert [old.row for old in unit.before] == [first]
    assert (found.mark, found.known, found.of) == ("", 1, 5)
    assert found.due_on == year_after(clock.today())
    lines = [line.text for line in timeline(life.row.urn, ANYBODY)]
    assert "지속가능성을 점검했습니다: 전담 부서·인력 – 그렇다" in lines


def test_all_five_give_the_mark_by_the_written_rule(life):
    for key in items():
        life.answer(key, "yes")
    assert queries.lasting(ANYBODY, life.row).mark == "yes"
    life.answer("care", "no", "")
    assert queries.lasting(ANYBODY, life.row).mark == "partial"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"item": "moon"}, "item"),
        ({"mark": "perhaps"}, "mark"),
        ({"text": ""}, "text"),
        ({"text": "가" * 40_000}, "text"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "ftp://example.kr/x"}, "link"),
    ],
)
def test_bad_answers_are_refused_at_their_field(life, given, field):
    with pytest.raises(Refused) as refused:
        life.answer(**given)
    assert code(refused) == ("invalid", field)
    assert not SustainabilityAnswer.objects.exists()


def test_text_is_kept_tidy_with_emoji_and_tables(life):
    made = life.answer(text="조례\t제3조\r\n담당\t2명 😀\u202e뒤집기")
    assert made.text == "조례\t제3조\n담당\t2명 😀뒤집기"


def test_a_file_is_evidence_too_and_hangs_on_the_collaboration(life):
    made = life.answer(text="", uploaded=SimpleUploadedFile("조례.txt", "제1조".encode()))
    assert made.file.subject == life.row.urn
    found = next(one for one in queries.lasting(ANYBODY, life.row).items if one.item.key == "unit")
    assert found.answer.file[0] == "조례.txt"


def test_only_parties_answer_and_a_private_one_like_a_public_one(life):
    life.answer(by=life.world.other)
    for by in (life.world.citizen, ANYBODY, officer(body("먼군"), "먼")):
        with pytest.raises(Refused):
            life.answer(by=by)


def test_a_doubled_request_answers_once(life):
    id = life.answer().pk
    assert life.answer(answer_id=id).pk == id
    assert SustainabilityAnswer.objects.count() == 1


def test_the_database_holds_one_answer_that_stands(life):
    made = life.answer()
    made.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_a_year_later_it_is_due_once_publicly_and_for_every_party(life, monkeypatch):
    life.answer()
    later = clock.now() + timedelta(days=366)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert recheck(None) == {"told": 1}
    assert recheck(None) == {"told": 0}
    deliver_due()
    event = Event.objects.get(type="collaboration.lasting.due")
    assert Notice.objects.filter(event=event).count() == 3
    assert queries.lasting(ANYBODY, life.row).overdue
    assert [item.kind for item in desk_items(life.world.other)] == ["지속가능성 점검"]
    life.answer()
    assert not queries.lasting(ANYBODY, life.row).overdue
    assert Sustainability.objects.get().told_on is None
    assert not list(desk_items(life.world.other))


def test_a_leap_day_is_followed_by_march():
    assert year_after(date(2028, 2, 29)) == date(2029, 3, 1)


def test_the_checklist_lives_on_after_the_end_but_not_of_what_failed(life):
    life.end()
    life.answer()
    assert queries.lasting(life.world.asker, life.row).may_answer
    Collaboration.objects.filter(pk=life.row.pk).update(outcome="failed")
    with pytest.raises(Refused) as refused:
        life.answer("care")
    assert code(refused) == ("conflict", None)


def test_a_withheld_answer_leaves_its_place(life):
    made = life.answer()
    review = clock.today() + timedelta(days=30)
    withhold(by=life.world.asker, thing=made, level="partners", reason="deliberation", review_on=review)
    outside = next(one for one in queries.lasting(ANYBODY, life.row).items if one.item.key == "unit")
    assert outside.answer is None
    assert len(outside.closed) == 1
    for party in (life.world.offerer, life.world.other):
        inside = next(one for one in queries.lasting(party, life.row).items if one.item.key == "unit")
        assert inside.answer.row == made
    answered = [line for line in timeline(life.row.urn, ANYBODY) if line.type == "collaboration.lasting.answered"]
    assert answered[0].withheld
    assert "그렇다" not in answered[0].text


# Handover


@pytest.fixture
def council():
    return officer(body("통근버스 조합", "cooperative"), "조합장")


def ask(life, council, **more):
    by = more.pop("by", life.world.offerer)
    return actions.handover_ask(by=by, id=life.row.pk, body_id=council.body_id, reason="오래 남습니다.", **more)


def test_the_whole_way_of_a_handover(life, council):
    review = clock.today() + timedelta(days=30)
    withhold_part(life.world.asker, life.row, "place", "partners", "speculation", review)
    urn, events = life.row.urn, Event.objects.filter(subject=life.row.urn).count()
    handover = ask(life, council)
    assert [item.kind for item in desk_items(council)] == ["이어받기"]
    with pytest.raises(Refused) as refused:
        life.effect("handover", {"handover": str(handover.pk)})
    assert code(refused) == ("conflict", "handover")
    actions.handover_accept(by=council, id=handover.pk, answer="맡겠습니다.")
    row = life.effect("handover", {"handover": str(handover.pk)})
    handover.refresh_from_db()
    assert (handover.state, handover.from_body_id) == ("done", life.world.asker.body_id)
    assert row.body_id == council.body_id
    assert row.urn == urn
    assert Event.objects.filter(subject=urn).count() == events + 3
    assert parties.is_party(council, row)
    assert parties.is_party(life.world.asker, row)
    assert Withholding.objects.get(subject=row.pk).owner_body_id == council.body_id
    for by in (council, life.world.asker):
        with pytest.raises(Refused):
            room.call_field_open(by=by, id=row.pk, part="place")


def test_refusals_of_a_handover(life, council):
    for by in (council, life.world.citizen, ANYBODY):
        with pytest.raises(Refused):
            ask(life, council, by=by)
    with pytest.raises(Refused) as refused:
        actions.handover_ask(by=life.world.offerer, id=life.row.pk, body_id=life.row.body_id, reason="까닭")
    assert code(refused) == ("invalid", "body")
    handover = ask(life, council)
    with pytest.raises(Refused) as refused:
        ask(life, council)
    assert code(refused) == ("conflict", None)
    for by in (life.world.offerer, life.world.citizen, ANYBODY):
        with pytest.raises(Refused):
            actions.handover_accept(by=by, id=handover.pk)
    with pytest.raises(Refused) as refused:
        actions.handover_decline(by=council, id=handover.pk, answer="")
    assert code(refused) == ("invalid", "answer")
    actions.handover_decline(by=council, id=handover.pk, answer="사람이 없습니다.")
    with pytest.raises(Refused):
        life.effect("handover", {"handover": str(handover.pk)})
    for wrong in ("", "x", "00000000-0000-7000-8000-000000000000"):
        with pytest.raises(Refused) as refused:
            life.effect("handover", {"handover": wrong})
        assert code(refused) == ("invalid", "handover")


def test_only_who_asked_takes_the_request_back(life, council):
    handover = ask(life, council)
    with pytest.raises(Refused):
        actions.handover_withdraw(by=life.world.asker, id=handover.pk)
    actions.handover_withdraw(by=life.world.offerer, id=handover.pk)
    with pytest.raises(Refused) as refused:
        actions.handover_withdraw(by=life.world.offerer, id=handover.pk)
    assert code(refused) == ("conflict", None)
    assert ask(life, council).state == "asked"


def test_a_dispute_stops_it(life, council):
    Collaboration.objects.filter(pk=life.row.pk).update(paused=["closing"])
    with pytest.raises(Refused):
        ask(life, council)
    with pytest.raises(Refused):
        life.answer()
