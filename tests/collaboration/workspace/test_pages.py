"""The pages of the workspace through a browser without a window, the API, and what a list costs."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import openpyxl
import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.bodies.actions import create_key
from dure.collaboration.models import Collaboration
from dure.collaboration.workspace import actions
from dure.collaboration.workspace.models import BudgetLine, Meeting, Spending, Task
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Attachment, Event
from dure.core.viewer import Viewer
from tests.collaboration.workspace.work import line, meeting, milestone, narrow, spend, task
from tests.collaboration.world import World, client_of


@pytest.fixture
def c(world: World) -> Collaboration:
    return world.together(stage="working")


@pytest.fixture
def base(c: Collaboration) -> str:
    return f"/collaborations/{c.receipt}/workspace/"


def text_of(response) -> str:
    return response.content.decode()


@pytest.mark.slow
def test_a_task_from_the_form_to_done(world, c, base):
    browser = client_of(world.asker)
    form = browser.get(f"{base}tasks/add/").url
    yesterday = clock.today() - timedelta(days=1)
    said = {"title": "의사 모집", "owner": world.offerer.body_id, "due_on": yesterday.isoformat()}
    for _twice in range(2):
        answer = browser.post(form, said, follow=True)
    assert "기한이 이미 지난 날" in text_of(answer)
    made = Task.objects.get()
    board = text_of(browser.get(f"{base}tasks/"))
    assert "의사 모집" in board
    move = {"to": "done", "version": made.version, "back": f"{base}tasks/"}
    answer = browser.post(f"{base}tasks/{made.pk}/move/", move)
    assert answer.url == f"{base}tasks/#task-{made.pk}"
    assert "되돌리기" in text_of(browser.get(f"{base}tasks/"))
    browser.post(f"{base}tasks/{made.pk}/undo/", {"version": 2, "back": "https://evil.example/"})
    made.refresh_from_db()
    assert made.state == "todo"
    assert browser.post(f"{base}tasks/{made.pk}/move/", {"to": "done", "version": 1}).status_code == 409
    answer = browser.post(f"{base}tasks/{made.pk}/move/", {"to": "dropped"})
    assert answer.url.endswith("/drop/")
    assert browser.post(answer.url, {"reason": ""}).status_code == 422
    browser.post(answer.url, {"reason": "돈이 없음"})
    assert "돈이 없음" in text_of(Client().get(f"{base}tasks/{made.pk}/"))


def test_what_was_typed_stays_when_it_is_refused(world, c, base):
    browser = client_of(world.asker)
    long = "가" * 40_000
    answer = browser.post(f"{base}tasks/add/{uuid7()}/", {"title": long, "owner": world.asker.body_id})
    assert answer.status_code == 422
    assert "40,000" in text_of(answer)
    assert long in text_of(answer)
    answer = browser.post(f"{base}tasks/add/{uuid7()}/", {"title": "\u202e일", "owner": uuid7()})
    assert answer.status_code == 422
    answer = browser.post(f"{base}tasks/add/{uuid7()}/", {"title": "일", "owner": world.asker.body_id, "narrow": "on"})
    assert answer.status_code == 422
    assert not Task.objects.exists()


def test_the_second_of_two_who_edit_keeps_what_was_typed_and_can_go_on(world, c, base):
    made = task(world.asker, c, "처음")
    url = f"{base}tasks/{made.pk}/change/"
    first, second = client_of(world.asker), client_of(world.offerer)
    said = {"owner": world.asker.body_id, "version": 1}
    assert first.post(url, {**said, "title": "먼저 고침"}).status_code == 302
    answer = second.post(url, {**said, "title": "나중에 고침"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "그사이에 다른 분이 고쳤습니다" in page
    assert "나중에 고침" in page
    assert "먼저 고침" in page
    assert 'name="version" value="2"' in page
    assert second.post(url, {**said, "title": "나중에 고침", "version": 2}).status_code == 302


def test_a_meeting_from_the_form_to_its_minutes(world, c, base):
    browser = client_of(world.asker)
    said = {
        "title": "첫 모임",
        "starts_at": "2027-03-02T14:00",
        "ends_at": "2027-03-02T13:00",
        "place": "군청",
        "bodies": [world.asker.body_id, world.offerer.body_id],
        "agenda_1": "여는 날",
        "agenda_1_body": world.offerer.body_id,
        "agenda_2": "당번",
    }
    url = f"{base}meetings/call/{uuid7()}/"
    answer = browser.post(url, said)
    assert answer.status_code == 422
    assert "뒤여야" in text_of(answer)
    assert "여는 날" in text_of(answer)
    assert browser.post(url, {**said, "ends_at": "2027-03-02T16:00"}).status_code == 302
    made = Meeting.objects.get()
    assert clock.local(made.starts_at).hour == 14
    page = text_of(Client().get(f"{base}meetings/{made.pk}/"))
    assert "1. 여는 날" in page
    assert "2. 당번" in page
    assert "BEGIN:VEVENT" in text_of(Client().get(f"{base}meetings/{made.pk}/meeting.ics"))
    browser.post(f"{base}meetings/{made.pk}/answer/", {"answer": "coming"})
    answer = browser.post(f"{base}meetings/{made.pk}/change/", {**said, "ends_at": "2027-03-02T16:00", "version": 9})
    assert answer.status_code == 422
    past = meeting(world.asker, c, -48)
    url = f"{base}meetings/{past.pk}/"
    assert browser.post(f"{url}minutes/", {"text": "가" * 40_000, "version": 0}).status_code == 422
    browser.post(f"{url}minutes/", {"text": "이름\t값\n가\t<b>1</b>", "version": 0})
    browser.post(f"{url}attended/", {"people": [world.asker.person_id]})
    page = text_of(Client().get(url))
    assert '<th scope="col">이름</th>' in page
    assert "<td>&lt;b&gt;1&lt;/b&gt;</td>" in page
    assert "김담당" not in page
    assert "김담당" in text_of(client_of(world.other).get(url))


def test_money_from_the_form_to_the_sheet(world, c, base):
    browser = client_of(world.asker)
    url = f"{base}budget/add/{uuid7()}/"
    said = {"what": "=진료실", "payer": world.asker.body_id, "planned": "1,000원"}
    assert browser.post(url, {**said, "planned": "-1"}).status_code == 422
    assert browser.post(url, {**said, "planned": "천원"}).status_code == 422
    browser.post(url, said)
    made = BudgetLine.objects.get()
    entry = uuid7()
    said = {"entry": entry, "spent_on": clock.today().isoformat(), "amount": "1,500"}
    for _twice in range(2):
        file = SimpleUploadedFile("영수증.txt", "내역".encode())
        assert browser.post(f"{base}budget/{made.pk}/spend/", {**said, "file": file}).status_code == 302
    assert Spending.objects.get().pk == entry
    fake = SimpleUploadedFile("그림.png", b"<html><script>")
    answer = browser.post(f"{base}budget/{made.pk}/spend/", {**said, "entry": uuid7(), "file": fake})
    assert answer.status_code == 422
    assert "1,500" in text_of(answer)
    assert "500원 더 씀" in text_of(Client().get(f"{base}budget/"))
    assert "영수증.txt" in text_of(Client().get(f"{base}budget/{made.pk}/"))
    sheet = b"".join(Client().get(f"{base}budget/list.csv").streaming_content).decode()
    assert "'=진료실" in sheet
    assert "500원 더 씀" in sheet
    book = openpyxl.load_workbook(io.BytesIO(b"".join(Client().get(f"{base}budget/list.xlsx").streaming_content)))
    assert book.active["D2"].value == "1000"


def test_files_of_one_name_are_versions(world, c, base):
    for viewer, said in ((world.asker, "하나"), (world.offerer, "둘")):
        file = SimpleUploadedFile("계획.txt", said.encode())
        assert client_of(viewer).post(f"{base}files/add/", {"file": file}).status_code == 302
    page = text_of(Client().get(f"{base}files/"))
    assert "2판" in page
    assert page.count("계획.txt</a>") == 2
    fake = SimpleUploadedFile("문서.pdf", b"MZ\x90\x00")
    assert client_of(world.asker).post(f"{base}files/add/", {"file": fake}).status_code == 422
    file = SimpleUploadedFile("안.txt", b"x")
    hidden = {"file": file, "narrow": "on", "reason": "deliberation", "review_on": narrow()["review_on"].isoformat()}
    assert client_of(world.asker).post(f"{base}files/add/", hidden).status_code == 302
    page = text_of(Client().get(f"{base}files/"))
    assert "안.txt" not in page
    assert "공개되지 않음" in page
    assert Attachment.objects.count() == 3


def test_the_first_page_and_what_is_withheld(world, c, base):
    milestone(world.asker, c)
    task(world.asker, c, "우리 일")
    task(world.offerer, c, "남의 일")
    task(world.asker, c, "닫힌 일", visibility=narrow())
    meeting(world.asker, c)
    line(world.asker, c)
    own = text_of(client_of(world.asker).get(base))
    assert "우리 일" in own
    assert "닫힌 일" in own
    assert "남의 일" not in own
    page = text_of(Client().get(base))
    assert "남의 일" in page
    assert "닫힌 일" not in page
    board = text_of(Client().get(f"{base}tasks/"))
    assert "공개되지 않음" in board
    assert "닫힌 일" not in board
    sheet = b"".join(Client().get(f"{base}tasks/list.csv").streaming_content).decode()
    assert "공개되지 않음" in sheet
    assert "닫힌 일" not in sheet


def test_paused_or_ended_it_is_read_only(world, c, base):
    made = task(world.asker, c)
    Collaboration.objects.filter(pk=c.pk).update(paused=["workspace"])
    browser = client_of(world.asker)
    page = text_of(browser.get(f"{base}tasks/"))
    assert "멈추어" in page
    assert "마침으로" not in page
    assert browser.get(f"{base}tasks/{made.pk}/change/").status_code == 409
    assert browser.post(f"{base}tasks/{made.pk}/move/", {"to": "done"}).status_code == 409


def test_in_english(world, c, base):
    task(world.asker, c)
    for name in ("", "tasks/", "tasks/list/", "meetings/", "budget/", "files/", "calendar/"):
        page = text_of(Client(headers={"Accept-Language": "en"}).get(base + name))
        assert ">Workspace" in page
        assert "할 일로" not in page


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", "tasks/", "tasks/list/", "tasks/list.csv", "meetings/", "budget/", "files/"])
def test_a_list_costs_the_same_however_long_it_is(world, c, base, name):
    def fill():
        point = milestone(world.asker, c)
        for viewer in (world.asker, world.offerer):
            done = task(viewer, c, milestone=point.pk, assignee=viewer.person_id)
            actions.task_move(by=viewer, id=done.pk, to="done")
            task(viewer, c, milestone=point.pk, due_on=clock.today())
            meeting(viewer, c, bodies=[world.asker.body_id, world.offerer.body_id])
            meeting(viewer, c, -48, bodies=[world.asker.body_id, world.offerer.body_id])
            spend(viewer, line(viewer, c, milestone=point.pk), 7)
            file = SimpleUploadedFile(f"{uuid7()}.txt", b"x")
            actions.workspace_file_add(by=viewer, id=c.pk, uploaded=file)

    def cost(browser):
        with CaptureQueriesContext(connection) as spent:
            answer = browser.get(base + name)
            if answer.streaming:
                b"".join(answer.streaming_content)
        assert answer.status_code == 200
        return len(spent)

    browser = client_of(world.other)
    fill()
    cost(browser)
    before = cost(browser)
    for _more in range(3):
        fill()
    assert cost(browser) == before


def test_the_api_reads_adds_and_moves(world, c):
    _row, secret = _key(world.asker)
    base = f"/api/v1/collaborations/{c.receipt}/"
    system = Client(headers={"Authorization": f"Bearer {secret}"})
    id = str(uuid7())

    def send(path, **data):
        return system.post(base + path, json.dumps(data), content_type="application/json")

    for _twice in range(2):
        answer = send("tasks", id=id, title="의사 모집", owner=str(world.offerer.body_id))
        assert answer.status_code == 201, answer.content
    assert Event.objects.filter(type="collaboration.task.added").count() == 1
    assert send(f"tasks/{id}/move", to="done", version=1).json()["state"] == "done"
    assert send(f"tasks/{id}/move", to="todo", version=1).status_code == 409
    assert send(f"tasks/{id}/move", to="dropped").status_code == 422
    assert send("tasks", title="일", owner=str(uuid7())).status_code == 422
    task(world.asker, c, "닫힌 일", visibility=narrow())
    made = meeting(world.asker, c)
    milestone(world.asker, c)
    line(world.asker, c)
    anyone = Client()
    assert [row["title"] for row in anyone.get(f"{base}tasks").json()["items"]] == ["의사 모집"]
    assert len(system.get(f"{base}tasks").json()["items"]) == 2
    assert anyone.get(f"{base}workspace/withheld").json() == {"tasks": 1, "milestones": 0, "meetings": 0, "budget": 0}
    assert system.get(f"{base}workspace/withheld").json()["tasks"] == 0
    assert anyone.get(f"{base}tasks?state=open").json()["items"] == []
    assert anyone.get(f"{base}meetings").json()["items"][0]["bodies"][0]["name"] == "가람군"
    assert anyone.get(f"{base}meetings/{made.pk}").json()["agenda"][0]["text"] == "여는 날"
    assert anyone.get(f"{base}milestones").json()["items"][0]["tasks"] == 0
    assert anyone.get(f"{base}budget").json()["items"][0]["left"] == 1000


def _key(viewer: Viewer):
    Authenticator.objects.create(user_id=viewer.person_id, type=Authenticator.Type.TOTP, data={})
    head = Viewer.person(viewer.person_id, viewer.body_id, "head")
    until = clock.today() + timedelta(days=9)
    return create_key(by=head, body_id=viewer.body_id, purpose="표", scopes=["read", "write"], expires_on=until)
