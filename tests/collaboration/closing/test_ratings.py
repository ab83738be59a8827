"""Ratings: sealed between parties, one for each citizen, words moderated and numbers not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.collaboration.closing import actions, queries
from dure.collaboration.closing.desk import desk_items
from dure.collaboration.closing.models import CitizenRating, PartnerRating
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.confirmations import confirmation_finish, next_page
from dure.core.events import timeline
from dure.core.models import Message, Person
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from tests.collaboration.world import person

ANYBODY = Viewer.anonymous()
SCORES = {"respect": 5, "fair": 3, "again": 4}


def code(refused) -> tuple[str, str | None]:
    return refused.value.code, refused.value.field


def citizen(life, score=4, text="", **more):
    by = more.pop("by", None) or Viewer.person(person("주민").pk)
    return actions.citizen_rate(by=by, id=life.row.pk, score=score, text=text, **more)


def guest(life, address="a@example.kr", score=5, **more):
    return actions.citizen_rate(
        by=ANYBODY, id=life.row.pk, score=score, channel="email", address=address, alias="이웃", **more
    )


def confirm(rating):
    letter = Message.objects.filter(address=rating.confirmation.address).order_by("-created_at")[0]
    return confirmation_finish(letter.text.split("/confirm/")[1].split("/")[0])


def test_parties_rate_sealed_until_all_have(life):
    for by in life.parties[:2]:
        actions.partner_rate(by=by, id=life.row.pk, scores=SCORES, text="고맙습니다.")
    for viewer in (ANYBODY, life.world.other):
        found = queries.partner_ratings(viewer, life.row)
        assert (found.rows, found.rated, found.of, found.revealed, found.averages) == ([], 2, 3, False, [])
    own = queries.partner_ratings(life.world.asker, life.row)
    assert [row.body_id for row in own.rows] == [life.world.asker.body_id]
    actions.partner_rate(by=life.world.other, id=life.row.pk, scores={**SCORES, "fair": 1})
    found = queries.partner_ratings(ANYBODY, life.row)
    assert (len(found.rows), found.revealed) == (3, True)
    assert [str(mean) for _label, mean in found.averages] == ["5.0", "2.3", "4.0"]
    assert "고맙습니다" not in " ".join(line.text for line in timeline(life.row.urn, ANYBODY))


def test_parties_see_each_other_at_the_end(life):
    actions.partner_rate(by=life.world.asker, id=life.row.pk, scores=SCORES)
    life.end()
    assert queries.partner_ratings(ANYBODY, life.row).revealed


def test_refusals_of_a_party_s_rating(life):
    actions.partner_rate(by=life.world.asker, id=life.row.pk, scores=SCORES)
    with pytest.raises(Refused) as refused:
        actions.partner_rate(by=life.world.asker, id=life.row.pk, scores=SCORES)
    assert code(refused) == ("conflict", None)
    for name in SCORES:
        for wrong in (0, 6, None, "5", True, 2.5):
            with pytest.raises(Refused) as refused:
                actions.partner_rate(by=life.world.offerer, id=life.row.pk, scores={**SCORES, name: wrong})
            assert code(refused) == ("invalid", name)
    with pytest.raises(Refused) as refused:
        actions.partner_rate(by=life.world.offerer, id=life.row.pk, scores=SCORES, text="가" * 40_000)
    assert code(refused) == ("invalid", "text")
    for by in (life.world.citizen, ANYBODY):
        with pytest.raises(Refused):
            actions.partner_rate(by=by, id=life.row.pk, scores=SCORES)
    assert PartnerRating.objects.count() == 1


def test_no_average_of_two(life):
    citizen(life, 5)
    citizen(life, 2)
    found = queries.citizen_ratings(ANYBODY, life.row)
    assert (found.count, found.average, found.bars) == (2, None, [])
    citizen(life, 5)
    found = queries.citizen_ratings(ANYBODY, life.row)
    assert (found.count, str(found.average)) == (3, "4.0")
    assert found.bars[0] == ("5점", 2)


def test_a_person_rates_once_and_may_take_it_back(life):
    by = life.world.citizen
    first = citizen(life, 1, "별로", by=by)
    with pytest.raises(Refused) as refused:
        citizen(life, 5, by=by)
    assert code(refused) == ("conflict", None)
    with pytest.raises(Refused):
        actions.citizen_rating_remove(by=life.world.asker, id=first.pk)
    actions.citizen_rating_remove(by=by, id=first.pk)
    first.refresh_from_db()
    assert (first.state, first.text) == ("removed", "")
    citizen(life, 5, by=by)
    assert queries.citizen_ratings(ANYBODY, life.row).count == 1


def test_without_an_account_it_counts_once_confirmed_and_once_for_an_address(life):
    first = guest(life, "A@example.kr ")
    assert queries.citizen_ratings(ANYBODY, life.row).count == 0
    assert next_page(confirm(first)).endswith("?rated=once#citizens")
    confirm(first)
    second = guest(life, "a@example.kr", 1)
    assert next_page(confirm(second)).endswith("?rated=twice#citizens")
    found = queries.citizen_ratings(ANYBODY, life.row)
    assert (found.count, CitizenRating.objects.get(pk=second.pk).state) == (1, "twice")


def test_an_account_and_its_address_are_one_person(life):
    address = Person.objects.get(pk=life.world.citizen.person_id).email
    citizen(life, by=life.world.citizen)
    confirm(guest(life, address))
    assert queries.citizen_ratings(ANYBODY, life.row).count == 1


def test_an_address_of_somebody_of_a_party_does_not_count(life):
    address = Person.objects.get(pk=life.world.other.person_id).email
    assert next_page(confirm(guest(life, address))).endswith("?rated=party#citizens")
    assert queries.citizen_ratings(ANYBODY, life.row).count == 0


def test_a_doubled_request_rates_once(life):
    id = guest(life).pk
    assert guest(life, rating_id=id).pk == id
    assert Message.objects.filter(address="a@example.kr").count() == 1


def test_who_belongs_to_a_party_does_not_rate_as_a_citizen(life):
    for by in (life.world.other, Viewer.person(life.world.other.person_id)):
        with pytest.raises(Refused) as refused:
            citizen(life, by=by)
        assert code(refused) == ("not_allowed", None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"score": 0}, "score"),
        ({"score": 6}, "score"),
        ({"score": None}, "score"),
        ({"text": "가" * 40_000}, "text"),
        ({"text": "제 번호는 010-1234-5678입니다"}, "text"),
    ],
)
def test_bad_ratings_are_refused_at_their_field(life, given, field):
    with pytest.raises(Refused) as refused:
        citizen(life, **given)
    assert code(refused) == ("invalid", field)


def test_a_wrong_address_is_refused_and_words_are_kept_tidy(life):
    with pytest.raises(Refused):
        guest(life, "어디")
    assert citizen(life, text="좋아요\t😀\r\n\u202e").text == "좋아요\t😀"


def test_from_the_start_of_work_to_ninety_days_after_the_end(life, monkeypatch):
    Collaboration.objects.filter(pk=life.row.pk).update(stage="agreeing")
    with pytest.raises(Refused):
        citizen(life)
    Collaboration.objects.filter(pk=life.row.pk).update(stage="working")
    life.end()
    citizen(life)
    later = clock.now() + timedelta(days=91)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(Refused) as refused:
        citizen(life)
    assert code(refused) == ("conflict", None)
    with pytest.raises(Refused):
        actions.partner_rate(by=life.world.asker, id=life.row.pk, scores=SCORES)


def test_words_are_taken_down_and_the_number_still_counts(life):
    rating = citizen(life, 1, "나쁜 말")
    actions.citizen_rating_flag(by=ANYBODY, id=rating.pk, why="abuse")
    actions.citizen_rating_flag(by=ANYBODY, id=rating.pk, why="spam")
    assert [item.kind for item in desk_items(life.world.asker)] == ["평가 살피기"]
    for by in (life.world.offerer, life.world.citizen, ANYBODY):
        with pytest.raises(Refused):
            actions.citizen_rating_hide(by=by, id=rating.pk, reason="욕설")
    with pytest.raises(Refused) as refused:
        actions.citizen_rating_hide(by=life.world.asker, id=rating.pk, reason=" ")
    assert code(refused) == ("invalid", "reason")
    actions.citizen_rating_hide(by=life.world.asker, id=rating.pk, reason="욕설")
    found = queries.citizen_ratings(ANYBODY, life.row)
    assert (found.count, found.rows[0].text) == (1, "")
    assert queries.citizen_ratings(life.world.asker, life.row).rows[0].text == "나쁜 말"
    assert not list(desk_items(life.world.asker))
    actions.citizen_rating_restore(by=life.world.asker, id=rating.pk)
    assert queries.citizen_ratings(ANYBODY, life.row).rows[0].text == "나쁜 말"


def test_what_there_is_not_cannot_be_flagged(life):
    silent = citizen(life, 3)
    with pytest.raises(Refused) as refused:
        actions.citizen_rating_flag(by=ANYBODY, id=silent.pk, why="abuse")
    assert code(refused) == ("conflict", None)
    waiting = guest(life)
    with pytest.raises(Refused) as refused:
        actions.citizen_rating_flag(by=ANYBODY, id=waiting.pk, why="abuse")
    assert code(refused) == ("not_found", None)
