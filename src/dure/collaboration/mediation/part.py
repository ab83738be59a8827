from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dure.collaboration.mediation import actions, lines, queries
from dure.collaboration.mediation.demo import demo
from dure.collaboration.mediation.desk import desk, personal
from dure.collaboration.mediation.jobs import watch_deadlines
from dure.collaboration.mediation.lines import EVENTS, LINES, THINGS
from dure.collaboration.mediation.models import HearingRecord
from dure.collaboration.mediation.subscribers import tell_dispute, tell_mediator
from dure.collaboration.parts import Kept, Part, Tab
from dure.core.rooms import Noun, Periodic, Subscriber

PART = Part(
    "mediation",
    nouns=(
        Noun("조정위원", "mediator", "Mediator"),
        Noun("이해관계", "interest", "MediatorInterest"),
        Noun("갈등 조정", "dispute", "Dispute"),
        Noun("갈등의 당사자", "party to a dispute", "DisputeParty"),
        Noun("멈춘 일", "contested part", "ContestedPart"),
        Noun("입장", "statement of a party", "DisputeStatement"),
        Noun("입장의 옛 글", "statement revision", "StatementRevision"),
        Noun("조정 자료", "evidence", "Evidence"),
        Noun("위원 뽑기", "committee draw", "CommitteeDraw"),
        Noun("조정위원회 위원", "committee member", "CommitteeMember"),
        Noun("위원장 투표", "chair vote", "ChairVote"),
        Noun("조정 자리", "hearing", "Hearing"),
        Noun("조정 자리의 기록", "record of a hearing", "HearingRecord"),
        Noun("조정안", "mediation proposal", "MediationProposal"),
        Noun("조정안의 할 일", "duty of a party", "MediationDuty"),
        Noun("초안 찬성", "approval of a draft", "MediationApproval"),
        Noun("조정안의 답", "answer to a mediation proposal", "MediationAnswer"),
    ),
    verbs=tuple(actions.__all__),
    events_out=EVENTS,
    things={**THINGS, "hearing_record": Kept(HearingRecord, _("조정 자리의 기록 1건"))},
    lines=LINES,
    describe=lines.describe,
    resolvers={"mediator": lines.resolve_mediators},
    subscribers=(
        Subscriber("collaboration.tell_mediator", ("collaboration.mediator.*",), tell_mediator),
        Subscriber("collaboration.tell_dispute", ("collaboration.dispute.*",), tell_dispute),
    ),
    jobs={"collaboration.mediation_deadlines": watch_deadlines},
    periodic=(Periodic("collaboration.mediation_deadlines", "hour"),),
    tabs=(Tab(_("갈등 조정"), "mediation:page", 40, queries.open_count),),
    desk=desk,
    personal=personal,
    demo=demo,
)
