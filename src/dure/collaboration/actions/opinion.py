"""Opinions: said, confirmed, changed, reported, taken down and restored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration import policy
from dure.collaboration.models import Collaboration, Opinion, OpinionFlag, OpinionRevision, Stage
from dure.core import clock
from dure.core.confirmations import confirmation_start
from dure.core.events import record
from dure.core.ids import uuid7
from dure.core.models import Confirmation
from dure.core.privacy import find
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import open_up, withhold

LONGEST = 4000
PURPOSE = "opinion"


def opinion_say(
    *,
    by: Viewer,
    id: UUID,
    text: str,
    parent_id: UUID | None = None,
    alias: str = "",
    channel: str = "",
    address: str = "",
    client: str = "",
    opinion_id: UUID | None = None,
    narrow: Mapping[str, Any] | None = None,
) -> Opinion:
    """Say something about a collaboration.

    Signed-in people are heard at once; others give an address (`channel` email or phone) and are heard when they have
    confirmed it; `client` is the network address, against floods. With
    `opinion_id` a doubled request says it once. Text with certain personal data is refused.
    `narrow` (level, reason, review_on) withholds it from the first moment; only in a body's name.
    """
    with transaction.atomic():
        collaboration = Collaboration.objects.visible_to(by).exclude(stage=Stage.DRAFT).filter(pk=id).first()
        if collaboration is None:
            raise Refused("not_found", _("없는 협업입니다."))
        known = Opinion.objects.filter(pk=opinion_id, collaboration=collaboration).first() if opinion_id else None
        if known:
            return known
        opinion = Opinion(
            pk=opinion_id or uuid7(),
            collaboration=collaboration,
            parent=_parent(by, collaboration, parent_id),
            text=_checked(text),
            created_at=clock.now(),
        )
        if by.is_person:
            opinion.person_id = by.person_id
            opinion.body_id = by.body_id if by.may_act_for(by.body_id) else None
            if narrow and opinion.body_id is None:
                raise Refused("invalid", _("공개하지 않는 의견은 기관의 이름으로만 낼 수 있습니다."), "narrow")
            if narrow:
                policy.must_show_to_parties(collaboration, narrow["level"])
                opinion.save(force_insert=True)
                withhold(by=by, thing=opinion, **narrow)
            _publish(opinion, by)
        else:
            opinion.alias = _checked_alias(alias)
            opinion.state = Opinion.State.UNCONFIRMED
            opinion.save(force_insert=True)
            opinion.confirmation = confirmation_start(
                channel=channel, address=address, purpose=PURPOSE, thing=collaboration.urn, client=client
            )
            opinion.save()
    return opinion


def opinion_publish_confirmed(confirmation: Confirmation) -> None:
    """Publish what waited for this confirmation, in the transaction that confirms; twice publishes once."""
    opinion = Opinion.objects.select_for_update(of=("self",)).filter(confirmation=confirmation).first()
    if opinion is None:
        raise Refused("not_found", _("이 확인으로 올릴 의견이 없습니다."))
    if opinion.state == Opinion.State.UNCONFIRMED:
        _publish(opinion, Viewer.link(opinion.urn))


def opinion_change(*, by: Viewer, id: UUID, text: str) -> Opinion:
    """Change what one said; the earlier text is kept and can be read."""
    with transaction.atomic():
        opinion = _own(by, id)
        if opinion.state != Opinion.State.PUBLISHED:
            raise Refused("conflict", _("가려지거나 거둔 의견은 고칠 수 없습니다."))
        text = _checked(text)
        if text != opinion.text:
            OpinionRevision.objects.create(opinion=opinion, text=opinion.text)
            opinion.text, opinion.changed_at = text, clock.now()
            opinion.save()
            record(by=by, type="collaboration.opinion.changed", subject=opinion.about, thing=opinion.urn)
    return opinion


def opinion_remove(*, by: Viewer, id: UUID) -> Opinion:
    """Take back what one said. Its place in the thread stays, its words and their history go."""
    with transaction.atomic():
        opinion = _own(by, id)
        if opinion.state == Opinion.State.REMOVED:
            return opinion
        opinion.state, opinion.text, opinion.changed_at = Opinion.State.REMOVED, "-", clock.now()
        opinion.save()
        opinion.revisions.all().delete()
        record(by=by, type="collaboration.opinion.removed", subject=opinion.about, thing=opinion.urn)
    return opinion


def opinion_withhold(*, by: Viewer, id: UUID, level: str, reason: str = "", review_on: date | None = None) -> Opinion:
    """Show an opinion to fewer, or (`level` public) to all again: its author's body, or whoever moderates."""
    with transaction.atomic():
        opinion = _locked(id)
        policy.must_decide_visibility(by, opinion)
        policy.must_show_to_parties(opinion.collaboration, level)
        if level == "public":
            open_up(by=by, thing=opinion)
        else:
            withhold(by=by, thing=opinion, level=level, reason=reason, review_on=review_on)
    return opinion


