"""What is kept because somebody asked: watches, saved answers, consents. And what the daily look says and deletes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from dure.benefits import actions, queries, watching
from dure.benefits.demo import demo
from dure.benefits.models import CounterConsent, Watch
from dure.benefits.reading import library
from dure.benefits.sealing import unseal
from dure.benefits.told import Told
from dure.bodies import demo as bodies
from dure.core import clock, confirmations, tokens
from dure.core import demo as people
from dure.core.ids import uuid7
from dure.core.models import Confirmation, Event, Message, Notice
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from tests.benefits.finder.walk import FIND, mother
from tests.benefits.finder.world import World
from tests.collaboration.world import client_of

pytestmark = pytest.mark.django_db
NOBODY = Viewer.anonymous()


def watch(by: Viewer, **more: Any) -> Watch:
    said = {"births": ["1962-01-10"], "residence": "5175000000", "benefits": ["basic-pension"], **more}
    return actions.watch_start(by=by, **said)


@pytest.mark.slow
@pytest.mark.everywhere
def test_a_watch_by_letter_begins_when_confirmed_and_ends_by_its_link(client: Client) -> None:
    mother(client)
    page = client.get(FIND + "watch/").content.decode()
    assert "1993-04-03" in page
    assert "영월군" in page
    wrong = client.post(FIND + "watch/", {"benefit": ["basic-pension"], "email": "nobody"})
    assert wrong.status_code == 422
    nothing = client.post(FIND + "watch/", {"email": "a@example.kr"})
    assert nothing.status_code == 422
    assert "알려 드릴 혜택이 없습니다" in nothing.content.decode()
    client.post(FIND + "watch/", {"benefit": ["basic-pension", "no-such"], "email": "A@example.kr"})
    row = Watch.objects.get()
    assert row.benefits == ["basic-pension"]
    assert row.births == ["1993-04-03", "2022-03-01", "2018-05-05"]
    assert "example" not in row.address
    assert unseal(row.address, "watch") == b"a@example.kr"
    assert row.confirmed_at is None
    assert not Event.objects.exists()
    letter = Message.objects.get().text
    token = letter.split("/confirm/")[1].split("/")[0]
    done = confirmations.confirmation_finish(token)
    row.refresh_from_db()
    assert row.confirmed_at
    assert confirmations.next_page(done) == row.path
    anybody = Client()
    assert "기초연금" in anybody.get(row.path).content.decode()
    assert anybody.get(row.path.replace(row.path.split("/")[-2], "x" * 43)).status_code == 404
    assert anybody.post(row.path + "end/").headers["Location"] == "/benefits/"
    assert not Watch.objects.exists()
    assert anybody.get(row.path).status_code == 404


def test_a_person_watches_up_to_five_and_only_they_see_it(world: World) -> None:
    rows = [watch(world.citizen) for _number in range(actions.MOST_WATCHES)]
    with pytest.raises(Refused) as refused:
        watch(world.citizen)
    assert refused.value.code == "conflict"
    with pytest.raises(Refused):
        actions.watch_end(by=world.other, id=rows[0].pk)
    actions.watch_end(by=world.citizen, id=rows[0].pk)
    assert queries.watches_of(world.citizen).count() == 4
    assert queries.watches_of(world.other).count() == 0
    page = client_of(world.citizen).get("/benefits/kept/").content.decode()
    assert "기초연금" in page
    with pytest.raises(IntegrityError), transaction.atomic():
        Watch.objects.filter(pk=rows[1].pk).update(address="both")


def test_the_day_somebody_becomes_old_enough_is_told(world: World, monkeypatch: Any) -> None:
    start, birthday = date(2026, 12, 30), date(2027, 1, 10)
    monkeypatch.setattr(clock, "today", lambda: start)
    mine = watch(world.citizen)
    theirs = watch(NOBODY, email="b@example.kr", language="vi")
    Watch.objects.filter(pk=theirs.pk).update(confirmed_at=clock.now())
    monkeypatch.undo()
    rules = library().rules
    new_year = watching.news(rules, start, start, mine.births, mine.residence, mine.benefits, mine.marks)
    assert new_year == watching.News((), ())
    Message.objects.all().delete()
    Watch.objects.update(looked_on=birthday - timedelta(days=1), marks=watching.marks(rules, mine.benefits, birthday))
    assert actions.watches_look(birthday) == actions.Looked(2, 2, 0)
    assert actions.watches_look(birthday) == actions.Looked(0, 0, 0)
    notice = Notice.objects.get()
    assert notice.person_id == world.citizen.person_id
    assert notice.event.data["age"] == ["basic-pension"]
    lines = queries.describe([notice.event], world.citizen)
    assert "기초연금" in lines[notice.event.seq].text
    assert queries.describe([notice.event], world.other) == {}
    letter = Message.objects.get()
    assert letter.address == "b@example.kr"
    assert "1962" not in letter.text
    assert "Lương hưu" in letter.text
    assert theirs.path in letter.text


def test_another_figure_or_text_of_a_rule_is_told(world: World) -> None:
    row = watch(world.citizen)
    Watch.objects.update(looked_on=clock.today() - timedelta(days=1), marks={"basic-pension": "of another text"})
    assert actions.watches_look().told == 1
    assert Notice.objects.get().event.data == {"age": [], "rule": ["basic-pension"]}
    row.refresh_from_db()
    assert row.marks == watching.marks(library().rules, row.benefits, clock.today())
    marks = [watching.mark(library().rules, "basic-pension", date(year, 6, 1)) for year in (2024, 2025, 2026)]
    assert len(set(marks)) == 3
    assert watching.mark(library().rules, "gone", clock.today()) == ""


def test_what_was_never_confirmed_or_has_run_out_is_deleted(world: World, monkeypatch: Any) -> None:
    watch(NOBODY, email="c@example.kr")
    row = consent(world, keeps=True)
    actions.benefits_refer(by=world.officer, id=row.pk, told=told(), benefits=["child-allowance"])
    row.refresh_from_db()
    assert row.told
    later = clock.now() + timedelta(days=60)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert actions.watches_look().cleared == 2
    row.refresh_from_db()
    assert not Watch.objects.exists()
    assert row.told == ""
    assert row.referred == ["child-allowance"]


def told() -> Told:
    return Told(members=[{"who": "self", "birth_date": "1993-04-03"}], done=["people"])


def consent(world: World, **more: Any) -> CounterConsent:
    said = {"purpose": "apply", "how": "spoken", "days": 30, "agreed": True, "keeps": False, **more}
    return actions.consent_record(by=world.officer, id=said.pop("id", uuid7()), **said)


def test_a_consent_is_recorded_once_with_who_when_what_for_and_how_long(world: World) -> None:
    id = uuid7()
    row = consent(world, id=id)
    assert consent(world, id=id).pk == row.pk
    assert Event.objects.count() == 1
    assert (row.officer_id, row.body_id, row.purpose) == (world.officer.person_id, world.body.pk, "apply")
    assert row.until == clock.today() + timedelta(days=30)
    assert row.told == ""
    with pytest.raises(Refused) as refused:
        actions.consent_record(by=world.other, id=id, purpose="find", how="signed", days=1, agreed=True, keeps=False)
    assert refused.value.code == "conflict"
    for more, field in (({"agreed": False}, "agreed"), ({"days": 0}, "days"), ({"days": 366}, "days")):
        with pytest.raises(Refused) as refused:
            consent(world, **more)
        assert refused.value.field == field


def test_only_officers_and_heads_serve_at_a_counter(world: World) -> None:
    row = consent(world)
    for by, code in ((NOBODY, "not_signed_in"), (world.citizen, "not_allowed"), (world.reader, "not_allowed")):
        with pytest.raises(Refused) as refused:
            actions.consent_withdraw(by=by, id=row.pk)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        actions.consent_withdraw(by=world.other, id=row.pk)
    assert refused.value.code == "not_found"
    event = Event.objects.get()
    assert queries.describe([event], world.officer)[event.seq].text == "창구에서 동의를 받았습니다."
    assert queries.describe([event], world.other) == queries.describe([event], NOBODY) == {}


def test_what_was_told_is_kept_only_where_that_was_agreed_and_goes_with_the_consent(world: World) -> None:
    plain = consent(world)
    actions.benefits_refer(by=world.officer, id=plain.pk, told=told(), benefits=["child-allowance", "none"])
    plain.refresh_from_db()
    assert plain.told == ""
    assert plain.referred == ["child-allowance"]
    kept = consent(world, keeps=True)
    actions.benefits_refer(by=world.officer, id=kept.pk, told=told(), benefits=["child-allowance"])
    kept.refresh_from_db()
    assert kept.told
    assert "1993" not in kept.told
    assert Event.objects.filter(type="benefits.referred").count() == 2
    actions.consent_withdraw(by=world.officer, id=kept.pk)
    actions.consent_withdraw(by=world.officer, id=kept.pk)
    kept.refresh_from_db()
    assert kept.told == ""
    assert not kept.holds
    for benefits, code in ((["child-allowance"], "conflict"), ([], "invalid")):
        with pytest.raises(Refused) as refused:
            actions.benefits_refer(by=world.officer, id=kept.pk, told=told(), benefits=benefits)
        assert refused.value.code == code
    with pytest.raises(IntegrityError), transaction.atomic():
        CounterConsent.objects.filter(pk=plain.pk).update(told="x")


def test_the_counter_from_consent_to_the_summary(world: World) -> None:
    client = client_of(world.officer)
    wrong = client.post("/benefits/counter/", {"purpose": "apply", "how": "spoken", "days": "30"})
    assert wrong.status_code == 422
    assert "설명해 드리고 동의를" in wrong.content.decode()
    said = {"purpose": "apply", "how": "spoken", "days": "30", "agreed": "on", "keeps": "on", "id": str(uuid7())}
    assert client.post("/benefits/counter/", said).headers["Location"] == FIND + "people/"
    row = CounterConsent.objects.get()
    mother(client)
    page = client.get(FIND + "result/").content.decode()
    assert row.number in page
    assert "신청 요약 만들기" in page
    none = client.post(FIND + "refer/", {"benefit": ["basic-pension"]})
    assert none.status_code == 422
    assert "하나 이상 골라" in none.content.decode()
    done = client.post(FIND + "refer/", {"benefit": ["child-allowance", "single-parent-support"]}, follow=True)
    summary = done.content.decode()
    assert "혜택 신청 요약" in summary
    assert "가족관계증명서" in summary
    assert "1993-04-03" in summary
    listed = client.get("/benefits/counter/").content.decode()
    assert row.number in listed
    assert "신청으로 넘김" in listed
    assert "아동수당" in client.get(f"/benefits/counter/{row.pk}/").content.decode()
    assert client_of(world.other).get(f"/benefits/counter/{row.pk}/").status_code == 404
    client.post(FIND + "forget/")
    again = client.post(f"/benefits/counter/{row.pk}/resume/", follow=True).content.decode()
    assert row.number in again
    assert "한부모가족 아동양육비" in again
    client.post(f"/benefits/counter/{row.pk}/withdraw/")
    assert client.post(f"/benefits/counter/{row.pk}/resume/").status_code == 409
    assert client.post(FIND + "refer/", {"benefit": ["child-allowance"]}).status_code == 409


def test_the_list_of_consents_asks_as_often_for_many_as_for_few(world: World, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(world.officer)
    consent(world)
    client.get("/benefits/counter/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/benefits/counter/")
    for _number in range(25):
        consent(world)
    with django_assert_num_queries(len(few.captured_queries)):
        page = client.get("/benefits/counter/").content.decode()
    after = page.split("?after=")[1].split('"')[0]
    assert client.get(f"/benefits/counter/?after={after}").status_code == 200


def test_a_token_of_a_watch_is_of_that_watch_alone(world: World) -> None:
    one, two = watch(world.citizen), watch(world.citizen)
    assert queries.watch(NOBODY, one.pk, tokens.token_of("benefits.watch", one.pk)).pk == one.pk
    with pytest.raises(Refused):
        queries.watch(NOBODY, one.pk, tokens.token_of("benefits.watch", two.pk))
    assert Confirmation.objects.count() == 0


def test_the_demonstration_shows_a_consent_in_every_state_and_is_made_once(settings: Any) -> None:
    settings.DEMO = True
    people.make_people(lambda *said: None)
    bodies.demo(lambda *said: None)
    for _twice in range(2):
        demo(lambda *said: None)
    rows = list(CounterConsent.objects.all())
    assert len(rows) == 4
    assert {(bool(row.referred), bool(row.told), row.withdrawn_at is not None) for row in rows} == {
        (False, False, False), (True, False, False), (True, True, False), (False, False, True)
    }  # fmt: skip
