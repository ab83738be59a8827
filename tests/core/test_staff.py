"""Staff sessions, the admin behind them, and the operator's page."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from tests.core.people import give_totp, sign_in, sign_in_with_factor, somebody

from dure.core import clock, staff
from dure.core.models import Delivery, Event, Heartbeat, Job, Message, Person, StaffSession
from dure.core.refused import Refused
from dure.core.viewer import Viewer

pytestmark = pytest.mark.django_db
REASON = "접수번호 C-2611-7KQ4-X 첨부 문의 확인"


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def operator():
    return somebody("op@example.com", "마루", is_operator=True)


@pytest.fixture
def inside(client, operator):
    """A client inside a staff session."""
    sign_in_with_factor(client, operator)
    client.post(reverse("operations_session"), {"reason": REASON, "minutes": 30})
    return client


def refusal(**given):
    with pytest.raises(Refused) as caught:
        staff.staff_session_open(**{"reason": REASON, "minutes": 30, **given})
    return caught.value.code


def test_opening_is_for_operators_with_a_second_factor_and_a_reason(operator):
    by = Viewer.person(operator.pk)
    assert refusal(by=Viewer.anonymous()) == "not_allowed"
    assert refusal(by=Viewer.person(somebody().pk)) == "not_allowed"
    assert refusal(by=by) == "not_allowed", "no second factor"
    give_totp(operator)
    assert refusal(by=by, reason="  x ") == "invalid"
    assert refusal(by=by, minutes=61) == "invalid"
    assert refusal(by=by, minutes=0) == "invalid"
    opened = staff.staff_session_open(by=by, reason=REASON, minutes=60)
    assert opened.expires_at - opened.started_at == timedelta(minutes=60)
    assert refusal(by=by) == "conflict"
    event = Event.objects.get(type="core.staff.opened")
    assert event.subject == f"dure:staff_session:{opened.pk}"
    assert REASON not in str(event.data), "what people write stays out of events"


def test_a_session_ends_by_itself(operator, monkeypatch):
    give_totp(operator)
    opened = staff.staff_session_open(by=Viewer.person(operator.pk), reason=REASON, minutes=15)
    assert staff.running(operator.pk, opened.pk)
    later = clock.now() + timedelta(minutes=15)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert staff.running(operator.pk, opened.pk) is None


def test_a_session_is_its_openers_only(operator):
    give_totp(operator)
    opened = staff.staff_session_open(by=Viewer.person(operator.pk), reason=REASON, minutes=15)
    other = somebody("op2@example.com", "다른", is_operator=True)
    assert staff.running(other.pk, opened.pk) is None
    assert staff.running(operator.pk, "nonsense") is None
    operator.is_operator = False
    operator.save()
    assert staff.running(operator.pk, opened.pk) is None, "who is no operator any more is out at once"


def test_the_page_opens_and_ends_one(client, operator):
    sign_in_with_factor(client, operator)
    page = client.get(reverse("operations")).content.decode()
    assert "운영 지원 시간 열기" in page
    wrong = client.post(reverse("operations_session"), {"reason": "x", "minutes": 30})
    assert wrong.status_code == 422
    client.post(reverse("operations_session"), {"reason": REASON, "minutes": 30})
    answer = client.get(reverse("operations"))
    assert answer.wsgi_request.viewer.operator
    assert REASON in answer.content.decode()
    opened = StaffSession.objects.get()
    client.post(reverse("operations_session"), {"end": str(opened.pk)})
    assert not client.get("/").wsgi_request.viewer.operator
    assert Event.objects.filter(type="core.staff.ended").count() == 1


def test_the_page_is_for_operators_with_a_second_factor(client, operator):
    assert client.get(reverse("operations")).url.startswith(reverse("account_login"))
    sign_in(client, operator.email)
    assert client.get(reverse("operations")).url.startswith(reverse("account_second_factor"))
    client.logout()
    somebody()
    sign_in(client)
    assert client.get(reverse("operations")).status_code == 403
    assert client.post(reverse("operations_session"), {"reason": REASON, "minutes": 30}).status_code == 403


def test_an_expired_session_closes_everything(inside, monkeypatch):
    assert inside.get("/admin/").status_code == 200
    later = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert inside.get("/admin/").status_code == 302
    assert not inside.get("/").wsgi_request.viewer.operator


@pytest.mark.parametrize("path", ["/admin/", "/admin/core/person/", "/admin/core/event/"])
def test_admin_has_no_door_of_its_own(client, operator, path):
    assert client.get(path, follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))
    assert client.post("/admin/login/", {"username": operator.email, "password": "x"}).status_code == 302
    sign_in_with_factor(client, operator)
    answer = client.get(path, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("operations")), "first a staff session"
    assert "/admin/" in answer.content.decode(), "and then on to the page that was wanted"


def test_admin_reads_and_writes_inside_a_session_and_every_write_is_logged(inside):
    person = somebody()
    for path in ("/admin/", "/admin/core/person/", "/admin/core/event/", "/admin/core/message/", "/admin/core/job/"):
        assert inside.get(path).status_code == 200, path
    answer = inside.post(
        f"/admin/core/person/{person.pk}/change/", {"name": "두리", "language": "ko", "is_active": "on"}
    )
    assert answer.status_code == 302, answer.content.decode()
    person.refresh_from_db()
    assert person.name == "두리"
    event = Event.objects.get(type="core.admin.changed")
    session = StaffSession.objects.get()
    assert event.staff_session_id == session.pk
    assert event.subject == f"dure:staff_session:{session.pk}"
    assert event.data == {"model": "core.person", "row": str(person.pk), "fields": ["name"]}
    assert "두리" not in str(event.data)
    assert event.type in inside.get(reverse("operations")).content.decode()


def test_deleting_in_the_admin_is_logged_too(inside):
    from allauth.account.models import EmailAddress

    person = somebody()
    address = EmailAddress.objects.create(user=person, email="second@example.com")
    inside.post(
        "/admin/account/emailaddress/",
        {"action": "delete_selected", "_selected_action": [address.pk], "post": "yes"},
    )
    assert not EmailAddress.objects.filter(pk=address.pk).exists()
    assert Event.objects.get(type="core.admin.deleted").data["row"] == str(address.pk)


def test_history_cannot_be_changed_in_the_admin(inside):
    event = Event.objects.first()
    assert inside.get("/admin/core/event/add/").status_code == 403
    assert inside.post(f"/admin/core/event/{event.pk}/delete/", {"post": "yes"}).status_code == 403


def test_people_are_not_made_operators_without_a_trace(inside):
    person = somebody()
    fields = {"name": "하나", "language": "ko", "is_active": "on", "is_operator": "on"}
    inside.post(f"/admin/core/person/{person.pk}/change/", fields)
    assert Person.objects.get(pk=person.pk).is_operator
    assert Event.objects.get(type="core.admin.changed").data["fields"] == ["is_operator"]


@pytest.fixture
def stopped(operator):
    event = Event.objects.create(type="core.withheld", subject="dure:person:018f0000-0000-7000-8000-000000000001")
    letter = Delivery.objects.create(
        event=event,
        seq=event.seq,
        subject=event.subject,
        subscriber="test",
        state="dead",
        attempts=8,
        error="Trace: boom",
    )
    job = Job.objects.create(kind="core.tidy", state="failed", error="못 했습니다", trace="Trace: bang")
    message = Message.objects.create(
        channel="email", address="x@example.com", text="t", state="failed", error="SMTP 550"
    )
    Heartbeat.objects.create(worker="w-1", beat_at=clock.now())
    return letter, job, message


def test_what_has_stopped_is_shown_and_tried_again(inside, stopped, settings):
    letter, job, message = stopped
    page = inside.get(reverse("operations")).content.decode()
    for said in ("boom", "bang", "SMTP 550", "w-1", "살아 있음", "core.tidy"):
        assert said in page
    assert "x@example.com" not in page
    inside.post(reverse("operations_dead_letter", args=[letter.pk]), {"do": "retry"})
    inside.post(reverse("operations_job", args=[job.pk]), {"do": "retry"})
    inside.post(reverse("operations_message", args=[message.pk]), {"do": "retry"})
    for thing, state in ((letter, "waiting"), (job, "queued"), (message, "waiting")):
        thing.refresh_from_db()
        assert thing.state == state
    assert Event.objects.get(type="core.dead_letter.retried").staff_session_id == StaffSession.objects.get().pk
    inside.post(reverse("operations_job", args=[job.pk]), {"do": "cancel"})
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_dead_letter_can_be_skipped(inside, stopped):
    letter, *_rest = stopped
    inside.post(reverse("operations_dead_letter", args=[letter.pk]), {"do": "skip"})
    letter.refresh_from_db()
    assert letter.state == "skipped"


def test_nothing_is_tried_again_outside_a_session(client, operator, stopped):
    letter, job, message = stopped
    sign_in_with_factor(client, operator)
    for name, thing in (("dead_letter", letter), ("job", job), ("message", message)):
        assert client.post(reverse(f"operations_{name}", args=[thing.pk]), {"do": "retry"}).status_code == 403
    page = client.get(reverse("operations")).content.decode()
    assert "boom" not in page


def test_no_worker_and_no_mail_server_are_said(inside, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    page = inside.get(reverse("operations")).content.decode()
    assert "살아 있는 작업 프로그램이 없습니다" in page
    assert str(tmp_path / "mail") in page


def test_what_is_already_done_is_a_notice_and_no_error(inside, stopped):
    _letter, job, _message = stopped
    inside.post(reverse("operations_job", args=[job.pk]), {"do": "retry"})
    answer = inside.post(reverse("operations_job", args=[job.pk]), {"do": "retry"}, follow=True)
    assert answer.status_code == 200


def test_the_command_makes_the_first_operator(monkeypatch, capsys):
    import io

    from django.core.management import CommandError, call_command

    monkeypatch.setattr("sys.stdin", io.StringIO("느티나무 아래 파란 우산 셋\n"))
    call_command("operator", "First@example.com", "첫째")
    person = Person.objects.get(email="first@example.com")
    assert person.is_operator
    assert person.check_password("느티나무 아래 파란 우산 셋")
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="10자"):
        call_command("operator", "second@example.com", "둘째")
    plain = somebody()
    call_command("operator", plain.email)
    plain.refresh_from_db()
    assert plain.is_operator
    for bad in (["nonsense", "이름"], ["third@example.com"]):
        with pytest.raises(CommandError):
            call_command("operator", *bad)
