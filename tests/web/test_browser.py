"""The shell in a real browser: accessibility, weight, keyboard, kept forms, and the same without JavaScript."""

import gzip
from urllib.parse import urlsplit

import pytest

from tests.following import follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST_VIEW_LIMIT = 60 * 1024
PAGES = ["/", "/about/", "/about/house", "/about/accessibility", "/about/components/", "/reports/", "/nothing-here"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(browse, axe, path, width):
    page = browse(width=width)
    page.goto(path)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_finds_nothing_in_large_high_contrast(browse, axe):
    page = browse(width=360)
    page.goto("/about/accessibility")
    page.get_by_role("main").get_by_role("button", name="큰 글씨").click()
    page.locator("html[data-text=large]").wait_for()
    page.get_by_role("main").get_by_role("button", name="고대비").click()
    page.locator("html[data-contrast=high]").wait_for()
    assert page.locator("html").get_attribute("data-contrast") == "high"
    for path in ("/", "/about/components/"):
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"


def test_the_sentence_page_is_accessible(browse, axe):
    page = browse(width=360)
    page.goto("/")
    page.get_by_label("하고 싶은 말").fill("전입신고")
    page.get_by_role("button", name="보내기").click()
    page.get_by_role("heading", name="‘신청하기’에 맞는 말씀 같습니다").wait_for()
    axe(page)


@pytest.mark.parametrize("path", ["/", "/reports/"])
def test_the_first_view_weighs_at_most_60_kilobytes(browse, path):
    page = browse(width=360)
    weights = {}

    def weigh(response):
        body = response.body()
        compressed = gzip.compress(body, 6) if not response.url.endswith((".png", ".woff2")) else body
        weights[urlsplit(response.url).path] = min(len(body), len(compressed))

    page.on("response", weigh)
    page.goto(path, wait_until="networkidle")
    assert len(weights) >= 4
    assert sum(weights.values()) <= FIRST_VIEW_LIMIT, weights


def test_the_first_key_skips_to_the_content(browse):
    page = browse()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_focus_can_be_seen(browse):
    page = browse()
    page.goto("/")
    seen = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        tag, outline, shadow, name = page.evaluate(
            """() => { const e = document.activeElement, box = e.closest('.askbox');
            const ring = box ? getComputedStyle(box).boxShadow : 'none';
            return [e.tagName, getComputedStyle(e).outlineStyle, ring, e.textContent || e.name] }"""
        )
        if tag == "BODY":
            break
        seen.add(name.strip())
        assert outline != "none" or shadow != "none", name
    assert "보내기" in seen


def test_lists_are_walked_by_keys_also_with_a_korean_keyboard(browse):
    page = browse()
    page.goto("/about/components/")
    chosen = "document.querySelector('[data-row].sel')?.textContent ?? ''"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    assert "협약 초안 살펴보기" in page.evaluate(chosen)
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅓ', code: 'KeyJ', bubbles: true}))")
    assert "의견에 답하기" in page.evaluate(chosen)
    page.keyboard.press("k")
    assert "협약 초안 살펴보기" in page.evaluate(chosen)
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="쓸 수 있는 글쇠").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/about/")


def test_keys_are_letters_while_somebody_writes(browse):
    page = browse()
    page.goto("/about/components/")
    page.get_by_label("무엇을 풀려고 하나요").first.fill("")
    page.get_by_label("무엇을 풀려고 하나요").first.press_sequentially("jk?")
    assert page.get_by_label("무엇을 풀려고 하나요").first.input_value() == "jk?"
    assert page.locator("[data-row].sel").count() == 0


def test_a_counter_counts_characters_as_people_do(browse):
    page = browse()
    page.goto("/about/components/")
    page.get_by_label("무엇을 풀려고 하나요").first.fill("가나👍")
    assert page.locator("output.counter").first.text_content() == "3 / 500"


def test_a_form_half_written_comes_back_after_a_reload(browse):
    page = browse(width=360)
    page.goto("/about/components/")
    form = page.locator("form[data-keep=gallery]")
    form.get_by_label("이름").fill("네 군의 병원")
    form.get_by_label("누구나").check()
    form.get_by_label("사람").check()
    page.get_by_text("이 기기에 저장됨").wait_for()
    page.reload()
    assert form.get_by_label("이름").input_value() == "네 군의 병원"
    assert form.get_by_label("누구나").is_checked()
    assert form.get_by_label("사람").is_checked()
    assert page.get_by_text("지난번에 쓰시던 글을 되살렸습니다.").is_visible()
    page.get_by_role("button", name="버리고 새로 쓰기").click()
    assert form.get_by_label("이름").input_value() == ""
    page.reload()
    assert form.get_by_label("이름").input_value() == ""
    assert page.get_by_text("지난번에 쓰시던 글을 되살렸습니다.").count() == 0


