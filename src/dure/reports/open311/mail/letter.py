"""Reading a letter (RFC 5322 with MIME) that anybody may have written: what it says, and whether a person wrote it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser

from dure.core.ids import normalise_receipt, receipt_number_is_valid

MOST_PARTS = 100
LONGEST = 4000
_RECEIPT = re.compile(r"\b[A-Z]-\d{4}-[0-9A-Z]{7}-[0-9A-Z]\b", re.IGNORECASE)
_TOKEN = re.compile(r"(?:/r/|\+)([A-Za-z0-9_-]{43})(?=[/@])")
# Where the letter that is answered begins, as Korean and English mail programs write it.
_BEFORE = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|원본 메(?:일|시지)|forwarded message)\b.*|on .{4,200} wrote:\s*$|"
    r".{4,200}(?:님이 작성|에 작성|wrote):?\s*$|(?:보낸\s?사람|from)\s*:.{3,}|_{10,}\s*$|-- $)",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"^(?:\s*(?:re|fw|fwd|회신|답장|전달)\s*:)+\s*", re.IGNORECASE)
# A point in Korea in decimal degrees, latitude first as maps on telephones share it.
_POINT = re.compile(r"(?<![\d.])(3[3-8]\.\d{3,15})\s*[,/ ]\s*(12[4-9]\.\d{3,15}|13[01]\.\d{3,15})(?![\d.])")
_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "table"}
_UNSEEN = {"script", "style", "head", "title", "template", "noscript"}


@dataclass(frozen=True)
class Letter:
    """`auto` says why nobody wrote it, '' where somebody did. `text` is without what it answers; `token` and `receipt`
    tell of the report it is about. `pictures` are names and bytes, not yet looked at."""

    key: str
    sender: str
    name: str
    subject: str
    text: str
    auto: str
    token: str
    receipt: str
    point: tuple[float, float] | None
    pictures: tuple[tuple[str, bytes], ...]

    @property
    def words(self) -> str:
        """Subject and text as one, cut where it is longer than a report may be."""
        parts = dict.fromkeys(part for part in (_PREFIX.sub("", self.subject).strip(), self.text) if part)
        whole = "\n".join(parts)
        return whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"


def read(raw: bytes, *, own: str = "") -> Letter:
    """The letter in these bytes. `own` is the address of the installation's own letters. What cannot be decoded
    is replaced; only where the standard library's own reader fails on a hostile structure does this raise."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    name, sender = _sender(message)
    subject = _header(message, "Subject")
    plain, pictures = _parts(message)
    to = " ".join(_header(message, field) for field in ("To", "Delivered-To", "X-Original-To", "Cc"))
    token = _TOKEN.search(f"{to} {plain}")
    receipt = next((one[0] for one in _RECEIPT.finditer(f"{subject} {to}") if receipt_number_is_valid(one[0])), "")
    about = bool(token or receipt)
    point = _POINT.search(plain)
    return Letter(
        key=key_of(message, raw),
        sender=sender,
        name=name,
        subject=subject,
        text=own_words(plain) if about or _PREFIX.match(subject) else plain.strip(),
        auto=_automatic(message, sender, own),
        token=token[1] if token else "",
        receipt=normalise_receipt(receipt) if receipt else "",
        point=(float(point[2]), float(point[1])) if point else None,
        pictures=tuple(pictures),
    )


def key_of(message: EmailMessage, raw: bytes) -> str:
    """The same for every delivery of one letter: of its Message-ID and sender, or of all its bytes."""
    identifier = _header(message, "Message-ID").strip()
    sign = f"{identifier}|{_header(message, 'From')}".encode("utf-8", "replace") if identifier else raw
    return hashlib.sha256(sign).hexdigest()


def own_words(text: str) -> str:
    """What was written anew: without quoted lines and without the letter that is answered."""
    kept: list[str] = []
    for line in text.splitlines():
        if _BEFORE.match(line):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()


def _header(message: EmailMessage, name: str) -> str:
    """All of a header's values; a header that Python cannot parse counts as it stands."""
    try:
        return " ".join(str(one) for one in message.get_all(name, []))
    except Exception:  # the parser of headers fails in many ways on hostile ones
        return " ".join(str(value) for field, value in message.raw_items() if field.lower() == name.lower())


def _sender(message: EmailMessage) -> tuple[str, str]:
    name, address = next(iter(getaddresses([_header(message, "From")])), ("", ""))
    return " ".join(name.split())[:60], address.strip().lower()[:254]


def _automatic(message: EmailMessage, sender: str, own: str) -> str:
    """RFC 3834 and common use: answers of machines, lists and bounces are no reports, and never to be answered."""
    submitted = _header(message, "Auto-Submitted").split(";")[0].strip().lower()
    precedence = _header(message, "Precedence").strip().lower()
    local = sender.partition("@")[0]
    if submitted not in ("", "no"):
        return "Auto-Submitted"
    if precedence in ("bulk", "junk", "list", "auto_reply"):
        return "Precedence"
    if _header(message, "List-Id") or _header(message, "List-Unsubscribe"):
        return "List-Id"
    if _header(message, "X-Autoreply") or _header(message, "X-Autorespond"):
        return "X-Autoreply"
    if _header(message, "Return-Path").strip() == "<>" or message.get_content_type() == "multipart/report":
        return "Return-Path"
    if not sender or local in ("mailer-daemon", "postmaster", "no-reply", "noreply"):
        return "From"
    return "From" if own and sender == own.lower() else ""


def _parts(message: EmailMessage) -> tuple[str, list[tuple[str, bytes]]]:
    """The plain text (else what the HTML says), and the pictures."""
    plain, rich, pictures = [], [], []
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            break
        kind, attached = part.get_content_type(), part.get_content_disposition() == "attachment"
        if part.is_multipart():
            continue
        if kind.startswith("image/"):
            pictures.append((_file_name(part, len(pictures) + 1), _payload(part)))
        elif kind == "text/plain" and not attached:
            plain.append(_text(part))
        elif kind == "text/html" and not attached:
            rich.append(_seen(_text(part)))
    text = "\n".join(plain)
    return (text if text.strip() else "\n".join(rich)), pictures


def _payload(part: EmailMessage) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except Exception:  # damaged base64, unknown encodings: the picture is then refused as damaged
        return b""
    return found if isinstance(found, bytes) else b""


def _text(part: EmailMessage) -> str:
    """Decoded by the charset it names, else as UTF-8, else as Korean Windows wrote it."""
    data = _payload(part)
    named = (part.get_content_charset() or "utf-8").lower()
    # Mail programs say ks_c_5601-1987 or euc-kr and write code page 949, which holds all of both.
    for charset in ("cp949" if named in ("ks_c_5601-1987", "euc-kr", "ksc5601") else named, "utf-8", "cp949"):
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _file_name(part: EmailMessage, number: int) -> str:
    try:
        return part.get_filename() or f"{number}.{part.get_content_subtype()}"
    except Exception:  # names in broken encodings
        return f"{number}.{part.get_content_subtype()}"


class _Seen(HTMLParser):
    """The text that a reader of the page would see; nothing in it is followed, loaded or run."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _UNSEEN:
            self.hidden += 1
        elif tag in _BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(" ".join(data.split()) if "\n" in data else data)


def _seen(html: str) -> str:
    reader = _Seen()
    reader.feed(html[:1_000_000])
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
