"""Signing up, in and out through the real pages: confirmation, enumeration, lock-out, redirects, cookies."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.core.people import PASSWORD, sign_in, somebody

from dure.core import clock
from dure.core.accounts import lockout
from dure.core.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


def sign_up(client, email="new@example.com", name="새별", password=PASSWORD):
    return client.post(reverse("account_signup"), {"email": email, "name": name, "password1": password})


def links(letter):
    return re.findall(r"https?://[^\s/]+(/\S+)", letter.body)


def signed_in(client):
    return "_auth_user_id" in client.session


def test_sign_up_confirm_and_sign_in(client):
    assert sign_up(client).url == reverse("account_email_verification_sent")
    person = Person.objects.get(email="new@example.com")
    assert (person.name, person.language) == ("새별", "ko")
    assert not sign_in(client, "new@example.com").url.startswith("/desk")
    assert not signed_in(client), "not before the address is confirmed"
    [letter] = mail.outbox[:1]
    assert letter.to == ["new@example.com"]
    [link] = [path for path in links(letter) if "confirm-email" in path]
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get(user=person).verified, "opening a link (or a mail scanner) confirms nothing"
    client.post(link)
    assert EmailAddress.objects.get(user=person).verified
    assert sign_in(client, "new@example.com").url == "/"
    assert signed_in(client)


def test_a_person_keeps_the_language_of_sign_up(client):
    client.post(
        reverse("account_signup"),
        {"email": "en@example.com", "name": "Kim", "password1": PASSWORD},
        headers={"accept-language": "en"},
    )
    assert Person.objects.get(email="en@example.com").language == "en"


def test_what_was_typed_stays_when_sign_up_is_refused(client):
    answer = sign_up(client, password="password")
    page = answer.content.decode()
    assert "new@example.com" in page
    assert "새별" in page
    assert "10자 이상" in page
    assert 'value="password"' not in page
    assert not Person.objects.exists()


def test_a_name_holds_no_personal_data(client):
    assert "누구나 볼 수 있습니다" in sign_up(client, name="홍길동 010-1234-5678").content.decode()
    assert not Person.objects.exists()


def test_sign_up_tells_nobody_that_an_address_is_known(client):
    somebody("known@example.com")
    known, unknown = sign_up(client, "known@example.com"), sign_up(Client(), "unknown@example.com")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert Person.objects.filter(email="known@example.com").count() == 1
    told = {letter.to[0]: letter.subject for letter in mail.outbox}
    assert set(told) == {"known@example.com", "unknown@example.com"}


def test_password_reset_tells_nobody_that_an_address_is_known(client):
    somebody("known@example.com")
    answers = [
        client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in ("known@example.com", "unknown@example.com")
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    strip = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert strip.sub("", answers[0].content.decode()) == strip.sub("", answers[1].content.decode())


def test_a_wrong_password_and_an_unknown_address_look_the_same(client):
    somebody()
    pages = []
    for email in ("hana@example.com", "nobody@example.com"):
        answer = sign_in(Client(), email, "wrong")
        page = re.sub(r'value="[^"]*"', "", answer.content.decode())
        pages.append((answer.status_code, page))
    assert pages[0] == pages[1]


def test_password_reset(client):
    person = somebody()
    sign_in(other := Client())
    client.post(reverse("account_reset_password"), {"email": person.email})
    [link] = [path for path in links(mail.outbox[0]) if "/reset/key/" in path]
    form = client.get(link, follow=True)
    answer = client.post(
        form.request["PATH_INFO"], {"password1": "강 건너 은빛 버드나무 길", "password2": "강 건너 은빛 버드나무 길"}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert not signed_in(client)
    sign_in(client, password="강 건너 은빛 버드나무 길")
    assert signed_in(client)
    assert other.get(reverse("account_home")).status_code == 302, "sessions of the old password are over"
    again = client.get(link, follow=True)
    assert 'name="password1"' not in again.content.decode(), "the link works once"


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "https://localhost/",
        " //evil.example",
        "\t//evil.example",
    ],
)
@pytest.mark.parametrize("name", ["account_login", "account_second_factor", "preferences"])
def test_no_open_redirects(client, evil, name):
    somebody()
    if name == "account_login":
        answer = sign_in(client, next=evil)
    elif name == "account_second_factor":
        sign_in(client)
        answer = client.get(reverse(name), {"next": evil})
        assert evil.strip() not in answer.content.decode()
        return
    else:
        answer = client.post("/preferences/", {"next": evil})
    assert answer.status_code == 302
    assert answer.url == "/"


def test_sign_in_leads_back_to_the_page(client):
    somebody()
    assert unquote(sign_in(client, next="/collaborations/?q=빈집").url) == "/collaborations/?q=빈집"


def wrong(client, times, email="hana@example.com"):
    for _ in range(times):
        assert "_auth_user_id" not in client.session
        answer = sign_in(client, email, "wrong")
    return answer.content.decode()


@pytest.fixture
def later(monkeypatch):
    """Moves the clock on."""
    moved = [timedelta()]
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + moved[0])

    def move(**how):
        moved[0] += timedelta(**how)

    return move


def test_lock_out_grows_and_ends(client, later):
    somebody()
    assert "분 뒤에" not in wrong(client, 5)
    page = sign_in(client).content.decode()
    assert "1분 뒤에 다시" in page
    assert not signed_in(client), "also the right password waits"
    later(minutes=1, seconds=1)
    wrong(client, 1)
    assert "2분 뒤에 다시" in sign_in(client).content.decode()
    later(minutes=2, seconds=1)
    sign_in(client)
    assert signed_in(client)
    assert "분 뒤에" not in wrong(Client(), 4), "a right password starts afresh"


def test_lock_out_counts_unknown_accounts_alike(client):
    wrong(client, 5, "nobody@example.com")
    assert "1분 뒤에 다시" in wrong(client, 1, "nobody@example.com")


def test_lock_out_leaves_the_owner_in_from_elsewhere(client):
    somebody()
    wrong(client, 6)
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    sign_in(elsewhere)
    assert signed_in(elsewhere)


def test_many_addresses_against_one_account_are_slowed_too():
    for n in range(lockout.ACCOUNT.free):
        lockout.attempt("hana@example.com", f"203.0.113.{n}")
    with pytest.raises(lockout.Locked) as caught:
        lockout.attempt("HANA@example.com ", "198.51.100.1")
    assert timedelta(0) < caught.value.wait <= lockout.ACCOUNT.longest


def test_waits_double_up_to_a_longest():
    waits = [lockout.PAIR.wait(n).total_seconds() / 60 for n in (4, 5, 6, 7, 20, 10_000)]
    assert waits == [0, 1, 2, 4, 60, 60]


def test_a_refused_attempt_is_not_counted(later):
    for _ in range(5):
        lockout.attempt("a@example.com", "203.0.113.1")
    for _ in range(20):
        with pytest.raises(lockout.Locked):
            lockout.attempt("a@example.com", "203.0.113.1")
    later(minutes=1, seconds=1)
    lockout.attempt("a@example.com", "203.0.113.1")


def test_forms_need_their_token():
    somebody()
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict).status_code == 403
    strict.get(reverse("account_login"))
    token = strict.cookies["csrftoken"].value
    assert sign_in(strict, csrfmiddlewaretoken=token).status_code == 302


def test_sign_out_needs_a_post(client):
    somebody()
    sign_in(client)
    client.get(reverse("account_logout"))
    assert signed_in(client)
    client.post(reverse("account_logout"))
    assert not signed_in(client)


def test_cookies_are_closed_to_scripts_and_other_sites(client, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    somebody()
    client.get(reverse("account_login"))
    sign_in(client)
    session = client.cookies["sessionid"]
    assert (session["httponly"], session["secure"], session["samesite"]) == (True, True, "Lax")
    assert session["max-age"] == "", "ends with the browser unless the person asks to be remembered"
    assert client.cookies["csrftoken"]["secure"]
    assert client.cookies["csrftoken"]["samesite"] == "Lax"


def test_being_remembered_lasts_two_weeks(client):
    somebody()
    sign_in(client, remember="on")
    assert client.cookies["sessionid"]["max-age"] == 14 * 24 * 3600


def test_secure_settings_outside_this_machine():
    import os
    import subprocess
    import sys

    script = (
        "from dure.config import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS >= 31536000, s.SECURE_SSL_REDIRECT,"
        "s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN, s.ACCOUNT_DEFAULT_HTTP_PROTOCOL, s.PASSWORD_HASHERS[0].rsplit('.')[-1])"
    )
    outside = {"DURE_HOSTS": "dure.example", "DURE_SITE_URL": "https://dure.example"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **outside, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "True", "True", "True", "False", "https", "Argon2PasswordHasher"]


def test_devices_are_listed_and_signed_out(client):
    somebody()
    other = Client(headers={"user-agent": "Old Phone"})
    sign_in(other)
    sign_in(client)
    page = client.get(reverse("usersessions_list")).content.decode()
    assert "Old Phone" in page
    client.post(reverse("usersessions_list"))
    assert signed_in(client)
    assert client.get(reverse("account_home")).status_code == 200
    assert other.get(reverse("account_home")).status_code == 302
    assert Session.objects.count() == 1


def test_a_session_gets_a_new_key_at_sign_in(client):
    somebody()
    client.get(reverse("account_login"))
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    sign_in(client)
    assert client.session.session_key != before


def test_a_closed_account_ends_its_sessions(client):
    person = somebody()
    sign_in(client)
    person.is_active = False
    person.save()
    assert client.get(reverse("account_home")).status_code == 302


def test_a_letter_that_cannot_go_out_does_not_break_the_page(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = sign_up(client)
    assert answer.status_code == 302
    assert "보낼 수 없습니다" in client.get(answer.url).content.decode()


def test_profile(client):
    person = somebody()
    sign_in(client)
    client.post(reverse("account_home"), {"name": "두리", "language": "en"})
    person.refresh_from_db()
    assert (person.name, person.language) == ("두리", "en")
    answer = client.post(reverse("account_home"), {"name": "hong@example.com", "language": "en"})
    assert answer.status_code == 422
    assert "hong@example.com" in answer.content.decode()
    person.refresh_from_db()
    assert person.name == "두리"


@pytest.mark.django_db(transaction=True)
def test_many_attempts_at_once_gain_nothing():
    def attempt(_n):
        try:
            lockout.attempt("hana@example.com", "203.0.113.1")
        except lockout.Locked:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(12) as pool:
        passed = sum(pool.map(attempt, range(36)))
    assert 1 <= passed <= lockout.PAIR.free


@pytest.mark.parametrize(
    ("sender", "back"),
    [
        ("http://testserver/desk/operations/?x=1", "%2Fdesk%2Foperations%2F%3Fx%3D1"),
        ("http://evil.example/desk/", "%2F"),
        ("", "%2F"),
    ],
)
def test_a_form_of_a_session_that_ran_out_leads_back_to_its_page(client, sender, back):
    answer = client.post(reverse("operations_session"), {"reason": "x"}, headers={"referer": sender})
    assert answer.status_code == 401
    assert f'"{reverse("account_login")}?next={back}"' in answer.content.decode()