def test_a_sentence_that_was_sent_does_not_come_back(browse):
    page = browse()
    page.goto("/")
    page.get_by_label("하고 싶은 말").fill("전입신고")
    page.get_by_role("button", name="보내기").click()
    page.get_by_role("heading", name="‘신청하기’에 맞는 말씀 같습니다").wait_for()
    page.goto("/")
    assert page.get_by_label("하고 싶은 말").input_value() == ""


def test_wrong_fields_get_the_focus_first(browse):
    page = browse()
    page.goto("/about/components/")
    assert "곳을 고쳐 주세요" in page.evaluate("document.activeElement.textContent")


def test_language_and_look_change_without_javascript(browse):
    page = browse(script=False)
    page.goto("/about/")
    follow(page, page.get_by_role("button", name="English"))
    assert page.url.endswith("/about/")
    assert page.get_by_role("heading", level=1).text_content() == "About Dure"
    follow(page, page.get_by_role("button", name="Large text"))
    assert page.locator("html").get_attribute("data-text") == "large"
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_question_is_answered_without_javascript(browse):
    page = browse(width=360, script=False)
    page.goto("/")
    follow(page, page.get_by_role("button", name="전입신고"))
    assert "‘신청하기’" in page.get_by_role("heading", level=1).text_content()
    assert page.get_by_role("link", name="정부24").is_visible()


def test_the_menu_opens_on_a_phone_and_stands_open_on_a_screen(browse, monkeypatch):
    from dure.core import rooms

    entry = rooms.MenuEntry("집의 구조 보기", "web:house")
    monkeypatch.setattr(rooms, "menu", lambda where: [entry] if where == "main" else [])
    wide = browse(width=1280)
    wide.goto("/")
    assert wide.get_by_role("link", name="집의 구조 보기").is_visible()
    narrow = browse(width=360, script=False)
    narrow.goto("/about/house")
    assert not narrow.get_by_role("link", name="집의 구조 보기").is_visible()
    narrow.get_by_text("메뉴", exact=True).click()
    link = narrow.get_by_role("link", name="집의 구조 보기")
    assert link.is_visible()
    assert link.get_attribute("aria-current") == "page"


LIVE_PAGE = """<body data-live="{url}" data-live-every="1"><div id="messages"></div>
<script src="/static/dure/dure.js"></script>"""


def live_page(page, answer):
    """A page of ours with a stream that answers as told: each call of `answer` gets the number of the call."""
    calls = []

    def stream(route):
        calls.append(route.request.url)
        status, body = answer(len(calls))
        route.fulfill(status=status, content_type="text/event-stream", body=body)

    page.goto("/about/")
    page.route("**/live/**", stream)
    page.route(
        "**/live-page", lambda r: r.fulfill(content_type="text/html", body=LIVE_PAGE.format(url="/live/?after=7"))
    )
    page.add_init_script("addEventListener('dure:live', e => (window.heard ??= []).push(e.detail.id ?? 'poll'), true)")
    page.goto("/live-page")
    return calls


def test_a_live_page_hears_and_resumes_after_what_it_heard(browse):
    page = browse()
    said = "retry: 50\nid: 8\nevent: dure\ndata: {}\n\n"
    calls = live_page(
        page, lambda n: (200, said) if n == 1 else (503, "") if n == 2 else (200, "id: 9\nevent: dure\ndata: {}\n\n")
    )
    page.wait_for_function("(window.heard ?? []).includes('9')")
    assert page.evaluate("window.heard[0]") == "8"
    assert calls[0].endswith("/live/?after=7")
    assert calls[2].endswith("/live/?after=7&last-event-id=8")


def test_without_a_stream_the_page_looks_by_itself(browse):
    page = browse()
    live_page(page, lambda n: (404, ""))
    page.wait_for_function("(window.heard ?? []).includes('poll')", timeout=15_000)
    assert page.locator("[data-said]").count() == 0


def test_the_front_page_is_pictured(browse, screenshot):
    for width in (360, 1280):
        page = browse(width=width)
        page.goto("/")
        assert len(page.screenshot(full_page=True)) > 10_000
        screenshot(page, "front", full=True)
