"""The account pages in Korean and English: complete in both, nothing left of the other language."""

import re
from html import unescape

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation
from tests.core.people import PASSWORD, sign_in, sign_in_with_factor, somebody

pytestmark = pytest.mark.django_db

OUTSIDE = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
OUTSIDE += [
    "account_inactive",
    "account_email_verification_sent",
    "socialaccount_login_error",
    "socialaccount_login_cancelled",
]
INSIDE = ["account_home", "account_email", "account_change_password", "account_logout", "account_reauthenticate"]
INSIDE += ["mfa_index", "usersessions_list", "socialaccount_connections", "account_second_factor", "mfa_reauthenticate"]
GUARDED = ["mfa_add_webauthn", "mfa_list_webauthn", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"]
GUARDED += ["mfa_deactivate_totp"]
HANGUL = re.compile(r"[가-힣]")
# Names of things that are written in Latin letters in Korean as well.
LATIN = re.compile(r"\b(?:QR|IP|TOTP|English|WebAuthn|hana|example|com|https?|testserver|op)\b|[\d.:/@_-]+")


@pytest.fixture(scope="module", autouse=True)
def _korean_again():
    yield
    translation.activate("ko")


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


def words(answer):
    """The text of a page's own part: without the frame, code and what people are called."""
    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r"<(script|style|svg|template)\b.*?</\1>", " ", main, flags=re.S)
    attributes = re.findall(r'(?:aria-label|placeholder|title|alt)="([^"]*)"', main)
    text = re.sub(r"<[^>]*>", " ", main) + " ".join(attributes)
    return unescape(text).replace("하나", "").replace("한국어", "")


def check(answer, language):
    assert answer.status_code in {200, 401}, answer.status_code
    text = words(answer)
    if language == "en":
        assert not HANGUL.search(text), HANGUL.search(text) and text[max(0, HANGUL.search(text).start() - 60) :][:160]
    else:
        assert HANGUL.search(text)
        left = re.findall(r"[A-Za-z]{3,}(?: [A-Za-z']+)+", LATIN.sub(" ", text))
        assert not left, left


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", OUTSIDE)
def test_pages_before_signing_in(client, language, name):
    check(client.get(reverse(name), headers={"accept-language": language}), language)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_forms_in_error(client, language):
    heading = {"accept-language": language}
    for name, data in (
        ("account_login", {"login": "x@example.com", "password": "y"}),
        ("account_login", {"login": "nonsense", "password": ""}),
        ("account_signup", {"email": "x", "name": "", "password1": "abcdefghijkl"}),
        ("account_signup", {"email": "a@example.com", "name": "x 010-1234-5678", "password1": "qwertyuiop"}),
        ("account_reset_password", {"email": "x"}),
    ):
        check(client.post(reverse(name), data, headers=heading), language)
    for _ in range(6):
        answer = client.post(reverse("account_login"), {"login": "x@example.com", "password": "y"}, headers=heading)
    check(answer, language)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_after_signing_in(client, language):
    person = somebody()
    sign_in_with_factor(client, person)
    heading = {"accept-language": language}
    for name in INSIDE:
        check(client.get(reverse(name), headers=heading, follow=True), language)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_generate_recovery_codes"))
    for name in GUARDED:
        check(client.get(reverse(name), headers=heading), language)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_setting_up_an_app(client, language):
    somebody()
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.get(reverse("mfa_activate_totp"), headers={"accept-language": language})
    secret = client.session["mfa.totp.secret"]
    text = words(answer).replace(secret, "")
    assert bool(HANGUL.search(text)) is (language == "ko")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_operations(client, language):
    operator = somebody("op@example.com", "하나", is_operator=True)
    sign_in_with_factor(client, operator)
    heading = {"accept-language": language}
    check(client.get(reverse("operations"), headers=heading), language)
    client.post(reverse("operations_session"), {"reason": "checking something", "minutes": 30})
    answer = client.get(reverse("operations"), headers=heading)
    assert bool(HANGUL.search(words(answer))) is (language == "ko")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_letters(client, language, mailoutbox):
    heading = {"accept-language": language}
    somebody()
    for email in ("new@example.com", "hana@example.com"):
        form = {"email": email, "name": "Kim", "password1": PASSWORD}
        client.post(reverse("account_signup"), form, headers=heading)
    for email in ("hana@example.com", "unknown@example.com"):
        client.post(reverse("account_reset_password"), {"email": email}, headers=heading)
    sign_in(client)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": PASSWORD + " 둘", "password2": PASSWORD + " 둘"},
        headers=heading,
    )
    assert len(mailoutbox) == 5
    for letter in mailoutbox:
        text = (letter.subject + "\n" + letter.body).replace("[두레]", "")
        assert bool(HANGUL.search(text)) is (language == "ko"), text
        for line in letter.body.splitlines():
            if "http" in line:
                assert re.fullmatch(r"\s*https?://\S+\s*", line), f"a link stands alone: {line}"
