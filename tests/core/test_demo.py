"""Demo persons exist only with the demonstration."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.core.people import PASSWORD, give_totp, sign_in, somebody

from dure.core import demo
from dure.core.models import Person
from dure.core.room import ROOM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def people(settings):
    settings.DEMO = True
    demo.make_people()
    return {account.email.split("@")[0]: account for account in demo.accounts()}


def test_they_are_marked_complete_and_made_once(people):
    assert list(people) == [wanted.key for wanted in demo.PEOPLE]
    before = {account.email: account.secret for account in people.values()}
    demo.make_people()
    assert {account.email: account.secret for account in demo.accounts()} == before, "fixed in an installation"
    assert Person.objects.filter(is_demo=True).count() == len(demo.PEOPLE)
    assert all(person.name.startswith("시연 ") for person in Person.objects.filter(is_demo=True))
    assert demo.person("operator").is_operator
    secrets = [account.secret for account in people.values() if account.secret]
    assert len(set(secrets)) == len(secrets) == sum(wanted.factor for wanted in demo.PEOPLE)


def test_a_citizen_signs_in_with_the_public_password(client, people):
    sign_in(client, people["citizen"].email, people["citizen"].password)
    assert client.get(reverse("account_home")).status_code == 200


def test_an_official_sees_the_code_on_the_sign_in_page(client, people):
    account = people["official-1"]
    for visitor in (client, Client()):
        assert sign_in(visitor, account.email, account.password).url == reverse("mfa_authenticate")
        page = visitor.get(reverse("mfa_authenticate")).content.decode()
        code = demo.current_code(demo.person("official-1"))
        assert f"<strong>{code}</strong>" in page
        assert "시연용 인증 코드" in page
        visitor.post(reverse("mfa_authenticate"), {"code": code})
        assert visitor.get(reverse("account_home")).status_code == 200


def test_accounts_stand_on_the_sign_in_page(client, people):
    page = client.get(reverse("account_login")).content.decode()
    assert all(account.email in page for account in people.values())
    assert people["citizen"].password in page


def test_a_real_persons_code_is_never_shown(client, people):
    person = somebody()
    give_totp(person)
    sign_in(client, password=PASSWORD)
    page = client.get(reverse("mfa_authenticate")).content.decode()
    assert "시연용 인증 코드" not in page
    assert demo.current_code(person) == ""


def test_without_the_demonstration_nothing_of_it_works(client, people, settings):
    inside = Client()
    sign_in(inside, people["citizen"].email, people["citizen"].password)
    settings.DEMO = False
    assert inside.get(reverse("account_home")).status_code == 302, "a running session is over"
    sign_in(client, people["citizen"].email, people["citizen"].password)
    assert client.get(reverse("account_home")).status_code == 302
    page = client.get(reverse("account_login")).content.decode()
    assert people["citizen"].password not in page
    assert demo.accounts() == []
    assert demo.current_code(Person.objects.get(email=people["official-1"].email)) == ""
    with pytest.raises(demo.NoDemo):
        demo.make_people()
    with pytest.raises(demo.NoDemo):
        demo.person("citizen")


def test_without_the_demonstration_none_are_made(settings):
    settings.DEMO = False
    with pytest.raises(demo.NoDemo):
        demo.make_people()
    assert not Person.objects.exists()


def test_there_is_no_unknown_demo_person(people):
    with pytest.raises(KeyError):
        demo.person("mayor")


def test_the_manifest_makes_them_with_progress(settings):
    settings.DEMO = True
    told = []
    ROOM.demo(lambda done, total, note: told.append((done, total)))
    assert told[-1] == (len(demo.PEOPLE), len(demo.PEOPLE))
    assert len(demo.accounts()) == len(demo.PEOPLE)
