"""Registering, joining, leaving, keys: what each use case does, and who is refused."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from dure.bodies import actions, apikeys, queries
from dure.bodies.actions.registration import Particulars
from dure.bodies.models import ApiKey, Body, Invitation, JoinRequest, Membership, Registration
from dure.core import clock
from dure.core.events import timeline
from dure.core.models import Event, Message, Person
from dure.core.refused import Refused
from dure.core.viewer import Viewer

pytestmark = pytest.mark.usefixtures("table")

GAPYEONG, NAMYANGJU, GYEONGGI = "4182000000", "4136000000", "4100000000"


def refusal(call, **given) -> Refused:
    with pytest.raises(Refused) as caught:
        call(**given)
    return caught.value


def particulars(**other) -> Particulars:
    said = {
        "kind": "company",
        "name_ko": "가온 데이터",
        "number": "124-81-00998",
        "area_id": Body.objects.get(code=GAPYEONG).pk,
        "position": "대표",
        "statement": "군과 함께 버스 자료를 나누려고 합니다.",
    }
    return Particulars(**{**said, **other})


def types_of(body_id) -> list[str]:
    rows = Event.objects.filter(subject=f"dure:body:{body_id}").order_by("seq")
    return list(rows.values_list("type", flat=True))


# --- registration


def test_a_company_registers_and_an_official_confirms(people):
    applicant = Viewer.person(people("가온").pk)
    body = actions.register_body(by=applicant, particulars=particulars())
    assert body.state == "registered"
    assert body.province.name_ko == "경기도"
    assert body not in queries.find(Viewer.anonymous(), text="가온")
    assert refusal(queries.get, body_id=body.pk, viewer=Viewer.anonymous()).code == "not_found"
    assert queries.get(body.pk, applicant) == body

    official = people.acting("군청", GAPYEONG)
    assert [r.body for r in queries.registrations_waiting(official)] == [body]
    actions.confirm_registration(by=official, body_id=body.pk)
    body.refresh_from_db()
    assert body.is_active()
    assert queries.find(Viewer.anonymous(), text="가온").get() == body
    assert queries.find(Viewer.anonymous(), text="경기 가온").get() == body
    membership = body.memberships.get()
    assert (membership.person, membership.role, membership.unit) == (people("가온"), "head", "대표")
    assert types_of(body.pk) == [
        "bodies.registration.handed_in",
        "bodies.registration.confirmed",
        "bodies.membership.granted",
    ]


def test_the_applicant_never_decides_alone(people):
    person = people.acting("겸직", GAPYEONG)
    body = actions.register_body(by=person, particulars=particulars())
    assert refusal(actions.confirm_registration, by=person, body_id=body.pk).code == "not_allowed"


@pytest.mark.parametrize("role", ["reader", None])
def test_only_heads_and_officers_of_public_bodies_decide(people, role):
    body = actions.register_body(by=Viewer.person(people("가온").pk), particulars=particulars())
    other = people.acting("남", GAPYEONG, role) if role else Viewer.person(people("남").pk)
    assert refusal(actions.confirm_registration, by=other, body_id=body.pk).code == "not_found"
    assert list(queries.registrations_waiting(other)) == []


def test_a_partner_does_not_confirm_partners(people):
    official = people.acting("군청", GAPYEONG)
    first = actions.register_body(by=Viewer.person(people("가온").pk), particulars=particulars())
    actions.confirm_registration(by=official, body_id=first.pk)
    head = Viewer.person(people("가온").pk, first.pk, "head")
    second = actions.register_body(
        by=Viewer.person(people("나래").pk), particulars=particulars(name_ko="나래", number="")
    )
    assert refusal(actions.confirm_registration, by=head, body_id=second.pk).code == "not_found"


def test_a_refusal_has_a_reason_and_can_be_answered(people):
    applicant, official = Viewer.person(people("가온").pk), people.acting("군청", GAPYEONG)
    body = actions.register_body(by=applicant, particulars=particulars())
    assert refusal(actions.refuse_registration, by=official, body_id=body.pk, reason="  ").field == "reason"
    actions.refuse_registration(by=official, body_id=body.pk, reason="대표자 확인이 필요합니다.")
    body.refresh_from_db()
    assert body.state == "refused"
    assert queries.registrations_of(applicant)[0].reason == "대표자 확인이 필요합니다."
    assert refusal(actions.confirm_registration, by=official, body_id=body.pk).code == "conflict"
    actions.amend_registration(by=applicant, body_id=body.pk, particulars=particulars(position="대표이사"))
    body.refresh_from_db()
    assert (body.state, body.registration.refused, body.registration.position) == ("registered", False, "대표이사")
    actions.confirm_registration(by=official, body_id=body.pk)


def test_a_refused_number_does_not_lock_out_its_owner(people):
    official = people.acting("군청", GAPYEONG)
    wrong = actions.register_body(by=Viewer.person(people("남").pk), particulars=particulars(name_ko="남의 이름"))
    again = refusal(actions.register_body, by=Viewer.person(people("가온").pk), particulars=particulars())
    assert (again.code, again.field) == ("conflict", "number")
    actions.refuse_registration(by=official, body_id=wrong.pk, reason="남의 번호입니다.")
    actions.register_body(by=Viewer.person(people("가온").pk), particulars=particulars())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "sido"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"name_ko": "  "}, "name_ko"),
        ({"number": "124-81-00997"}, "number"),
        ({"area_id": None}, "area"),
        ({"statement": ""}, "statement"),
    ],
)
def test_what_is_wrong_is_named(people, change, field):
    found = refusal(actions.register_body, by=Viewer.person(people("가온").pk), particulars=particulars(**change))
    assert (found.code, found.field) == ("invalid", field)
    assert Registration.objects.count() == 0


def test_the_same_name_in_the_same_area_is_a_conflict_elsewhere_not(people):
    actions.register_body(by=Viewer.person(people("가온").pk), particulars=particulars(number=""))
    other = Viewer.person(people("나래").pk)
    assert refusal(actions.register_body, by=other, particulars=particulars(name_ko="가온데이터", number="")).field == (
        "name_ko"
    )
    elsewhere = particulars(number="", area_id=Body.objects.get(code=NAMYANGJU).pk)
    actions.register_body(by=other, particulars=elsewhere)


def test_nobody_floods_the_officials(people):
    applicant = Viewer.person(people("가온").pk)
    for n in range(3):
        actions.register_body(by=applicant, particulars=particulars(name_ko=f"가온 {n}호", number=""))
    many = particulars(name_ko="가온 넷", number="")
    assert refusal(actions.register_body, by=applicant, particulars=many).code == "too_many"
    assert refusal(actions.register_body, by=Viewer.anonymous(), particulars=many).code == "not_signed_in"


def test_a_registration_is_withdrawn_by_its_applicant_only(people):
    applicant = Viewer.person(people("가온").pk)
    body = actions.register_body(by=applicant, particulars=particulars())
    official = people.acting("군청", GAPYEONG)
    assert refusal(actions.withdraw_registration, by=official, body_id=body.pk).code == "not_allowed"
    actions.withdraw_registration(by=applicant, body_id=body.pk)
    assert not Body.objects.filter(pk=body.pk).exists()


def test_a_partner_ends_and_nobody_acts_for_it_any_more(people):
    official = people.acting("군청", GAPYEONG)
    body = actions.register_body(by=Viewer.person(people("가온").pk), particulars=particulars())
    actions.confirm_registration(by=official, body_id=body.pk)
    head = Viewer.person(people("가온").pk, body.pk, "head")
    assert refusal(actions.end_body, by=official, body_id=body.pk).code == "not_allowed"
    actions.end_body(by=head, body_id=body.pk)
    assert queries.memberships_of(people("가온").pk) == []
    assert queries.by_key(str(body.pk), Viewer.anonymous()).state == "ended"
    assert not queries.find(Viewer.anonymous(), text="가온").exists()
    own_county = Viewer.person(people("군청").pk, official.body_id, "head")
    assert refusal(actions.end_body, by=own_county, body_id=official.body_id).code == "not_allowed"


# --- joining and leaving


def test_an_invitation_lets_in_its_own_address_once(people):
    head = people.acting("군수", GAPYEONG, "head")
    actions.invite(by=head, body_id=head.body_id, email="Saero@Example.kr", role="officer", unit="기획과")
    letter = Message.objects.get()
    assert letter.address == "saero@example.kr"
    token = letter.text.split("/bodies/invitations/")[1].split("/")[0]
    assert token not in str(list(Invitation.objects.values()))

    stranger = Viewer.person(people("남").pk)
    assert refusal(actions.accept_invitation, by=stranger, token=token).code == "not_allowed"
    assert refusal(actions.accept_invitation, by=Viewer.anonymous(), token=token).code == "not_signed_in"
    unconfirmed = Person.objects.create_user("saero@example.kr", "a-long-secret-1", name="새로")
    newcomer = Viewer.person(unconfirmed.pk)
    assert refusal(actions.accept_invitation, by=newcomer, token=token).code == "not_allowed"
    EmailAddress.objects.create(user=unconfirmed, email="saero@example.kr", verified=True)
    membership = actions.accept_invitation(by=newcomer, token=token)
    assert (membership.role, membership.unit, membership.granted_by) == ("officer", "기획과", people("군수"))
    assert refusal(actions.accept_invitation, by=newcomer, token=token).code == "gone"
    assert refusal(actions.accept_invitation, by=newcomer, token="wrong").code == "not_found"


def test_an_invitation_runs_out_and_can_be_withdrawn(people, monkeypatch):
    head = people.acting("군수", GAPYEONG, "head")
    first = actions.invite(by=head, body_id=head.body_id, email="a@example.kr", role="reader")
    second = actions.invite(by=head, body_id=head.body_id, email="a@example.kr", role="officer")
    first.refresh_from_db()
    assert first.withdrawn_at is not None
    actions.withdraw_invitation(by=head, invitation_id=second.pk)
    assert queries.open_invitations(Body.objects.get(pk=head.body_id), head) == []
    token = Message.objects.order_by("-created_at")[0].text.split("/bodies/invitations/")[1].split("/")[0]
    person = Viewer.person(people("a").pk)
    assert refusal(actions.accept_invitation, by=person, token=token).code == "not_found"
    actions.invite(by=head, body_id=head.body_id, email="a@example.kr", role="officer")
    token = Message.objects.order_by("-created_at")[0].text.split("/bodies/invitations/")[1].split("/")[0]
    later = clock.now() + timedelta(days=15)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert refusal(actions.accept_invitation, by=person, token=token).code == "gone"


@pytest.mark.parametrize("role", ["officer", "reader"])
def test_only_the_head_invites(people, role):
    member = people.acting("직원", GAPYEONG, role)
    found = refusal(actions.invite, by=member, body_id=member.body_id, email="a@example.kr", role="reader")
    assert found.code == "not_allowed"


def test_a_request_is_accepted_by_an_officer_who_makes_no_heads(people):
    officer = people.acting("담당", GAPYEONG)
    people.acting("군수", GAPYEONG, "head")
    asked = Viewer.person(people("새로").pk)
    request = actions.ask_to_join(by=asked, body_id=officer.body_id, role="head", unit="기획과")
    assert refusal(actions.ask_to_join, by=asked, body_id=officer.body_id, role="head").code == "conflict"
    assert queries.join_requests(officer) == [request]
    found = refusal(actions.decide_join_request, by=officer, request_id=request.pk, accept=True)
    assert (found.code, found.field) == ("not_allowed", "role")
    actions.decide_join_request(by=officer, request_id=request.pk, accept=True, role="officer")
    assert Membership.objects.get(person=people("새로")).role == "officer"
    assert refusal(actions.decide_join_request, by=officer, request_id=request.pk, accept=True).code == "conflict"


def test_a_refused_request_tells_why(people):
    head = people.acting("군수", GAPYEONG, "head")
    asked = Viewer.person(people("새로").pk)
    request = actions.ask_to_join(by=asked, body_id=head.body_id, role="officer")
    no = {"by": head, "request_id": request.pk, "accept": False}
    assert refusal(actions.decide_join_request, **no).field == "reason"
    actions.decide_join_request(**no, reason="우리 직원이 아닙니다.")
    assert queries.join_requests_of(asked)[0].reason == "우리 직원이 아닙니다."
    assert not Membership.objects.filter(person=people("새로")).exists()


def test_a_body_without_head_is_let_in_by_the_one_above_and_then_no_more(people):
    province = people.acting("도청", GYEONGGI)
    other = people.acting("남양주", NAMYANGJU, "head")
    request = actions.ask_to_join(
        by=Viewer.person(people("군수").pk), body_id=Body.objects.get(code=GAPYEONG).pk, role="head"
    )
    assert refusal(actions.decide_join_request, by=other, request_id=request.pk, accept=True).code == "not_found"
    assert queries.join_requests(province) == [request]
    actions.decide_join_request(by=province, request_id=request.pk, accept=True)
    second = actions.ask_to_join(by=Viewer.person(people("새로").pk), body_id=request.body_id, role="officer")
    assert queries.join_requests(province) == []
    assert refusal(actions.decide_join_request, by=province, request_id=second.pk, accept=True).code == "not_found"


def test_nobody_lets_themselves_in(people):
    province = people.acting("도청", GYEONGGI)
    request = actions.ask_to_join(by=province, body_id=Body.objects.get(code=GAPYEONG).pk, role="head")
    assert refusal(actions.decide_join_request, by=province, request_id=request.pk, accept=True).code == "not_allowed"


def test_an_operator_appoints_the_first_head_in_a_staff_session_only(people):
    body = Body.objects.get(code=GAPYEONG)
    given = {"body_id": body.pk, "person_id": people("군수").pk, "role": "head"}
    assert refusal(actions.appoint, by=Viewer.person(people("운영자").pk), **given).code == "not_allowed"
    operator = people.operator()
    actions.appoint(by=operator, **given)
    event = Event.objects.get(type="bodies.membership.granted")
    assert event.staff_session_id == operator.staff_session_id
    ended = Body.objects.get(code="4600000000")
    assert refusal(actions.appoint, by=operator, **{**given, "body_id": ended.pk}).code == "conflict"


def test_the_last_head_does_not_leave_silently(people):
    head = people.acting("군수", GAPYEONG, "head")
    membership = Membership.objects.get(person=people("군수"))
    leave = {"by": head, "membership_id": membership.pk}
    found = refusal(actions.end_membership, **leave)
    assert (found.code, found.field) == ("conflict", "confirmed_last")
    assert refusal(actions.change_role, **leave, role="officer").code == "conflict"
    actions.end_membership(**leave, confirmed_last=True)
    assert types_of(head.body_id)[-1] == "bodies.body.without_head"
    assert queries.memberships_of(people("군수").pk) == []


def test_with_a_second_head_the_first_may_go(people):
    head = people.acting("군수", GAPYEONG, "head")
    people.acting("부군수", GAPYEONG, "head")
    membership = Membership.objects.get(person=people("군수"))
    actions.end_membership(by=head, membership_id=membership.pk)
    assert "bodies.body.without_head" not in types_of(head.body_id)
    assert refusal(actions.end_membership, by=head, membership_id=membership.pk).code == "not_found"


def test_roles_are_changed_by_the_head_and_kept_as_history(people):
    head = people.acting("군수", GAPYEONG, "head")
    officer = people.acting("담당", GAPYEONG)
    old = Membership.objects.get(person=people("담당"))
    found = refusal(actions.change_role, by=officer, membership_id=old.pk, role="head")
    assert found.code == "not_allowed"
    new = actions.change_role(by=head, membership_id=old.pk, role="reader", unit="감사과")
    assert new.pk != old.pk
    assert [m.role for m in Membership.objects.filter(person=people("담당")).order_by("created_at")] == [
        "officer",
        "reader",
    ]
    assert queries.memberships_of(people("담당").pk) == [new]
    assert actions.change_role(by=head, membership_id=new.pk, role="reader") == new


def test_outsiders_see_no_members_and_no_inner_events(people):
    head = people.acting("군수", GAPYEONG, "head")
    actions.invite(by=head, body_id=head.body_id, email="a@example.kr", role="reader")
    body = Body.objects.get(code=GAPYEONG)
    assert refusal(queries.members, body=body, viewer=Viewer.anonymous()).code == "not_allowed"
    assert [m.person for m in queries.members(body, head)] == [people("군수")]
    assert timeline(body.urn, Viewer.anonymous()) == []
    assert [line.type for line in timeline(body.urn, head)] == ["bodies.invitation.sent"]
    key = Viewer.system(body.pk, frozenset({"read"}), people("군수").pk)
    assert refusal(queries.members, body=body, viewer=key).code == "not_allowed"


def test_the_body_describes_itself(people):
    officer, reader = people.acting("담당", GAPYEONG), people.acting("열람", GAPYEONG, "reader")
    said = {
        "body_id": officer.body_id,
        "about": "군민과 함께",
        "web_page": "https://example.kr",
        "contact_email": "",
        "contact_phone": "031-000-0000",
    }
    assert refusal(actions.describe_body, by=reader, **said).code == "not_allowed"
    assert actions.describe_body(by=officer, **said).about == "군민과 함께"


# --- keys


@pytest.fixture
def head(people):
    viewer = people.acting("군수", GAPYEONG, "head")
    people.second_factor("군수")
    return viewer


def key_for(head, **other):
    given = {
        "purpose": "시험",
        "scopes": ["read"],
        "expires_on": clock.today() + timedelta(days=30),
    }
    return actions.create_key(by=head, body_id=head.body_id, **{**given, **other})


def test_a_key_opens_for_its_body_until_it_is_revoked(head):
    key, token = key_for(head, scopes=["write", "read"])
    assert token not in str(list(ApiKey.objects.values()))
    viewer = apikeys.authenticate(f"Bearer {token}")
    assert viewer == Viewer.system(head.body_id, frozenset({"read", "write"}), key.pk)
    assert viewer.may_act_for(head.body_id)
    key.refresh_from_db()
    assert key.last_used_on == clock.today()
    actions.revoke_key(by=head, key_id=key.pk)
    assert refusal(apikeys.authenticate, header=f"Bearer {token}").code == "not_signed_in"
    assert types_of(head.body_id) == ["bodies.key.created", "bodies.key.revoked"]


def test_only_a_head_with_a_second_factor_makes_keys(people, head):
    officer = people.acting("담당", GAPYEONG)
    assert refusal(key_for, head=officer).code == "not_allowed"
    Authenticator.objects.all().delete()
    assert refusal(key_for, head=head).code == "not_allowed"
    Authenticator.objects.create(user=people("군수"), type=Authenticator.Type.RECOVERY_CODES, data={})
    assert refusal(key_for, head=head).code == "not_allowed"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"purpose": " "}, "purpose"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["all"]}, "scopes"),
        ({"expires_on": clock.today()}, "expires_on"),
        ({"expires_on": clock.today() + timedelta(days=400)}, "expires_on"),
    ],
)
def test_a_wrong_key_is_not_made(head, change, field):
    assert refusal(key_for, head=head, **change).field == field


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t + "x", lambda t: t.upper(), lambda t: "", lambda t: "x"]
)
def test_a_wrong_token_is_refused(head, spoil):
    _key, token = key_for(head)
    assert refusal(apikeys.authenticate, header=f"Bearer {spoil(token)}").code == "not_signed_in"
    assert refusal(apikeys.authenticate, header=token).code == "not_signed_in"


def test_an_expired_key_and_a_key_of_an_ended_body_open_nothing(head, monkeypatch):
    _key, token = key_for(head)
    body = Body.objects.get(pk=head.body_id)
    body.valid_to = clock.today() - timedelta(days=1)
    body.save()
    assert refusal(apikeys.authenticate, header=f"Bearer {token}").code == "not_signed_in"
    body.valid_to = None
    body.save()
    apikeys.authenticate(f"Bearer {token}")
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert refusal(apikeys.authenticate, header=f"Bearer {token}").code == "not_signed_in"


def test_knocking_too_often_is_refused_until_the_next_minute(monkeypatch):
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at)
    assert [apikeys.count_knock("a", 3) for _time in range(3)] == [2, 1, 0]
    assert refusal(apikeys.count_knock, who="a", most=3).code == "too_many"
    assert apikeys.count_knock("b", 3) == 2
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(minutes=1))
    assert apikeys.count_knock("a", 3) == 2


def test_open_requests_are_limited(people):
    asked = Viewer.person(people("새로").pk)
    for body in Body.objects.filter(kind="sido").valid_on(clock.today())[:5]:
        actions.ask_to_join(by=asked, body_id=body.pk, role="officer")
    county = Body.objects.get(code=GAPYEONG)
    assert refusal(actions.ask_to_join, by=asked, body_id=county.pk, role="officer").code == "too_many"
    request = JoinRequest.objects.filter(person=people("새로")).first()
    actions.withdraw_join_request(by=asked, request_id=request.pk)
    actions.ask_to_join(by=asked, body_id=county.pk, role="officer")
