"""Ports against real servers on this machine: an HTTP gateway and an SMTP server that speak over sockets."""

import json
import re
import socketserver
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail

from dure.config import messages
from dure.core import ports
from dure.core.ports import Gateway, NotSent, Outgoing
from dure.core.refused import Refused

SITE = "https://dure.example"
LINK = f"{SITE}/follow/kX3v9QfT0c8Zr5uW2yB7mN4p/"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = SITE


@contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class GatewayServer(ThreadingHTTPServer):
    """Answers as `answers` say (status, headers, body), then 201; a key seen before is not delivered again."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), GatewayHandler)
        self.answers = []
        self.asked = []
        self.delivered = {}
        self.slow = 0.0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1/messages"


class GatewayHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.asked.append((self.path, dict(self.headers), body))
        key = self.headers["Idempotency-Key"]
        if server.slow:
            server.delivered.setdefault(key, body)
            time.sleep(server.slow)
        if server.answers:
            status, headers, answer = server.answers.pop(0)
        else:
            server.delivered.setdefault(key, body)
            status, headers, answer = 201, {}, {"id": f"m-{list(server.delivered).index(key) + 1}"}
        payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        # The client of a slow answer has gone.
        with suppress(BrokenPipeError):
            self.wfile.write(payload)

    def log_message(self, *args):
        pass


@pytest.fixture
def gateway_server():
    with serving(GatewayServer()) as server:
        yield server


def message(text=None, to="010-1234-5678", key="follow:1"):
    return Outgoing(to=to, text=text or ports.compose("follow.changed", LINK), key=key)


def test_a_message_goes_out_with_key_template_and_number(gateway_server):
    port = Gateway("sms", gateway_server.url, "secret")
    assert port.send(message()) == "m-1"
    [(path, headers, body)] = gateway_server.asked
    assert path == "/v1/messages"
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Idempotency-Key"] == "follow:1"
    assert body == {
        "to": "+821012345678",
        "text": f"[두레] 따라보시는 일에 새 소식이 있습니다. {LINK}",
        "template": "follow.changed",
    }


@pytest.mark.parametrize(
    ("status", "headers", "temporary", "after"),
    [
        (503, {"Retry-After": "30"}, True, 30),
        (429, {}, True, None),
        (408, {}, True, None),
        (400, {}, False, None),
        (401, {}, False, None),
        (302, {"Location": "https://elsewhere.example/"}, False, None),
    ],
)
def test_answers_are_sorted_into_now_and_never(gateway_server, status, headers, temporary, after):
    gateway_server.answers = [(status, headers, {"error": "x"})]
    with pytest.raises(NotSent) as caught:
        Gateway("sms", gateway_server.url, "k").send(message())
    assert (caught.value.temporary, caught.value.retry_after) == (temporary, after)
    assert "010" not in str(caught.value)
    assert len(gateway_server.asked) == 1


def test_a_try_cut_off_after_delivery_is_not_delivered_twice(gateway_server):
    gateway_server.slow = 1.0
    port = Gateway("sms", gateway_server.url, "k", timeout=0.3)
    with pytest.raises(NotSent) as caught:
        port.send(message())
    assert caught.value.temporary
    gateway_server.slow = 0
    assert Gateway("sms", gateway_server.url, "k").send(message()) == "m-1"
    assert len(gateway_server.asked) == 2
    assert len(gateway_server.delivered) == 1


def test_nobody_listening_is_temporary(gateway_server):
    url = gateway_server.url
    gateway_server.shutdown()
    gateway_server.server_close()
    with pytest.raises(NotSent) as caught:
        Gateway("sms", url, "k", timeout=1).send(message())
    assert caught.value.temporary


@pytest.mark.parametrize("answer", [b"not json", b"[]", b"{}", b"x" * 100_000])
def test_an_answer_that_makes_no_sense_is_not_taken_for_sent(gateway_server, answer):
    gateway_server.answers = [(200, {}, answer)]
    with pytest.raises(NotSent) as caught:
        Gateway("sms", gateway_server.url, "k").send(message())
    assert not caught.value.temporary


@pytest.mark.parametrize(
    "text",
    [
        "홍길동 님, 010-1234-5678로 전화 주세요.",
        "안녕하세요",
        f"[두레] 따라보시는 일에 새 소식이 있습니다. {LINK} 홍길동",
        "[두레] 따라보시는 일에 새 소식이 있습니다. https://elsewhere.example/x",
        f"[두레] 따라보시는 일에 새 소식이 있습니다. {SITE}.elsewhere.example/x",
        f"[두레] 따라보시는 일에 새 소식이 있습니다. {SITE}/x/01012345678/",
        f"[두레] 따라보시는 일에 새 소식이 있습니다. {SITE}/x?name=hong",
        f"[두레] 따라보시는 일에 새 소식이 있습니다. {SITE}/x 900101-1234567",
        "[두레] 따라보시는 일에 새 소식이 있습니다. ",
    ],
)
def test_anything_but_a_template_with_a_link_of_ours_is_refused(gateway_server, text):
    with pytest.raises(Refused) as caught:
        Gateway("messenger", gateway_server.url, "k").send(message(text))
    assert caught.value.code == "invalid"
    assert gateway_server.asked == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_template_may_go_out_in_every_language(language):
    for key, template in list(ports._templates.items()):
        filling = LINK if template.gap == "{link}" else "048213"
        text = ports.compose(key, filling, language)
        assert ports.template_of(text).key == key
        assert filling in text


@pytest.mark.parametrize("code", ["12345", "1234567", "12345a", "１２３４５６", "123456 또는 010-1234-5678", LINK])
def test_a_code_is_six_digits_and_nothing_else(code):
    with pytest.raises(Refused):
        ports.compose("confirm.code", code)


@pytest.mark.parametrize("text", ["없음", "{link} {name}", "{link}{link}", "전화 010-1234-5678 {link}"])
def test_templates_with_other_gaps_or_personal_data_are_not_registered(text):
    with pytest.raises(ValueError):
        ports.register("bad", text)
    assert "bad" not in ports._templates


def test_gateways_need_https_except_here():
    with pytest.raises(ValueError, match="https"):
        Gateway("sms", "http://gateway.example/", "k")


@pytest.mark.parametrize("number", ["010-1234-5678", "+82 10 1234 5678", "0082-10-1234-5678", "(010)1234.5678"])
def test_numbers_are_read_as_people_write_them(number):
    assert ports.phone_number(number) == "+821012345678"


@pytest.mark.parametrize("number", ["", "1234", "010-1234", "+1 555 123 4567", "홍길동", "010-1234-5678-9999"])
def test_other_numbers_are_refused(number):
    with pytest.raises(Refused):
        ports.phone_number(number)


class SmtpServer(socketserver.ThreadingTCPServer):
    """Speaks enough of RFC 5321 to take letters; `refuse` maps a command to the answer it gets instead."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), SmtpHandler)
        self.letters = []
        self.refuse = {}


