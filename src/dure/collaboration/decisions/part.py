from __future__ import annotations

from django.utils.translation import gettext_lazy

from dure.collaboration.decisions.demo import demo
from dure.collaboration.decisions.desk import desk
from dure.collaboration.decisions.effects import EFFECTS
from dure.collaboration.decisions.jobs import WATCH, watch
from dure.collaboration.decisions.lines import LINES
from dure.collaboration.decisions.models import Proposal
from dure.collaboration.decisions.queries import open_count
from dure.collaboration.decisions.subscribers import tell_all_parties, tell_the_asked
from dure.collaboration.decisions.things import EFFECTS as OF_THINGS
from dure.collaboration.parts import Kept, Part, Tab
from dure.core.rooms import Noun, Periodic, Subscriber

PART = Part(
    "decisions",
    nouns=(
        Noun("정하는 방식", "decision rule", "DecisionRule"),
        Noun("안건", "proposal", "Proposal"),
        Noun("안건의 옛 글", "proposal revision", "ProposalRevision"),
        Noun("표", "vote", "Vote"),
        Noun("표의 옛 뜻", "vote revision", "VoteRevision"),
        Noun("함께하자는 청", "admission", "Admission"),
    ),
    verbs=(
        "proposal_make",
        "proposal_change",
        "proposal_withdraw",
        "proposal_open",
        "proposal_decide",
        "vote_cast",
        "party_leave",
        "admission_accept",
        "admission_decline",
    ),
    events_out={
        "collaboration.proposal.made": gettext_lazy("안건을 올림"),
        "collaboration.proposal.changed": gettext_lazy("안건을 고침"),
        "collaboration.proposal.withdrawn": gettext_lazy("안건을 거둠"),
        "collaboration.proposal.closing": gettext_lazy("안건의 기한이 다가옴"),
        "collaboration.proposal.prolonged": gettext_lazy("안건의 기한을 늘림"),
        "collaboration.proposal.carried": gettext_lazy("안건이 가결됨"),
        "collaboration.proposal.fallen": gettext_lazy("안건이 부결됨"),
        "collaboration.proposal.not_done": gettext_lazy("가결된 안건을 할 수 없었음"),
        "collaboration.vote.cast": gettext_lazy("안건에 뜻을 밝힘"),
        "collaboration.vote.changed": gettext_lazy("밝힌 뜻을 바꿈"),
        "collaboration.party.asked": gettext_lazy("기관에 함께하자고 청함"),
        "collaboration.party.joined": gettext_lazy("기관이 함께하게 됨"),
        "collaboration.party.declined": gettext_lazy("기관이 청을 사양함"),
        "collaboration.party.left": gettext_lazy("기관이 떠남"),
        "collaboration.party.parted": gettext_lazy("함께 정하여 기관이 떠남"),
    },
    things={"proposal": Kept(Proposal, gettext_lazy("안건 1건"), ("body",))},
    lines=LINES,
    subscribers=(
        Subscriber(
            "collaboration.tell_all_parties",
            (
                "collaboration.proposal.made",
                "collaboration.proposal.withdrawn",
                "collaboration.proposal.closing",
                "collaboration.proposal.prolonged",
                "collaboration.proposal.carried",
                "collaboration.proposal.fallen",
                "collaboration.proposal.not_done",
                "collaboration.party.joined",
                "collaboration.party.declined",
                "collaboration.party.left",
                "collaboration.party.parted",
            ),
            tell_all_parties,
        ),
        Subscriber("collaboration.tell_the_asked", ("collaboration.party.asked",), tell_the_asked),
    ),
    jobs={WATCH: watch},
    periodic=(Periodic(WATCH, "hour"),),
    tabs=(Tab(gettext_lazy("함께 정하기"), "decisions:page", 20, open_count),),
    effects=EFFECTS + OF_THINGS,
    desk=desk,
    demo=demo,
)
