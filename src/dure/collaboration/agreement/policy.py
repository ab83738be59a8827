"""Who may do what with an agreement. Each function refuses with the reason, or returns."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dure.bodies.queries import officers_of
from dure.collaboration import parties
from dure.collaboration import policy as room
from dure.collaboration.agreement.models import Agreement, AgreementSignature, AgreementVersion
from dure.collaboration.models import Collaboration
from dure.core.refused import Refused
from dure.core.viewer import Viewer


def must_write(by: Viewer, collaboration: Collaboration) -> None:
    """Every party may the same: begin, edit, propose, comment."""
    room.must_be_party(by, collaboration)
    room.must_run(collaboration, "agreement")


def must_be_draft(version: AgreementVersion, edit: int) -> None:
    """The version is still being edited, and nobody saved it since this edit was begun."""
    if version.state != AgreementVersion.State.DRAFT:
        raise Refused("stale", _("그사이 서명을 받으려고 올린 판입니다. 고치려면 새 판을 만들어 주세요."))
    if version.edit != edit:
        raise Refused(
            "stale",
            _("그사이 다른 기관이 고쳤습니다. 지금 글을 본 뒤에 다시 저장해 주세요. 적으신 것은 아래에 남아 있습니다."),
        )


def must_sign(by: Viewer, collaboration: Collaboration, signed_with: str) -> None:
    """A person who is head or officer of a party at this moment, and who has just shown a second factor."""
    must_write(by, collaboration)
    if by.kind != "person" or by.person_id is None or by.body_id is None:
        raise Refused("not_allowed", _("서명은 사람이 합니다. 기관의 책임자나 담당자로 들어와 주세요."))
    if by.person_id not in officers_of(by.body_id):
        raise Refused("not_allowed", _("지금은 이 기관의 책임자나 담당자가 아니어서 서명할 수 없습니다."))
    if signed_with not in AgreementSignature.Shown.values:
        raise Refused("not_allowed", _("서명하려면 먼저 2단계 인증을 해 주세요."))


def must_be_the_same(version: AgreementVersion, sha256: str) -> None:
    """What is signed is what was read."""
    if version.state != AgreementVersion.State.PROPOSED or version.sha256 != sha256:
        raise Refused("stale", _("읽으신 판이 더는 서명할 판이 아닙니다. 지금 판을 읽고 다시 서명해 주세요."))


def must_name_the_parties(version: AgreementVersion, collaboration: Collaboration) -> None:
    """The parties in the document are those there are now."""
    named = {party["body"] for party in version.plain["parties"]}
    if named != {str(body) for body in parties.party_bodies(collaboration)}:
        raise Refused(
            "conflict", _("협약에 적힌 기관과 지금 함께하는 기관이 다릅니다. 새 판을 만들어 다시 올려 주세요.")
        )


def must_be_in_force(agreement: Agreement) -> None:
    if agreement.state != Agreement.State.IN_FORCE:
        raise Refused("conflict", _("효력이 있는 협약이 아닙니다."))


def must_manage_keys(by: Viewer, signed_with: str) -> None:
    """Only a head, who has just shown a second factor, retires the key of the body."""
    if by.kind != "person" or by.role != "head":
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("서명 열쇠는 기관의 책임자만 바꿀 수 있습니다."))
    if signed_with != AgreementSignature.Shown.SESSION:
        raise Refused("not_allowed", _("열쇠를 바꾸려면 먼저 2단계 인증을 해 주세요."))
