"""What the parties do: refer a dispute, say how they see it, hand in evidence, settle it themselves, withdraw it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration import parties
from dure.collaboration.actions.call import _locked as _locked_collaboration
from dure.collaboration.mediation import policy, terms
from dure.collaboration.mediation.actions import moves
from dure.collaboration.mediation.models import (
    ContestedPart,
    Dispute,
    DisputeParty,
    DisputeStatement,
    Evidence,
    Result,
    StatementRevision,
    Step,
)
from dure.collaboration.mediation.words import PARTS
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.attachments import attach, take_in
from dure.core.events import record
from dure.core.ids import uuid7
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.core.visibility import Level, withhold
from dure.engines import draw as engine


def narrow(by: Viewer, thing: Any, narrowing: Mapping[str, Any] | None) -> None:
    """Keep something of a dispute to the parties and its committee. Refused `invalid` for any other level."""
    if narrowing is None:
        return
    if narrowing.get("level") != Level.PARTNERS:
        raise Refused("invalid", _("조정에서는 함께하는 기관과 조정위원까지만 좁힐 수 있습니다."), "visibility")
    withhold(by=by, thing=thing, **narrowing)


def dispute_refer(
    *,
    by: Viewer,
    id: UUID,
    dispute_id: UUID,
    title: str,
    text: str,
    wish: str,
    parts: Sequence[str],
    against: Iterable[UUID],
) -> Dispute:
    """Refer a dispute in collaboration `id`: the contested parts rest from now on until it is closed.

    The referral is public, so that whoever is drawn knows what it is about before taking the seat; what must not be
    public belongs into a statement or evidence, which can be narrowed.
    `against` are bodies of other parties; `parts` names of `parts.NAMES` without mediation. A doubled `dispute_id`
    makes one. Refused: not_allowed, conflict (a part is contested already), invalid with the field.
    """
    with transaction.atomic():
        collaboration = _locked_collaboration(id)
        policy.must_refer(by, collaboration)
        known = Dispute.objects.filter(pk=dispute_id).first()
        if known:
            if (known.body_id, known.collaboration_id) != (by.body_id, collaboration.pk):
                raise Refused("conflict", _("이미 쓴 번호입니다. 쪽을 다시 열어 주세요."))
            return known
        wanted, others = list(dict.fromkeys(parts)), set(against)
        if not wanted or any(part not in PARTS for part in wanted):
            raise Refused("invalid", _("무엇을 두고 갈등이 있는지 하나 이상 골라 주세요."), "parts")
        if not others:
            raise Refused("invalid", _("누구와의 갈등인지 하나 이상 골라 주세요."), "against")
        if by.body_id in others or not others <= parties.party_bodies(collaboration):
            raise Refused("invalid", _("함께하는 다른 기관에서 골라 주세요."), "against")
        rows = ContestedPart.objects.filter(collaboration=collaboration, part__in=wanted, open=True)
        if rows.exists():
            names = ", ".join(str(PARTS[row.part]) for row in rows)
            words = _("이미 조정하고 있는 일입니다: %(names)s. 그 조정에서 함께 다루어 주세요.")
            raise Refused("conflict", words % {"names": names}, "parts")
        _must_not_draw_anew(by, collaboration, wanted)
        dispute = Dispute(
            pk=dispute_id,
            collaboration=collaboration,
            body_id=by.body_id,
            person_id=by.person_id,
            title=tidy(title, longest=120, field="title", needed=_("한 줄로 적어 주세요."), one_line=True),
            text=tidy(text, longest=4000, field="text", needed=_("무엇이 문제인지 적어 주세요.")),
            wish=tidy(wish, longest=2000, field="wish", needed=_("무엇을 바라는지 적어 주세요.")),
            due=terms.due("stating", clock.today()),
        )
        dispute.save(force_insert=True)
        sides = [DisputeParty(dispute=dispute, body_id=by.body_id, side=DisputeParty.Side.REFERRER)]
        sides += [DisputeParty(dispute=dispute, body_id=body, side=DisputeParty.Side.OTHER) for body in sorted(others)]
        DisputeParty.objects.bulk_create(sides)
        ContestedPart.objects.bulk_create(
            [ContestedPart(dispute=dispute, collaboration=collaboration, part=part) for part in wanted]
        )
        moves.rest(collaboration)
        draw = moves.begin_round(dispute, 1)
        data = {"parts": wanted, "seal": draw.seal}
        event = record(
            by=by, type="collaboration.dispute.referred", subject=dispute.about, thing=dispute.urn, data=data
        )
        dispute.beacon = beacon_of(event)
        dispute.save(update_fields=["beacon"])
    return dispute


def _must_not_draw_anew(by: Viewer, collaboration: Collaboration, parts: Sequence[str]) -> None:
    since = clock.now() - timedelta(days=terms.AGAIN_AFTER)
    rows = Dispute.objects.filter(collaboration=collaboration, body_id=by.body_id, result=Result.WITHDRAWN)
    rows = rows.filter(closed_at__gte=since, contested__part__in=parts, draws__drawn_at__isnull=False)
    if rows.exists():
        words = _("위원을 뽑은 뒤에 거둔 일은 %(n)s일이 지나야 다시 청할 수 있습니다. 다른 기관은 청할 수 있습니다.")
        raise Refused("conflict", words % {"n": terms.AGAIN_AFTER}, "parts")


def beacon_of(event: Event) -> str:
    """SHA-256 of the referral's event: number, id, type, subject, thing and moment, joined by line feeds."""
    lines = [str(event.seq), str(event.id), event.type, event.subject, event.thing, event.at.isoformat()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def dispute_state(
    *, by: Viewer, id: UUID, text: str, final: bool = False, narrowing: Mapping[str, Any] | None = None
) -> DisputeStatement:
    """Say how one's body sees it, or change it until the deadline; what it said before is kept.

    `final`: it will not be changed any more. Once all parties have said so the committee is drawn at once.
    Refused: not_allowed, conflict (deadline over, or said to be final), invalid.
    """
    with transaction.atomic():
        dispute = moves.locked(id)
        policy.must_be_side(by, dispute)
        policy.must_stand(dispute, Step.STATING)
        if dispute.due and dispute.due < clock.today():
            raise Refused("conflict", _("입장을 밝히는 기한이 지났습니다."))
        text = tidy(text, longest=6000, field="text", needed=_("입장을 적어 주세요."))
        known = DisputeStatement.objects.filter(dispute=dispute, body_id=by.body_id).first()
        if known and known.final:
            raise Refused("conflict", _("더 고치지 않겠다고 한 입장입니다."))
        said = known or DisputeStatement(
            pk=uuid7(), dispute=dispute, collaboration=dispute.collaboration, body_id=by.body_id
        )
        if known and known.text != text:
            StatementRevision.objects.create(statement=known, person_id=known.person_id, text=known.text)
        said.text, said.final, said.person_id, said.changed_at = text, final, by.person_id, clock.now()
        said.save()
        data = {"final": final, "first": known is None}
        event = record(by=by, type="collaboration.dispute.stated", subject=dispute.about, thing=said.urn, data=data)
        said.last_event = event.seq
        said.save(update_fields=["last_event"])
        narrow(by, said, narrowing)
        done = set(DisputeStatement.objects.filter(dispute=dispute, final=True).values_list("body_id", flat=True))
        if moves.sides_left(dispute) <= done:
            moves.draw_now(dispute, by)
    return said


def dispute_word(*, by: Viewer, id: UUID, word: str) -> str:
    """Mix a word of one's own into the draw; it stays closed until then. Returns its published seal.

    Any text will do; who trusts nobody takes one that nobody can guess.
    """
    with transaction.atomic():
        dispute = moves.locked(id)
        policy.must_be_side(by, dispute)
        policy.must_stand(dispute, Step.STATING, Step.AGAIN)
        if dispute.due and dispute.due < clock.today():
            raise Refused("conflict", _("섞을 말을 넣는 기한이 지났습니다."))
        word = tidy(word, longest=200, field="word", needed=_("섞을 말을 적어 주세요."), one_line=True)
        draw = moves.current_draw(dispute)
        draw.words = {**draw.words, str(by.body_id): word}
        draw.save(update_fields=["words"])
        seal = engine.seal(draw.secret, str(by.body_id), word)
        data = {"round": draw.round, "seal": seal}
        record(by=by, type="collaboration.dispute.word", subject=dispute.about, thing=dispute.urn, data=data)
    return seal


def evidence_add(
    *, by: Viewer, id: UUID, note: str, uploaded: Any, narrowing: Mapping[str, Any] | None = None
) -> Evidence:
    """Hand in a file as evidence: a party of the dispute, or a member of its committee."""
    found = Dispute.objects.select_related("collaboration").filter(pk=id).first()
    if found is None:
        raise Refused("not_found", _("이런 조정이 없습니다."))
    policy.must_add_evidence(by, found)
    note = tidy(note, longest=300, field="note", needed=_("무엇을 보여 주는 자료인지 적어 주세요."), one_line=True)
    if uploaded is None:
        raise Refused("invalid", _("파일을 골라 주세요."), "file")
    taken = take_in(uploaded)
    with transaction.atomic():
        dispute = moves.locked(id)
        policy.must_add_evidence(by, dispute)
        body = by.body_id if policy.is_side(by, dispute) else None
        by = by if body else policy.alone(by)
        row = Evidence.objects.create(
            dispute=dispute, collaboration=dispute.collaboration, person_id=by.person_id, body_id=body, note=note
        )
        attach(by=by, subject=row.urn, circle=dispute.collaboration_id, uploaded=taken, body_id=body)
        record(by=by, type="collaboration.dispute.evidence", subject=dispute.about, thing=row.urn)
        narrow(by, row, narrowing)
    return row


def dispute_withdraw(*, by: Viewer, id: UUID, reason: str) -> Dispute:
    """Only who referred it can take it back, with a reason that everybody reads."""
    with transaction.atomic():
        dispute = moves.locked(id)
        policy.must_be_referrer(by, dispute)
        policy.must_be_open(dispute)
        reason = tidy(reason, longest=300, field="reason", needed=_("거두는 까닭을 적어 주세요."), one_line=True)
        moves.close(dispute, by, Result.WITHDRAWN, reason)
    return dispute


def text_mark(text: str) -> str:
    """A short mark of a text, so that nobody confirms another text than the one they read."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def dispute_agree(*, by: Viewer, id: UUID, text: str = "", seen: str = "") -> Dispute:
    """Settle it between the parties themselves: one says what they agreed (`text`), every other one confirms it.

    `seen` is the `text_mark` of the text that is confirmed; a new text needs everybody's word again.
    """
    with transaction.atomic():
        dispute = moves.locked(id)
        policy.must_be_side(by, dispute)
        policy.must_be_open(dispute)
        text = tidy(text, longest=2000, field="text")
        if text and text != dispute.agreed_text:
            dispute.agreed_text = text
            dispute.save(update_fields=["agreed_text"])
            DisputeParty.objects.filter(dispute=dispute).update(agreed_at=None)
        elif not dispute.agreed_text:
            raise Refused("invalid", _("무엇에 뜻을 모았는지 적어 주세요."), "text")
        elif not text and seen != text_mark(dispute.agreed_text):
            raise Refused("conflict", _("그사이 글이 바뀌었습니다. 다시 읽고 확인해 주세요."), "text")
        DisputeParty.objects.filter(dispute=dispute, body_id=by.body_id).update(agreed_at=clock.now())
        agreed = set(
            DisputeParty.objects.filter(dispute=dispute, agreed_at__isnull=False).values_list("body_id", flat=True)
        )
        if moves.sides_left(dispute) <= agreed:
            moves.close(dispute, by, Result.AGREED)
        else:
            record(by=by, type="collaboration.dispute.agreed", subject=dispute.about, thing=dispute.urn)
    return dispute
