"""Who may do what with a collaboration. Each function refuses with the reason, or returns."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dure.collaboration import parties
from dure.collaboration.models import TOGETHER, Collaboration, Invitation, Offer, Opinion, Stage
from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Level


def must_ask_for(by: Viewer, body_id: object) -> None:
    """Only a head, an officer or a writing system of the body asks in its name."""
    by.must_act_for(body_id, _("협업을 요청하려면 기관의 담당자로 들어와야 합니다."))  # type: ignore[arg-type]


def must_own(by: Viewer, collaboration: Collaboration) -> None:
    by.must_act_for(collaboration.body_id, _("이 협업을 요청한 기관의 담당자만 할 수 있습니다."))


def must_be_open(collaboration: Collaboration) -> None:
    """A withdrawn call takes no offers, invitations or changes."""
    if collaboration.stage != Stage.ASKED:
        raise Refused("conflict", _("지금은 제안을 받지 않는 협업입니다."))


def must_be_party(by: Viewer, collaboration: Collaboration) -> None:
    """Whoever acts for a body that is a party now. All parties may the same: none stands above another."""
    if by.body_id is None or not (by.may_act_for(by.body_id) and parties.is_party(by, collaboration)):
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("함께하는 기관의 담당자만 할 수 있습니다."))


def must_be_together(collaboration: Collaboration) -> None:
    """The partners are settled and it has not ended."""
    if collaboration.stage not in TOGETHER:
        raise Refused("conflict", _("함께할 기관이 정해진 뒤, 마치기 전까지만 할 수 있습니다."))


def must_run(collaboration: Collaboration, part: str) -> None:
    """What a dispute is about rests until it is settled. `part` is one of `parts.NAMES`."""
    must_be_together(collaboration)
    if part in collaboration.paused:
        raise Refused("conflict", _("이 일을 두고 갈등을 조정하는 중이라 잠시 멈추어 있습니다."))


def must_offer_for(by: Viewer, collaboration: Collaboration) -> None:
    if by.body_id is None:
        raise Refused(
            "not_signed_in" if by.kind == "anonymous" else "not_allowed",
            _("제안은 기관의 이름으로 합니다. 기관의 담당자로 들어와 주세요."),
        )
    by.must_act_for(by.body_id, _("이 기관의 이름으로 제안할 수 있는 것은 대표나 담당자입니다."))
    if by.body_id == collaboration.body_id:
        raise Refused("conflict", _("우리 기관이 요청한 협업에는 제안할 수 없습니다. 가진 것에 더해 주세요."))
    must_be_open(collaboration)
    join_until = collaboration.call.join_until
    if join_until and join_until < clock.today():
        raise Refused("conflict", _("제안 마감일이 지났습니다. 요청한 기관이 날을 늘리면 다시 제안할 수 있습니다."))


def must_hold_offer(by: Viewer, offer: Offer) -> None:
    by.must_act_for(offer.body_id, _("제안한 기관의 담당자만 고치거나 거둘 수 있습니다."))
    if offer.state != Offer.State.MADE:
        raise Refused("conflict", _("이미 거둔 제안입니다."))


def must_be_alone_yet(collaboration: Collaboration) -> None:
    """Once the partners are settled nobody decides alone what was asked for in the name of all."""
    if collaboration.settled_at is not None:
        raise Refused(
            "conflict",
            _("함께할 기관이 정해진 뒤에는 한 기관이 혼자 정할 수 없습니다. ‘함께 정하기’에 안건으로 올려 주세요."),
        )


def must_show_to_parties(collaboration: Collaboration, level: str) -> None:
    """Once the partners are settled, what stands in the collaboration is for all parties at least."""
    if collaboration.settled_at is not None and level not in (Level.PUBLIC, Level.PARTNERS):
        raise Refused("invalid", _("함께하는 기관이 모두 볼 수 있어야 합니다. 더 좁힐 수 없습니다."), "visibility")


def must_add_files(by: Viewer, collaboration: Collaboration) -> None:
    """Files come from the parties; before the partners are settled also from bodies with an offer that stands."""
    if by.may_act_for(by.body_id) and parties.is_party(by, collaboration):
        return
    if collaboration.settled_at is not None:
        must_be_party(by, collaboration)
    made = Offer.objects.filter(collaboration=collaboration, body_id=by.body_id, state=Offer.State.MADE)
    if by.body_id is None or not (by.may_act_for(by.body_id) and made.exists()):
        must_own(by, collaboration)


def may_decide_visibility(by: Viewer, opinion: Opinion) -> bool:
    """The body in whose name it was said, and whoever moderates opinions here."""
    return by.may_act_for(opinion.body_id) or _moderates(by, opinion)


def must_decide_visibility(by: Viewer, opinion: Opinion) -> None:
    if not may_decide_visibility(by, opinion):
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("의견을 낸 기관이나 의견을 살피는 기관만 정할 수 있습니다."))


def must_be_invited(by: Viewer, invitation: Invitation) -> None:
    by.must_act_for(invitation.body_id, _("초대받은 기관의 담당자만 답할 수 있습니다."))


def wrote(by: Viewer, opinion: Opinion) -> bool:
    """Its writer: the person signed in, or who confirmed the address it was said with (a link viewer)."""
    if by.kind == "link":
        return by.link_urn == opinion.urn
    return by.person_id is not None and by.person_id == opinion.person_id


def _moderates(by: Viewer, opinion: Opinion) -> bool:
    """Whether the viewer's body looks after this opinion: before the partners are settled the asking body; from then on
    every party alike, but none of them what another party said."""
    collaboration = opinion.collaboration
    if collaboration.settled_at is None:
        return by.may_act_for(collaboration.body_id)
    if by.body_id is None or not by.may_act_for(by.body_id):
        return False
    members = parties.members(collaboration)
    return by.body_id in members and opinion.body_id not in members - {by.body_id}


def may_moderate(by: Viewer, opinion: Opinion) -> bool:
    """Officers of a body that looks after it, except over what they wrote themselves; operators in a staff session."""
    return by.operator or (_moderates(by, opinion) and not wrote(by, opinion))


def must_moderate(by: Viewer, opinion: Opinion) -> None:
    if not may_moderate(by, opinion):
        raise Refused("not_allowed", _("이 의견을 가리거나 되살릴 권한이 없습니다."))
