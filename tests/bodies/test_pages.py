"""Pages of bodies as a browser without script sees them."""

from datetime import timedelta

import pytest

from dure.bodies import actions
from dure.bodies.actions.registration import Particulars
from dure.bodies.middleware import SESSION_KEY
from dure.bodies.models import ApiKey, Body, Invitation, JoinRequest, Membership, Registration
from dure.bodies.urls import urlpatterns
from dure.core import clock
from dure.core.models import Message
from dure.core.viewer import Viewer
from tests.signing_in import signed_in

pytestmark = pytest.mark.usefixtures("table")

GAPYEONG, NAMYANGJU, GYEONGGI = "4182000000", "4136000000", "4100000000"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def sign_in(client, people):
    def go(name):
        return signed_in(client, people(name))

    return go


def said(**other):
    area = Body.objects.get(code=GAPYEONG)
    form = {"kind": "company", "name_ko": "가온 데이터", "area": str(area.pk), "statement": "함께하고 싶습니다."}
    return {**form, **other}


# --- the directory


def test_the_directory_finds_and_filters(client):
    found = text(client.get("/bodies/", {"q": "가평"}))
    assert "경기도 가평군" in found
    assert "남양주" not in found
    old = {"q": "전라남도", "kind": "sido"}
    assert [body.name_ko for body in client.get("/bodies/", old).context["found"].items] == ["전남광주통합특별시"]
    both = client.get("/bodies/", {**old, "ended": "1"}).context["found"].items
    assert [body.name_ko for body in both] == ["전라남도", "전남광주통합특별시"]
    assert "맞는 기관이 없습니다" in text(client.get("/bodies/", {"q": "없는 기관"}))
    assert client.get("/bodies/", {"province": "nonsense", "kind": "nonsense"}).status_code == 200


def test_every_body_is_reached_by_paging_once(client):
    seen, address = [], "/bodies/?kind=sigungu"
    while address:
        response = client.get(address)
        seen += [body.pk for body in response.context["found"].items]
        address = "/bodies/" + response.context["next"] if response.context["next"] else ""
    assert len(seen) == len(set(seen)) == 227


def test_a_forged_cursor_is_refused(client):
    assert client.get("/bodies/", {"after": "WyJ4Il0:forged"}).status_code == 422
    other = client.get("/bodies/?kind=sigungu").context["found"].next
    assert client.get("/bodies/", {"after": other + "x"}).status_code == 422


def test_a_page_tells_what_an_old_code_became(client):
    page = text(client.get("/bodies/4611000000/"))
    assert "지금은 이 기관이 맡습니다" in page
    assert "전남광주통합특별시 목포시" in page
    alias = client.get("/bodies/4211000000/")
    assert alias.status_code == 200
    assert "옛 코드 4211000000의 지금 기관은 강원특별자치도 춘천시입니다" in text(alias)
    assert client.get("/bodies/없는-곳/").status_code == 404


@pytest.mark.slow
def test_every_body_of_the_table_has_its_page(client):
    for body in Body.objects.order_by("?")[:40]:
        response = client.get(body.get_absolute_url())
        assert response.status_code == 200
        assert body.full_name_ko in text(response)


def test_no_address_of_a_body_hides_another_page():
    fixed = {
        str(pattern.pattern).split("/")[1] for pattern in urlpatterns if str(pattern.pattern).startswith("bodies/")
    }
    assert not Body.objects.filter(slug__in=fixed).exists()


