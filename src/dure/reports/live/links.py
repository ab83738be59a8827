"""The short status link of a report, and the messages that carry it to whoever reported."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.core import clock, outbox, ports
from dure.core.refused import Refused
from dure.reports.live import codes
from dure.reports.models import Report, ReportContact, StatusLink
from dure.reports.sealed import unseal

ENDS = timedelta(days=30)
"""How long after closing a short code still leads to the status link. The long link stays."""

RECEIVED = ports.register(
    "reports.received", gettext_noop("[두레] 신고를 접수했습니다. 어떻게 되는지 보기: {link}")
).key
DISPATCHED = ports.register("reports.dispatched", gettext_noop("[두레] 현장으로 갑니다. 어디쯤인지 보기: {link}")).key
LETTERS = {
    RECEIVED: gettext_noop("[두레] 신고를 접수했습니다"),
    DISPATCHED: gettext_noop("[두레] 신고하신 현장으로 갑니다"),
}


def link_of(report: Report) -> StatusLink:
    """The report's short link; made where it is missing."""
    found = StatusLink.objects.filter(report=report).first()
    return found or _make(report)


def _make(report: Report) -> StatusLink:
    for turn in range(codes.MOST_TURNS):
        code = codes.code_of(report.pk, turn)
        if not codes.usable(code):
            continue
        try:
            with transaction.atomic():
                return StatusLink.objects.create(report=report, code_hash=codes.hash_of(code), turn=turn)
        except IntegrityError:
            # The code is taken by another report, or this report got its link at the same moment.
            if found := StatusLink.objects.filter(report=report).first():
                return found
    raise RuntimeError("no short code could be made")


def received(report: Report) -> None:
    link_of(report)


def short_path(report: Report, link: StatusLink | None = None) -> str:
    """The short link without the site."""
    return f"/s/{codes.code_of(report.pk, (link or link_of(report)).turn)}/"


def report_of(code: str) -> Report:
    """The report a short code leads to. Refused: `not_found`, `gone` a month after closing."""
    row = StatusLink.objects.select_related("report").filter(code_hash=codes.hash_of(codes.normalise(code))).first()
    if row is None:
        raise Refused("not_found", _("이런 짧은 링크가 없습니다. 글자를 다시 확인해 주세요."))
    report: Report = row.report
    if report.closed_at and report.closed_at < clock.now() - ENDS:
        raise Refused("gone", _("마친 지 오래된 신고라서 짧은 링크를 닫았습니다. 접수번호로 찾아 주세요."))
    return report


def reachable(report: Report) -> None:
    """The reporter confirmed an address: the link goes there."""
    tell(report, RECEIVED, once=f"{report.pk}")


def tell(report: Report, key: str, *, once: str) -> bool:
    """Send the short link to whoever reported, if an address was confirmed; in the running transaction, once for each
    `once`. Whether a message was queued."""
    contact = ReportContact.objects.filter(report=report, confirmed_at__isnull=False).first()
    address = unseal(contact.sealed) if contact else ""
    if contact is None or not address:
        return False
    phone = contact.channel == "phone"
    if phone and "sms" not in ports.channels():
        return False
    link = link_of(report)
    language = "en" if report.language.startswith("en") else "ko"
    text = ports.compose(key, settings.SITE_URL + short_path(report, link), language)
    with translation.override(language):
        subject = "" if phone else _(LETTERS[key])
    outbox.queue(
        channel="sms" if phone else "email",
        address=address,
        text=text if phone else f"{text}\n",
        subject=subject,
        once_key=f"{key}:{once}",
    )
    StatusLink.objects.filter(pk=link.pk, sent_at=None).update(sent_at=clock.now(), channel=contact.channel)
    return True


def link_opened(report: Report) -> bool:
    """Somebody looked at the link after it was sent by message; whether this was the first time.

    A count, not an event: that a reporter looks is nobody's business but theirs, so only that it happened is kept.
    """
    rows = StatusLink.objects.filter(report=report, sent_at__isnull=False, opened_at=None)
    return bool(rows.update(opened_at=clock.now()))
