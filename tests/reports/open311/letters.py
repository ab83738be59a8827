"""Letters as people and machines write them, and a mailbox server that speaks enough of IMAP to be read from."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

from tests.reports.open311.conftest import photo


def letter(
    text: str = "국도 갓길에 고라니가 죽어 있어요.", *, pictures: int = 0, html: str = "", **headers: str
) -> bytes:
    message = EmailMessage()
    given = {
        "From": "한주민 <Me@Example.kr>",
        "To": "report@dure.example",
        "Subject": "고라니",
        "Message-ID": make_msgid(domain="example.kr"),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in given.items():
        message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for number in range(pictures):
        message.add_attachment(photo().read(), maintype="image", subtype="jpeg", filename=f"길{number}.jpg")
    return message.as_bytes()


class Box(socketserver.ThreadingTCPServer):
    """One folder. `flags` holds what was stored on each letter, by UID."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, letters: list[bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.letters = dict(enumerate(letters, start=101))
        self.flags: dict[int, str] = {}
        self.heard: list[str] = []

    @property
    def url(self) -> str:
        return f"imap://report%40dure:se%20cret@127.0.0.1:{self.server_address[1]}/INBOX"


class _Talk(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self._say("* OK IMAP4rev1 ready")
        for line in self.rfile:
            tag, _space, rest = line.decode().strip().partition(" ")
            self.server.heard.append(rest)
            command = rest.split(" ")[0].upper()
            if command == "CAPABILITY":
                self._say("* CAPABILITY IMAP4rev1")
            elif command == "LOGIN" and rest != 'LOGIN report@dure "se cret"':
                self._say(f"{tag} NO wrong")
                continue
            elif command == "SELECT":
                self._say(f"* {len(self.server.letters)} EXISTS")
            elif command == "UID":
                self._uid(rest)
            elif command == "LOGOUT":
                self._say("* BYE")
            self._say(f"{tag} OK done")
            if command == "LOGOUT":
                return

    def _uid(self, rest: str) -> None:
        if "SEARCH" in rest:
            new = [str(uid) for uid in self.server.letters if "Seen" not in self.server.flags.get(uid, "")]
            self._say("* SEARCH " + " ".join(new))
            return
        uid = int(re.findall(r"\d+", rest)[0])
        if "SIZE" in rest:
            self._say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(self.server.letters[uid])})")
        elif "FETCH" in rest:
            whole = self.server.letters[uid]
            self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(whole)}}}\r\n".encode() + whole + b")\r\n")
        elif "STORE" in rest:
            self.server.flags[uid] = rest

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def mailbox(*letters: bytes) -> Iterator[Box]:
    server = Box(list(letters))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
