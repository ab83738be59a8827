"""The ways out of the house: e-mail, SMS and messenger, each behind one small port.

A port's `send` returns the provider's message id or raises `NotSent`, which says whether trying again can help. SMS and
messenger carry no personal data: what they send must be one of the registered templates, filled with one link to this
site or one six-digit code and nothing else, in which `privacy.find` finds nothing. Anything else is `Refused`.

The HTTP protocol that SMS and messenger gateways speak (a provider with another one gets a small bridge beside Dure):

    POST <gateway address>
    Authorization: Bearer <key>
    Idempotency-Key: <key of the message; the same for every try>
    Content-Type: application/json
    {"to": "+821012345678", "text": "...", "template": "follow.changed"}

    2xx {"id": "..."}                 taken over; `id` is kept
    408, 425, 429, 5xx                not now: tried again, not before Retry-After (seconds)
    any other answer                  never: an operator sees it
"""

from __future__ import annotations

import http.client
import json
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cache
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.core import privacy
from dure.core.refused import Refused

TIMEOUT = 10.0
"""Seconds for a whole exchange with a gateway."""
LONGEST_ANSWER = 64 * 1024
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
_TRY_AGAIN = {408, 425, 429}
# Longer path segments are random tokens and ids of this house; shorter ones could be what somebody typed.
_TOKEN_LENGTH = 20


class NotSent(Exception):
    """A message did not go out. `temporary`: trying again can help, not before `retry_after` seconds if that is
    known."""

    def __init__(self, message: str, *, temporary: bool, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.temporary = temporary
        self.retry_after = retry_after


@dataclass(frozen=True)
class Outgoing:
    """One message. `to`: e-mail address or telephone number; `key` is the same for every try and never used for another
    message; `subject`, `headers` and `calendar` (an iCalendar object with a METHOD) are for e-mail only."""

    to: str
    text: str
    key: str
    subject: str = ""
    headers: Mapping[str, str] | None = None
    calendar: str = ""


class Port(Protocol):
    @property
    def channel(self) -> str: ...

    def send(self, message: Outgoing) -> str:
        """Hands the message over; returns the provider's id. NotSent or Refused otherwise."""
        ...


@dataclass(frozen=True)
class Template:
    """What may be said over SMS and messenger: a text with exactly one gap, `{link}` or `{code}` (six digits)."""

    key: str
    text: str

    @property
    def gap(self) -> str:
        return "{code}" if "{code}" in self.text else "{link}"

    def render(self, filling: str) -> str:
        """The text in the language that is active."""
        return _(self.text).replace(self.gap, filling)


_templates: dict[str, Template] = {}


def register(key: str, text: str) -> Template:
    """Adds a template (Korean, marked by gettext_noop); ValueError for a second one of that key, for other gaps, and
    for personal data in it."""
    if re.findall(r"[{}]", text) != ["{", "}"] or not re.search(r"\{(link|code)\}", text):
        raise ValueError(f"template {key}: exactly one {{link}} or {{code}} and no other gap")
    if privacy.has_personal_data(text):
        raise ValueError(f"template {key} holds personal data")
    if key in _templates:
        raise ValueError(f"template {key} is registered twice")
    _templates[key] = Template(key, text)
    return _templates[key]


register("follow.changed", gettext_noop("[두레] 따라보시는 일에 새 소식이 있습니다. {link}"))
register(
    "confirm", gettext_noop("[두레] 아래 링크를 열어 확인해 주세요. 요청하지 않으셨다면 무시하셔도 됩니다. {link}")
)
register("confirm.code", gettext_noop("[두레] 확인 번호는 {code}입니다. 10분 안에 적어 주세요."))
register("status", gettext_noop("[두레] 접수하신 일의 진행 상황이 바뀌었습니다. {link}"))


def compose(key: str, filling: str, language: str = "ko") -> str:
    """The text of a template in a language (`ko`, `en`), with an absolute link to this site or a code. Refused if it
    may not go out."""
    with translation.override(language):
        text = _templates[key].render(filling)
    template_of(text)
    return text


def template_of(text: str) -> Template:
    """The template this text is made of. Refused(`invalid`) when it is none, or its link leaves the site or could hold
    personal data."""
    for template in _templates.values():
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                before, after = _(template.text).split(template.gap)
            if text.startswith(before) and text.endswith(after) and len(text) > len(before) + len(after):
                filling = text[len(before) : len(text) - len(after)]
                if template.gap == "{link}":
                    _check_link(filling)
                elif not re.fullmatch(r"[0-9]{6}", filling, re.ASCII):
                    continue
                return template
    if privacy.has_personal_data(text):
        raise Refused("invalid", _("문자와 메신저에는 개인정보를 쓸 수 없습니다."), "text")
    raise Refused("invalid", _("문자와 메신저로는 정해진 글과 링크만 보낼 수 있습니다."), "text")


def _check_link(link: str) -> None:
    site = settings.SITE_URL + "/"
    path = link.removeprefix(site)
    if not link.startswith(site) or not re.fullmatch(r"[A-Za-z0-9/_.\-]*", path):
        raise Refused("invalid", _("이 사이트의 링크만 보낼 수 있습니다."), "text")
    if any(len(part) < _TOKEN_LENGTH and privacy.has_personal_data(part) for part in path.split("/")):
        raise Refused("invalid", _("문자와 메신저에는 개인정보를 쓸 수 없습니다."), "text")


def phone_number(text: str) -> str:
    """A Korean number as E.164 (`+821012345678`); Refused(`invalid`) for anything else."""
    digits = re.sub(r"[ .\-()]", "", text)
    if match := re.fullmatch(r"(?:\+82|0082|0)0?([1-9][0-9]{7,10})", digits):
        return "+82" + match[1]
    raise Refused("invalid", _("전화번호를 다시 확인해 주세요."), "to")


@dataclass(frozen=True)
class Gateway:
    """An SMS or messenger gateway over HTTP. `url` must be https, except on this machine."""

    channel: str
    url: str
    key: str
    timeout: float = TIMEOUT

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS):
            raise ValueError(f"the {self.channel} gateway needs an https address")

    def send(self, message: Outgoing) -> str:
        template = template_of(message.text)
        body = {"to": phone_number(message.to), "text": message.text, "template": template.key}
        status, retry_after, answer = self._post(json.dumps(body, ensure_ascii=False).encode(), message.key)
        if 200 <= status < 300:
            return _message_id(answer)
        temporary = status in _TRY_AGAIN or status >= 500
        raise NotSent(f"{self.channel}: HTTP {status}", temporary=temporary, retry_after=retry_after)

    def _post(self, body: bytes, key: str) -> tuple[int, float | None, bytes]:
        parts = urlsplit(self.url)
        ends = time.monotonic() + self.timeout
        connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = connect(parts.hostname or "", parts.port, timeout=self.timeout)
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Idempotency-Key": key,
            "Content-Type": "application/json; charset=utf-8",
            "Accept": "application/json",
        }
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, headers)
            response = connection.getresponse()
            answer = b""
            while chunk := response.read1(LONGEST_ANSWER):
                answer += chunk
                if len(answer) > LONGEST_ANSWER:
                    raise NotSent(f"{self.channel}: the answer is too long", temporary=False)
                left = ends - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                if connection.sock:
                    connection.sock.settimeout(left)
            return response.status, _seconds(response.getheader("Retry-After")), answer
        except ssl.SSLCertVerificationError as error:
            raise NotSent(f"{self.channel}: the certificate is not trusted", temporary=False) from error
        except (OSError, http.client.HTTPException) as error:
            # Also after a time-out the message may have gone out: the idempotency key keeps it from going twice.
            raise NotSent(f"{self.channel}: {type(error).__name__}", temporary=True) from error
        finally:
            connection.close()


