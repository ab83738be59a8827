"""Pages of bodies in a browser: nothing for axe to mend, narrow and wide, and a registration without a script."""

import pytest
from django.conf import settings
from django.test import Client

from dure.bodies.models import Body, Registration
from tests.following import follow
from tests.signing_in import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("table")]
GAPYEONG = "4182000000"


@pytest.fixture
def enter(people):
    """Carries a signed-in session of that person into a browser's page."""

    def go(page, name):
        client = signed_in(Client(), people(name))
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "domain": "localhost", "path": "/"}]
        )

    return go


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_has_nothing_to_mend(browse, axe, enter, people, width):
    people.acting("군수", GAPYEONG, "head")
    page = browse(width=width)
    addresses = ["/bodies/", "/bodies/?q=없는+기관", "/bodies/4611000000/"]
    for address in addresses:
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    enter(page, "군수")
    inside = ["/bodies/register/", "/bodies/mine/", "/desk/bodies/", "/desk/bodies/members/", "/desk/bodies/keys/"]
    for address in inside:
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


@pytest.mark.parametrize("width", [320, 1280])
def test_the_description_of_the_api_is_clean(browse, axe, width):
    """Hundreds of operations and models, each like the others: wide the whole page, narrow one of each kind."""
    page = browse(width=width)
    page.goto("/api/v1/docs")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    one_of_each = (page.locator(f"main {kind}").first for kind in ("section[lang=en]", "section[id^=model-]"))
    axe(page, within=None if width == 1280 else ", ".join(f"#{one.get_attribute('id')}" for one in one_of_each))


def test_a_registration_without_a_script(browse, enter, people):
    page = browse(width=360, script=False)
    enter(page, "가온")
    page.goto("/bodies/register/")
    page.get_by_label("기업", exact=True).check()
    page.get_by_label("이름", exact=True).fill("가온 데이터")
    page.get_by_label("주로 활동하는 지역").select_option(label="경기도 가평군")
    page.get_by_label("사업자등록번호", exact=False).fill("124-81-00997")
    page.get_by_label("무엇을 하는 곳이고", exact=False).fill("버스 자료를 나누려고 합니다.")
    follow(page, page.get_by_role("button", name="등록 신청하기"))
    assert page.get_by_role("alert").is_visible()
    assert page.get_by_label("이름", exact=True).input_value() == "가온 데이터"
    page.get_by_label("사업자등록번호", exact=False).fill("124-81-00998")
    page.get_by_role("button", name="등록 신청하기").click()
    page.get_by_text("등록을 받았습니다").wait_for()
    assert Registration.objects.get().body.state == Body.State.REGISTERED
