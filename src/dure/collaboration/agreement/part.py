from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.collaboration.agreement.demo import demo
from dure.collaboration.agreement.desk import desk_items
from dure.collaboration.agreement.effects import TERMINATE
from dure.collaboration.agreement.models import Agreement, ClauseComment
from dure.collaboration.agreement.subscribers import TOLD, tell_the_parties
from dure.collaboration.agreement.terms import look_at_terms
from dure.collaboration.parts import Kept, Part, Tab
from dure.core.jobs import titled
from dure.core.models import Event
from dure.core.rooms import Noun, Periodic, Subscriber


def _said(event: Event, comment: Any) -> str:
    text = comment.text if len(comment.text) <= 80 else comment.text[:79] + "…"
    return _("협약의 조항에 의견: “%(text)s”") % {"text": text}


def _version(words: Any) -> Any:
    return lambda event, thing: str(words) % {"n": event.data.get("version")}


PART = Part(
    "agreement",
    nouns=(
        Noun("협약", "agreement", "Agreement"),
        Noun("협약의 판", "version of an agreement", "AgreementVersion"),
        Noun("서명", "signature", "AgreementSignature"),
        Noun("서명 열쇠", "signing key", "SigningKey"),
        Noun("조항 의견", "comment on a clause", "ClauseComment"),
        Noun("기간 알림", "term warning", "TermWarning"),
    ),
    verbs=(
        "agreement_compose",
        "agreement_save",
        "agreement_propose",
        "agreement_revise",
        "agreement_sign",
        "agreement_terminate",
        "clause_comment",
        "renewal_refuse",
        "signing_key_retire",
    ),
    events_out={
        "collaboration.agreement.composed": gettext_lazy("협약을 쓰기 시작함"),
        "collaboration.agreement.edited": gettext_lazy("협약을 고침"),
        "collaboration.agreement.proposed": gettext_lazy("협약을 서명받으려고 올림"),
        "collaboration.agreement.revised": gettext_lazy("협약의 새 판을 만듦"),
        "collaboration.agreement.signed": gettext_lazy("협약에 서명함"),
        "collaboration.agreement.in_force": gettext_lazy("모두 서명해 협약이 시작됨"),
        "collaboration.agreement.commented": gettext_lazy("협약의 조항에 의견을 냄"),
        "collaboration.agreement.ending": gettext_lazy("협약의 기간이 끝나 감"),
        "collaboration.agreement.renewed": gettext_lazy("협약이 저절로 갱신됨"),
        "collaboration.agreement.renewal_refused": gettext_lazy("협약을 갱신하지 않겠다고 알림"),
        "collaboration.agreement.lapsed": gettext_lazy("협약의 기간이 갱신 없이 끝남"),
        "collaboration.agreement.terminated": gettext_lazy("협약을 해지함"),
        "collaboration.signing_key.retired": gettext_lazy("서명 열쇠를 바꿈"),
    },
    things={
        "agreement": Kept(Agreement, gettext_lazy("협약에 관한 일 1건")),
        "clause-comment": Kept(ClauseComment, gettext_lazy("조항 의견 1건"), ("body", "version")),
    },
    lines={
        "collaboration.agreement.composed": lambda e, t: _("협약을 쓰기 시작했습니다."),
        "collaboration.agreement.edited": _version(gettext_lazy("협약 제%(n)s판의 초안을 고쳤습니다.")),
        "collaboration.agreement.proposed": _version(gettext_lazy("협약 제%(n)s판을 서명받으려고 올렸습니다.")),
        "collaboration.agreement.revised": lambda e, t: (
            _("협약 제%(n)s판을 만들었습니다. 앞 판에 한 서명은 효력이 없습니다.") % {"n": e.data.get("version")}
            if e.data.get("voided")
            else _("협약 제%(n)s판을 만들었습니다.") % {"n": e.data.get("version")}
        ),
        "collaboration.agreement.signed": _version(gettext_lazy("협약 제%(n)s판에 서명했습니다.")),
        "collaboration.agreement.in_force": _version(
            gettext_lazy("마지막 서명을 더해, 협약 제%(n)s판이 효력을 얻었습니다.")
        ),
        "collaboration.agreement.commented": _said,
        "collaboration.agreement.ending": lambda e, t: (
            _("협약의 기간이 %(days)s일 남았습니다.") % {"days": e.data.get("days")}
        ),
        "collaboration.agreement.renewed": lambda e, t: _("협약이 저절로 갱신됐습니다."),
        "collaboration.agreement.renewal_refused": lambda e, t: _("협약을 갱신하지 않겠다고 알렸습니다."),
        "collaboration.agreement.lapsed": lambda e, t: _("협약의 기간이 갱신 없이 끝났습니다."),
        "collaboration.agreement.terminated": lambda e, t: (
            _("협약을 해지했습니다: %(why)s") % {"why": t.end_reason[:80]}
        ),
    },
    subscribers=(Subscriber("collaboration.agreement_parties", TOLD, tell_the_parties),),
    jobs={"collaboration.agreement_terms": titled(gettext_lazy("협약 기간 살피기"))(look_at_terms)},
    periodic=(Periodic("collaboration.agreement_terms", "day"),),
    tabs=(Tab(gettext_lazy("협약"), "agreement:page", 20),),
    effects=(TERMINATE,),
    desk=desk_items,
    demo=demo,
)
