"""Who may propose, vote and leave. Each function refuses with the reason, or returns."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dure.collaboration.decisions.models import Admission, Proposal
from dure.collaboration.models import Collaboration
from dure.collaboration.policy import must_be_party, must_be_together, must_run
from dure.core.refused import Refused
from dure.core.viewer import Viewer

PART = "decisions"


def must_propose(by: Viewer, collaboration: Collaboration) -> None:
    must_be_party(by, collaboration)
    must_run(collaboration, PART)


def must_vote(by: Viewer, proposal: Proposal) -> None:
    """Whoever acts for a body that is a party now, while the proposal is open."""
    must_be_party(by, proposal.collaboration)
    must_run(proposal.collaboration, PART)
    must_be_undecided(proposal)


def must_be_undecided(proposal: Proposal) -> None:
    if proposal.state == Proposal.State.OPEN:
        return
    if proposal.state == Proposal.State.WITHDRAWN:
        raise Refused("conflict", _("거둔 안건입니다."))
    raise Refused("conflict", _("이미 결정된 안건이라 뜻을 밝히거나 바꿀 수 없습니다."))


def must_hold(by: Viewer, proposal: Proposal) -> None:
    """The party that proposed it, while it is open."""
    by.must_act_for(proposal.body_id, _("안건을 올린 기관의 담당자만 할 수 있습니다."))
    must_be_party(by, proposal.collaboration)
    must_be_undecided(proposal)


def must_change(by: Viewer, proposal: Proposal) -> None:
    """What others have voted on is not changed under them."""
    must_hold(by, proposal)
    must_run(proposal.collaboration, PART)
    if proposal.votes.exists():
        raise Refused("conflict", _("이미 뜻을 밝힌 기관이 있어 고칠 수 없습니다. 거두고 새로 올릴 수 있습니다."))


def must_answer(by: Viewer, admission: Admission) -> None:
    """The body that is asked to join, as long as it has not answered and there is something to join."""
    by.must_act_for(admission.body_id, _("청을 받은 기관의 담당자만 답할 수 있습니다."))
    if admission.state != Admission.State.ASKED:
        raise Refused("conflict", _("이미 답했습니다."))
    must_be_together(admission.collaboration)
