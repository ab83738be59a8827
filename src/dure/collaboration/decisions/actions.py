"""Proposing, voting, deciding; joining and leaving. One function is one use case.

Every one of them locks the collaboration first and the proposal after it, so that two last votes are counted one after
the other, and a proposal is decided and done once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dure.collaboration import parties
from dure.collaboration.actions.call import _locked
from dure.collaboration.decisions import policy
from dure.collaboration.decisions.counting import count, effect_of, frozen
from dure.collaboration.decisions.models import (
    Admission,
    Choice,
    Proposal,
    ProposalRevision,
    Vote,
    VoteRevision,
)
from dure.collaboration.decisions.rules import rule_of
from dure.collaboration.models import TOGETHER, Collaboration, Party
from dure.collaboration.parts import Effect, effects
from dure.collaboration.policy import must_be_party, must_be_together
from dure.core import clock
from dure.core.events import record
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.core.visibility import open_up, withhold
from dure.engines.decisions import Decision

LONGEST_DAYS = 90
SOON = timedelta(days=1)


def proposal_make(
    *,
    by: Viewer,
    id: UUID,
    text: str,
    title: str = "",
    kind: str = "text",
    data: Mapping[str, Any] | None = None,
    deadline: date | None = None,
    narrow: Mapping[str, Any] | None = None,
    proposal_id: UUID | None = None,
) -> Proposal:
    """Put something to the vote of all parties of the collaboration `id`, until the end of the day `deadline` in Seoul
    (as many days on as the rule says where left out).

    `data` is what the effect `kind` needs (`Effect.data(form)`). With `proposal_id` a doubled request makes one
    proposal. `narrow` (level partners, reason, review_on) withholds it from others than the parties from the start.
    Refused: not_allowed, conflict, invalid; the field of the effect's own refusal is 'data.<field>'.
    """
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_propose(by, collaboration)
        known = Proposal.objects.filter(pk=proposal_id).first() if proposal_id else None
        if known and (known.body_id, known.collaboration_id) != (by.body_id, collaboration.pk):
            raise Refused("conflict", _("이 주소의 안건은 이미 있습니다. 새로 올려 주세요."))
        if known:
            return known
        effect, rule = _effect(kind), rule_of(collaboration)
        data = dict(data or {})
        _check(effect, collaboration, data)
        proposal = Proposal(
            pk=proposal_id or uuid7(),
            collaboration=collaboration,
            body_id=by.body_id,
            person_id=by.person_id,
            kind=effect.kind,
            data=data,
            rule=frozen(rule),
            deadline=_end_of(deadline or clock.today() + timedelta(days=rule.days)),
            created_at=clock.now(),
        )
        _say(proposal, effect, title, text)
        proposal.save(force_insert=True)
        if narrow:
            if narrow.get("level") != "partners":
                raise Refused("invalid", _("함께하는 기관이 모두 볼 수 있어야 합니다."), "visibility")
            withhold(by=by, thing=proposal, **narrow)
        record(by=by, type="collaboration.proposal.made", subject=collaboration.urn, thing=proposal.urn)
    return proposal


def proposal_change(
    *,
    by: Viewer,
    id: UUID,
    text: str,
    title: str = "",
    data: Mapping[str, Any] | None = None,
    deadline: date | None = None,
) -> Proposal:
    """Change one's proposal before anybody has voted; what it said before is kept and can be read."""
    with transaction.atomic():
        proposal = _locked_proposal(id)
        policy.must_change(by, proposal)
        before = _words(proposal)
        effect = effect_of(proposal)
        if data is not None:
            _check(effect, proposal.collaboration, data)
            proposal.data = dict(data)
        if deadline is not None and deadline != clock.local(proposal.deadline).date():
            proposal.deadline, proposal.reminded_at = _end_of(deadline), None
        _say(proposal, effect, title, text)
        if _words(proposal) != before:
            proposal.changed_at = clock.now()
            proposal.save()
            ProposalRevision.objects.create(proposal=proposal, person_id=by.person_id, before=before)
            record(by=by, type="collaboration.proposal.changed", subject=proposal.about, thing=proposal.urn)
    return proposal


def proposal_withdraw(*, by: Viewer, id: UUID, reason: str) -> Proposal:
    """Take one's proposal back before it is decided; the reason is public."""
    with transaction.atomic():
        proposal = _locked_proposal(id)
        policy.must_hold(by, proposal)
        reason = tidy(reason, longest=500, field="reason", needed=_("거두는 까닭을 적어 주세요."))
        _end(by, proposal, reason)
    return proposal


