"""Judges come and go."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from dure.bodies.models import Membership
from dure.contests import policy
from dure.contests.actions.contest import locked
from dure.contests.actions.judging import find_ties
from dure.contests.models import Contest, Judge, State
from dure.core import clock, outbox
from dure.core.confirmations import clean_address
from dure.core.events import record
from dure.core.models import Confirmation, Person
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

INVITATION_RUNS = timedelta(days=14)
MOST = 30


def judge_invite(*, by: Viewer, contest_id: UUID, email: str) -> Judge:
    """Ask somebody to judge, by a letter whose link opens for that address only; runs two weeks.

    Refused: conflict where that address is invited or judging, invalid for no address (field `email`).
    """
    with transaction.atomic():
        contest = locked(contest_id)
        policy.must_organise(by, contest)
        policy.must_be(contest, State.OPEN, State.JUDGING)
        address = clean_address(Confirmation.Channel.EMAIL, email)
        running = contest.judges.filter(state__in=[Judge.State.INVITED, Judge.State.ACCEPTED])
        if running.filter(email=address).exists():
            raise Refused("conflict", _("이미 초대했거나 심사를 맡은 분입니다."), "email")
        if running.count() >= MOST:
            raise Refused("conflict", _("심사위원은 %(n)d명까지 둘 수 있습니다.") % {"n": MOST}, "email")
        person = Person.objects.filter(email=address, is_active=True).first()
        token = secrets.token_urlsafe(32)
        judge = Judge.objects.create(
            contest=contest,
            person=person,
            email=address,
            number=contest.judges.count() + 1,
            token_hash=digest(token),
            expires_at=clock.now() + INVITATION_RUNS,
        )
        _write(judge, token, person.language if person else "ko")
        record(by=by, type="contests.judge.invited", subject=contest.urn, data={"judge": judge.pk})
    return judge


def judge_accept(*, by: Viewer, token: str) -> Judge:
    """Take the judging on, signed in with the address the letter went to. Ties with entries are found by themselves."""
    with transaction.atomic():
        judge = _invited(by, token)
        contest = judge.contest
        if (
            contest.blind
            and Membership.objects.filter(person_id=by.person_id, body_id=contest.body_id, ended_at=None).exists()
        ):
            raise Refused("not_allowed", _("이름을 가리고 심사하므로, 공모를 연 기관의 사람은 심사할 수 없습니다."))
        judge.person_id, judge.state, judge.answered_at = by.person_id, Judge.State.ACCEPTED, clock.now()
        judge.save(update_fields=["person", "state", "answered_at"])
        find_ties(contest)
        record(by=by, type="contests.judge.accepted", subject=contest.urn, data={"judge": judge.pk})
    return judge


def judge_decline(*, by: Viewer, token: str) -> Judge:
    """Say no to the invitation."""
    with transaction.atomic():
        judge = _invited(by, token)
        judge.state, judge.answered_at = Judge.State.DECLINED, clock.now()
        judge.save(update_fields=["state", "answered_at"])
        record(by=by, type="contests.judge.declined", subject=judge.contest.urn, data={"judge": judge.pk})
    return judge


def judge_leave(*, by: Viewer, contest_id: UUID, reason: str) -> Judge:
    """Stop judging oneself; none of one's marks count."""
    with transaction.atomic():
        contest = locked(contest_id)
        judge = policy.must_judge(by, contest)
        policy.must_be(contest, State.OPEN, State.JUDGING)
        return _leave(by, judge, reason)


def judge_end(*, by: Viewer, contest_id: UUID, judge_id: UUID, reason: str) -> Judge:
    """The organiser ends somebody's judging, or takes an invitation back; none of their marks count. Refused `conflict`
    while the panel votes: by then it is known what is level."""
    with transaction.atomic():
        contest = locked(contest_id)
        policy.must_organise(by, contest)
        policy.must_be(contest, State.OPEN, State.JUDGING)
        judge = contest.judges.filter(pk=judge_id).first()
        if judge is None:
            raise Refused("not_found", _("없는 심사위원입니다."))
        if judge.state not in (Judge.State.INVITED, Judge.State.ACCEPTED):
            raise Refused("conflict", _("이미 심사를 맡고 있지 않습니다."))
        if contest.tied_at and judge.state == Judge.State.ACCEPTED:
            raise Refused("conflict", _("점수가 같은 응모를 두고 투표하는 동안에는 위원을 뺄 수 없습니다."))
        return _leave(by, judge, reason)


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _leave(by: Viewer, judge: Judge, reason: str) -> Judge:
    said = tidy(reason, longest=500, field="reason", needed=_("그만두는 까닭을 적어 주세요."))
    judge.state, judge.left_at, judge.left_reason = Judge.State.LEFT, clock.now(), said
    judge.save(update_fields=["state", "left_at", "left_reason"])
    record(by=by, type="contests.judge.left", subject=judge.contest.urn, data={"judge": judge.pk})
    return judge


def _invited(by: Viewer, token: str) -> Judge:
    row = Judge.objects.filter(token_hash=digest(token)).first()
    if row is None:
        raise Refused("not_found", _("이런 초대가 없습니다. 주소를 끝까지 옮겼는지 보아 주세요."))
    contest = locked(row.contest_id)
    judge = Judge.objects.get(pk=row.pk)
    judge.contest = contest
    check_invitation(judge, by)
    policy.must_be(contest, State.OPEN, State.JUDGING)
    return judge


def check_invitation(judge: Judge, by: Viewer) -> None:
    """Refused unless the invitation waits for an answer and went to an address of this person."""
    from allauth.account.models import EmailAddress

    if judge.state != Judge.State.INVITED:
        raise Refused("gone", _("이미 답했거나 거둔 초대입니다."))
    if judge.expires_at <= clock.now():
        raise Refused("gone", _("초대 기간이 지났습니다. 공모를 연 기관에 다시 초대해 달라고 해 주세요."))
    if by.person_id is None:
        raise Refused("not_signed_in", _("초대를 받은 주소로 로그인해 주세요."))
    known = EmailAddress.objects.filter(user_id=by.person_id, email__iexact=judge.email, verified=True).exists()
    if not known and judge.person_id != by.person_id:
        raise Refused("not_allowed", _("다른 주소로 받은 초대입니다. 초대 받은 주소의 계정으로 로그인해 주세요."))


def _write(judge: Judge, token: str, language: str) -> None:
    contest: Contest = judge.contest
    with translation.override(language):
        lines = [
            _("공모의 심사위원으로 모시고 싶습니다."),
            f"「{contest.title}」",
            _("심사 마감: %(day)s") % {"day": contest.judging_until},
            "",
            _("아래 링크를 열어 맡을지 알려 주세요. 2주 동안 열려 있습니다."),
            settings.SITE_URL + reverse("contests:invitation", args=[token]),
        ]
        outbox.queue(
            channel="email",
            address=judge.email,
            subject=_("[두레] 심사위원으로 모십니다"),
            text="\n".join(lines) + "\n",
            once_key=f"contests.judge:{judge.pk}",
        )
