"""Live pages: server-sent events that say only that something happened to a subject, and never what.

`GET /live/?subject=URN&subject=URN` streams, for whoever may see all of these subjects, one message an event:

    id: 4711
    event: dure
    data: {"seq": 4711, "subject": "dure:collaboration:018f…"}

A page that hears of it fetches its part anew, under its own rules. The stream is resumed by `Last-Event-ID` (or `last-
event-id` or `after` in the query) without loss and without a message twice: sequence numbers grow in the order of
commit, so 'after 4711' is a complete question. What moves without events (`Room.moves`) is told the same way, but
without a number: it cannot be resumed, the next move tells enough. Any number of processes may serve it, each with one
thread that reads.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.http.request import validate_host

from dure.core.links import parse, resolve
from dure.core.models import Event
from dure.core.rooms import moves
from dure.core.viewer import Viewer
from dure.core.wake import Waiter

log = logging.getLogger(__name__)

T = TypeVar("T")
Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

MOST_SUBJECTS = 20
PER_ADDRESS = 300
"""Open streams from one network address: enough for an office behind one, too few to fill the house."""
MOST_STREAMS = 3900
MOST_WAITING = 1000
"""Messages that may wait for a slow reader before it is let go; it resumes where it was."""
KEEP_ALIVE = 15.0
MOVED = 0
"""Stands in the place of the sequence number where something moved without an event."""
LOOK_AT_MOVES = 1.0
"""Seconds between two looks at what moves without events."""
RETRY_MS = 3000
SIGNED_IN_HOLDS = 30.0
"""Seconds for which a signed-in viewer is taken for the same before the session is looked at again."""


def address(subjects: Iterable[str]) -> str:
    """Where a page listens for `subjects`: from now on, so that nothing is missed between the page and its stream.

    To be called before the page reads what it shows.
    """
    query = urlencode([*(("subject", subject) for subject in subjects), ("after", last_seq())])
    return f"{settings.LIVE_URL}/live/?{query}"


def last_seq() -> int:
    return Event.objects.aggregate(last=Max("seq"))["last"] or 0


@dataclass(eq=False)
class Stream:
    """One open connection. `cursor` is the last sequence number that was sent or passed over, `opened` the newest one
    there was when it came."""

    subjects: frozenset[str]
    viewer: Viewer
    cursor: int
    opened: int
    scope: Scope
    checked: float = field(default_factory=time.monotonic)
    waiting: asyncio.Queue[tuple[int, str] | None] = field(default_factory=asyncio.Queue)

    def offer(self, found: Sequence[tuple[int, str]]) -> None:
        if self.waiting.qsize() + len(found) > MOST_WAITING:
            self.let_go()
            return
        for item in found:
            self.waiting.put_nowait(item)

    def let_go(self) -> None:
        self.waiting.put_nowait(None)


class Gate(BaseHandler):
    """Runs the pages' own middleware over a request to learn who is asking, by the same rules as on every page."""

    def __init__(self) -> None:
        self.load_middleware()

    def _get_response(self, request: HttpRequest) -> HttpResponse:
        request.passed = True  # type: ignore[attr-defined]
        return HttpResponse()

    def viewer(self, scope: Scope) -> Viewer | None:
        """Who asks; None where the pages would not have answered (wrong host, not over HTTPS)."""
        request = ASGIRequest(dict(scope), BytesIO())
        response = self._middleware_chain(request)  # type: ignore[misc]
        if response.status_code >= 500:
            raise OperationalError("the pages do not answer either")
        return getattr(request, "viewer", None) if getattr(request, "passed", False) else None