def proposal_open(*, by: Viewer, id: UUID) -> Proposal:
    """Show a proposal that was for the parties only to everybody: the party that withheld it."""
    with transaction.atomic():
        proposal = _locked_proposal(id)
        by.must_act_for(proposal.body_id, _("안건을 올린 기관의 담당자만 할 수 있습니다."))
        # Who has left does not decide who reads what the others said since.
        must_be_party(by, proposal.collaboration)
        if proposal.withheld is None:
            raise Refused("conflict", _("이미 모두에게 공개되어 있습니다."))
        open_up(by=by, thing=proposal)
    return proposal


def vote_cast(*, by: Viewer, id: UUID, choice: str, reason: str = "") -> Vote:
    """Say in the name of one's body what it thinks of a proposal, or change it; what it said before is kept.

    The vote that leaves nothing open decides the proposal, and does what was decided, in this transaction. Refused:
    not_allowed (no party, or no longer), invalid (`choice`; `reason`: a block needs one), conflict (decided already,
    resting, or after the deadline: then it is counted now).
    """
    with transaction.atomic():
        proposal = _locked_proposal(id)
        policy.must_vote(by, proposal)
        late = clock.now() >= proposal.deadline
        if late:
            _decide(by, proposal)
        else:
            vote = _vote(by, proposal, choice, reason)
            _decide(by, proposal)
    if late:
        raise Refused("conflict", _("뜻을 밝히는 기한이 지났습니다. 기한까지 모인 뜻으로 결정되었습니다."))
    return vote


def proposal_decide(*, by: Viewer, id: UUID) -> Proposal:
    """Count a proposal whose deadline has passed. Refused `conflict` while it is still open to votes."""
    with transaction.atomic():
        proposal = _locked_proposal(id)
        must_be_party(by, proposal.collaboration)
        policy.must_be_undecided(proposal)
        if not _decide(by, proposal):
            raise Refused("conflict", _("아직 뜻을 모으는 중입니다."))
    return proposal


def party_leave(*, by: Viewer, id: UUID, reason: str) -> Party:
    """Leave a collaboration by oneself, with a reason that everybody can read. What was said and done stays.

    Refused `conflict` for the last party: it ends the collaboration instead.
    """
    with transaction.atomic():
        collaboration = _locked(id)
        must_be_party(by, collaboration)
        must_be_together(collaboration)
        reason = tidy(reason, longest=500, field="reason", needed=_("떠나는 까닭을 적어 주세요."))
        if len(parties.party_bodies(collaboration)) < 2:
            raise Refused("conflict", _("남은 기관이 우리뿐입니다. 떠나는 대신 협업을 마쳐 주세요."))
        party = parties.parties_of(collaboration).get(body_id=by.body_id)
        parties.leave(party, reason)
        remaining = len(parties.party_bodies(collaboration))
        record(by=by, type="collaboration.party.left", subject=collaboration.urn, data={"remaining": remaining})
        _recount(by, collaboration)
    return party


def admission_accept(*, by: Viewer, id: UUID) -> Party:
    """The body that the parties want to take in says yes, and is a party from now on."""
    with transaction.atomic():
        admission = _locked_admission(id)
        policy.must_answer(by, admission)
        _answer(admission, Admission.State.ACCEPTED)
        party = parties.join(admission.collaboration, admission.body_id, Party.Role.PARTNER)
        record(by=by, type="collaboration.party.joined", subject=admission.collaboration.urn)
    return party


def admission_decline(*, by: Viewer, id: UUID, answer: str) -> Admission:
    """The body that the parties want to take in says no, with a reason that everybody can read."""
    with transaction.atomic():
        admission = _locked_admission(id)
        policy.must_answer(by, admission)
        needed = _("함께하지 않는 까닭을 적어 주세요.")
        _answer(admission, Admission.State.DECLINED, tidy(answer, longest=500, field="answer", needed=needed))
        record(by=by, type="collaboration.party.declined", subject=admission.collaboration.urn)
    return admission


