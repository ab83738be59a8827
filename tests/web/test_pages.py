from html.parser import HTMLParser

import pytest
from django.test import Client

from dure.core import rooms
from dure.web import doors

pytestmark = pytest.mark.django_db

PAGES = ["/", "/about/", "/about/house", "/about/accessibility", "/about/components/", "/nothing-here", "/map/"]
ACCOUNT_PAGES = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Reader(HTMLParser):
    """Reads a page strictly: what is inline, which ids there are, what refers to them, whether tags close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.refers: list[str] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.headings: list[int] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if "style" in given or any(name.startswith("on") for name in given):
            self.inline.append(self.get_starttag_text())
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.inline.append(self.get_starttag_text())
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("aria-describedby", "aria-labelledby", "for"):
            self.refers += (given.get(name) or "").split()
        if given.get("href", "").startswith("#"):
            self.refers.append(given["href"][1:])
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("path", [*PAGES, *(d.path for d in doors.DOORS), *ACCOUNT_PAGES])
def test_pages_are_whole_and_hold_nothing_inline(client, path, language):
    html = client.get(path, headers={"accept-language": language}).content.decode()
    page = Reader(html)
    assert page.inline == []
    assert (page.faults, page.open) == ([], [])
    assert sorted(page.ids) == sorted(set(page.ids))
    assert set(page.refers) <= set(page.ids)
    assert page.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert "{{" not in html
    assert "{%" not in html
    assert "<c-" not in html


def test_the_front_page_has_its_question_and_six_doors(client):
    html = client.get("/").content.decode()
    assert "무엇을 도와드릴까요?" in html
    assert [d.key for d in doors.DOORS] == ["ask", "report", "apply", "benefit", "opinion", "together"]
    for door in doors.DOORS:
        assert f'href="{door.path}"' in html


def test_a_closed_door_says_so_and_what_can_be_done_today(client):
    html = client.get("/services/").content.decode()
    assert "아직 열리지 않았습니다" in html
    assert "정부24" in html
    assert 'href="tel:110"' in html


def test_cards_and_figures_come_from_the_rooms(client, monkeypatch):
    told = {}

    def front(viewer):
        told["viewer"] = viewer
        yield rooms.FrontCard("두 군의 <버스>", "/somewhere/", ("협업 요청", "교통"), "가군 · 나군", 2, 5, "의견 3")

    room = rooms.Room(
        "sample", 2, "?", "!", front=front, figures=lambda viewer: [rooms.Figure(1234, "세어 본 것", "/x/")]
    )
    monkeypatch.setattr(rooms, "rooms", lambda: (room,))
    html = client.get("/").content.decode()
    assert "두 군의 &lt;버스&gt;" in html
    assert 'aria-label="5단계 가운데 2단계"' in html
    assert "1,234" in html
    assert told["viewer"].kind == "anonymous"
    assert "아직 열린 협업이 없습니다" not in html


def test_the_house_is_told_by_its_manifests(client):
    html = client.get("/about/house").content.decode()
    for room in rooms.rooms():
        assert f'id="{room.name}"' in html
        for noun in room.nouns:
            assert f"<code>{noun.code}</code>" in html
        for event in room.events_out:
            assert f"<code>{event}</code>" in html


def test_every_menu_entry_leads_somewhere():
    from dure.web.checks import menu_entries_lead_somewhere

    assert menu_entries_lead_somewhere(None) == []


def test_a_broken_menu_entry_is_found_and_does_not_break_pages(client, monkeypatch):
    from dure.web.checks import menu_entries_lead_somewhere

    entry = rooms.MenuEntry("없는 곳", "nowhere:at_all")
    monkeypatch.setattr(rooms, "rooms", lambda: (rooms.Room("sample", 2, "?", "!", menu=(entry,)),))
    assert [fault.id for fault in menu_entries_lead_somewhere(None)] == ["web.E001"]
    assert client.get("/about/").status_code == 200


class TestSentence:
    def test_it_is_not_sent_by_address(self, client):
        assert client.get("/go/?sentence=x").status_code == 405

    def test_a_closed_door_keeps_the_words_and_says_why(self, client):
        html = client.post("/go/", {"sentence": "새집으로 <전입신고>"}).content.decode()
        assert "‘신청하기’에 맞는 말씀 같습니다" in html
        assert "‘전입신고’" in html
        assert "새집으로 &lt;전입신고&gt;" in html
        assert "저장하지 않았습니다" in html

    def test_an_open_door_gets_the_words_filled_in(self, client, monkeypatch):
        monkeypatch.setattr(doors, "is_open", lambda path: path == "/reports/")
        response = client.post("/go/", {"sentence": "가로등이 꺼졌어요"})
        assert response.status_code == 302
        assert response["Location"].startswith("/reports/?text=%EA%B0%80")

    def test_personal_data_never_gets_into_an_address(self, client, monkeypatch):
        monkeypatch.setattr(doors, "is_open", lambda path: True)
        response = client.post("/go/", {"sentence": "가로등이 꺼졌어요. 010-2345-6789로 전화 주세요"})
        assert response.status_code == 200
        assert "개인정보가 들어 있는 것 같습니다" in response.content.decode()

    @pytest.mark.parametrize("sentence", ["", "   ", "가" * 1001])
    def test_nothing_and_too_much_are_said_and_kept(self, client, sentence):
        response = client.post("/go/", {"sentence": sentence})
        assert response.status_code == 422
        assert f'value="{sentence}"' in response.content.decode()


class TestFailedFormCheck:
    def post(self, path="/go/", **headers):
        data = {"sentence": "긴 글 <b>", "password": "비밀", "csrfmiddlewaretoken": "x"}
        return Client(enforce_csrf_checks=True).post(path, data, headers=headers)

    def test_what_was_typed_comes_back_to_be_sent_again(self):
        response = self.post(origin="http://testserver")
        html = response.content.decode()
        assert response.status_code == 403
        assert 'name="sentence" value="긴 글 &lt;b&gt;"' in html
        assert 'action="/go/"' in html
        assert "비밀" not in html

    @pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
    def test_nothing_comes_back_for_other_sites(self, headers):
        assert "긴 글" not in self.post(**headers).content.decode()

    def test_nothing_of_a_sign_in_form_comes_back(self):
        assert "긴 글" not in self.post("/accounts/login/", origin="http://testserver").content.decode()
