"""Events: written with their change, carried at least once, in order per subject, with one effect."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.core import events
from dure.core.events import deliver_due, record, timeline
from dure.core.models import Delivery, Event, Person
from dure.core.refused import Refused
from dure.core.viewer import Viewer

ANYBODY = Viewer()
Subscribe = Callable[[str, Any], None]


def happen(type: str, subject: str, **data: Any) -> Event:
    with transaction.atomic():
        return record(by=ANYBODY, type=type, subject=subject, data=data)


def until_quiet() -> None:
    while deliver_due():
        pass


@pytest.fixture
def operator(person: Person) -> Viewer:
    return Viewer.person(person.pk, staff_session_id=uuid4())


def test_an_event_lives_and_dies_with_its_change(db: None, happened: str) -> None:
    def change() -> None:
        with transaction.atomic():
            record(by=ANYBODY, type=happened, subject="dure:test:1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_not_outside_a_transaction(happened: str) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record(by=ANYBODY, type=happened, subject="dure:test:1")


@pytest.mark.parametrize("type", ["core.nothing", "nowhere.happened", "core"])
def test_only_what_a_manifest_lists(db: None, type: str) -> None:
    with pytest.raises(ValueError, match="manifest"):
        happen(type, "dure:test:1")


@pytest.mark.parametrize("value", ["두 낱말 말", "a b", "<b>", "x" * 81, {"a": 1}, [["a b"]]])
def test_no_text_that_people_wrote_goes_into_an_event(db: None, happened: str, value: Any) -> None:
    with pytest.raises(ValueError, match="may hold"):
        happen(happened, "dure:test:1", value=value)


def test_harmless_facts_do(db: None, happened: str) -> None:
    id = uuid4()
    event = happen(happened, "dure:test:1", number=3, yes=True, nothing=None, id=id, many=[1, "two"], on="2026-11-21")
    event.refresh_from_db()
    assert event.data == {
        "number": 3,
        "yes": True,
        "nothing": None,
        "id": str(id),
        "many": [1, "two"],
        "on": "2026-11-21",
    }


def test_subscribers_hear_in_the_order_of_each_subject(db: None, happened: str, subscribe: Subscribe) -> None:
    heard: dict[str, list[int]] = defaultdict(list)
    subscribe("test.ear", lambda event: heard[event.subject].append(event.seq))
    made = [happen(happened, f"dure:test:{number % 3}") for number in range(12)]
    until_quiet()
    for subject in {event.subject for event in made}:
        assert heard[subject] == [event.seq for event in made if event.subject == subject]
    assert not Delivery.objects.exclude(state="done").exists()


def test_a_failing_subscriber_leaves_no_half_effect_and_holds_up_its_subject_only(
    db: None, happened: str, subscribe: Subscribe, later: Any
) -> None:
    broken = {"yes": True}

    def write(event: Event) -> None:
        Person.objects.create(email=f"{event.seq}@example.org", name="x")
        if broken["yes"] and event.subject.endswith("bad"):
            raise RuntimeError("secret words")

    subscribe("test.writer", write)
    bad = [happen(happened, "dure:test:bad") for _ in range(3)]
    good = happen(happened, "dure:test:good")
    until_quiet()
    assert list(Person.objects.values_list("email", flat=True)) == [f"{good.seq}@example.org"]
    assert Delivery.objects.get(event=bad[1], subscriber="test.writer").attempts == 0
    broken["yes"] = False
    assert deliver_due() == 0, "it waits before it tries again"
    later.shift(seconds=3)
    until_quiet()
    assert Person.objects.count() == 4
    assert sorted(Person.objects.exclude(email__startswith=f"{good.seq}@").values_list("email", flat=True)) == sorted(
        f"{event.seq}@example.org" for event in bad
    )


def test_a_dead_letter_stops_its_subject_until_somebody_decides(
    db: None, happened: str, subscribe: Subscribe, later: Any, operator: Viewer
) -> None:
    heard: list[int] = []
    broken = {"yes": True}

    def listen(event: Event) -> None:
        if broken["yes"] and event.subject.endswith("bad"):
            raise RuntimeError
        heard.append(event.seq)

    subscribe("test.ear", listen)
    first, second = happen(happened, "dure:test:bad"), happen(happened, "dure:test:bad")
    for _ in range(events.MAX_ATTEMPTS + 1):
        until_quiet()
        later.shift(hours=2)
    [dead] = events.dead_letters()
    assert dead.event_id == first.id
    assert "RuntimeError" in dead.error
    broken["yes"] = False
    until_quiet()
    assert heard == []
    with pytest.raises(Refused):
        events.dead_letter_retry(by=Viewer(), delivery_id=dead.pk)
    events.dead_letter_retry(by=operator, delivery_id=dead.pk)
    until_quiet()
    assert heard == [first.seq, second.seq]
    assert Event.objects.filter(type="core.dead_letter.retried").exists()


def test_a_skipped_dead_letter_lets_the_others_through(
    db: None, happened: str, subscribe: Subscribe, later: Any, operator: Viewer
) -> None:
    heard: list[int] = []

    def listen(event: Event) -> None:
        if event.seq == first.seq:
            raise RuntimeError
        heard.append(event.seq)

    subscribe("test.ear", listen)
    first, second = happen(happened, "dure:test:bad"), happen(happened, "dure:test:bad")
    for _ in range(events.MAX_ATTEMPTS + 1):
        until_quiet()
        later.shift(hours=2)
    events.dead_letter_skip(by=operator, delivery_id=events.dead_letters()[0].pk)
    until_quiet()
    assert heard == [second.seq]
    with pytest.raises(Refused):
        events.dead_letter_skip(by=operator, delivery_id=10**9)


def test_a_crowd_behind_a_dead_letter_does_not_keep_others_waiting(
    db: None, happened: str, subscribe: Subscribe
) -> None:
    heard: list[str] = []
    subscribe("test.ear", lambda event: heard.append(event.subject))
    crowd = [happen(happened, "dure:test:bad") for _ in range(30)]
    Delivery.objects.filter(event=crowd[0], subscriber="test.ear").update(state="dead")
    happen(happened, "dure:test:good")
    Delivery.objects.exclude(subscriber="test.ear").delete()
    assert deliver_due(limit=10) == 1
    assert heard == ["dure:test:good"]


def test_a_subscriber_that_is_gone_becomes_a_dead_letter(
    db: None, happened: str, subscribe: Subscribe, later: Any
) -> None:
    subscribe("test.ear", lambda event: None)
    happen(happened, "dure:test:1")
    Delivery.objects.filter(subscriber="test.ear").update(subscriber="gone.ear")
    for _ in range(events.MAX_ATTEMPTS + 1):
        until_quiet()
        later.shift(hours=2)
    assert events.dead_letters().count() == 1


@pytest.mark.slow
@pytest.mark.everywhere
@settings(max_examples=25)
@given(plan=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=20))
def test_whatever_fails_each_event_has_its_effect_once_and_in_order(
    plan: list[tuple[int, int]], transactional_ground: Any
) -> None:
    """`plan`: for each event its subject, and how often its subscriber fails before it works."""
    transactional_ground(plan)


@pytest.fixture
def transactional_ground(db: None, happened: str, subscribe: Subscribe, later: Any) -> Any:
    def run(plan: list[tuple[int, int]]) -> None:
        effects: list[tuple[str, int]] = []
        failures: dict[int, int] = {}

        def handle(event: Event) -> None:
            Person.objects.create(email=f"{event.seq}@example.org", name="x")
            if failures[event.seq]:
                failures[event.seq] -= 1
                raise RuntimeError
            effects.append((event.subject, event.seq))

        subscribe("test.writer", handle)
        with transaction.atomic():
            made = []
            for subject, times in plan:
                event = happen(happened, f"dure:test:{subject}")
                failures[event.seq] = times
                made.append((event.subject, event.seq))
            for _ in range(4 * len(plan) + 1):
                until_quiet()
                later.shift(minutes=1)
            for subject in {subject for subject, _ in made}:
                assert [e for e in effects if e[0] == subject] == [e for e in made if e[0] == subject]
            assert Person.objects.filter(email__endswith="@example.org").count() == len(made)
            transaction.set_rollback(True)

    return run


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_have_each_effect_once_and_in_order(happened: str, subscribe: Subscribe) -> None:
    """On SQLite they take turns; on PostgreSQL they work side by side."""

    def handle(event: Event) -> None:
        Person.objects.create(email=f"{event.seq}@example.org", name=event.subject)

    subscribe("test.writer", handle)
    made = [happen(happened, f"dure:test:{number % 4}") for number in range(60)]
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(200):
                if not deliver_due(limit=7) and not Delivery.objects.filter(state="waiting").exists():
                    break
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    until_quiet()
    assert not faults
    rows = list(Person.objects.order_by("joined_at").values_list("name", "email"))
    assert len(rows) == 60
    for subject in {event.subject for event in made}:
        order = [email for name, email in rows if name == subject]
        assert order == [f"{event.seq}@example.org" for event in made if event.subject == subject]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_numbers_become_visible_in_their_order_however_writers_overlap(happened: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    stop = threading.Event()
    seen: list[int] = []

    def read() -> None:
        last = 0
        while not stop.is_set():
            found = list(Event.objects.filter(seq__gt=last).order_by("seq").values_list("seq", flat=True))
            if found:
                seen.extend(found)
                last = found[-1]
        connection.close()

    def write() -> None:
        for _ in range(40):
            happen(happened, "dure:test:1")
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    writers = [threading.Thread(target=write) for _ in range(4)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    everything = list(Event.objects.order_by("seq").values_list("seq", flat=True))
    assert seen == everything[: len(seen)], "a reader that asks 'after N' missed one"


def test_the_timeline_is_newest_first_in_pages_for_those_who_may_see(db: None, house: Any, happened: str) -> None:
    subject = house.add()
    made = [happen(happened, subject).seq for _ in range(7)]
    assert [line.seq for line in timeline(subject, Viewer(), limit=3)] == made[:3:-1]
    assert [line.seq for line in timeline(subject, Viewer(), before=made[4], limit=3)] == made[3:0:-1]
    assert [line.seq for line in timeline(subject, Viewer(), after=made[4])] == made[:4:-1]
    house.only(subject)
    with pytest.raises(Refused) as no:
        timeline(subject, Viewer())
    assert no.value.code == "not_found"
