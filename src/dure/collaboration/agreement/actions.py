"""Every write to an agreement. The collaboration's row is locked first, then the agreement's: nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration import parties
from dure.collaboration import policy as room
from dure.collaboration.actions.call import _locked
from dure.collaboration.agreement import content as contents
from dure.collaboration.agreement import keys, policy
from dure.collaboration.agreement.compose import composed
from dure.collaboration.agreement.models import (
    Agreement,
    AgreementSignature,
    AgreementVersion,
    ClauseComment,
    SigningKey,
)
from dure.collaboration.decisions.rules import Rule, set_rule
from dure.collaboration.models import Collaboration, Stage
from dure.core import clock
from dure.core.events import record
from dure.core.ids import receipt_number
from dure.core.links import urn
from dure.core.models import Person
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.engines import signing


def agreement_compose(*, by: Viewer, id: UUID) -> AgreementVersion:
    """Begin the agreement of a collaboration with what the house knows: parties, offers, purpose and term of the call.

    A second call returns the version that is there. Refused: not_allowed, conflict before the partners are settled.
    """
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_write(by, collaboration)
        known = Agreement.objects.filter(collaboration=collaboration).first()
        if known is not None:
            return _newest(known)
        agreement = Agreement.objects.create(collaboration=collaboration, body_id=by.body_id)
        version = AgreementVersion.objects.create(
            agreement=agreement, number=1, content=composed(collaboration), edited_by_id=by.body_id
        )
        _record(by, "composed", agreement, version)
    return version


def agreement_save(*, by: Viewer, id: UUID, edit: int, fields: Mapping[str, Any]) -> AgreementVersion:
    """Save some parts of the draft `id` (`content.EMPTY` names them). `edit` is the number under which it was read.

    Refused: stale where another party saved since or it was proposed, invalid with the field.
    """
    with transaction.atomic():
        version, collaboration = _version(id)
        policy.must_write(by, collaboration)
        policy.must_be_draft(version, edit)
        unknown = set(fields) - set(contents.EMPTY)
        if unknown:
            raise Refused("invalid", _("협약에 없는 칸입니다."))
        cleaned = contents.tidied(fields, _party_ids(collaboration))
        changed = {**version.content, **cleaned}
        if changed != version.content:
            version.content, version.edit = changed, version.edit + 1
            version.edited_by_id, version.changed_at = by.body_id, clock.now()
            version.save(update_fields=["content", "edit", "edited_by", "changed_at"])
            _record(by, "edited", version.agreement, version, edit=version.edit)
    return version


def agreement_propose(*, by: Viewer, id: UUID, edit: int) -> AgreementVersion:
    """Freeze the draft `id` as it was read under `edit`: from now on it is signed or replaced, never changed."""
    with transaction.atomic():
        version, collaboration = _version(id)
        policy.must_write(by, collaboration)
        if version.state == AgreementVersion.State.PROPOSED and version.edit == edit:
            return version
        policy.must_be_draft(version, edit)
        contents.must_be_whole(version.content, _party_ids(collaboration))
        document = document_of(version, collaboration)
        version.document = signing.canonical(document).decode()
        version.sha256 = signing.digest(document)
        version.state, version.proposed_at = AgreementVersion.State.PROPOSED, clock.now()
        version.proposed_by_id = by.body_id
        version.code = receipt_number("A", version.pk, version.proposed_at)
        version.save()
        _record(by, "proposed", version.agreement, version)
    return version


def agreement_revise(*, by: Viewer, id: UUID, kind: str = "amendment") -> AgreementVersion:
    """A new draft with the text of the newest version of the collaboration `id`.

    A version that waits for signatures becomes void with those it has; one in force stays in force until all have
    signed the new one. `kind` renewal moves the term on by its own length. Where there is a draft it is returned.
    """
    if kind not in (AgreementVersion.Kind.AMENDMENT, AgreementVersion.Kind.RENEWAL):
        raise Refused("invalid", _("변경인지 갱신인지 골라 주세요."), "kind")
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_write(by, collaboration)
        agreement = _agreement(collaboration)
        newest = _newest(agreement)
        if newest.state == AgreementVersion.State.DRAFT:
            return newest
        content = dict(newest.content)
        if newest.state == AgreementVersion.State.PROPOSED:
            newest.state, newest.ended_at = AgreementVersion.State.VOID, clock.now()
            newest.save(update_fields=["state", "ended_at"])
            kind = newest.kind
        elif kind == AgreementVersion.Kind.RENEWAL and agreement.starts_on and agreement.ends_on:
            start, end = next_term(agreement.starts_on, agreement.ends_on)
            content |= {"starts_on": start.isoformat(), "ends_on": end.isoformat()}
        version = AgreementVersion.objects.create(
            agreement=agreement, number=newest.number + 1, kind=kind, content=content, edited_by_id=by.body_id
        )
        _record(by, "revised", agreement, version, voided=newest.state == AgreementVersion.State.VOID)
    return version


def agreement_sign(*, by: Viewer, id: UUID, sha256: str, signed_with: str) -> AgreementSignature:
    """Sign the version `id` for the body one acts for. `sha256` is the hash of what was read; `signed_with` says that a
    second factor was just shown (`AgreementSignature.Shown`; the page knows it).

    With the last signature the version comes into force, in the same transaction. A second signature of the same body
    returns the first. Refused: not_allowed, stale, conflict where parties left or joined.
    """
    with transaction.atomic():
        version, collaboration = _version(id)
        policy.must_sign(by, collaboration, signed_with)
        assert by.body_id
        known = AgreementSignature.objects.filter(version=version, body_id=by.body_id).first()
        if known is not None and version.state != AgreementVersion.State.VOID:
            return known
        policy.must_be_the_same(version, sha256)
        policy.must_name_the_parties(version, collaboration)
        _must_be_demo(by, signed_with)
        key, private = keys.key_for(by.body_id)
        at = clock.now().replace(microsecond=0)
        said = signing.statement(version.plain, body=str(by.body_id), role=str(by.role), at=stamp(at))
        signature = AgreementSignature.objects.create(
            version=version,
            body_id=by.body_id,
            person_id=by.person_id,
            role=by.role,
            signed_with=signed_with,
            key=key,
            at=at,
            value=signing.sign(private, said),
        )
        signed = set(version.signatures.values_list("body_id", flat=True))
        if signed == parties.party_bodies(collaboration):
            _come_into_force(version, collaboration)
            _record(by, "in_force", version.agreement, version, signatures=len(signed))
        else:
            _record(by, "signed", version.agreement, version, signatures=len(signed))
    return signature


def _come_into_force(version: AgreementVersion, collaboration: Collaboration) -> None:
    agreement, now = version.agreement, clock.now()
    before = AgreementVersion.objects.filter(agreement=agreement, state=AgreementVersion.State.IN_FORCE)
    before.update(state=AgreementVersion.State.PAST, ended_at=now)
    version.state, version.in_force_at = AgreementVersion.State.IN_FORCE, now
    version.save(update_fields=["state", "in_force_at"])
    document = version.plain
    agreement.state, agreement.in_force = Agreement.State.IN_FORCE, version
    agreement.starts_on = date.fromisoformat(document["starts_on"])
    agreement.ends_on = date.fromisoformat(document["ends_on"])
    agreement.renewals, agreement.renewal_refused_by, agreement.renewal_refused_reason = 0, None, ""
    agreement.end_reason, agreement.end_terms, agreement.ended_at = "", "", None
    agreement.changed_at = now
    agreement.save()
    rule = document["rule"]
    weights = {one["body"]: one["voices"] for one in rule["voices"] if one["voices"] != 1}
    set_rule(collaboration, Rule(rule["passes"], rule["quorum_per_mille"], rule["days"], weights, agreed=True))
    if collaboration.stage == Stage.AGREEING:
        collaboration.stage, collaboration.working_at, collaboration.changed_at = Stage.WORKING, now, now
        collaboration.save(update_fields=["stage", "working_at", "changed_at"])


def clause_comment(*, by: Viewer, id: UUID, version_id: UUID, clause: str, text: str) -> ClauseComment:
    """Say something on a clause of a version that is being made, in the name of a party. With the same `id` once."""
    with transaction.atomic():
        version, collaboration = _version(version_id)
        policy.must_write(by, collaboration)
        known = ClauseComment.objects.filter(pk=id).first()
        if known is not None:
            if (known.body_id, known.version_id) != (by.body_id, version.pk):
                raise Refused("conflict", _("이미 쓰인 번호입니다. 처음부터 다시 해 주세요."))
            return known
        if not version.is_open:
            raise Refused("conflict", _("고치거나 서명하는 중인 판에만 의견을 남길 수 있습니다."))
        from dure.collaboration.agreement.clauses import clauses_of

        if clause not in {one.key for one in clauses_of(document_of(version, collaboration))}:
            raise Refused("invalid", _("없는 조항입니다."), "clause")
        text = tidy(text, longest=2000, field="text", needed=_("의견을 적어 주세요."))
        said = ClauseComment.objects.create(
            pk=id,
            collaboration=collaboration,
            agreement=version.agreement,
            version=version,
            clause=clause,
            body_id=by.body_id,
            person_id=by.person_id,
            text=text,
        )
        record(
            by=by,
            type="collaboration.agreement.commented",
            subject=collaboration.urn,
            thing=said.urn,
            data={"version": version.number},
        )
    return said


def renewal_refuse(*, by: Viewer, id: UUID, reason: str) -> Agreement:
    """Say, for a party and in time, that the agreement of the collaboration `id` shall not renew itself."""
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_write(by, collaboration)
        agreement = _agreement(collaboration)
        policy.must_be_in_force(agreement)
        assert agreement.in_force
        assert agreement.ends_on
        document = agreement.in_force.plain
        if document["renewal"] != "automatic":
            raise Refused("conflict", _("저절로 갱신되는 협약이 아닙니다."))
        if (agreement.ends_on - clock.today()).days < document["notice_days"]:
            raise Refused("conflict", _("갱신하지 않겠다고 알릴 수 있는 날이 지났습니다."))
        if agreement.renewal_refused_by_id:
            return agreement
        reason = tidy(reason, longest=1000, field="reason", needed=_("갱신하지 않는 까닭을 적어 주세요."))
        agreement.renewal_refused_by_id, agreement.renewal_refused_reason = by.body_id, reason
        agreement.save(update_fields=["renewal_refused_by", "renewal_refused_reason"])
        _record(by, "renewal_refused", agreement, agreement.in_force)
    return agreement


def agreement_terminate(*, by: Viewer, id: UUID, reason: str, terms: str) -> Agreement:
    """End the agreement of the collaboration `id`. Only a carried proposal does this (`part.PART.effects`)."""
    with transaction.atomic():
        collaboration = _locked(id)
        room.must_be_together(collaboration)
        agreement = _agreement(collaboration)
        policy.must_be_in_force(agreement)
        assert agreement.in_force
        version, now = agreement.in_force, clock.now()
        agreement.state, agreement.ended_at, agreement.changed_at = Agreement.State.TERMINATED, now, now
        agreement.end_reason = tidy(reason, longest=2000, field="reason", needed=_("해지하는 까닭을 적어 주세요."))
        agreement.end_terms = tidy(terms, longest=4000, field="terms")
        agreement.save()
        version.state, version.ended_at = AgreementVersion.State.PAST, now
        version.save(update_fields=["state", "ended_at"])
        _record(by, "terminated", agreement, version)
    return agreement


def signing_key_retire(*, by: Viewer, signed_with: str) -> SigningKey:
    """The key of the body one heads signs no more; the next signature makes a new one. What it signed stays good."""
    policy.must_manage_keys(by, signed_with)
    assert by.body_id
    with transaction.atomic():
        key = keys.retire(by.body_id)
        if key is None:
            raise Refused("conflict", _("아직 서명 열쇠가 없습니다."))
        record(
            by=by,
            type="collaboration.signing_key.retired",
            subject=urn("body", by.body_id),
            data={"key": str(key.pk)},
        )
    return key


def next_term(starts_on: date, ends_on: date) -> tuple[date, date]:
    """The term after this one, of the same length in days."""
    step = ends_on - starts_on
    start = ends_on + (date.resolution)
    return start, start + step


def stamp(at: Any) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def document_of(version: AgreementVersion, collaboration: Collaboration) -> dict[str, Any]:
    """The document: as it was frozen, or what a draft would be if it were proposed now."""
    if version.document:
        return json.loads(version.document)
    rows = parties.parties_of(collaboration)
    in_force = version.agreement.in_force
    return contents.document_of(
        version.content,
        agreement=str(version.agreement_id),
        collaboration=collaboration.receipt,
        title=collaboration.call.title,
        version=version.number,
        kind=version.kind,
        parties=[(row.body, row.role) for row in rows],
        replaces=in_force.number if in_force else None,
    )


def _must_be_demo(by: Viewer, signed_with: str) -> None:
    """No body's short name opens this door: only the demonstration being on, and a person that it made."""
    if signed_with != AgreementSignature.Shown.DEMO:
        return
    if not (settings.DEMO and Person.objects.filter(pk=by.person_id, is_demo=True).exists()):
        raise Refused("not_allowed", _("서명하려면 먼저 2단계 인증을 해 주세요."))


