"""Taking a letter in: kept first, then read; whatever goes wrong with it is said on its row, and it is never lost."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dure.core import attachments, clock, limits
from dure.core.attachments import Taken
from dure.core.confirmations import clean_address, confirmation_start
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import queries, sealed
from dure.reports.actions import Said
from dure.reports.actions.hand_in import MOST_FILES
from dure.reports.guess import guess
from dure.reports.models import IncomingMail, Report, ReportContact
from dure.reports.open311.actions import word_add
from dure.reports.open311.mail.letter import Letter, read
from dure.reports.open311.receiving import hand_in

log = logging.getLogger(__name__)

PURPOSE = "report_mail"
LARGEST = 30 << 20
"""Bytes of a whole letter: five large photographs, as mail carries them."""
PER_SENDER = 30
"""Letters of one sender that are read in an hour; more are kept for an operator to look at."""
MOST_TRIES = 3
KEEP = timedelta(days=90)
State = IncomingMail.State


def mail_take(raw: bytes) -> IncomingMail:
    """Keep a letter and make of it what it is: a report, a word on the report it answers, or nothing.

    Once this returns the letter is kept; delivered again it changes nothing. Refused `invalid` for an empty letter and
    one over `LARGEST`: whoever delivers it tells its sender.
    """
    if not raw.strip() or len(raw) > LARGEST:
        raise Refused("invalid", _("편지가 비었거나 너무 큽니다."), "letter")
    key = _key(raw)
    known = IncomingMail.objects.filter(key=key).first()
    if known is None:
        try:
            with transaction.atomic():
                known = IncomingMail.objects.create(id=uuid7(), key=key, size=len(raw), sealed=sealed.seal_bytes(raw))
        except IntegrityError:
            known = IncomingMail.objects.get(key=key)
    return mail_read(known.pk) if known.state == State.KEPT else known


def _key(raw: bytes) -> str:
    """A letter is kept even where Python's own reader of letters stumbles over it."""
    try:
        return read(raw).key
    except Exception:
        return hashlib.sha256(raw).hexdigest()


def mail_read(id: UUID, *, again: bool = False) -> IncomingMail:
    """Read a letter that is kept; `again` also one that could not be read before. A fault is written on its row."""
    row = IncomingMail.objects.get(pk=id)
    wanted = (State.KEPT, State.FAILED) if again else (State.KEPT,)
    if row.state not in wanted or row.sealed is None:
        return row
    IncomingMail.objects.filter(pk=id).update(tries=row.tries + 1)
    try:
        raw = sealed.unseal_bytes(row.sealed)
        if raw is None:
            raise Refused("gone", _("이 편지를 잠근 열쇠가 바뀌어 열 수 없습니다."))
        letter = read(raw, own=_own_address())
        pictures, lost = _pictures(letter)
        with transaction.atomic():
            row = IncomingMail.objects.select_for_update(of=("self",)).get(pk=id)
            if row.state in wanted:
                _become(row, letter, pictures, lost)
                row.save()
    except Refused as refused:
        _fail(id, wanted, str(refused.message))
    except Exception as error:
        # Only its kind: the message of an exception may hold what somebody wrote.
        log.warning("a letter could not be read: %s", type(error).__name__)
        _fail(id, wanted, type(error).__name__)
    return IncomingMail.objects.get(pk=id)


def _fail(id: UUID, wanted: tuple[str, ...], reason: str) -> None:
    IncomingMail.objects.filter(pk=id, state__in=wanted).update(state=State.FAILED, reason=reason[:300])


def _own_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _become(row: IncomingMail, letter: Letter, pictures: tuple[Taken, ...], lost: str) -> None:
    """Write on the row what became of the letter, in the running transaction."""
    row.reason = lost
    if letter.auto:
        row.state, row.reason, row.sealed = State.IGNORED, _("저절로 온 편지: %(why)s") % {"why": letter.auto}, None
        return
    sender = clean_address("email", letter.sender)
    limits.count(f"mail:{hashlib.sha256(sender.encode()).hexdigest()[:32]}", times=PER_SENDER, seconds=3600)
    report = _about(letter)
    if report is not None:
        _word(row, letter, report, sender, pictures)
        return
    guessed = _category(letter.words)
    point = letter.point or (None, None)
    said = Said(
        words=letter.words,
        category=guessed,
        category_by="words" if guessed else "person",
        lon=point[0],
        lat=point[1],
        source="email",
        channel="email",
        address_of=sender,
        name=letter.name,
        files=pictures,
    )
    made, heard = hand_in(by=Viewer.anonymous(), said=said, id=row.pk)
    row.state, row.report, row.sealed = State.REPORT, made, None
    row.reason = " ".join(filter(None, [lost, *heard]))[:300]


