"""Reports by e-mail: what a letter becomes, who may speak for the reporter, and that no letter is lost."""

from __future__ import annotations

import io
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.core import clock, tokens
from dure.core.models import Attachment, Event, Job, Message
from dure.core.refused import Refused
from dure.reports.models import IncomingMail, Report, Word
from dure.reports.open311.mail import actions, jobs
from dure.reports.open311.mail.letter import own_words, read
from dure.reports.open311.mail.mailbox import ImapBox, MailboxFault
from dure.reports.sealed import unseal
from tests.reports.open311.letters import letter, mailbox
from tests.reports.world import World


def link_in(message: Message) -> str:
    return message.text.split("/confirm/")[1].split("/")[0]


def confirm(number: int = -1) -> Any:
    message = list(Message.objects.order_by("created_at"))[number]
    return Client().post(f"/confirm/{link_in(message)}/")


def test_a_letter_becomes_a_report_with_its_pictures(routed: World) -> None:
    row = actions.mail_take(letter(pictures=2))
    report = Report.objects.get()
    assert (row.state, row.report, row.sealed, row.reason) == ("report", report, None, "")
    assert (report.source, report.body, report.words) == (
        "email",
        routed.here,
        "고라니\n국도 갓길에 고라니가 죽어 있어요.",
    )
    assert Attachment.objects.filter(subject=report.urn).count() == 2
    assert unseal(report.contact.sealed) == "me@example.kr"
    assert report.contact.name == "한주민"
    assert confirm()["Location"] == report.status_path


def test_the_same_letter_delivered_again_makes_no_second_report(routed: World) -> None:
    raw = letter()
    assert actions.mail_take(raw) == actions.mail_take(raw)
    nameless = letter(**{"Message-ID": ""})
    assert actions.mail_take(nameless) == actions.mail_take(nameless)
    assert Report.objects.count() == 2
    assert Event.objects.filter(type="reports.received").count() == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example.kr>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@example.kr"},
        {"From": "두레 <noreply@localhost>"},
        {"From": ""},
    ],
)
def test_what_no_person_wrote_is_recorded_and_answered_by_nothing(routed: World, headers: dict[str, str]) -> None:
    row = actions.mail_take(letter(**headers))
    assert row.state == "ignored"
    assert row.reason
    assert row.sealed is None
    assert not Report.objects.exists()
    assert not Message.objects.exists()


def test_auto_submitted_no_is_a_person(routed: World) -> None:
    assert actions.mail_take(letter(Auto_Submitted="no")).state == "report"