def _party_ids(collaboration: Collaboration) -> list[str]:
    return [str(row.body_id) for row in parties.parties_of(collaboration)]


def _agreement(collaboration: Collaboration) -> Agreement:
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("in_force")
    found = rows.filter(collaboration=collaboration).first()
    if found is None:
        raise Refused("not_found", _("아직 협약이 없습니다."))
    return found


def _newest(agreement: Agreement) -> AgreementVersion:
    return agreement.versions.order_by("-number").select_related("agreement")[0]


def _version(id: UUID) -> tuple[AgreementVersion, Collaboration]:
    """The version with its collaboration and agreement locked."""
    found = AgreementVersion.objects.filter(pk=id).values_list("agreement__collaboration", flat=True).first()
    if found is None:
        raise Refused("not_found", _("없는 협약입니다."))
    collaboration = _locked(found)
    agreement = _agreement(collaboration)
    version = AgreementVersion.objects.get(pk=id)
    version.agreement = agreement
    return version, collaboration


def _record(by: Viewer, happened: str, agreement: Agreement, version: AgreementVersion, **data: Any) -> None:
    record(
        by=by,
        type=f"collaboration.agreement.{happened}",
        subject=agreement.about,
        thing=agreement.urn,
        data={"version": version.number, "kind": version.kind, **data},
    )