def _about(letter: Letter) -> Report | None:
    """The report that a letter answers: by the token of its status link, else by its number in the subject."""
    if letter.token:
        try:
            return queries.by_token(letter.token)[0]
        except Refused:
            pass
    return Report.objects.filter(receipt=letter.receipt).first() if letter.receipt else None


def _word(row: IncomingMail, letter: Letter, report: Report, sender: str, pictures: tuple[Taken, ...]) -> None:
    """A sender's address proves nothing, and a number is public. So a letter speaks for the reporter at once only with
    the secret of the status link and from the address that was confirmed; else after that address was confirmed by a
    link, and only if it is the reporter's or the letter holds the secret."""
    if not letter.text:
        raise Refused("invalid", _("전할 말을 적어 주세요."))
    contact = ReportContact.objects.filter(report=report, channel="email").first()
    theirs = contact is not None and sealed.unseal(bytes(contact.sealed)) == sender
    holds_link = _holds_link(letter, report)
    row.report = report
    if theirs and holds_link and contact is not None and contact.confirmed_at:
        _say(row, letter, report, pictures)
    elif theirs or holds_link:
        row.state = State.WAITING
        row.confirmation = confirmation_start(channel="email", address=sender, purpose=PURPOSE, thing=report.urn)
    else:
        row.state, row.reason = State.FAILED, _("신고하신 분의 주소가 아닙니다.")


def _holds_link(letter: Letter, report: Report) -> bool:
    try:
        return bool(letter.token) and queries.by_token(letter.token)[0].pk == report.pk
    except Refused:
        return False


def _say(row: IncomingMail, letter: Letter, report: Report, pictures: tuple[Taken, ...]) -> None:
    text = letter.text if len(letter.text) <= 4000 else letter.text[:3999] + "…"
    word_add(by=Viewer.link(report.urn), report_id=report.pk, text=text, id=row.pk, files=pictures)
    row.state, row.sealed = State.WORD, None


def mail_confirmed(confirmation: object) -> None:
    """The sender of a letter confirmed the address: what the letter says is added to the report."""
    rows = IncomingMail.objects.select_for_update(of=("self",)).filter(confirmation=confirmation, state=State.WAITING)
    for row in rows.select_related("report"):
        raw = sealed.unseal_bytes(row.sealed) if row.sealed else None
        if raw is None or row.report is None:
            row.state, row.reason = State.FAILED, _("이 편지를 잠근 열쇠가 바뀌어 열 수 없습니다.")
        else:
            letter = read(raw, own=_own_address())
            pictures, row.reason = _pictures(letter)
            try:
                with transaction.atomic():
                    _say(row, letter, row.report, pictures)
            except Refused as refused:
                row.state, row.reason = State.FAILED, str(refused.message)[:300]
        row.save()


def _pictures(letter: Letter) -> tuple[tuple[Taken, ...], str]:
    """The first pictures of a letter, stored and checked; what could not be taken is said, and stops nothing."""
    if letter.auto:
        return (), ""
    taken, lost = [], max(0, len(letter.pictures) - MOST_FILES)
    for name, data in letter.pictures[:MOST_FILES]:
        try:
            one = attachments.take_in(SimpleUploadedFile(name or "1", data))
        except Refused:
            lost += 1
            continue
        if one.media_type.startswith("image/"):
            taken.append(one)
        else:
            lost += 1
    return tuple(taken), _("사진 %(n)s장은 받지 못했습니다.") % {"n": lost} if lost else ""


def _category(words: str) -> str:
    """What the words are about, where they say it clearly; else the body is asked, not the sender."""
    found = guess(words)
    return found.labels[0][0] if found.sure else ""


def read_left() -> int:
    """Letters that were kept when their reader was broken off: read now. Returns how many."""
    edge = clock.now() - timedelta(minutes=2)
    left = IncomingMail.objects.filter(state=State.KEPT, received_at__lt=edge, tries__lt=MOST_TRIES)
    ids = list(left.order_by("received_at").values_list("pk", flat=True)[:200])
    for id in ids:
        mail_read(id)
    stuck = IncomingMail.objects.filter(state=State.KEPT, tries__gte=MOST_TRIES)
    stuck.update(state=State.FAILED, reason=_("읽는 도중에 여러 번 끊겼습니다."))
    return len(ids)


def forget_old() -> int:
    """Letters older than `KEEP` go, whatever became of them: they are personal. Returns how many."""
    gone: int = IncomingMail.objects.filter(received_at__lt=clock.now() - KEEP).delete()[0]
    return gone
