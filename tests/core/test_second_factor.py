"""One-time codes and recovery codes through the real pages, and what an official may do without one."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.core.people import PASSWORD, code_of, give_totp, sign_in, sign_in_with_factor, somebody

from dure.bodies.models import Body, Membership
from dure.core import clock
from dure.core.accounts import factors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def official():
    since = clock.today() - timedelta(days=9)
    body = Body.objects.create(
        slug="testgun", kind="sigungu", name_ko="시험군", full_name_ko="시험군", valid_from=since
    )
    person = somebody("official@example.com", "나래")
    Membership.objects.create(person=person, body=body, role="officer")
    return person


def signed_in(client):
    return "_auth_user_id" in client.session


def again(client, password=PASSWORD):
    """Prove once more who one is."""
    return client.post(reverse("account_reauthenticate"), {"password": password})


def test_setting_up_an_app_and_signing_in_with_it(client):
    person = somebody()
    sign_in(client)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.url.startswith(reverse("account_reauthenticate")), "asked again before something grave"
    assert client.post(page.url, {"password": PASSWORD}).url == reverse("mfa_activate_totp")
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = client.session["mfa.totp.secret"]
    assert secret in page, "who cannot scan can type"
    assert reverse("account_totp_qr") in page
    assert "data:image" not in page
    picture = client.get(reverse("account_totp_qr"))
    assert picture["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture["Cache-Control"]
    assert "인증" in client.post(reverse("mfa_activate_totp"), {"code": "000000"}).content.decode()
    assert not factors.has_second_factor(person.pk)
    assert client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}).url == reverse(
        "mfa_view_recovery_codes"
    )
    stored = Authenticator.objects.get(user=person, type="totp").data["secret"]
    assert secret not in stored, "kept encrypted"

    other = Client()
    assert sign_in(other).url == reverse("mfa_authenticate")
    assert not signed_in(other), "the password alone opens nothing"
    assert other.get(reverse("account_home")).status_code == 302
    assert other.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert not signed_in(other)
    cache.clear()
    other.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert signed_in(other)


def test_a_code_works_once(client):
    person = somebody()
    secret = give_totp(person)
    code = code_of(secret)
    for n, visitor in enumerate([client, Client()]):
        sign_in(visitor)
        visitor.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in(visitor) is (n == 0)


def test_a_neighbouring_code_is_accepted_and_an_older_one_is_not(client):
    person = somebody()
    secret = give_totp(person)
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret, -3)})
    assert not signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret, -1)})
    assert signed_in(client)


def test_guessing_codes_is_stopped(client):
    person = somebody()
    secret = give_totp(person)
    sign_in(client)
    for n in range(6):
        client.post(reverse("mfa_authenticate"), {"code": f"{n:06}"})
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert not signed_in(client), "also the right code waits now"


def test_a_recovery_code_opens_once(client):
    person = somebody()
    sign_in_with_factor(client, person)
    again(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"\b[0-9]{8}\b", page)
    assert len(codes) == 10
    assert codes[0] not in str(Authenticator.objects.get(user=person, type="recovery_codes").data)
    for expected in (True, False):
        other = Client()
        sign_in(other)
        other.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert signed_in(other) is expected


def test_recovery_codes_alone_are_no_second_factor():
    person = somebody()
    Authenticator.objects.create(user=person, type="recovery_codes", data={})
    assert not factors.has_second_factor(person.pk)


def test_who_must_have_one(official):
    assert factors.second_factor_required(official)
    assert not factors.second_factor_required(somebody())
    assert factors.second_factor_required(somebody("op@example.com", "마루", is_operator=True))


def test_an_official_without_one_reads_as_a_private_person(client, official):
    sign_in(client, official.email)
    page = client.get("/")
    assert page.status_code == 200
    assert page.wsgi_request.viewer.body_id is None
    assert page.wsgi_request.second_factor_missing


@pytest.mark.parametrize("path", ["/desk/", "/desk/bodies/keys/"])
def test_the_desk_asks_for_one(client, official, path):
    sign_in(client, official.email)
    answer = client.get(path)
    assert answer.url == f"{reverse('account_second_factor')}?next={path.replace('/', '%2F')}"
    page = client.get(answer.url).content.decode()
    assert reverse("mfa_add_webauthn") in page
    assert reverse("mfa_activate_totp") in page


def test_what_is_sent_is_not_taken_for_a_private_persons(client, official):
    sign_in(client, official.email)
    answer = client.post(
        "/go/", {"sentence": "도와주세요"}, headers={"referer": "http://testserver/collaborations/new/"}
    )
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_second_factor"))
    assert "%2Fcollaborations%2Fnew%2F" in answer.url, "back to the form, whose text the browser kept"


@pytest.mark.django_db(transaction=True)
def test_setting_one_up_lets_the_official_act_at_once(client, official):
    sign_in(client, official.email)
    again(client)
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": code_of(client.session["mfa.totp.secret"])})
    assert client.get("/").wsgi_request.viewer.body_id
    assert client.get(reverse("account_second_factor"), {"next": "/desk/"}).url == "/desk/"


def test_an_official_signed_in_with_one_acts(client, official):
    sign_in_with_factor(client, official)
    viewer = client.get("/").wsgi_request.viewer
    assert viewer.body_id
    assert viewer.role == "officer"


def test_it_is_asked_again_after_a_working_day(client, official, monkeypatch):
    secret = sign_in_with_factor(client, official)
    later = clock.now() + factors.LASTS + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get("/").wsgi_request.viewer.body_id is None
    page = client.get(reverse("account_second_factor"), {"next": "/desk/"}).content.decode()
    assert reverse("mfa_reauthenticate") in page
    monkeypatch.undo()
    cache.clear()
    answer = client.post(f"{reverse('mfa_reauthenticate')}?next=/desk/", {"code": code_of(secret), "next": "/desk/"})
    assert answer.url == "/desk/"
    assert client.get("/").wsgi_request.viewer.body_id


def test_who_must_have_one_cannot_take_the_last_away(client, official):
    sign_in_with_factor(client, official)
    again(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert factors.has_second_factor(official.pk)


def test_a_citizen_may_take_it_away(client):
    person = somebody()
    sign_in_with_factor(client, person)
    again(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not factors.has_second_factor(person.pk)


def test_something_grave_asks_again_and_goes_on(client, rf):
    from allauth.core.exceptions import ReauthenticationRequired

    somebody()
    sign_in(client)
    request = client.get("/").wsgi_request
    with pytest.raises(ReauthenticationRequired):
        factors.require_recent(request)
    again(client)
    factors.require_recent(client.get("/").wsgi_request)
