"""Ratings: by the parties, sealed until all have rated; by citizens, one each, with words that can be taken down."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from dure.collaboration.actions.call import _locked
from dure.collaboration.actions.opinion import _without_personal_data
from dure.collaboration.closing import policy
from dure.collaboration.closing.models import CitizenRating, PartnerRating
from dure.collaboration.closing.once import made_before
from dure.collaboration.models import Collaboration, OpinionFlag, Stage
from dure.collaboration.parties import party_bodies
from dure.core import clock
from dure.core.confirmations import clean_address, confirmation_start
from dure.core.events import record
from dure.core.models import Confirmation, Person
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

PURPOSE = "rating"
QUESTIONS = ("respect", "fair", "again")
STANDING = (CitizenRating.State.PUBLISHED, CitizenRating.State.HIDDEN)


def partner_rate(*, by: Viewer, id: UUID, scores: Mapping[str, int], text: str = "") -> PartnerRating:
    """A party says how it found working together: `scores` respect, fair, again from 1 to 5. Once, and sealed.

    Refused: not_allowed, conflict (too early, 90 days after the end, or rated already), invalid.
    """
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_rate_as_party(by, collaboration)
        if PartnerRating.objects.filter(collaboration=collaboration, body_id=by.body_id).exists():
            raise Refused("conflict", _("우리 기관은 이미 평가했습니다."))
        for name in QUESTIONS:
            _must_be_score(scores.get(name), name)
        rating = PartnerRating.objects.create(
            collaboration=collaboration,
            body_id=by.body_id,
            person_id=by.person_id,
            text=_without_personal_data(tidy(text, longest=2000, field="text"), "text"),
            at=clock.now(),
            **{name: scores[name] for name in QUESTIONS},
        )
        rated = set(PartnerRating.objects.filter(collaboration=collaboration).values_list("body_id", flat=True))
        missing = party_bodies(collaboration) - rated
        if not missing or collaboration.stage == Stage.ENDED:
            reveal_partner_ratings(collaboration)
        record(by=by, type="collaboration.partner.rated", subject=collaboration.urn, data={"missing": len(missing)})
    return rating


def reveal_partner_ratings(collaboration: Collaboration) -> None:
    """Everybody reads them from now on: called when all have rated, and at the end."""
    PartnerRating.objects.filter(collaboration=collaboration, revealed_at=None).update(revealed_at=clock.now())


def citizen_rate(
    *,
    by: Viewer,
    id: UUID,
    score: int | None,
    text: str = "",
    alias: str = "",
    channel: str = "",
    address: str = "",
    client: str = "",
    rating_id: UUID | None = None,
) -> CitizenRating:
    """Rate what came out, 1 to 5, with words if one likes. Once for each person or confirmed address.

    Signed-in people are counted at once; others give an address (`channel` email or phone) and are counted when they
    have confirmed it. Refused: not_found, not_allowed (belongs to a party), conflict (too early or late, or rated
    already), invalid, too_many.
    """
    with transaction.atomic():
        if not Collaboration.objects.visible_to(by).exclude(stage=Stage.DRAFT).filter(pk=id).exists():
            raise Refused("not_found", _("없는 협업입니다."))
        collaboration = _locked(id)
        known, rating_id = made_before(CitizenRating, rating_id, collaboration=collaboration, person=by.person_id)
        if known:
            return known
        policy.must_rate_as_citizen(by, collaboration)
        rating = CitizenRating(
            pk=rating_id,
            collaboration=collaboration,
            score=_must_be_score(score, "score"),
            text=_without_personal_data(tidy(text, longest=1000, field="text"), "text"),
            created_at=clock.now(),
        )
        if by.is_person:
            rating.person_id = by.person_id
            rating.voter = voter(collaboration, Person.objects.get(pk=by.person_id).email)
            if _rated(rating):
                raise Refused("conflict", _("이 협업을 이미 평가하셨습니다. 거둔 뒤에 다시 평가할 수 있습니다."))
            _publish(rating, by)
        else:
            name = tidy(alias, longest=40, field="alias", one_line=True) or str(_("주민"))
            rating.alias = _without_personal_data(name, "alias")
            rating.voter = voter(collaboration, clean_address(channel, address))
            rating.confirmation = confirmation_start(
                channel=channel, address=address, purpose=PURPOSE, thing=collaboration.urn, client=client
            )
            rating.save(force_insert=True)
    return rating


def citizen_rating_publish_confirmed(confirmation: Confirmation) -> None:
    """Count the rating that waited for this confirmation, in the transaction that confirms. A second one of the same
    address is not counted, nor one of somebody who belongs to a party."""
    found = CitizenRating.objects.filter(confirmation=confirmation).values_list("collaboration_id", flat=True).first()
    if found is None:
        raise Refused("not_found", _("이 확인으로 올릴 평가가 없습니다."))
    collaboration = _locked(found)
    rating = CitizenRating.objects.select_for_update(of=("self",)).get(confirmation=confirmation)
    if rating.state != CitizenRating.State.UNCONFIRMED:
        return
    person = Person.objects.filter(email__iexact=confirmation.address).first()
    if _rated(rating):
        rating.state = CitizenRating.State.TWICE
        rating.save(update_fields=["state"])
    elif person is not None and policy.is_of_a_party(Viewer.person(person.pk), collaboration):
        rating.state = CitizenRating.State.PARTY
        rating.save(update_fields=["state"])
    else:
        _publish(rating, Viewer.link(rating.urn))


def citizen_rating_remove(*, by: Viewer, id: UUID) -> CitizenRating:
    """Take one's own rating back; its words go, and one may rate anew while ratings are taken."""
    with transaction.atomic():
        rating = _locked_rating(id)
        if not policy.wrote(by, rating):
            code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
            raise Refused(code, _("평가한 사람만 거둘 수 있습니다."))
        rating.state, rating.text, rating.flagged_at = CitizenRating.State.REMOVED, "", None
        rating.save(update_fields=["state", "text", "flagged_at"])
        record(by=by, type="collaboration.rating.removed", subject=rating.about, thing=rating.urn)
    return rating