def opinion_flag(*, by: Viewer, id: UUID, why: str, note: str = "", reporter: str = "") -> OpinionFlag:
    """Report an opinion to the moderators. `reporter` tells people without an account apart (a hashed session)."""
    with transaction.atomic():
        opinion = Opinion.objects.visible_to(by).filter(pk=id, state=Opinion.State.PUBLISHED).first()
        if opinion is None:
            raise Refused("not_found", _("없는 의견입니다."))
        if why not in OpinionFlag.Why.values:
            raise Refused("invalid", _("알리는 까닭을 골라 주세요."), "why")
        flag, made = OpinionFlag.objects.get_or_create(
            opinion=opinion,
            reporter=_hash(str(by.person_id or reporter)),
            defaults={"why": why, "note": note.strip()[:300]},
        )
        if made:
            record(by=by, type="collaboration.opinion.flagged", subject=opinion.about, thing=opinion.urn)
    return flag


def opinion_hide(*, by: Viewer, id: UUID, reason: str) -> Opinion:
    """Take an opinion down with a public reason. The original is kept for its author and the moderators."""
    with transaction.atomic():
        opinion = _locked(id)
        policy.must_moderate(by, opinion)
        if opinion.state != Opinion.State.PUBLISHED:
            raise Refused("conflict", _("지금 올라와 있는 의견만 가릴 수 있습니다."))
        if not reason.strip():
            raise Refused("invalid", _("가리는 까닭을 적어 주세요."), "reason")
        opinion.state, opinion.hidden_reason = Opinion.State.HIDDEN, reason.strip()[:300]
        opinion.hidden_by_body = by.body_id
        opinion.save()
        opinion.flags.filter(settled_at=None).update(settled_at=clock.now())
        record(by=by, type="collaboration.opinion.hidden", subject=opinion.about, thing=opinion.urn)
    return opinion


def opinion_restore(*, by: Viewer, id: UUID) -> Opinion:
    """Put a hidden opinion back, or settle reports against one that stays."""
    with transaction.atomic():
        opinion = _locked(id)
        policy.must_moderate(by, opinion)
        opinion.flags.filter(settled_at=None).update(settled_at=clock.now())
        if opinion.state == Opinion.State.HIDDEN:
            opinion.state, opinion.hidden_reason, opinion.hidden_by_body = Opinion.State.PUBLISHED, "", None
            opinion.save()
            record(by=by, type="collaboration.opinion.restored", subject=opinion.about, thing=opinion.urn)
    return opinion


def _publish(opinion: Opinion, by: Viewer) -> None:
    opinion.state, opinion.published_at = Opinion.State.PUBLISHED, clock.now()
    opinion.save()
    record(by=by, type="collaboration.opinion.said", subject=opinion.about, thing=opinion.urn)


def _parent(by: Viewer, collaboration: Collaboration, id: UUID | None) -> Opinion | None:
    if id is None:
        return None
    parent = Opinion.objects.visible_to(by).filter(pk=id, collaboration=collaboration).first()
    if parent is None or parent.state != Opinion.State.PUBLISHED:
        raise Refused("invalid", _("답하려는 의견이 없습니다."), "parent")
    return parent


def _locked(id: UUID) -> Opinion:
    found = Opinion.objects.select_for_update(of=("self",)).select_related("collaboration").filter(pk=id).first()
    if found is None or found.state == Opinion.State.UNCONFIRMED:
        raise Refused("not_found", _("없는 의견입니다."))
    return found


def _own(by: Viewer, id: UUID) -> Opinion:
    opinion = _locked(id)
    if not policy.wrote(by, opinion):
        raise Refused("not_allowed", _("쓴 사람만 고치거나 거둘 수 있습니다."))
    return opinion


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("invalid", _("의견을 적어 주세요."), "text")
    if len(text) > LONGEST:
        raise Refused("invalid", _("%(n)d자까지 쓸 수 있습니다.") % {"n": LONGEST}, "text")
    return _without_personal_data(text, "text")


def _checked_alias(alias: str) -> str:
    return _without_personal_data(alias.strip()[:40] or str(_("주민")), "alias")


def _without_personal_data(text: str, field: str) -> str:
    found: list[Any] = [finding for finding in find(text) if finding.certainty == "certain"]
    if found:
        kinds = ", ".join(sorted({str(finding.label) for finding in found}))
        raise Refused(
            "invalid", _("개인정보(%(kinds)s)로 보이는 부분을 지우고 다시 올려 주세요.") % {"kinds": kinds}, field
        )
    return text


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
