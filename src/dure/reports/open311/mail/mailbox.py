"""The port to a mailbox: IMAP4rev1 (RFC 3501) over TLS, by the standard library."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT = 30.0
"""Seconds that one answer of the server may take."""
MOST = 200
"""Letters that are fetched in one go."""


class MailboxFault(Exception):
    """The mailbox could not be read now; what is in it stays there."""


class Mailbox(Protocol):
    def letters(self, *, largest: int) -> Iterator[tuple[str, bytes | None]]:
        """New letters, oldest first, each with the name under which it is `done`; None for one over `largest` bytes."""
        ...

    def done(self, name: str, *, flag: bool = False) -> None:
        """It is kept here now; `flag` leaves a sign on it for people who look into the mailbox."""
        ...


@dataclass
class ImapBox:
    """`url` is `imaps://user:password@host:port/FOLDER`; `imap://` without TLS only for a server on this machine."""

    url: str

    def __enter__(self) -> ImapBox:
        parts = urlsplit(self.url)
        folder = unquote(parts.path.strip("/")) or "INBOX"
        try:
            if parts.scheme == "imaps":
                context = ssl.create_default_context()
                self.server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                    parts.hostname or "", parts.port or 993, ssl_context=context, timeout=TIMEOUT
                )
            else:
                self.server = imaplib.IMAP4(parts.hostname or "", parts.port or 143, timeout=TIMEOUT)
            self.server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            self._ok(self.server.select(_quoted(folder)))
        except (OSError, imaplib.IMAP4.error) as error:
            # Without its words: a server may repeat the password in them.
            raise MailboxFault(f"IMAP: {type(error).__name__}") from error
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError, imaplib.IMAP4.error):
            self.server.logout()

    def letters(self, *, largest: int) -> Iterator[tuple[str, bytes | None]]:
        try:
            found = self._ok(self.server.uid("SEARCH", "UNSEEN", "UNDELETED"))
            for name in (found[0] or b"").split()[:MOST]:
                uid = name.decode("ascii")
                about = self._ok(self.server.uid("FETCH", uid, "(RFC822.SIZE)"))
                size = re.search(rb"RFC822\.SIZE (\d+)", about[0] if isinstance(about[0], bytes) else b"")
                if size is None or int(size[1]) > largest:
                    yield uid, None
                    continue
                # PEEK: a letter is not seen before it is kept here.
                got = self._ok(self.server.uid("FETCH", uid, "(BODY.PEEK[])"))
                whole = next((part[1] for part in got if isinstance(part, tuple)), None)
                if whole is not None:
                    yield uid, whole
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxFault(f"IMAP: {type(error).__name__}") from error

    def done(self, name: str, *, flag: bool = False) -> None:
        try:
            self._ok(self.server.uid("STORE", name, "+FLAGS", r"(\Seen \Flagged)" if flag else r"(\Seen)"))
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxFault(f"IMAP: {type(error).__name__}") from error

    def _ok(self, answer: tuple[str, list[Any]]) -> list[Any]:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error(answer[0])
        return answer[1]


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
