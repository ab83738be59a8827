"""The pages: what they show to whom, and that nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dure.collaboration.mediation import actions
from dure.collaboration.mediation.models import Dispute, MediatorInterest, Step
from dure.core import clock
from dure.core.ids import uuid7
from tests.collaboration.mediation.panel import Panel, chair, fresh, operator, seats, viewer_of
from tests.collaboration.world import client_of, person


def at(dispute: Dispute, name: str = "dispute", *more: Any) -> str:
    return reverse(f"mediation:{name}", args=[dispute.collaboration.receipt, dispute.pk, *more])


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_party_refers_by_the_form_and_a_doubled_post_makes_one(panel: Panel) -> None:
    collaboration = panel.world.together()
    client = client_of(panel.world.asker)
    empty = text_of(client, reverse("mediation:page", args=[collaboration.receipt]))
    assert "조정 청하기" in empty
    go = client.get(reverse("mediation:refer_new", args=[collaboration.receipt]))
    data = {
        "title": "셈이 다릅니다",
        "text": "나눈 셈이 다릅니다.",
        "wish": "다시 정하기",
        "parts": ["agreement", "workspace"],
        "against": [str(panel.world.offerer.body_id)],
    }
    wrong = client.post(go.url, {**data, "text": "가" * 40_000})
    assert wrong.status_code == 422
    assert "40,000" in wrong.content.decode()
    assert "다시 정하기" in wrong.content.decode()
    for _time in range(2):
        assert client.post(go.url, data).status_code == 302
    dispute = Dispute.objects.get()
    page = text_of(Client(), at(dispute))
    assert "나눈 셈이 다릅니다." in page
    assert "협약과 예산 나누기" in page
    listed = text_of(Client(), reverse("mediation:page", args=[collaboration.receipt]))
    assert "셈이 다릅니다" in listed


@pytest.mark.slow
def test_every_form_of_the_journey_works_through_the_pages(panel: Panel) -> None:
    world = panel.world
    dispute = panel.refer(world.together())
    asker, offerer = client_of(world.asker), client_of(world.offerer)
    assert asker.post(at(dispute, "word"), {"word": "가을비"}).status_code == 302
    file = SimpleUploadedFile("a.txt", "자료".encode())
    sent = offerer.post(at(dispute, "evidence"), {"file": file, "note": "셈한 표"})
    assert sent.status_code == 302
    for client in (asker, offerer):
        assert "입장" in text_of(client, at(dispute, "state"))
        assert client.post(at(dispute, "state"), {"text": "우리 생각", "final": "on"}).status_code == 302
    assert fresh(dispute).step == Step.SEATING
    for seat in seats(dispute):
        mine = client_of(viewer_of(seat))
        assert "맡겠습니다" in text_of(mine, at(dispute))
        assert mine.post(at(dispute, "accept")).status_code == 302
    members = seats(dispute)
    for seat in members:
        mine = client_of(viewer_of(seat))
        assert "위원장을 맡으면" in text_of(mine, at(dispute))
        mine.post(at(dispute, "vote"), {"choice": members[2].pk})
    head = client_of(chair(dispute))
    go = head.get(at(dispute, "hearing_new")).url
    when = clock.local(clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    past = head.post(go, {"at": "2020-01-01T10:00", "place": "회의실", "invited": "담당자"})
    assert past.status_code == 422
    assert "회의실" in past.content.decode()
    assert head.post(go, {"at": when, "place": "회의실", "invited": "담당자"}).status_code == 302
    duty = {f"duty_{world.offerer.body_id}": "돈을 냅니다."}
    assert head.post(at(dispute, "draft"), {"text": "나누어 맡습니다.", **duty}).status_code == 302
    assert "나누어 맡습니다." not in text_of(asker, at(dispute))
    for seat in members[:3]:
        mine = client_of(viewer_of(seat))
        shown = text_of(mine, at(dispute))
        assert "나누어 맡습니다." in shown
        seen = shown.split('name="seen" value="')[1].split('"')[0]
        mine.post(at(dispute, "approve"), {"seen": seen})
    assert "나누어 맡습니다." in text_of(Client(), at(dispute))
    refused = asker.post(at(dispute, "answer"), {"accepts": "no", "reason": ""})
    assert refused.status_code == 422
    assert asker.post(at(dispute, "answer"), {"accepts": "no", "reason": "돈이 없습니다."}).status_code == 302
    assert offerer.post(at(dispute, "answer"), {"accepts": "yes"}).status_code == 302
    shown = text_of(Client(), at(dispute))
    assert "풀리지 않고 남은 것" in shown
    assert "돈이 없습니다." in shown


def test_what_was_typed_stays_where_a_withholding_is_refused(panel: Panel) -> None:
    dispute = panel.refer()
    answer = client_of(panel.world.asker).post(
        at(dispute, "state"), {"text": "조심스러운 이야기", "narrow": "on", "reason_code": "", "review_on": ""}
    )
    assert answer.status_code == 422
    assert "조심스러운 이야기" in answer.content.decode()
    assert "비공개 사유를 골라 주세요." in answer.content.decode()


def test_the_pages_are_there_in_english(panel: Panel) -> None:
    dispute = panel.proposed()
    client = Client(headers={"accept-language": "en"})
    for address in (at(dispute), reverse("mediators:roster")):
        shown = text_of(client, address)
        main = shown.split("<main")[1].split("</main")[0]
        assert "Roster of mediators" in shown or "Mediation" in shown
        assert "조정안</h2>" not in main


def test_roster_pages(panel: Panel) -> None:
    someone = person("새 위원")
    staff = client_of(panel.centre)
    go = staff.get(reverse("mediators:register_new")).url
    data = {
        "email": someone.email,
        "name": "새 위원",
        "field": "professor",
        "affiliation": "없는 기관",
        "starts_on": clock.today().isoformat(),
        "ends_on": (clock.today() + timedelta(days=300)).isoformat(),
    }
    wrong = staff.post(go, data)
    assert wrong.status_code == 422
    assert "이런 이름의 기관이 없습니다." in wrong.content.decode()
    for _time in range(2):
        made = staff.post(go, {**data, "affiliation": ""})
        assert made.status_code == 302
    roster = reverse("mediators:roster")
    assert "새 위원" not in text_of(Client(), roster)
    assert Client().get(made.url).status_code == 404
    from dure.core.viewer import Viewer

    own = client_of(Viewer.person(someone.pk))
    assert "조정위원으로 모시려 합니다" in text_of(own, roster)
    assert own.post(f"{made.url}answer/", {"answer": "accept"}).status_code == 302
    assert "새 위원" in text_of(Client(), f"{roster}?q=새&field=professor")
    assert "맞는 사람이 없습니다" in text_of(Client(), f"{roster}?q=쀍쀍")
    none = own.post(f"{made.url}interests/", {"body": "없는 기관", "what": "자문"})
    assert none.status_code == 422
    assert "자문" in none.content.decode()
    body_id = panel.world.asker.body_id
    assert own.post(f"{made.url}interests/", {"body": str(body_id), "what": "자문"}).status_code == 302
    assert MediatorInterest.objects.get().body_id == body_id
    assert own.post(f"{made.url}interests/{body_id}/end/").status_code == 302
    csv = b"".join(Client().get(reverse("mediators:export", args=["csv"])).streaming_content).decode()
    assert "새 위원" in csv
    assert someone.email not in csv + text_of(Client(), made.url)
    assert own.post(f"{made.url}resign/", {"reason": "바쁩니다."}).status_code == 302
    assert "새 위원" not in text_of(Client(), roster)
    assert "새 위원" in text_of(Client(), f"{roster}?state=all")


def test_my_committees_and_the_desk(panel: Panel) -> None:
    dispute = panel.drawn()
    mine = client_of(viewer_of(seats(dispute)[0]))
    assert dispute.title in text_of(mine, reverse("mediators:mine"))
    desk = text_of(mine, "/desk/")
    assert "조정위원으로 뽑혔습니다." in desk
    other = panel.refer(panel.world.together())
    desk = text_of(client_of(panel.world.offerer), "/desk/")
    assert "우리 기관의 입장을 밝혀 주세요." in desk
    assert other.title in desk


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["anyone", "party"])
def test_a_dispute_asks_as_often_for_many_things_as_for_few(panel: Panel, who: str) -> None:
    dispute = panel.working()
    head = chair(dispute)

    def more() -> None:
        actions.hearing_set(
            by=head, id=dispute.pk, hearing_id=uuid7(), at=clock.now() + timedelta(days=2), place="곳", invited="모두"
        )
        file = SimpleUploadedFile("a.txt", str(uuid7()).encode())
        actions.evidence_add(by=panel.world.asker, id=dispute.pk, note="자료", uploaded=file)

    more()
    client = Client() if who == "anyone" else client_of(panel.world.asker)
    one = queries_of(client, at(dispute))
    for _time in range(4):
        more()
    assert queries_of(client, at(dispute)) == one


@pytest.mark.slow
def test_lists_ask_as_often_for_many_as_for_one(panel: Panel) -> None:
    collaboration = panel.world.together()
    first = panel.refer(collaboration)
    actions.dispute_withdraw(by=panel.world.asker, id=first.pk, reason="풀렸습니다.")
    address = reverse("mediation:page", args=[collaboration.receipt])
    roster = reverse("mediators:roster")
    one, people = queries_of(Client(), address), queries_of(Client(), roster)
    for _time in range(4):
        again = panel.refer(collaboration)
        actions.dispute_withdraw(by=panel.world.asker, id=again.pk, reason="풀렸습니다.")
    panel.add(6)
    assert queries_of(Client(), address) == one
    assert queries_of(Client(), roster) == people


def test_an_operator_may_keep_the_roster(panel: Panel) -> None:
    from dure.collaboration.mediation import policy

    assert policy.may_keep_roster(operator())
    assert not policy.may_keep_roster(panel.world.asker)


def test_the_api_reads_and_refers(panel: Panel) -> None:
    dispute = panel.proposed()
    root = f"/api/v1/collaborations/{dispute.collaboration.receipt}/disputes"
    assert Client().get(root).json()["items"][0]["parts"] == ["agreement"]
    whole = Client().get(f"{root}/{dispute.pk}").json()
    assert whole["proposal"] == "나누어 맡습니다."
    assert len(whole["members"]) == 5
    assert Client().get(f"{root}/{dispute.pk}/draw").json()["rounds"][0]["seed"]
    people = Client().get("/api/v1/collaborations/mediation/roster").json()
    assert len(people["items"]) == 10
    assert Client().post(root, {}, content_type="application/json").status_code in (401, 403, 422)
