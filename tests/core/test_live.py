"""Live pages on the real server: nothing lost, nothing twice, nothing to those who may not see."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from tests.core.conftest import Started

from dure.core import clock, live
from dure.core.events import record
from dure.core.models import Attachment, Blob, Event, Person
from dure.core.viewer import Viewer
from dure.core.visibility import open_up, withhold

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.everywhere]
EVENT = "core.attachment.removed"
T = TypeVar("T")


def run(wanted: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: a browser test before this one leaves its event loop running in the main thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, wanted).result()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def serve(start: Callable[..., Started], until: Callable[..., Any]) -> Callable[[], int]:
    """Starts a live server; its port."""

    def begin() -> int:
        port = free_port()
        process = start("-m", "dure.config.server", "live", "--port", str(port), DURE_SITE_URL="http://localhost:8000")

        def answers() -> bool:
            assert process.poll() is None, process.said
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=0.2):
                    return True
            except OSError:
                return False

        until(answers)
        return port

    return begin


class Ear:
    """One listener: an HTTP/1.1 connection that reads messages of a stream."""

    def __init__(self, port: int, target: str, **headers: str) -> None:
        self.port, self.target, self.headers = port, target, headers
        self.status, self.answer, self.last = 0, {}, ""
        self._buffer = b""

    async def __aenter__(self) -> Ear:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = [f"GET {self.target} HTTP/1.1", "Host: localhost", *(f"{k}: {v}" for k, v in self.headers.items())]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 60)).decode().split("\r\n")
        self.status = int(head[0].split()[1])
        self.answer = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def block(self, wait: float = 60) -> dict[str, str]:
        """The next block of the stream; {} when the server ended it."""
        while b"\n\n" not in self._buffer:
            size = int((await asyncio.wait_for(self.reader.readline(), wait)).strip() or b"0", 16)
            chunk = await asyncio.wait_for(self.reader.readexactly(size + 2), wait)
            if not size:
                return {}
            self._buffer += chunk[:-2]
        text, _, self._buffer = self._buffer.partition(b"\n\n")
        found = dict(line.split(": ", 1) for line in text.decode().split("\n") if not line.startswith(":"))
        self.last = found.get("id", self.last)
        return found or {"comment": text.decode()}

    async def message(self, wait: float = 60) -> dict[str, Any]:
        while True:
            found = await self.block(wait)
            if not found:
                return {}
            if "data" in found:
                data = json.loads(found["data"])
                assert set(data) == {"seq", "subject"}
                assert found["id"] == str(data["seq"])
                assert found["event"] == "dure"
                return data


def happen(subject: str) -> int:
    with transaction.atomic():
        return record(by=Viewer(), type=EVENT, subject=subject).seq


def public_subject() -> str:
    return f"dure:person:{Person.objects.create_user(f'{uuid4()}@example.org', name='김두레').pk}"


def withheld_file(person: Person) -> Attachment:
    """A file that nobody but the person may see."""
    blob = Blob.objects.create(sha256="0" * 64, size=1, media_type="text/plain")
    by = Viewer.person(person.pk)
    row = Attachment.objects.create(
        subject=f"dure:person:{person.pk}", circle=uuid4(), blob=blob, name="a.txt", person=person
    )
    with transaction.atomic():
        review_on = clock.today() + timedelta(days=9)
        withhold(by=by, thing=row, level="body", reason="personal", review_on=review_on)
    return row


def test_what_happens_is_told_to_those_who_listen_and_nothing_else_is(serve: Callable[[], int]) -> None:
    subject, another = public_subject(), public_subject()
    happen(subject)
    port = serve()

    async def listen() -> None:
        async with Ear(port, f"/live/?subject={subject}", Origin="http://localhost:8000") as ear:
            assert ear.status == 200
            assert ear.answer["content-type"].startswith("text/event-stream")
            assert ear.answer["access-control-allow-origin"] == "http://localhost:8000"
            assert ear.answer["access-control-allow-credentials"] == "true"
            first = await ear.block()
            assert first["retry"] == str(live.RETRY_MS)
            assert int(first["id"]) == live_last
            await asyncio.to_thread(in_thread, happen, another)
            seq = await asyncio.to_thread(in_thread, happen, subject)
            assert await ear.message() == {"seq": seq, "subject": subject}

    live_last = live.last_seq()
    run(listen())


def in_thread(function: Callable[..., Any], *args: Any) -> Any:
    try:
        return function(*args)
    finally:
        connection.close()


def test_a_dropped_line_loses_nothing_and_repeats_nothing(serve: Callable[[], int]) -> None:
    subject = public_subject()
    port, total = serve(), 150
    chance = random.Random(7)

    def write() -> None:
        for _ in range(total):
            happen(subject)
            time.sleep(chance.random() * 0.02)
        connection.close()

    async def listen() -> list[int]:
        got: list[int] = []
        last = "0"
        while len(got) < total:
            async with Ear(port, f"/live/?subject={subject}", **{"Last-Event-ID": last}) as ear:
                assert ear.status == 200
                for _ in range(chance.randint(0, 12)):
                    if len(got) == total:
                        break
                    got.append((await ear.message())["seq"])
                # As a browser does: what was read counts, also the number that came without a message.
                last = ear.last or last
        return got

    writer = threading.Thread(target=write)
    writer.start()
    got = run(listen())
    writer.join()
    assert got == list(Event.objects.filter(subject=subject).order_by("seq").values_list("seq", flat=True))


def test_the_page_may_say_after_which_event_it_was_made(serve: Callable[[], int]) -> None:
    subject = public_subject()
    target = live.address([subject]).removeprefix("http://localhost:8001")
    seq = happen(subject)
    port = serve()

    async def listen() -> None:
        async with Ear(port, target) as ear:
            assert await ear.message() == {"seq": seq, "subject": subject}
        async with Ear(port, f"/live/?subject={subject}&after=999999999") as ear:
            assert (await ear.block())["id"] == str(seq), "a number from another database"

    run(listen())


def test_who_may_not_see_hears_nothing(serve: Callable[[], int], person: Person, client: Client) -> None:
    row = withheld_file(person)
    client.force_login(person)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    port = serve()

    async def listen() -> None:
        for target in (row.urn, f"dure:attachment:{uuid4()}", f"{row.urn}&subject=dure:person:{person.pk}"):
            async with Ear(port, f"/live/?subject={target}") as ear:
                assert ear.status == 404, target
        async with Ear(port, f"/live/?subject={row.urn}", Cookie=cookie) as ear:
            assert ear.status == 200
            seq = await asyncio.to_thread(in_thread, happen, row.urn)
            assert (await ear.message())["seq"] == seq
        opened = await asyncio.to_thread(in_thread, open_up_again)
        async with Ear(port, f"/live/?subject={row.urn}&after={opened}") as ear:
            assert ear.status == 200
            await asyncio.to_thread(in_thread, hide_again)
            assert await ear.message() == {}, "withheld now: the stream ends without a word"

    def open_up_again() -> int:
        """The number of the event of opening, which the stream need not tell any more."""
        with transaction.atomic():
            open_up(by=Viewer.person(person.pk), thing=row)
            return int(Event.objects.latest("seq").seq)

    def hide_again() -> None:
        with transaction.atomic():
            review_on = clock.today() + timedelta(days=9)
            by = Viewer.person(person.pk)
            withhold(by=by, thing=row, level="body", reason="personal", review_on=review_on)
            record(by=by, type=EVENT, subject=row.urn)

    run(listen())


def test_what_is_withheld_while_a_stream_opens_is_not_told(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    row = withheld_file(person)
    by = Viewer.person(person.pk)
    with transaction.atomic():
        open_up(by=by, thing=row)
    opened, missed = live.last_seq(), live._after
    sent: list[dict[str, Any]] = []

    def hidden_first(*asked: Any) -> Any:
        with transaction.atomic():
            withhold(by=by, thing=row, level="body", reason="personal", review_on=clock.today() + timedelta(days=9))
            record(by=by, type=EVENT, subject=row.urn)
        found = missed(*asked)
        assert found, "without looking again it would be told"
        return found

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: Any) -> None:
        sent.append(message)

    async def listen() -> None:
        scope = {
            "type": "http", "method": "GET", "scheme": "http", "path": "/live/", "raw_path": b"/live/",
            "query_string": f"subject={row.urn}&after={opened}".encode(), "headers": [(b"host", b"localhost")],
            "client": ("127.0.0.1", 1), "server": ("localhost", 80),
        }  # fmt: skip
        await asyncio.wait_for(live.Live()(scope, receive, send), 60)

    monkeypatch.setattr(live, "_after", hidden_first)
    run(listen())
    assert sent[0]["status"] == 200
    assert not any(b"data:" in message.get("body", b"") for message in sent)
    assert sent[-1]["more_body"] is False


def test_strange_questions(serve: Callable[[], int]) -> None:
    subject = public_subject()
    port = serve()
    many = "&".join(f"subject=dure:person:{uuid4()}" for _ in range(live.MOST_SUBJECTS + 1))

    async def ask() -> None:
        for target, headers, status in [
            ("/live/", {}, 400),
            (f"/live/?{many}", {}, 400),
            ("/live/?subject=nonsense", {}, 400),
            (f"/live/?subject={subject}&after=x", {}, 400),
            (f"/live/?subject={subject}", {"Last-Event-ID": "-1"}, 400),
            (f"/live/?subject={subject}", {"Origin": "https://elsewhere.example"}, 403),
            (f"/live/?subject={subject}", {"Origin": "http://localhost:9999"}, 403),
            ("/", {}, 404),
            ("/accounts/login/", {}, 404),
        ]:
            async with Ear(port, target, **headers) as ear:
                assert ear.status == status, target
                assert "access-control-allow-origin" not in ear.answer

    run(ask())


def test_two_hundred_listeners_on_two_servers(serve: Callable[[], int]) -> None:
    subject = public_subject()
    ports = [serve(), serve()]

    async def listen() -> None:
        ears = [Ear(ports[number % 2], f"/live/?subject={subject}") for number in range(200)]
        for ear in ears:
            await ear.__aenter__()
            assert ear.status == 200
            await ear.block()
        seqs = [await asyncio.to_thread(in_thread, happen, subject) for _ in range(3)]
        for ear in ears:
            assert [(await ear.message(90))["seq"] for _ in seqs] == seqs
        for ear in ears:
            await ear.__aexit__()

    run(listen())


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.LIVE_URL = "http://localhost:8001"


def test_one_address_gets_so_many_streams_and_no_more() -> None:
    subject = public_subject()
    app = live.Live()
    app.by_address["203.0.113.9"] = live.PER_ADDRESS
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/live/",
        "query_string": f"subject={subject}".encode(),
        "headers": [(b"host", b"localhost"), (b"x-forwarded-for", b"198.51.100.1")],
        "client": ("203.0.113.9", 5),
    }
    run(app(scope, receive, send))
    assert sent[0]["status"] == 429
    assert (b"retry-after", b"30") in sent[0]["headers"]
    assert app.by_address == {"203.0.113.9": live.PER_ADDRESS}