class Live:
    """The ASGI application: one in a process."""

    def __init__(self) -> None:
        self.streams: dict[str, set[Stream]] = defaultdict(set)
        self.count = 0
        self.by_address: Counter[str] = Counter()
        self.pool = ThreadPoolExecutor(4, thread_name_prefix="live")
        self.reader: Reader | None = None

    @cached_property
    def gate(self) -> Gate:
        return Gate()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _in_thread(self, function: Callable[..., T], *args: Any) -> T:
        def run() -> T:
            close_old_connections()
            try:
                return function(*args)
            except (OperationalError, InterfaceError):
                connection.close()
                raise

        return await asyncio.get_running_loop().run_in_executor(self.pool, run)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        cors = _cors(headers.get("origin", ""))
        try:
            if cors is None:
                raise No(403, "not from this site")
            subjects, cursor = _asked(scope, headers)
            client = _client(scope, headers)
            if self.by_address[client] >= PER_ADDRESS:
                raise No(429, "too many open streams from this address")
            if self.count >= MOST_STREAMS:
                raise No(503, "too many open streams")
            self.count += 1
            self.by_address[client] += 1
            try:
                stream = await self._in_thread(self._open, scope, subjects, cursor)
                await self._serve(stream, cors, receive, send)
            finally:
                self.count -= 1
                self.by_address[client] -= 1
                if not self.by_address[client]:
                    del self.by_address[client]
        except No as no:
            await _refuse(send, no, cors or [])
        except (OperationalError, InterfaceError):
            log.warning("a stream could not be opened: the database is away")
            await _refuse(send, No(503, "the database is away"), cors or [])

    def _open(self, scope: Scope, subjects: frozenset[str], cursor: int | None) -> Stream:
        viewer = self.gate.viewer(scope)
        if viewer is None:
            raise No(400, "not answered under this address")
        if len(resolve(subjects, viewer)) < len(subjects):
            raise No(404, "no such subject")
        last = last_seq()
        # A number from the future comes from another database, or from before a backup was put back.
        return Stream(subjects, viewer, last if cursor is None or cursor > last else cursor, last, scope)

    async def _serve(self, stream: Stream, cors: Headers, receive: Receive, send: Send) -> None:
        self._add(stream)
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": 200,
                    "headers": [
                        (b"content-type", b"text/event-stream; charset=utf-8"),
                        (b"cache-control", b"no-store"),
                        (b"x-accel-buffering", b"no"),
                        (b"x-content-type-options", b"nosniff"),
                        *cors,
                    ],
                }
            )
            # The number goes along at once: also a stream on which nothing happened can be resumed.
            await _body(send, f"retry: {RETRY_MS}\nid: {stream.cursor}\n\n")
            # Added before this is read: what happens in between comes twice here and is dropped by its number.
            while missed := await self._in_thread(_after, stream.subjects, stream.cursor):
                touched = frozenset(subject for _, subject in missed)
                if await self._in_thread(self._lost, [(stream, touched)]):
                    stream.let_go()
                    break
                await self._send(stream, missed, send)
            await self._follow(stream, gone, send)
        finally:
            gone.cancel()
            self._remove(stream)

    async def _follow(self, stream: Stream, gone: asyncio.Future[None], send: Send) -> None:
        while not gone.done():
            arrived = asyncio.ensure_future(stream.waiting.get())
            either: set[asyncio.Future[Any]] = {arrived, gone}
            await asyncio.wait(either, timeout=KEEP_ALIVE, return_when=asyncio.FIRST_COMPLETED)
            if not arrived.done():
                arrived.cancel()
                if not gone.done():
                    await _body(send, ": still here\n\n")
                continue
            found = [arrived.result()]
            while not stream.waiting.empty():
                found.append(stream.waiting.get_nowait())
            await self._send(stream, [item for item in found if item is not None], send)
            if None in found:
                break
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send(self, stream: Stream, found: Sequence[tuple[int, str]], send: Send) -> None:
        lines = []
        for subject in dict.fromkeys(subject for seq, subject in found if seq == MOVED):
            data = json.dumps({"subject": subject})
            lines.append(f"event: dure\ndata: {data}\n\n")
        for seq, subject in found:
            if seq > stream.cursor:
                data = json.dumps({"seq": seq, "subject": subject})
                lines.append(f"id: {seq}\nevent: dure\ndata: {data}\n\n")
                stream.cursor = seq
        if lines:
            await _body(send, "".join(lines))

    def _add(self, stream: Stream) -> None:
        for subject in stream.subjects:
            self.streams[subject].add(stream)
        if self.reader is None or not self.reader.is_alive():
            self.reader = Reader(self, asyncio.get_running_loop(), stream.opened)
            self.reader.start()

    def _remove(self, stream: Stream) -> None:
        for subject in stream.subjects:
            self.streams[subject].discard(stream)
            if not self.streams[subject]:
                del self.streams[subject]
        if not self.streams and self.reader:
            self.reader.stop.set()
            self.reader = None

    def arrived(self, rows: Sequence[tuple[int, str]], done: threading.Event) -> None:
        """Called in the loop with new rows of the event table, in their order; `done` is set when they are offered."""
        asyncio.ensure_future(self._offer(rows)).add_done_callback(lambda _: done.set())

    async def _offer(self, rows: Sequence[tuple[int, str]]) -> None:
        touched: dict[Stream, list[tuple[int, str]]] = defaultdict(list)
        for seq, subject in rows:
            for stream in self.streams.get(subject, ()):
                touched[stream].append((seq, subject))
        if not touched:
            return
        wanted = [(stream, frozenset(subject for _, subject in found)) for stream, found in touched.items()]
        try:
            lost = await self._in_thread(self._lost, wanted)
        except Exception as error:
            # Whoever misses a message now gets it after coming back.
            log.warning("streams let go: %s", type(error).__name__)
            lost = set(touched)
        for stream, found in touched.items():
            if stream in lost:
                stream.let_go()
            else:
                stream.offer(found)

    def _lost(self, wanted: Sequence[tuple[Stream, frozenset[str]]]) -> set[Stream]:
        """The streams whose viewer may not see their subject any more. One look for all who see alike."""
        seen: dict[tuple[Viewer, frozenset[str]], bool] = {}
        lost = set()
        for stream, subjects in wanted:
            if stream.viewer != Viewer() and time.monotonic() - stream.checked > SIGNED_IN_HOLDS:
                stream.viewer, stream.checked = self.gate.viewer(stream.scope) or Viewer(), time.monotonic()
            key = (stream.viewer, subjects)
            if key not in seen:
                seen[key] = len(resolve(subjects, stream.viewer)) == len(subjects)
            if not seen[key]:
                lost.add(stream)
        return lost