def test_a_letter_in_html_only_and_one_in_korean_windows_signs(routed: World) -> None:
    html = "<head><style>p{}</style></head><p>다리가 <b>무너</b>졌어요.</p><script>alert(1)</script><p>도와 주세요</p>"
    raw = (
        b"From: a@example.kr\r\nMessage-ID: <1@x>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/html; charset=ks_c_5601-1987\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    ) + html.encode("cp949")
    actions.mail_take(raw)
    assert Report.objects.get().words == "x\n다리가 무너졌어요.\n\n도와 주세요"


def test_a_place_in_the_words_and_words_without_end(routed: World) -> None:
    actions.mail_take(letter("여기예요 https://maps.example/?q=36.7898,127.0018 " + "가" * 9000))
    report = Report.objects.get()
    assert (report.lat, report.lon) == (36.7898, 127.0018)
    assert len(report.words) == 4000


def test_pictures_that_cannot_be_taken_stop_nothing(routed: World) -> None:
    raw = letter(pictures=6).replace(b"Content-Type: image/jpeg", b"Content-Type: image/png", 1)
    row = actions.mail_take(raw + b"")
    assert row.state == "report"
    assert "사진 1장" in row.reason
    assert Attachment.objects.count() == 5


def reply(report: Report, text: str = "아직 있어요.\n\n> 지난 말", **headers: str) -> IncomingMail:
    return actions.mail_take(letter(text, **{"Subject": f"Re: [두레] {report.receipt}", **headers}))


def test_a_reply_with_the_link_from_the_confirmed_address_is_a_word_at_once(routed: World) -> None:
    actions.mail_take(letter())
    report = Report.objects.get()
    confirm()
    token = tokens.token_of("report", report.pk)
    row = reply(report, f"아직 있어요.\n\n> http://localhost:8000/r/{token}/", pictures=1)  # type: ignore[arg-type]
    assert row.state == "word"
    word = Word.objects.get()
    assert (word.text, word.from_reporter, word.pk) == ("아직 있어요.", True, row.pk)
    assert Attachment.objects.get(subject=word.urn)


def test_a_reply_waits_until_its_address_was_confirmed(routed: World) -> None:
    actions.mail_take(letter())
    report = Report.objects.get()
    confirm()
    row = reply(report)
    assert row.state == "waiting"
    assert not Word.objects.exists(), "a sender's address can be forged and a number is public"
    assert confirm()["Location"] == report.status_path
    row.refresh_from_db()
    assert (row.state, row.sealed) == ("word", None)
    assert Word.objects.get().text == "아직 있어요."
    confirm()
    assert Word.objects.count() == 1


def test_whoever_holds_the_link_may_write_from_another_address(routed: World) -> None:
    report = routed.report()
    token = tokens.token_of("report", report.pk)
    row = reply(report, From="other@example.kr", To=f"report+{token}@dure.example")
    assert row.state == "waiting"
    confirm()
    assert Word.objects.get().from_reporter


def test_a_stranger_with_the_number_alone_says_nothing(routed: World) -> None:
    actions.mail_take(letter())
    row = reply(Report.objects.get(), From="other@example.kr")
    assert (row.state, row.reason) == ("failed", "신고하신 분의 주소가 아닙니다.")
    assert row.sealed
    assert not Word.objects.exists()


def test_what_fails_is_kept_said_and_can_be_read_again(routed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(actions, "hand_in", lambda **_given: 1 / 0)
        row = actions.mail_take(letter())
    assert (row.state, row.reason, row.tries) == ("failed", "ZeroDivisionError", 1)
    assert "고라니".encode() not in bytes(row.sealed or b"")
    assert actions.mail_read(row.pk).state == "failed"
    assert actions.mail_read(row.pk, again=True).state == "report"
    assert actions.mail_read(row.pk, again=True).state == "report"
    assert Report.objects.count() == 1


def test_a_letter_kept_by_a_reader_that_died_is_read_later(routed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(actions, "mail_read", lambda id: IncomingMail.objects.get(pk=id))
        row = actions.mail_take(letter())
    assert row.state == "kept"
    assert actions.read_left() == 0
    IncomingMail.objects.update(received_at=clock.now() - timedelta(minutes=5))
    assert actions.read_left() == 1
    assert Report.objects.count() == 1
    IncomingMail.objects.update(received_at=clock.now() - timedelta(days=91))
    assert actions.forget_old() == 1


def test_a_flood_of_one_sender_is_kept_for_people(routed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PER_SENDER", 2)
    states = [actions.mail_take(letter(f"구멍 {n}")).state for n in range(3)]
    assert states == ["report", "report", "failed"]
    assert actions.mail_take(letter(From="other@example.kr")).state == "report"


def test_empty_and_endless_letters_are_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "LARGEST", 1000)
    for raw in (b"", b" \r\n", b"x" * 1001):
        with pytest.raises(Refused):
            actions.mail_take(raw)


def piped(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    try:
        call_command("report_mail", stdout=io.StringIO(), stderr=io.StringIO())
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_the_mail_servers_pipe_tells_by_its_exit_code(routed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert piped(letter(), monkeypatch) == 0
    assert Report.objects.count() == 1
    assert piped(b"", monkeypatch) == 65

    def locked(_raw: bytes) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(actions, "mail_take", locked)
    assert piped(letter(), monkeypatch) == 75


def test_the_mailbox_is_emptied_into_reports(routed: World, settings: Any) -> None:
    with mailbox(letter("하나"), letter("둘", Precedence="bulk"), b"x" * 50) as server, ImapBox(server.url) as box:
        found = jobs.empty(box)
        assert found["letters"] == 3
        assert {uid: "Seen" in flags for uid, flags in server.flags.items()} == {101: True, 102: True, 103: True}
        assert not any("BODY[]" in heard for heard in server.heard), "read with PEEK"
        assert jobs.empty(box)["letters"] == 0
    assert Report.objects.count() == 1
    assert IncomingMail.objects.count() == 3


def test_a_letter_too_large_stays_flagged_in_the_mailbox(routed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "LARGEST", 100)
    with mailbox(letter()) as server, ImapBox(server.url) as box:
        assert jobs.empty(box) == {"letters": 1, "flagged": 1}
        assert r"\Flagged" in server.flags[101]
    assert not IncomingMail.objects.exists()


def test_the_job_looks_and_queues_the_next_look(routed: World, settings: Any) -> None:
    from dure.core.jobs import enqueue, run_due
    from dure.core.viewer import Viewer

    with mailbox(letter()) as server:
        settings.REPORT_IMAP_URL = server.url
        enqueue(by=Viewer.anonymous(), kind=jobs.FETCH, args={})
        assert run_due("test") == 1
        done = Job.objects.get(state="done")
        assert done.result == {"left": 0, "letters": 1, "flagged": 0}
        (waiting,) = Job.objects.filter(state="queued")
        assert waiting.due_at > clock.now()
    Job.objects.filter(state="queued").delete()
    settings.REPORT_IMAP_URL = server.url.replace("se%20cret", "wrong")
    enqueue(by=Viewer.anonymous(), kind=jobs.FETCH, args={})
    run_due("test")
    assert "wrong" not in Job.objects.exclude(trace="").get().trace


def test_a_mailbox_that_does_not_answer_is_a_fault_of_now(db: None) -> None:
    with mailbox() as server:
        url = server.url
    with pytest.raises(MailboxFault), ImapBox(url):
        pass
    with mailbox() as server, pytest.raises(MailboxFault), ImapBox(server.url.replace("se%20cret", "wrong")):
        pass


def test_own_words_end_where_the_letter_that_is_answered_begins() -> None:
    for before in (
        "2026년 11월 25일 (수) 오후 3:00, 두레 <report@dure.example>님이 작성:",
        "On Wed, Nov 25, 2026 at 3:00 PM Dure <report@dure.example> wrote:",
        "-----Original Message-----",
        "보낸 사람: 두레 <report@dure.example>",
        "> 지난 말",
    ):
        assert own_words(f"아직 있어요.\n고맙습니다.\n\n{before}\n> 지난 말") == "아직 있어요.\n고맙습니다."


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    head=st.lists(
        st.tuples(
            st.sampled_from(["From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "Message-ID", "X",
                             "Content-Disposition", "Auto-Submitted", "MIME-Version"]),
            st.binary(max_size=40) | st.sampled_from([
                b"=?utf-8?b?////?=", b"multipart/mixed; boundary=a", b"text/plain; charset=nonsense", b"base64",
                b"image/png; name*=utf-16''%FF", b"message/rfc822", b"\"a\" <>@,;:", b"text/html",
            ]),
        ),
        max_size=8,
    ),
    body=st.binary(max_size=200) | st.sampled_from([b"--a\r\n\r\nx\r\n--a--", b"<p><script>", b"\xb0\xa1"]),
)  # fmt: skip
def test_no_letter_breaks_the_reader(
    routed: World, monkeypatch: pytest.MonkeyPatch, head: list[tuple[str, bytes]], body: bytes
) -> None:
    monkeypatch.setattr(actions, "PER_SENDER", 10**9)
    raw = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in head) + b"\r\nx" + body
    for whole in (raw, b"From: a@example.kr\r\n" + raw):
        row = actions.mail_take(whole)
        assert row.state in ("report", "ignored", "failed")
        assert (row.state == "failed") == bool(row.sealed)


def test_the_standard_librarys_reader_may_fail_and_the_letter_is_still_kept(
    routed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_raw: bytes, **_more: Any) -> None:
        raise IndexError

    monkeypatch.setattr(actions, "read", broken)
    row = actions.mail_take(letter())
    assert (row.state, row.reason) == ("failed", "IndexError")
    monkeypatch.setattr(actions, "read", read)
    assert actions.mail_read(row.pk, again=True).state == "report"


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("", True),
        ("imaps://a:b@mail.example/INBOX", True),
        ("imap://a:b@127.0.0.1:1143/", True),
        ("imap://a:b@mail.example/INBOX", False),
        ("imaps://mail.example/INBOX", False),
        ("pop://a:b@mail.example/", False),
    ],
)
def test_a_mailbox_elsewhere_is_read_over_tls_only(monkeypatch: pytest.MonkeyPatch, url: str, good: bool) -> None:
    from dure.config import environment

    monkeypatch.setenv("DURE_REPORT_IMAP_URL", url)
    if good:
        assert environment.mailbox("DURE_REPORT_IMAP_URL") == url
        return
    with pytest.raises(SystemExit):
        environment.mailbox("DURE_REPORT_IMAP_URL")
