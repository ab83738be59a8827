"""For whom somebody acts: chosen, remembered, and given up when the membership ends."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from dure.bodies import middleware, policy
from dure.bodies.models import Body, Membership
from dure.core import clock
from dure.core.models import Person
from dure.core.viewer import Viewer

pytestmark = pytest.mark.usefixtures("table")


class Said(BaseStorage):
    def _get(self, *args, **kwargs):
        return [], True

    def _store(self, messages, response, *args, **kwargs):
        return []


@pytest.fixture
def person():
    return Person.objects.create_user("kim@example.kr", "secret-secret-1", name="김하나")


def join(person, code, role="officer", **more):
    return Membership.objects.create(person=person, body=Body.objects.get(code=code), role=role, **more)


class Visit:
    """One browser: requests share a session."""

    def __init__(self, user):
        self.user, self.session, self.heard = user, SessionStore(), []

    def get(self):
        request = RequestFactory().get("/")
        request.user, request.session = self.user, self.session
        request._messages = Said(request)
        middleware.ViewerMiddleware(lambda request: None)(request)
        self.heard = [str(message) for message in request._messages._queued_messages]
        return request


def test_nobody_signed_in_is_anonymous():
    request = Visit(AnonymousUser()).get()
    assert request.viewer == Viewer.anonymous()
    assert request.acting.bodies == ()


def test_a_person_without_membership_acts_for_themselves(person):
    request = Visit(person).get()
    assert request.viewer == Viewer.person(person.pk)
    assert request.acting.as_myself


def test_the_only_membership_is_taken(person):
    membership = join(person, "4182000000")
    request = Visit(person).get()
    assert request.viewer == Viewer.person(person.pk, membership.body_id, "officer")
    assert request.acting.current.name == "경기도 가평군"
    assert request.acting.others == ()


def test_with_several_one_is_chosen_and_remembered_by_its_id_only(person):
    first, second = join(person, "4182000000"), join(person, "4183000000", "reader")
    visit = Visit(person)
    assert visit.get().acting.as_myself
    request = visit.get()
    middleware.choose(request, str(second.pk))
    assert dict(visit.session.items()) == {middleware.SESSION_KEY: str(second.pk)}
    request = visit.get()
    assert (request.viewer.body_id, request.viewer.role) == (second.body_id, "reader")
    assert [other.id for other in request.acting.others] == [first.pk]
    middleware.choose(request, "")
    assert visit.get().viewer == Viewer.person(person.pk)


def test_nobody_chooses_what_is_not_theirs(person):
    other = Person.objects.create_user("lee@example.kr", "secret-secret-2", name="이두나")
    theirs = join(other, "4182000000")
    request = Visit(person).get()
    for wrong in (str(theirs.pk), "nonsense", "myself"):
        with pytest.raises(KeyError):
            middleware.choose(request, wrong)
    assert middleware.SESSION_KEY not in request.session


def test_an_ended_membership_counts_no_longer_and_the_person_is_told_once(person):
    membership = join(person, "4182000000")
    visit = Visit(person)
    middleware.choose(visit.get(), str(membership.pk))
    membership.ended_at = clock.now()
    membership.save()
    assert visit.get().viewer == Viewer.person(person.pk)
    assert len(visit.heard) == 1
    assert "가평군" in visit.heard[0]
    visit.get()
    assert visit.heard == []


def test_a_changed_role_goes_on_in_the_same_body(person):
    membership = join(person, "4182000000", "reader")
    visit = Visit(person)
    middleware.choose(visit.get(), str(membership.pk))
    membership.ended_at = clock.now()
    membership.save()
    join(person, "4182000000", "head")
    assert visit.get().viewer.role == "head"
    assert len(visit.heard) == 1


@pytest.mark.parametrize(("days_from", "days_to"), [(1, None), (-9, -1)])
def test_a_membership_holds_only_between_its_days(person, days_from, days_to):
    today = clock.today()
    join(
        person,
        "4182000000",
        valid_from=today + timedelta(days_from),
        valid_to=None if days_to is None else today + timedelta(days_to),
    )
    assert Visit(person).get().viewer == Viewer.person(person.pk)


def test_nobody_acts_for_a_body_that_is_no_more(person):
    join(person, "4611000000", "head")
    assert Visit(person).get().viewer == Viewer.person(person.pk)


def test_officials_of_public_bodies_need_a_second_factor(person):
    assert not policy.needs_second_factor(person)
    company = Body.objects.create(slug="a", kind="company", name_ko="가나", full_name_ko="가나")
    Membership.objects.create(person=person, body=company, role="head")
    assert not policy.needs_second_factor(person)
    membership = join(person, "4182000000", "reader")
    assert policy.needs_second_factor(person)
    membership.ended_at = clock.now()
    membership.save()
    assert not policy.needs_second_factor(person)