class Reader(threading.Thread):
    """Reads new events for all streams of this process, woken by PostgreSQL or looking again soon."""

    def __init__(self, live: Live, loop: asyncio.AbstractEventLoop, after: int) -> None:
        super().__init__(name="live-reader", daemon=True)
        self.live, self.loop, self.after = live, loop, after
        self.stop = threading.Event()
        self.moved: dict[str, str] | None = None
        self.looked = 0.0

    def run(self) -> None:
        waiter = Waiter(self.stop, shortest=0.3, longest=1.0)
        away = False
        while not self.stop.is_set():
            try:
                close_old_connections()
                found = Event.objects.filter(seq__gt=self.after).order_by("seq")
                rows = list(found.values_list("seq", "subject")[:500])
                if away:
                    log.warning("the database is back")
                    away = False
                if rows:
                    self._hand_over(rows)
                    self.after = rows[-1][0]
                    waiter.found()
                else:
                    waiter.wait()
                self._look_at_moves()
            except (OperationalError, InterfaceError):
                if not away:
                    log.warning("the database is away: streams wait until it is back")
                away = True
                connection.close()
                self.stop.wait(2.0)
            except RuntimeError:
                break  # the loop is closed: the process ends
        waiter.close()
        connection.close()

    def _hand_over(self, rows: Sequence[tuple[int, str]]) -> None:
        done = threading.Event()
        self.loop.call_soon_threadsafe(self.live.arrived, rows, done)
        # One batch after the other: the order of events is the order of messages.
        while not done.wait(0.5) and not self.stop.is_set():
            pass

    def _look_at_moves(self) -> None:
        """Hand over what moved since the last look; the first look only learns how things stand."""
        if time.monotonic() - self.looked < LOOK_AT_MOVES:
            return
        self.looked, before = time.monotonic(), self.moved
        self.moved = moves()
        rows = [(MOVED, subject) for subject, value in self.moved.items() if (before or {}).get(subject) != value]
        if rows and before is not None:
            self._hand_over(rows)


Headers = list[tuple[bytes, bytes]]


class No(Exception):
    """An answer other than a stream."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


def _after(subjects: frozenset[str], seq: int) -> list[tuple[int, str]]:
    rows = Event.objects.filter(subject__in=subjects, seq__gt=seq).order_by("seq")
    return list(rows.values_list("seq", "subject")[:500])


def _asked(scope: Scope, headers: Mapping[str, str]) -> tuple[frozenset[str], int | None]:
    if scope["path"].rstrip("/") != "/live":
        raise No(404, "nothing here but /live/")
    if scope["method"] != "GET":
        raise No(405, "GET only")
    try:
        query = parse_qs(scope["query_string"].decode("ascii"), max_num_fields=MOST_SUBJECTS + 5)
        subjects = frozenset(query.get("subject", []))
        for subject in subjects:
            parse(subject)
        if not 1 <= len(subjects) <= MOST_SUBJECTS:
            raise ValueError
        given = headers.get("last-event-id") or query.get("last-event-id", [""])[0] or query.get("after", [""])[0]
        if given and not (given.isascii() and given.isdigit() and len(given) < 19):
            raise ValueError
    except ValueError as error:
        raise No(400, f"needs 1 to {MOST_SUBJECTS} subjects, and numbers of events") from error
    return subjects, int(given) if given else None


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _client(scope: Scope, headers: Mapping[str, str]) -> str:
    hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    if settings.PROXIES and len(hops) >= settings.PROXIES:
        return hops[-settings.PROXIES]
    return str((scope.get("client") or ("", 0))[0])


def _cors(origin: str) -> Headers | None:
    """Headers that let the site's own pages listen from their port; None for other sites."""
    if not origin:
        return []
    site, asked = urlsplit(settings.SITE_URL), urlsplit(origin)
    hosts = [host for host in settings.ALLOWED_HOSTS if host != "*"]
    same_port = (asked.scheme, asked.port) == (site.scheme, site.port)
    host = asked.hostname or ""
    known = host == site.hostname or validate_host(f"[{host}]" if ":" in host else host, hosts)
    if not (same_port and known):
        return None
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Send, no: No, cors: Headers) -> None:
    problem = {"type": "about:blank", "title": no.why, "status": no.status}
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store"), *cors]
    if no.status == 405:
        headers.append((b"allow", b"GET"))
    if no.status in (429, 503):
        headers.append((b"retry-after", b"30"))
    await send({"type": "http.response.start", "status": no.status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(problem).encode(), "more_body": False})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