def test_pages_ask_few_questions(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get("/bodies/?q=경기")
    # One or two for each room that shows something of the body.
    with django_assert_max_num_queries(16):
        client.get("/bodies/4611000000/")


# --- acting for a body


def test_acting_is_switched_and_leads_back(sign_in, people):
    people.acting("둘", GAPYEONG)
    people.acting("둘", NAMYANGJU)
    client = sign_in("둘")
    second = Membership.objects.get(person=people("둘"), body__code=NAMYANGJU)
    response = client.post("/bodies/act-for/", {"body": str(second.pk), "next": "/bodies/?q=a"})
    assert (response.status_code, response["Location"]) == (302, "/bodies/?q=a")
    assert client.session[SESSION_KEY] == str(second.pk)
    page = text(client.get("/bodies/"))
    assert "경기도 남양주시" in page
    evil = client.post("/bodies/act-for/", {"body": "", "next": "https://evil.example/"})
    assert evil["Location"] == "/bodies/mine/"
    assert client.post("/bodies/act-for/", {"body": "nonsense"}).status_code == 403
    assert client.get("/bodies/act-for/").status_code == 405


# --- registering


def test_who_is_not_signed_in_is_led_to_sign_in(client):
    response = client.get("/bodies/register/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=%2Fbodies%2Fregister%2F"


def test_a_registration_travels_from_form_to_confirmation(sign_in, people, client):
    sign_in("가온")
    assert client.post("/bodies/register/", said()).status_code == 302
    body = Registration.objects.get().body
    assert "확인을 기다립니다" in text(client.get("/bodies/mine/"))
    client.logout()
    assert client.get(body.get_absolute_url()).status_code == 404

    people.acting("군청", GAPYEONG)
    sign_in("군청")
    assert "가온 데이터" in text(client.get("/desk/bodies/"))
    address = f"/desk/bodies/registrations/{body.pk}/"
    assert "함께하고 싶습니다." in text(client.get(address))
    empty = client.post(address, {"decision": "refuse", "reason": ""})
    assert empty.status_code == 422
    assert "까닭을 적어 주세요" in text(empty)
    client.post(address, {"decision": "refuse", "reason": "서류가 필요합니다."})
    sign_in("가온")
    assert "서류가 필요합니다." in text(client.get("/bodies/mine/"))
    amend = f"/bodies/mine/registrations/{body.pk}/"
    assert 'value="가온 데이터"' in text(client.get(amend))
    client.post(amend, said(position="대표"))
    sign_in("군청")
    client.post(address, {"decision": "confirm"})
    sign_in("가온")
    assert "가온 데이터" in text(client.get("/bodies/mine/"))
    assert Body.objects.get(pk=body.pk).is_active()
    client.logout()
    assert client.get(body.get_absolute_url()).status_code == 200


def test_a_form_in_error_keeps_what_was_typed(sign_in):
    client = sign_in("가온")
    response = client.post("/bodies/register/", said(number="124-81-00997", about="우리 <b>소개</b>"))
    assert response.status_code == 422
    page = text(response)
    assert "124-81-00997" in page
    assert "우리 &lt;b&gt;소개&lt;/b&gt;" in page
    assert "번호가 맞지 않습니다" in page
    assert Registration.objects.count() == 0


def test_others_do_not_reach_a_registration(sign_in, people):
    body = actions.register_body(
        by=Viewer.person(people("가온").pk),
        particulars=Particulars(
            kind="company", name_ko="가온", area_id=Body.objects.get(code=GAPYEONG).pk, statement="x"
        ),
    )
    client = sign_in("남")
    assert client.get(f"/bodies/mine/registrations/{body.pk}/").status_code == 404
    assert client.post(f"/bodies/mine/registrations/{body.pk}/withdraw/").status_code == 404
    assert client.get(f"/desk/bodies/registrations/{body.pk}/").status_code == 403
    client = sign_in("가온")
    assert client.post(f"/bodies/mine/registrations/{body.pk}/withdraw/").status_code == 302
    assert not Body.objects.filter(pk=body.pk).exists()


# --- people of a body


def test_a_request_to_join_is_asked_and_decided(sign_in, people, client):
    people.acting("군수", GAPYEONG, "head")
    sign_in("새로")
    address = "/bodies/gyeonggi-gapyeong-gun/join/"
    assert client.get(address).status_code == 200
    client.post(address, {"role": "officer", "unit": "기획과", "statement": ""})
    again = client.post(address, {"role": "officer"})
    assert again.status_code == 422
    assert "이미 요청했습니다" in text(again)
    asked = JoinRequest.objects.get()
    sign_in("군수")
    page = f"/desk/bodies/requests/{asked.pk}/"
    assert "기획과" in text(client.get(page))
    client.post(page, {"decision": "accept", "role": "reader"})
    assert Membership.objects.get(person=people("새로")).role == "reader"
    assert client.get(page).status_code == 404


def test_an_invitation_is_sent_opened_and_accepted(sign_in, people, client):
    people.acting("군수", GAPYEONG, "head")
    sign_in("군수")
    client.post("/desk/bodies/members/", {"email": "새로@example.kr", "role": "officer", "unit": ""})
    assert Invitation.objects.count() == 0
    people("saero")
    client.post("/desk/bodies/members/", {"email": "saero@example.kr", "role": "officer", "unit": ""})
    assert "saero@example.kr" in text(client.get("/desk/bodies/members/"))
    path = Message.objects.get().text.split("localhost:8000")[1].split()[0]
    client.logout()
    assert client.get(path).status_code == 302
    sign_in("saero")
    response = client.get(path)
    assert response["Cache-Control"] == "no-store"
    assert "경기도 가평군" in text(response)
    assert client.post(path).status_code == 302
    assert Membership.objects.get(person=people("saero")).role == "officer"
    assert client.get(path).status_code == 410


def test_the_last_head_is_warned_before_leaving(sign_in, people):
    people.acting("군수", GAPYEONG, "head")
    client = sign_in("군수")
    membership = Membership.objects.get()
    address = f"/bodies/mine/memberships/{membership.pk}/leave/"
    assert "마지막 책임자입니다" in text(client.get(address))
    assert client.post(address).status_code == 422
    assert client.post(address, {"confirmed_last": "on"}).status_code == 302
    assert "아직 속한 기관이 없습니다" in text(client.get("/bodies/mine/"))


def test_a_head_changes_and_ends_memberships(sign_in, people):
    people.acting("군수", GAPYEONG, "head")
    people.acting("담당", GAPYEONG)
    client = sign_in("군수")
    address = f"/desk/bodies/members/{Membership.objects.get(person=people('담당')).pk}/"
    client.post(address, {"role": "reader", "unit": "감사과"})
    changed = Membership.objects.get(person=people("담당"), ended_at=None)
    assert (changed.role, changed.unit) == ("reader", "감사과")
    assert client.get(address).status_code == 404
    client.post(f"/desk/bodies/members/{changed.pk}/", {"decision": "end"})
    assert not Membership.objects.filter(person=people("담당"), ended_at=None).exists()


def test_an_officer_sees_the_people_and_changes_nothing(sign_in, people):
    people.acting("담당", GAPYEONG)
    client = sign_in("담당")
    page = text(client.get("/desk/bodies/members/"))
    assert "담당" in page
    assert "초대 보내기" not in page
    own = Membership.objects.get()
    assert client.get(f"/desk/bodies/members/{own.pk}/").status_code == 403
    assert client.post("/desk/bodies/members/", {"email": "a@example.kr", "role": "reader"}).status_code == 403


def test_the_desk_is_for_who_acts_for_a_body(sign_in):
    client = sign_in("시민")
    for address in ("/desk/bodies/", "/desk/bodies/members/", "/desk/bodies/keys/", "/desk/bodies/profile/"):
        assert client.get(address).status_code == 403


def test_the_body_page_shows_what_the_body_says_of_itself(sign_in, people):
    people.acting("담당", GAPYEONG)
    client = sign_in("담당")
    wrong = client.post("/desk/bodies/profile/", {"about": "가평", "web_page": "not a page"})
    assert wrong.status_code == 422
    client.post("/desk/bodies/profile/", {"about": "<script>x</script>", "web_page": "https://www.gp.go.kr"})
    page = text(client.get("/bodies/4182000000/"))
    assert "&lt;script&gt;x" in page
    assert "https://www.gp.go.kr" in page


# --- keys


def test_a_key_is_shown_once_and_revoked(sign_in, people):
    people.acting("군수", GAPYEONG, "head")
    client = sign_in("군수")
    assert "두 번째 인증 수단이 필요합니다" in text(client.get("/desk/bodies/keys/"))
    form = {"purpose": "시험", "scopes": ["read"], "expires_on": str(clock.today() + timedelta(days=9))}
    assert client.post("/desk/bodies/keys/", form).status_code == 403
    people.second_factor("군수")
    made = client.post("/desk/bodies/keys/", form)
    key = ApiKey.objects.get()
    assert made["Cache-Control"] == "no-store"
    assert f"dure_{key.prefix}_" in text(made)
    assert made.context["token"] in text(made)
    assert made.context["token"] not in text(client.get("/desk/bodies/keys/"))
    wrong = client.post("/desk/bodies/keys/", {**form, "scopes": []})
    assert wrong.status_code == 422
    assert client.post(f"/desk/bodies/keys/{key.pk}/revoke/").status_code == 302
    key.refresh_from_db()
    assert not key.is_running


# --- English


@pytest.fixture
def english(client):
    def go(address, **given):
        return text(client.get(address, given, headers={"Accept-Language": "en"}))

    return go


def test_the_pages_speak_english(english):
    page = english("/bodies/4182000000/")
    assert "Gapyeong-gun, Gyeonggi Province" in page
    assert "Municipality" in page
    assert "What it became" in english("/bodies/4611000000/")
    assert "Find a body" in english("/bodies/")
    assert "Gapyeong-gun" in english("/bodies/", q="Gapyeong")
