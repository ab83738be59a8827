"""Reading, answering, finishing, certificates, and who sees what of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dure.core.events import describe
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.learning import actions, certificates, queries
from dure.learning.models import Completion, Study
from dure.learning.notes import Notes
from tests.collaboration.world import client_of, officer
from tests.learning.world import World, wrong_answer

COURSE = "/learning/courses/first-steps"


def text(response: Any) -> str:
    return str(response.content.decode())


def test_progress_is_kept_for_the_person(world: World) -> None:
    for _twice in range(2):
        actions.page_read(by=world.one, course=world.course, key="what")
    notes = queries.notes_of(world.one, world.course)
    assert (notes.read, notes.next_page(world.course)) == (["what"], "numbers")
    assert not queries.notes_of(world.two, world.course).read
    with pytest.raises(Refused):
        actions.page_read(by=world.one, course=world.course, key="nowhere")
    with pytest.raises(Refused):
        actions.page_read(by=Viewer.anonymous(), course=world.course, key="what")


def test_finishing_once_gives_one_number(world: World) -> None:
    done = world.finish(world.one, wrong=2)
    assert done
    assert (done.score, done.version, done.name) == (77, 1, "이담당")
    assert Event.objects.filter(type="learning.course.finished").count() == 1
    again = world.finish(world.one)
    assert again == done
    assert Event.objects.filter(type="learning.course.finished").count() == 1
    assert actions.course_finish(by=world.one, course=world.course)[1] == done


def test_below_the_mark_and_again(world: World) -> None:
    assert world.finish(world.one, wrong=3) is None
    notes = queries.notes_of(world.one, world.course)
    assert (notes.score(world.course), notes.tries) == (66, 1)
    assert world.finish(world.one, wrong=0)


def test_an_attempt_has_an_order_of_its_own(world: World) -> None:
    orders = set()
    for by in (world.head, world.one, world.two, world.other, world.citizen):
        notes = actions.attempt_begin(by=by, course=world.course)
        assert actions.attempt_begin(by=by, course=world.course).seed == notes.seed
        order = tuple(question.key for question in notes.questions(world.course))
        assert order == tuple(q.key for q in queries.notes_of(by, world.course).questions(world.course))
        orders.add(order)
    assert len(orders) > 1


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("meaning", []),
        ("meaning", ["share", "order"]),
        ("meaning", ["nothing"]),
        ("what-to-share", ["money", "money"]),
        ("order-of-things", ["ask", "choose"]),
        ("order-of-things", ["ask", "ask", "agree", "work", "hand"]),
    ],
)
def test_tampered_answers_are_refused(world: World, key: str, given: list[str]) -> None:
    actions.attempt_begin(by=world.one, course=world.course)
    with pytest.raises(Refused) as fault:
        actions.question_answer(by=world.one, course=world.course, key=key, given=given)
    assert (fault.value.code, fault.value.field) == ("invalid", "answer")


def test_nothing_is_answered_outside_of_an_attempt(world: World) -> None:
    with pytest.raises(Refused):
        actions.question_answer(by=world.one, course=world.course, key="meaning", given=["share"])
    with pytest.raises(Refused):
        actions.course_finish(by=world.one, course=world.course)
    actions.attempt_begin(by=world.one, course=world.course)
    with pytest.raises(Refused, match="9"):
        actions.course_finish(by=world.one, course=world.course)
    with pytest.raises(Refused):
        actions.question_answer(by=world.one, course=world.course, key="nowhere", given=["share"])
    world.finish(world.one)
    with pytest.raises(Refused):
        actions.question_answer(by=world.one, course=world.course, key="meaning", given=["share"])


def test_a_new_version_begins_anew(world: World) -> None:
    actions.page_read(by=world.one, course=world.course, key="what")
    Study.objects.update(notes={**Study.objects.get().notes, "version": 0})
    assert queries.notes_of(world.one, world.course) == Notes(version=1)


def test_who_sees_who_has_finished(world: World) -> None:
    done = world.finish(world.one)
    assert done
    event = Event.objects.get(type="learning.course.finished")
    for viewer, sees in ((world.one, True), (world.head, True), (world.two, False), (world.other, False)):
        assert bool(describe([event], viewer)) is sees
        assert bool(queries.resolve_completions([done.pk], viewer)) is sees
    assert not describe([event], Viewer.anonymous())
    with pytest.raises(Refused):
        queries.own_completion(world.head, done.number)
    table = {member.name: len(member.done) for member in queries.members_table(world.head)}
    assert table == {"김책임": 0, "이담당": 1, "박담당": 0}
    for viewer in (world.one, world.citizen, Viewer.anonymous()):
        with pytest.raises(Refused):
            queries.members_table(viewer)


def test_counts_are_public_from_three_up(world: World) -> None:
    for by in (world.head, world.one):
        world.finish(by)
    assert queries.finished_count(world.course) is None
    assert queries.counts_by_body(world.course) == []
    world.finish(world.other)
    assert queries.finished_count(world.course) == 3
    assert queries.counts_by_body(world.course) == []
    world.finish(world.two)
    assert queries.counts_by_body(world.course) == [(world.garam, 3)]
    assert "4명이 마쳤습니다." in text(Client().get(f"{COURSE}/"))


def test_queries_do_not_grow_with_the_people(world: World, django_assert_num_queries: Any) -> None:
    world.finish(world.one)
    with django_assert_num_queries(2):
        queries.members_table(world.head)
    for number in range(5):
        world.finish(officer(world.garam, f"담당 {number}"))
    with django_assert_num_queries(2):
        queries.members_table(world.head)


def test_a_certificate_is_verified_by_all_three(world: World) -> None:
    done = world.finish(world.one)
    assert done
    code = certificates.code_of(done)
    right = {"number": done.number, "code": code, "name": "이담당"}
    assert certificates.verified(**right) == done
    assert certificates.verified(**{**right, "code": code.lower().replace("-", " "), "name": " 이 담당 "}) == done
    for name, wrong in (("code", code[:-1] + ("0" if code[-1] != "0" else "1")), ("code", ""), ("name", "김책임")):
        assert certificates.verified(**{**right, name: wrong}) is None
    other = world.finish(world.two)
    assert other
    assert certificates.verified(**{**right, "code": certificates.code_of(other)}) is None
    mistyped = done.number[:-1] + ("A" if done.number[-1] != "A" else "B")
    with pytest.raises(Refused):
        certificates.verified(**{**right, "number": mistyped})


def test_the_verifying_page_says_nothing_without_the_code(world: World) -> None:
    done = world.finish(world.one)
    assert done
    client = Client()
    page = client.post("/learning/verify/", {"number": done.number, "code": "0000", "name": "이담당"})
    assert "맞는 확인서가 없습니다." in text(page)
    assert "협업 첫걸음" not in text(page)
    assert client.post("/learning/verify/", {"number": done.number}).status_code == 422
    sent = {"number": done.number, "code": certificates.code_of(done), "name": "이담당"}
    assert "협업 첫걸음" in text(client.post("/learning/verify/", sent))


def test_guessing_is_slowed_down(world: World) -> None:
    client = Client()
    sent = {"number": "E-2611-0000000-0", "code": "0", "name": "가"}
    found = {client.post("/learning/verify/", sent).status_code for _n in range(22)}
    assert 429 in found


def test_the_paper(world: World, settings: Any) -> None:
    name = '#panic("x") *굵게* $a$ 🚌 \u202e이'
    done = world.finish(world.one)
    assert done
    Completion.objects.update(name=name)
    client = client_of(world.one)
    page = client.get(f"/learning/certificates/{done.number}/")
    assert certificates.code_of(done) in text(page)
    response = client.get(f"/learning/certificates/{done.number}/certificate.pdf")
    assert response.content[:5] == b"%PDF-"
    assert client.get(f"/learning/certificates/{done.number}/certificate.pdf").content == response.content
    assert client_of(world.head).get(f"/learning/certificates/{done.number}/").status_code == 404
    settings.FONT_DIR = settings.FONT_DIR / "nowhere"
    assert client.get(f"/learning/certificates/{done.number}/certificate.pdf").status_code == 409


def walk(client: Client, world: World, *, wrong: int = 0) -> Any:
    """Through the pages and questions as a person would; the page with the result."""
    address = f"{COURSE}/pages/what/"
    while "/pages/" in address:
        assert client.get(address).status_code == 200
        address = client.post(address)["Location"]
    address = client.post(f"{COURSE}/begin/")["Location"]
    while "/questions/" in address:
        page = client.get(address)
        assert page.status_code == 200
        question = page.context["question"]
        given = wrong_answer(question) if wrong else question.right
        wrong = max(wrong - 1, 0)
        if question.kind == "order":
            assert client.post(address, {}).status_code == 422
            sent: Any = {f"place_{key}": str(place) for place, key in enumerate(given, start=1)}
        else:
            assert client.post(address, {"answer": "nonsense"}).status_code == 422
            sent = {"answer": given}
        address = client.post(address, sent)["Location"]
    assert client.get(address).status_code == 200
    return client.post(address, follow=True)


def test_the_whole_way_on_pages(world: World) -> None:
    client = client_of(world.one)
    assert "수료 확인서 보기" in text(walk(client, world))
    assert "이담당" in text(client_of(world.head).get("/learning/body/"))
    assert "E-" in text(client.get("/learning/mine/"))
    rows = client_of(world.head).get("/learning/body.csv")
    assert "협업 첫걸음" in b"".join(rows.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def test_the_whole_way_without_an_account(world: World) -> None:
    client = Client()
    page = text(walk(client, world, wrong=2))
    assert "77점으로 마쳤습니다." in page
    assert "로그인한 뒤" in page
    assert not Completion.objects.exists()
    assert not Study.objects.exists()


def test_signing_in_goes_on_where_one_was(world: World) -> None:
    client = client_of(world.one)
    session = client.session
    notes = Notes(version=1, read=["what", "numbers"], seed="s", answers={"meaning": ["share"]})
    session["learning"] = {"first-steps": notes.kept()}
    session.save()
    assert "이어서 풀기" in text(client.get(f"{COURSE}/"))
    assert queries.notes_of(world.one, world.course).answers == {"meaning": ["share"]}
    assert "first-steps" not in client.session["learning"]


def test_pages_that_are_not_there(world: World) -> None:
    client = Client()
    for path in (f"{COURSE}/pages/nowhere/", "/learning/courses/nowhere/", "/learning/body.pdf"):
        assert client.get(path).status_code in (302, 404)
    assert client.get(f"{COURSE}/questions/1/").status_code == 302
    client.post(f"{COURSE}/begin/")
    assert client.get(f"{COURSE}/questions/99/").status_code == 404
    assert client.post(f"{COURSE}/check/", follow=True).status_code == 200


def test_in_english(world: World) -> None:
    page = text(Client(headers={"accept-language": "en"}).get("/learning/guideline/"))
    assert "One place that holds it together" in page
    assert "Guideline to working together" in page


def test_the_api_keeps_what_is_right_to_itself(world: World) -> None:
    client = Client()
    found = text(client.get("/api/v1/learning/courses/first-steps"))
    assert '"right"' not in found
    assert "why" not in found
    assert client.get("/api/v1/learning/courses/nowhere").status_code == 404
    assert len(client.get("/api/v1/learning/pieces").json()["items"]) == 24
