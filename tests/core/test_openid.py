"""Signing in with a provider: a whole round trip with a real server on this machine."""

from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.core import openid
from tests.core.people import code_of, give_totp, sign_in, somebody

from dure.core.models import Person

pytestmark = pytest.mark.django_db
START = "/accounts/oidc/town/login/"


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


@pytest.fixture
def town(settings):
    cache.clear()
    with openid.provider() as server:
        settings.SOCIALACCOUNT_PROVIDERS = server.settings
        server.person = {"sub": "u-1", "email": "hana@example.com", "email_verified": True, "name": "하나"}
        yield server


def visit(url):
    """Where the provider sends the browser."""
    with pytest.raises(HTTPError) as caught:
        build_opener(Stay).open(url, timeout=5)
    assert caught.value.code == 302
    return caught.value.headers["Location"]


def round_trip(client):
    away = client.post(START)
    assert away.status_code == 302
    assert "code_challenge=" in away.url
    back = visit(away.url)
    assert back.startswith("http://testserver/accounts/oidc/town/login/callback/")
    return client.get(back.removeprefix("http://testserver"))


def signed_in_as(client):
    key = client.session.get("_auth_user_id")
    return Person.objects.get(pk=key) if key else None


def test_the_sign_in_page_offers_it(client, town):
    page = client.get(reverse("account_login")).content.decode()
    assert START in page
    assert "시험 인증" in page


def test_going_there_needs_a_post(client, town):
    assert client.get(START).status_code == 200, "a page that asks, no redirect: a link elsewhere cannot start it"


def test_a_new_person_comes_in_with_a_verified_address(client, town):
    assert round_trip(client).status_code == 302
    person = signed_in_as(client)
    assert (person.email, person.name) == ("hana@example.com", "하나")
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).verified
    assert mail.outbox == [] or "confirm" not in mail.outbox[0].body


def test_an_address_the_provider_did_not_verify_is_confirmed_first(client, town):
    town.person["email_verified"] = False
    round_trip(client)
    assert signed_in_as(client) is None
    assert mail.outbox[0].to == ["hana@example.com"]


def test_an_account_is_found_by_a_verified_address(client, town):
    person = somebody()
    round_trip(client)
    assert signed_in_as(client) == person
    assert SocialAccount.objects.get(user=person).uid == "u-1"
    sign_in(again := Client())
    assert signed_in_as(again) == person, "the password still works"


def test_an_account_is_not_found_by_an_unverified_address(client, town):
    person = somebody()
    town.person["email_verified"] = False
    round_trip(client)
    assert signed_in_as(client) is None
    assert not SocialAccount.objects.filter(user=person).exists()


def test_the_second_factor_is_asked_for_all_the_same(client, town):
    person = somebody()
    secret = give_totp(person)
    assert round_trip(client).url == reverse("mfa_authenticate")
    assert signed_in_as(client) is None
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert signed_in_as(client) == person


def test_a_foreign_answer_is_not_taken(client, town):
    away = client.post(START)
    back = visit(away.url)
    other = Client()
    assert signed_in_as(other) is None
    other.get(back.removeprefix("http://testserver"))
    assert signed_in_as(other) is None, "the answer belongs to the browser that asked"


def test_a_refusal_there_is_a_page_here(client, town):
    town.error = "access_denied"
    answer = round_trip(client)
    assert client.get(answer.url).status_code == 200
    assert signed_in_as(client) is None


def test_a_provider_that_is_down_is_a_page_here(client, town):
    town.shutdown()
    town.server_close()
    assert client.post(START).url == reverse("account_login")
    assert "지금 답하지 않습니다" in client.get(reverse("account_login")).content.decode()


def test_a_name_with_personal_data_is_not_shown(client, town):
    town.person["name"] = "홍길동 010-1234-5678"
    round_trip(client)
    assert signed_in_as(client).name == "이름 없음"


def test_without_providers_there_is_nothing(client, settings):
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    page = client.get(reverse("account_login")).content.decode()
    assert "oidc" not in page
    assert client.post(START).status_code == 404