def look_after(proposal_id: UUID) -> None:
    """What the clock brings to an open proposal: the reminder a day before, the decision at its deadline; its end where
    the collaboration has ended; and more time where voting rests because of a dispute. Doing it twice changes nothing.
    """
    nobody = Viewer.anonymous()
    with transaction.atomic():
        proposal = _locked_proposal(proposal_id)
        if proposal.state != Proposal.State.OPEN:
            return
        now = clock.now()
        if proposal.collaboration.stage not in TOGETHER:
            _end_rest(nobody, proposal.collaboration)
        elif policy.PART in proposal.collaboration.paused:
            if proposal.deadline < now + SOON:
                proposal.deadline, proposal.reminded_at = _end_of((clock.local(now) + 3 * SOON).date()), None
                proposal.save(update_fields=["deadline", "reminded_at"])
                record(by=nobody, type="collaboration.proposal.prolonged", subject=proposal.about, thing=proposal.urn)
        elif now >= proposal.deadline:
            _decide(nobody, proposal)
        elif proposal.reminded_at is None and proposal.deadline <= now + SOON:
            proposal.reminded_at = now
            proposal.save(update_fields=["reminded_at"])
            record(by=nobody, type="collaboration.proposal.closing", subject=proposal.about, thing=proposal.urn)


def _effect(kind: str) -> Effect:
    found = effects().get(kind)
    if found is None:
        raise Refused("invalid", _("무엇을 정할지 골라 주세요."), "kind")
    return found


def _check(effect: Effect, collaboration: Collaboration, data: Mapping[str, Any]) -> None:
    try:
        effect.check(collaboration, data)
    except Refused as refused:
        field = f"data.{refused.field}" if refused.field else None
        raise Refused(refused.code, str(refused.message), field) from refused


def _end_of(day: date) -> datetime:
    """The end of the day in Seoul. Refused `invalid` (`deadline`) unless it is tomorrow or at most LONGEST_DAYS on."""
    if not 1 <= (day - clock.today()).days <= LONGEST_DAYS:
        words = _("기한을 내일부터 %(n)d일 안으로 정해 주세요.") % {"n": LONGEST_DAYS}
        raise Refused("invalid", words, "deadline")
    return datetime.combine(day, time(23, 59, 59), clock.SEOUL)


def _say(proposal: Proposal, effect: Effect, title: str, text: str) -> None:
    """Title and text, made safe; where there is no title, what would happen says it."""
    title = tidy(title, longest=120, field="title", one_line=True) or effect.words(proposal.data)[:120]
    proposal.title = tidy(title, longest=120, field="title", needed=_("무엇을 정하는지 적어 주세요."))
    proposal.text = tidy(text, longest=4000, field="text", needed=_("내용과 까닭을 적어 주세요."))


def _words(proposal: Proposal) -> dict[str, Any]:
    deadline = clock.local(proposal.deadline).date().isoformat()
    return {"title": proposal.title, "text": proposal.text, "deadline": deadline, "data": proposal.data}


def _vote(by: Viewer, proposal: Proposal, choice: str, reason: str) -> Vote:
    if choice not in Choice.values:
        raise Refused("invalid", _("찬성, 기권, 반대, 막음 가운데 골라 주세요."), "choice")
    reason = tidy(reason, longest=1000, field="reason")
    if choice == Choice.BLOCK and not reason:
        raise Refused("invalid", _("막는 까닭을 적어 주세요. 다른 기관이 무엇을 고쳐야 할지 알 수 있습니다."), "reason")
    vote = Vote.objects.filter(proposal=proposal, body_id=by.body_id).first()
    if vote is None:
        vote = Vote(proposal=proposal, body_id=by.body_id)
    elif (vote.choice, vote.reason) == (choice, reason):
        return vote
    else:
        VoteRevision.objects.create(vote=vote, at=vote.at, choice=vote.choice, reason=vote.reason)
    changed = not vote._state.adding
    vote.choice, vote.reason, vote.at, vote.person_id = choice, reason, clock.now(), by.person_id
    vote.save()
    record(
        by=by,
        type="collaboration.vote.changed" if changed else "collaboration.vote.cast",
        subject=proposal.about,
        thing=proposal.urn,
        data={"choice": choice},
    )
    return vote