class SmtpHandler(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 test ESMTP")
        envelope = {"to": []}
        while line := self.rfile.readline():
            command = line.decode().strip()
            verb = command.split(" ")[0].split(":")[0].upper()
            if verb in self.server.refuse:
                self.say(self.server.refuse[verb])
            elif verb == "EHLO":
                self.say("250-test")
                self.say("250 8BITMIME")
            elif verb == "MAIL":
                envelope = {"from": re.search(r"<(.*?)>", command)[1], "to": []}
                self.say("250 ok")
            elif verb == "RCPT":
                envelope["to"].append(re.search(r"<(.*?)>", command)[1])
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                lines = []
                while (part := self.rfile.readline()) not in {b".\r\n", b""}:
                    lines.append(part)
                self.server.letters.append((envelope, b"".join(lines).decode()))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


@pytest.fixture
def smtp_server(settings):
    with serving(SmtpServer()) as server:
        for name, value in messages._mail(f"smtp+plain://127.0.0.1:{server.server_address[1]}", None).items():
            setattr(settings, name, value)
        settings.DEFAULT_FROM_EMAIL = "두레 <noreply@dure.example>"
        yield server


def letter():
    return Outgoing(
        "hong@example.com", "새 소식이 있습니다.", "notice:7:hong", "두레 새 소식", {"List-Unsubscribe": f"<{LINK}>"}
    )


def test_a_letter_arrives_over_smtp(smtp_server):
    identifier = ports.Mail().send(letter())
    [(envelope, text)] = smtp_server.letters
    assert envelope == {"from": "noreply@dure.example", "to": ["hong@example.com"]}
    assert f"Message-ID: {identifier}" in text
    assert f"List-Unsubscribe: <{LINK}>" in text.replace("\r\n ", " ")
    assert identifier == "<notice-7-hong@dure.example>"


@pytest.mark.parametrize(
    ("refuse", "temporary"),
    [
        ({"RCPT": "550 no such mailbox"}, False),
        ({"RCPT": "451 later"}, True),
        ({"MAIL": "552 full"}, False),
        ({"DATA": "421 later"}, True),
        ({"DATA": "554 spam"}, False),
    ],
)
def test_smtp_refusals_are_sorted_into_now_and_never(smtp_server, refuse, temporary):
    smtp_server.refuse = refuse
    with pytest.raises(NotSent) as caught:
        ports.Mail().send(letter())
    assert caught.value.temporary is temporary
    assert "hong@" not in str(caught.value)


def test_no_smtp_server_is_temporary(smtp_server):
    smtp_server.shutdown()
    smtp_server.server_close()
    with pytest.raises(NotSent) as caught:
        ports.Mail().send(letter())
    assert caught.value.temporary


def test_a_line_break_in_a_subject_never_leaves(settings):
    with pytest.raises(NotSent) as caught:
        ports.Mail().send(Outgoing("hong@example.com", "x", "k", "a\nBcc: other@example.com"))
    assert not caught.value.temporary
    assert mail.outbox == []


def test_without_a_server_letters_become_files(settings, tmp_path):
    for name, value in messages._mail("", tmp_path).items():
        setattr(settings, name, value)
    port = ports.Mail()
    port.send(letter())
    [file] = (tmp_path / "mail").iterdir()
    assert port.to_files
    assert "hong@example.com" in file.read_text()


@pytest.mark.parametrize("value", ["mail.example.com", "smtp://", "http://x"])
def test_a_mail_address_that_is_none_stops_the_start(value, tmp_path):
    with pytest.raises(SystemExit, match="DURE_MAIL"):
        messages._mail(value, tmp_path)


def test_mail_settings():
    found = messages._mail("smtp://me:p%40ss@mail.example.com", None)
    assert (found["EMAIL_PORT"], found["EMAIL_HOST_PASSWORD"], found["EMAIL_USE_TLS"]) == (587, "p@ss", True)
    assert messages._mail("smtps://mail.example.com", None)["EMAIL_USE_SSL"]


def test_ports_of_this_installation(settings):
    settings.GATEWAYS = {"sms": ("https://sms.example/send", "k"), "messenger": ("", "")}
    ports.port.cache_clear()
    assert ports.channels() == ["email", "sms"]
    assert ports.port("sms").channel == "sms"
    with pytest.raises(LookupError):
        ports.port("messenger")
    ports.port.cache_clear()