def citizen_rating_flag(*, by: Viewer, id: UUID, why: str) -> CitizenRating:
    """Report the words of a rating to those who moderate. While one report waits another changes nothing."""
    with transaction.atomic():
        rating = _locked_rating(id)
        if not CitizenRating.objects.visible_to(by).filter(pk=id).exists():
            raise Refused("not_found", _("없는 평가입니다."))
        if rating.state != CitizenRating.State.PUBLISHED or not rating.text:
            raise Refused("conflict", _("지금 올라와 있는 글만 알릴 수 있습니다."))
        if why not in OpinionFlag.Why.values:
            raise Refused("invalid", _("알리는 까닭을 골라 주세요."), "why")
        if rating.flagged_at is None:
            rating.flagged_at, rating.flag_why = clock.now(), why
            rating.save(update_fields=["flagged_at", "flag_why"])
            record(by=by, type="collaboration.rating.flagged", subject=rating.about, thing=rating.urn)
    return rating


def citizen_rating_hide(*, by: Viewer, id: UUID, reason: str) -> CitizenRating:
    """Take the words of a rating down with a public reason. The number still counts."""
    with transaction.atomic():
        rating = _locked_rating(id)
        policy.must_moderate(by, rating)
        if rating.state != CitizenRating.State.PUBLISHED or not rating.text:
            raise Refused("conflict", _("지금 올라와 있는 글만 가릴 수 있습니다."))
        rating.hidden_reason = tidy(reason, longest=300, field="reason", needed=_("가리는 까닭을 적어 주세요."))
        rating.state, rating.flagged_at = CitizenRating.State.HIDDEN, None
        rating.save(update_fields=["state", "hidden_reason", "flagged_at"])
        record(by=by, type="collaboration.rating.hidden", subject=rating.about, thing=rating.urn)
    return rating


def citizen_rating_restore(*, by: Viewer, id: UUID) -> CitizenRating:
    """Put hidden words back, or settle a report against words that stay."""
    with transaction.atomic():
        rating = _locked_rating(id)
        policy.must_moderate(by, rating)
        hidden = rating.state == CitizenRating.State.HIDDEN
        if hidden:
            rating.state, rating.hidden_reason = CitizenRating.State.PUBLISHED, ""
        rating.flagged_at = None
        rating.save(update_fields=["state", "hidden_reason", "flagged_at"])
        if hidden:
            record(by=by, type="collaboration.rating.restored", subject=rating.about, thing=rating.urn)
    return rating


def voter(collaboration: Collaboration, address: str) -> str:
    """Tells people apart within one collaboration, and cannot be turned back or compared with another's."""
    plain = f"{collaboration.pk}:{address.strip().lower()}"
    return salted_hmac("dure.rating", plain, algorithm="sha256").hexdigest()


def _rated(rating: CitizenRating) -> bool:
    rows = CitizenRating.objects.filter(collaboration=rating.collaboration_id, voter=rating.voter, state__in=STANDING)
    return rows.exists()


def _publish(rating: CitizenRating, by: Viewer) -> None:
    rating.state, rating.published_at = CitizenRating.State.PUBLISHED, clock.now()
    rating.save()
    record(by=by, type="collaboration.rated", subject=rating.about, thing=rating.urn)


def _must_be_score(score: object, field: str) -> int:
    if isinstance(score, bool) or not isinstance(score, int) or not 1 <= score <= 5:
        raise Refused("invalid", _("1부터 5까지 골라 주세요."), field)
    return score


def _locked_rating(id: UUID) -> CitizenRating:
    rows = CitizenRating.objects.select_for_update(of=("self",)).select_related("collaboration")
    found = rows.filter(pk=id, state__in=STANDING).first()
    if found is None:
        raise Refused("not_found", _("없는 평가입니다."))
    return found
