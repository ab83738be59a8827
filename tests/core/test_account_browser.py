"""The account pages in a real browser: axe, keyboard, a telephone, and without a script."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from tests.core.people import PASSWORD, code_of, give_totp, somebody
from tests.following import follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} scrolls sideways"


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_before_signing_in(browse, axe, width):
    page = browse(width=width)
    for name in ("account_login", "account_signup", "account_reset_password"):
        page.goto(reverse(name))
        axe(page)
        fits(page)


def test_a_form_in_error_says_so_and_keeps_what_was_typed(browse, axe):
    page = browse(width=360)
    page.goto(reverse("account_signup"))
    page.locator("[name=name]").fill("새별")
    page.locator("[name=email]").fill("new@example.com")
    page.locator("[name=password1]").fill("abcdefghijkl")
    page.locator("main form button[type=submit]").first.click()
    page.locator("[aria-invalid=true]").first.wait_for()
    axe(page)
    assert page.locator("[name=email]").input_value() == "new@example.com"
    assert page.locator("[name=name]").input_value() == "새별"
    assert page.locator("[name=password1]").input_value() == ""
    assert "차례대로 이어지는" in page.locator("main").inner_text()


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_after_signing_in(browse, axe, width):
    person = somebody(is_operator=True)
    secret = give_totp(person)
    page = browse(width=width)
    page.goto(reverse("account_login"))
    page.locator("[name=login]").fill(person.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**" + reverse("mfa_authenticate"))
    axe(page)
    fits(page)
    page.locator("[name=code]").fill(code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "2fa" not in url)
    for name in ("account_home", "account_email", "mfa_index", "usersessions_list", "account_logout", "operations"):
        page.goto(reverse(name))
        assert "login" not in page.url
        axe(page)
        fits(page)
    page.goto(reverse("operations"))
    page.locator("[name=reason]").fill("첨부 파일 문의 확인")
    page.keyboard.press("Enter")
    page.get_by_text("운영 지원 시간이 열려 있습니다").wait_for()
    axe(page)
    fits(page)
    page.goto("/admin/core/person/")
    assert person.name in page.locator("#content").inner_text()


def test_setting_up_an_app_shows_a_picture(browse, axe):
    somebody()
    page = browse(width=360)
    page.goto(reverse("account_login") + "?next=" + reverse("mfa_activate_totp"))
    page.locator("[name=login]").fill("hana@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "reauthenticate" in url)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**" + reverse("mfa_activate_totp"))
    axe(page)
    fits(page)
    picture = page.locator("main img").first
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("[name=code]").fill(code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**" + reverse("mfa_view_recovery_codes"))
    axe(page)


def test_signing_in_and_out_without_a_script(browse):
    somebody()
    page = browse(width=360, script=False)
    page.goto(reverse("account_login") + "?next=" + reverse("account_home"))
    page.locator("[name=login]").fill("hana@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**" + reverse("account_home"))
    follow(page, page.locator(f"main form[action='{reverse('account_logout')}'] button"))
    page.goto(reverse("account_home"))
    assert "login" in page.url


def test_by_keyboard_alone(browse):
    somebody()
    page = browse()
    page.goto(reverse("account_login"))
    page.locator("[name=login]").focus()
    page.keyboard.type("hana@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