def _message_id(answer: bytes) -> str:
    try:
        identifier = json.loads(answer)["id"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotSent("the gateway took the message but gave no id", temporary=False) from error
    return str(identifier)[:200]


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdigit() else None


class Mail:
    """E-mail through Django's mail: SMTP as DURE_MAIL says, else files in the data folder (`to_files`)."""

    channel = "email"

    @property
    def to_files(self) -> bool:
        """Whether letters are only written to the data folder because no SMTP server is set."""
        return settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")

    def send(self, message: Outgoing) -> str:
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
        # The same id at every try, so that a mailbox shows a letter once even if a try was cut off after delivery.
        identifier = f"<{re.sub(r'[^A-Za-z0-9._-]', '-', message.key)}@{domain}>"
        letter = EmailMultiAlternatives(
            message.subject,
            message.text,
            to=[message.to],
            headers={"Message-ID": identifier, "Auto-Submitted": "auto-generated", **(message.headers or {})},
        )
        if message.calendar:
            # RFC 6047, 2.4: the method stands in the type, too; mail programs then offer to accept.
            method = re.search(r"^METHOD:([A-Z]+)\r?$", message.calendar, re.MULTILINE)
            kind = f"text/calendar; charset=utf-8; method={method[1] if method else 'PUBLISH'}"
            letter.attach_alternative(message.calendar, kind)
        try:
            letter.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _reason in error.recipients.values()]
            raise NotSent(f"SMTP {codes}", temporary=all(400 <= code < 500 for code in codes)) from error
        except smtplib.SMTPResponseException as error:
            raise NotSent(f"SMTP {error.smtp_code}", temporary=400 <= error.smtp_code < 500) from error
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, OSError, socket.gaierror) as error:
            raise NotSent(type(error).__name__, temporary=True) from error
        except (smtplib.SMTPException, ValueError) as error:
            raise NotSent(type(error).__name__, temporary=False) from error
        return identifier


@cache
def port(channel: str) -> Port:
    """The port of a channel (`email`, `sms`, `messenger`); LookupError where this installation has none."""
    if channel == "email":
        return Mail()
    url, key = settings.GATEWAYS.get(channel, ("", ""))
    if not url:
        raise LookupError(f"no {channel} gateway is set")
    return Gateway(channel, url, key)


def channels() -> list[str]:
    """The channels over which this installation can reach people."""
    return ["email", *(channel for channel, (url, _key) in settings.GATEWAYS.items() if url)]