def _decide(by: Viewer, proposal: Proposal) -> bool:
    """Decide the proposal if there is nothing more to wait for, and do what was decided; whether it is decided."""
    if proposal.state != Proposal.State.OPEN:
        return True
    collaboration = proposal.collaboration
    now, members = clock.now(), parties.party_bodies(collaboration)
    votes = dict(Vote.objects.filter(proposal=proposal).values_list("body_id", "choice"))
    decision = count(proposal, votes, members, now)
    if decision.outcome == "open":
        return False
    proposal.state = Proposal.State(decision.outcome)
    proposal.ended_at, proposal.result = now, _result(proposal, decision, members)
    proposal.save()
    record(
        by=by,
        type="collaboration.proposal.carried" if decision.outcome == "carried" else "collaboration.proposal.fallen",
        subject=proposal.about,
        thing=proposal.urn,
        data={"agree": decision.voices.agree, "of": decision.voices.total},
    )
    if decision.outcome == "carried":
        proposal.not_done = _do(proposal)
        if proposal.not_done:
            proposal.save(update_fields=["not_done"])
            record(by=by, type="collaboration.proposal.not_done", subject=proposal.about, thing=proposal.urn)
        else:
            collaboration.refresh_from_db()
            _recount(by, collaboration)
    return True


def _result(proposal: Proposal, decision: Decision, members: set[UUID]) -> dict[str, Any]:
    weights = proposal.rule["weights"]
    return {
        **{name: getattr(decision.voices, name) for name in ("agree", "abstain", "disagree", "block", "silent")},
        "total": decision.voices.total,
        "quorum": decision.quorum,
        "quorum_reached": decision.quorum_reached,
        "ended": decision.ended,
        "voices": {str(body): weights.get(str(body), 1) for body in sorted(members)},
        "ko": decision.reason.ko,
        "en": decision.reason.en,
    }


def _do(proposal: Proposal) -> dict[str, str]:
    """Do what was decided, in the name of the body that proposed it. {} when done, else {language: why it cannot be}.

    What was tried in vain is undone. It is tried once for each language of the house, for the words only.
    """
    effect, collaboration = effect_of(proposal), proposal.collaboration
    name = Viewer(kind="system", body_id=proposal.body_id, scopes=frozenset({"read", "write"}))
    why: dict[str, str] = {}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            try:
                with transaction.atomic():
                    effect.check(collaboration, proposal.data)
                    effect.apply(name, collaboration, proposal.data)
            except Refused as refused:
                collaboration.refresh_from_db()
                why[language] = str(refused.message)
            else:
                return {}
    return why


def _recount(by: Viewer, collaboration: Collaboration) -> None:
    """Who votes, or whether at all, has changed: the open proposals are counted anew, or end."""
    if collaboration.stage not in TOGETHER:
        _end_rest(by, collaboration)
        return
    if policy.PART in collaboration.paused:
        return
    for open_one in Proposal.objects.filter(collaboration=collaboration, state=Proposal.State.OPEN).order_by("pk"):
        open_one.refresh_from_db()
        open_one.collaboration = collaboration
        _decide(by, open_one)


def _end_rest(by: Viewer, collaboration: Collaboration) -> None:
    """Nobody votes any more where the collaboration has ended."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("협업을 마쳐 더는 정하지 않습니다.")
    for proposal in Proposal.objects.filter(collaboration=collaboration, state=Proposal.State.OPEN):
        _end(by, proposal, reason)


def _end(by: Viewer, proposal: Proposal, reason: str) -> None:
    proposal.state, proposal.ended_at, proposal.end_reason = Proposal.State.WITHDRAWN, clock.now(), reason
    proposal.save()
    record(by=by, type="collaboration.proposal.withdrawn", subject=proposal.about, thing=proposal.urn)


def _locked_proposal(id: UUID) -> Proposal:
    """The proposal with its collaboration, both locked. Refused `not_found`."""
    known = Proposal.objects.filter(pk=id).values_list("collaboration_id", flat=True).first()
    if known is None:
        raise Refused("not_found", _("없는 안건입니다."))
    collaboration = _locked(known)
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=id)
    proposal.collaboration = collaboration
    return proposal


def _locked_admission(id: UUID) -> Admission:
    known = Admission.objects.filter(pk=id).values_list("collaboration_id", flat=True).first()
    if known is None:
        raise Refused("not_found", _("없는 청입니다."))
    collaboration = _locked(known)
    admission = Admission.objects.select_for_update(of=("self",)).get(pk=id)
    admission.collaboration = collaboration
    return admission


def _answer(admission: Admission, state: str, answer: str = "") -> None:
    admission.state, admission.answered_at, admission.answer = state, clock.now(), answer
    admission.save(update_fields=["state", "answered_at", "answer"])
