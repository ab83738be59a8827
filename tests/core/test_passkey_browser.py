"""Passkeys in a real browser with Chromium's own virtual authenticator (WebAuthn over the DevTools protocol)."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse
from tests.core.people import PASSWORD, somebody
from tests.following import follow

from dure.core.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def with_authenticator(page, verifies=True):
    """A platform authenticator such as a telephone's screen lock; `verifies`: it can check its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def sign_in(page):
    page.goto(reverse("account_login"))
    page.get_by_label("전자우편").fill("hana@example.com")
    page.get_by_label("비밀번호", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="로그인", exact=True).click()
    page.wait_for_url(lambda url: "login" not in url)


def add_passkey(page):
    page.goto(reverse("mfa_add_webauthn"))
    if "reauthenticate" in page.url:
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name="확인").click()
    page.get_by_label("비밀번호 없이", exact=False).check()
    page.get_by_role("button", name="추가").click()
    page.wait_for_url(lambda url: "/add/" not in url)


def test_a_passkey_is_added_and_signs_in_without_a_password(browse, axe):
    cache.clear()
    person = somebody()
    page = browse(width=360)
    sign_in(page)
    devtools, authenticator = with_authenticator(page)
    add_passkey(page)
    assert Authenticator.objects.filter(user=person, type="webauthn").count() == 1
    [stored] = devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert stored["isResidentCredential"]

    page.context.clear_cookies()
    page.goto(reverse("account_login") + "?next=/about/")
    axe(page)
    page.get_by_role("button", name="패스키로 로그인").click()
    page.wait_for_url(lambda url: url.endswith("/about/") and "login" not in url)
    page.goto(reverse("account_home"))
    assert page.get_by_label("이름", exact=False).first.input_value() == person.name
    session = page.context.cookies()
    assert any(cookie["name"] == "sessionid" and cookie["httpOnly"] for cookie in session)


def test_a_passkey_is_the_second_step_after_a_password(browse, axe):
    cache.clear()
    somebody()
    page = browse()
    sign_in(page)
    with_authenticator(page)
    add_passkey(page)
    page.context.clear_cookies()
    sign_in(page)
    page.wait_for_url("**" + reverse("mfa_authenticate"))
    axe(page)
    page.get_by_role("button", name="보안 열쇠로 확인", exact=False).click()
    page.wait_for_url(lambda url: "authenticate" not in url)
    page.goto(reverse("account_home"))
    assert "login" not in page.url


def test_a_key_that_did_not_check_its_owner_opens_nothing(browse):
    cache.clear()
    somebody()
    page = browse()
    sign_in(page)
    devtools, authenticator = with_authenticator(page)
    add_passkey(page)
    page.context.clear_cookies()
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.goto(reverse("account_login"))
    with page.expect_console_message(lambda message: "NotAllowedError" in message.text):
        page.get_by_role("button", name="패스키로 로그인").click()
    page.goto(reverse("account_home"))
    assert "login" in page.url


def test_a_passkey_of_somebody_gone_opens_nothing(browse):
    cache.clear()
    somebody()
    page = browse()
    sign_in(page)
    with_authenticator(page)
    add_passkey(page)
    page.context.clear_cookies()
    Person.objects.update(is_active=False)
    page.goto(reverse("account_login"))
    follow(page, page.get_by_role("button", name="패스키로 로그인"))
    page.goto(reverse("account_home"))
    assert "login" in page.url
