"""Handing in, changing, withdrawing; the organiser's clearing before judges read."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.contests import eligibility, policy
from dure.contests.actions.contest import locked
from dure.contests.models import Contest, Entry, EntryBody, State
from dure.core import clock
from dure.core.attachments import attach, remove, take_in
from dure.core.events import record
from dure.core.ids import ALPHABET
from dure.core.links import own
from dure.core.models import Attachment, Audience
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

MOST_FILES = 10
MOST_BODIES = 30


def entry_hand_in(
    *, by: Viewer, contest_id: UUID, entry_id: UUID, fields: Mapping[str, Any], bodies: Sequence[UUID] = ()
) -> Entry:
    """Enter a contest in the name of the body one acts for; a second call with the same `entry_id` changes nothing.

    `fields`: title, summary, answers {criterion: text}, collaboration (URN of one of the body's own, or ''). `bodies`
    are the others that take part. Refused: not_allowed, conflict before and after the time for entries or where the
    body has an entry already, invalid where a rule of eligibility is not met (field `bodies`).
    """
    with transaction.atomic():
        contest = locked(contest_id)
        policy.must_enter_for(by, contest)
        there = Entry.objects.filter(pk=entry_id).first()
        if there is not None:
            if there.contest_id != contest.pk or there.body_id != by.body_id:
                raise Refused("conflict", _("이미 있는 응모입니다."))
            return there
        policy.must_take_entries(contest)
        assert by.body_id
        mine = contest.entries.filter(state=Entry.State.HANDED_IN, body_id=by.body_id)
        if contest.one_per_body and mine.exists():
            raise Refused("conflict", _("우리 기관은 이미 응모했습니다. 마감 전이면 낸 응모를 고칠 수 있습니다."))
        entry = Entry(
            pk=entry_id,
            contest=contest,
            body_id=by.body_id,
            person_id=by.person_id,
            number=contest.entries.count() + 1,
            code=_code(contest),
            only=contest.one_per_body,
        )
        _fill(by, entry, fields)
        together = _together(contest, by.body_id, bodies)
        entry.save(force_insert=True)
        _set_bodies(entry, together)
        record(by=by, type="contests.entry.handed_in", subject=contest.urn, thing=entry.urn)
    return entry


def entry_change(*, by: Viewer, id: UUID, fields: Mapping[str, Any], bodies: Sequence[UUID] = ()) -> Entry:
    """Change an entry until the last day for entries. What the organiser had cleared is to be cleared again."""
    with transaction.atomic():
        entry = _locked_entry(id)
        policy.must_hold(by, entry)
        policy.must_take_entries(entry.contest)
        _fill(by, entry, fields)
        together = _together(entry.contest, entry.body_id, bodies)
        entry.changed_at, entry.cleared_at, entry.cleared_by, entry.cleared_files = clock.now(), None, None, []
        entry.save()
        _set_bodies(entry, together)
        record(by=by, type="contests.entry.changed", subject=entry.about, thing=entry.urn)
    return entry


def entry_withdraw(*, by: Viewer, id: UUID, reason: str) -> Entry:
    """Take an entry back while entries are taken, or during the judging; it is judged no more."""
    with transaction.atomic():
        entry = _locked_entry(id)
        policy.must_hold(by, entry)
        policy.must_be(entry.contest, State.OPEN, State.JUDGING)
        said = tidy(reason, longest=500, field="reason", needed=_("거두는 까닭을 적어 주세요."))
        entry.state, entry.withdrawn_at, entry.withdrawn_reason = Entry.State.WITHDRAWN, clock.now(), said
        entry.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
        record(by=by, type="contests.entry.withdrawn", subject=entry.about, thing=entry.urn)
    return entry


def entry_file_add(*, by: Viewer, id: UUID, uploaded: UploadedFile, note: str = "") -> Attachment:
    """Put a file to one's entry until the last day for entries. Refused `invalid` (field `file`) as in
    `core.attachments`: what it holds is told from its bytes."""
    entry = Entry.objects.select_related("contest").filter(pk=id).first()
    if entry is None:
        raise Refused("not_found", _("없는 응모입니다."))
    policy.must_hold(by, entry)
    policy.must_take_entries(entry.contest)
    taken = take_in(uploaded)
    with transaction.atomic():
        entry = _locked_entry(id)
        policy.must_hold(by, entry)
        policy.must_take_entries(entry.contest)
        if Attachment.objects.filter(subject=entry.urn, removed_at=None).count() >= MOST_FILES:
            raise Refused("invalid", _("파일은 %(n)d개까지 낼 수 있습니다.") % {"n": MOST_FILES}, "file")
        said = tidy(note, longest=300, field="note", one_line=True)
        row = attach(by=by, subject=entry.urn, circle=entry.pk, uploaded=taken, body_id=entry.body_id, note=said)
        _not_cleared(entry)
        record(by=by, type="contests.entry.changed", subject=entry.about, thing=entry.urn)
    return row


def entry_file_remove(*, by: Viewer, id: UUID, attachment_id: UUID) -> Entry:
    """Take a file off one's entry until the last day for entries."""
    with transaction.atomic():
        entry = _locked_entry(id)
        policy.must_hold(by, entry)
        policy.must_take_entries(entry.contest)
        row = Attachment.objects.filter(pk=attachment_id, subject=entry.urn, removed_at=None).first()
        if row is None:
            raise Refused("not_found", _("이런 파일이 없습니다."))
        remove(by=by, attachment=row)
        _not_cleared(entry)
        record(by=by, type="contests.entry.changed", subject=entry.about, thing=entry.urn)
    return entry


def entry_clear(*, by: Viewer, id: UUID, words: Iterable[str] = (), files: Iterable[UUID] = ()) -> Entry:
    """The organiser has read the entry as judges will: `words` are covered, too, `files` may be opened by judges.

    Refused while entries can still be changed (conflict), and for files that are not the entry's (invalid).
    """
    with transaction.atomic():
        entry = _locked_entry(id)
        contest = entry.contest
        policy.must_organise(by, contest)
        policy.must_be(contest, State.OPEN, State.JUDGING)
        assert contest.entries_until
        if contest.entries_until >= clock.today():
            raise Refused("conflict", _("응모 마감이 지난 뒤에 살펴볼 수 있습니다. 그 전에는 고칠 수 있기 때문입니다."))
        if entry.state != Entry.State.HANDED_IN:
            raise Refused("conflict", _("거둔 응모입니다."))
        covered = [tidy(word, longest=60, field="words", one_line=True) for word in words]
        wanted = {str(one) for one in files}
        there = {
            str(pk) for pk in Attachment.objects.filter(subject=entry.urn, removed_at=None).values_list("pk", flat=True)
        }
        if wanted - there:
            raise Refused("invalid", _("이 응모의 파일에서 골라 주세요."), "files")
        entry.masked = [word for word in dict.fromkeys(covered) if len(word) > 1][:50]
        entry.cleared_files = sorted(wanted)
        entry.cleared_at, entry.cleared_by_id = clock.now(), by.person_id
        entry.save(update_fields=["masked", "cleared_files", "cleared_at", "cleared_by"])
        record(by=by, type="contests.entry.cleared", subject=entry.about, thing=entry.urn)
    return entry


def _locked_entry(id: UUID) -> Entry:
    contest_id = Entry.objects.filter(pk=id).values_list("contest_id", flat=True).first()
    if contest_id is None:
        raise Refused("not_found", _("없는 응모입니다."))
    locked(contest_id)
    return Entry.objects.select_related("contest__body").get(pk=id)


def _not_cleared(entry: Entry) -> None:
    entry.changed_at, entry.cleared_at, entry.cleared_by, entry.cleared_files = clock.now(), None, None, []
    entry.save(update_fields=["changed_at", "cleared_at", "cleared_by", "cleared_files"])


def _code(contest: Contest) -> str:
    """A code that tells nothing of the order of handing in."""
    taken = set(contest.entries.values_list("code", flat=True))
    while True:
        code = "".join(secrets.choice(ALPHABET) for _turn in range(4))
        if code not in taken:
            return code


def _fill(by: Viewer, entry: Entry, fields: Mapping[str, Any]) -> None:
    entry.title = tidy(
        fields.get("title"), longest=120, field="title", needed=_("응모의 제목을 적어 주세요."), one_line=True
    )
    entry.summary = tidy(fields.get("summary"), longest=3000, field="summary", needed=_("어떤 협업인지 적어 주세요."))
    given = fields.get("answers") or {}
    entry.answers = {
        one.key: tidy(
            given.get(one.key), longest=3000, field=f"answer_{one.key}", needed=_("이 기준에 맞는 설명을 적어 주세요.")
        )
        for one in entry.contest.criteria.all()
    }
    urn = str(fields.get("collaboration") or "")
    if urn and urn != entry.collaboration and urn not in {link.urn for link in own("collaboration", by)}:
        raise Refused("invalid", _("우리 기관이 함께하는 협업에서 골라 주세요."), "collaboration")
    entry.collaboration = urn


def _together(contest: Contest, lead: UUID, others: Sequence[UUID]) -> list[Body]:
    """The bodies that take part, who hands in first; each rule of eligibility met."""
    ids = list(dict.fromkeys([lead, *others]))
    if len(ids) > MOST_BODIES:
        raise Refused("invalid", _("함께하는 기관은 %(n)d곳까지 적을 수 있습니다.") % {"n": MOST_BODIES}, "bodies")
    if contest.body_id in ids:
        raise Refused("invalid", _("공모를 연 기관은 응모할 수 없습니다."), "bodies")
    rows = Body.objects.filter(state=Body.State.CONFIRMED).in_bulk(ids)
    if len(rows) != len(ids):
        raise Refused("invalid", _("확인된 기관만 함께할 수 있습니다."), "bodies")
    bodies = [rows[pk] for pk in ids]
    broken = [rule.words for rule in eligibility.check(contest, bodies) if not rule.met]
    if broken:
        raise Refused("invalid", " ".join(broken), "bodies")
    return bodies


def _set_bodies(entry: Entry, bodies: Sequence[Body]) -> None:
    entry.bodies.all().delete()
    EntryBody.objects.bulk_create([EntryBody(entry=entry, body=body, place=n) for n, body in enumerate(bodies)])
    Audience.objects.filter(subject=entry.pk, kind="partner").delete()
    circle = {body.pk for body in bodies} | {entry.contest.body_id}
    Audience.objects.bulk_create([Audience(subject=entry.pk, kind="partner", body_id=pk) for pk in circle])
