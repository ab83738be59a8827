"""이어 가기와 마치기: will it last, what did it do, how did it end, what did others learn of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.collaboration.closing import queries
from dure.collaboration.closing.actions import citizen_rating_publish_confirmed, rechecks_tell
from dure.collaboration.closing.demo import demo
from dure.collaboration.closing.desk import desk_items
from dure.collaboration.closing.effects import EFFECTS
from dure.collaboration.closing.items import items
from dure.collaboration.closing.models import (
    CitizenRating,
    Handover,
    Indicator,
    Measurement,
    PartnerRating,
    SustainabilityAnswer,
)
from dure.collaboration.closing.pages.rating import after_confirming
from dure.collaboration.closing.reckoning import shown
from dure.collaboration.closing.subscribers import tell_all_parties, tell_the_owner
from dure.collaboration.models import Outcome
from dure.collaboration.models.case import Verdict
from dure.collaboration.parts import Kept, Part, Tab
from dure.core.jobs import titled
from dure.core.rooms import Noun, Periodic, Purpose, Subscriber
from dure.core.viewer import Viewer


@titled(gettext_lazy("지속가능성을 다시 볼 날 알리기"))
def recheck(context: Any) -> dict[str, int]:
    return {"told": rechecks_tell(by=Viewer.anonymous())}


def _answered(event: Any, thing: SustainabilityAnswer) -> str:
    label = items()[thing.item].label if thing.item in items() else thing.item
    return _("지속가능성을 점검했습니다: %(item)s – %(mark)s") % {"item": label, "mark": Verdict(thing.mark).label}


def _measured(event: Any, thing: Measurement) -> str:
    value = f"{shown(thing.value)} {thing.indicator.unit}"
    return _("지표를 쟀습니다: %(name)s %(value)s") % {"name": thing.indicator.name, "value": value}


def _corrected(event: Any, thing: Measurement) -> str:
    value = f"{shown(thing.value)} {thing.indicator.unit}"
    words = _("잰 값을 바로잡았습니다: %(name)s %(value)s (%(why)s)")
    return words % {"name": thing.indicator.name, "value": value, "why": thing.reason}


def _ended(event: Any, thing: None) -> str:
    return _("협업을 마쳤습니다: %(outcome)s") % {"outcome": Outcome(event.data["outcome"]).label}


LINES: Mapping[str, Any] = {
    "collaboration.lasting.answered": _answered,
    "collaboration.lasting.due": lambda e, t: _("지속가능성을 다시 볼 날이 되었습니다."),
    "collaboration.handover.asked": lambda e, t: _("이어받아 달라고 청했습니다: %(body)s") % {"body": t.to_body.name},
    "collaboration.handover.accepted": lambda e, t: _("이어받겠다고 했습니다: %(body)s") % {"body": t.to_body.name},
    "collaboration.handover.declined": lambda e, t: (
        _("이어받기를 사양했습니다: %(body)s – %(why)s") % {"body": t.to_body.name, "why": t.answer}
    ),
    "collaboration.handover.withdrawn": lambda e, t: _("이어받아 달라는 청을 거두었습니다."),
    "collaboration.handover.done": lambda e, t: (
        _("맡는 기관이 바뀌었습니다: %(old)s → %(new)s") % {"old": t.from_body.name, "new": t.to_body.name}
    ),
    "collaboration.indicator.proposed": lambda e, t: _("지표를 더했습니다: %(name)s") % {"name": t.name},
    "collaboration.indicator.changed": lambda e, t: _("지표를 고쳤습니다: %(name)s") % {"name": t.name},
    "collaboration.indicator.dropped": lambda e, t: (
        _("지표를 뺐습니다: %(name)s (%(why)s)") % {"name": t.name, "why": t.dropped_reason}
    ),
    "collaboration.indicators.confirmed": lambda e, t: (
        _("지표를 확인했습니다.") if e.data["missing"] else _("지표를 확인했습니다. 이제 모든 기관이 동의했습니다.")
    ),
    "collaboration.measured": _measured,
    "collaboration.measurement.corrected": _corrected,
    "collaboration.partner.rated": lambda e, t: _("함께한 일을 평가했습니다."),
    "collaboration.rated": lambda e, t: _("주민이 평가했습니다: %(n)d점") % {"n": t.score},
    "collaboration.rating.removed": lambda e, t: _("쓴 사람이 평가를 거두었습니다."),
    "collaboration.rating.hidden": lambda e, t: _("평가의 글이 가려졌습니다: %(why)s") % {"why": t.hidden_reason},
    "collaboration.rating.restored": lambda e, t: _("가려졌던 평가의 글이 다시 올라왔습니다."),
    "collaboration.ended": _ended,
    "collaboration.case.edited": lambda e, t: _("사례를 고쳤습니다."),
}

PART = Part(
    "closing",
    nouns=(
        Noun("지속가능성", "sustainability", "Sustainability"),
        Noun("점검의 답", "answer to the checklist", "SustainabilityAnswer"),
        Noun("이어받음", "handover", "Handover"),
        Noun("지표", "indicator", "Indicator"),
        Noun("지표 묶음", "set of indicators", "IndicatorSet"),
        Noun("지표의 확인", "confirmation of the indicators", "IndicatorConfirmation"),
        Noun("지표의 옛 글", "indicator revision", "IndicatorRevision"),
        Noun("잰 값", "measurement", "Measurement"),
        Noun("기관의 평가", "partner rating", "PartnerRating"),
        Noun("주민의 평가", "citizen rating", "CitizenRating"),
        Noun("마침", "ending", "Ending"),
        Noun("사례의 옛 글", "case revision", "CaseRevision"),
    ),
    verbs=(
        "checklist_answer",
        "rechecks_tell",
        "handover_ask",
        "handover_accept",
        "handover_decline",
        "handover_withdraw",
        "indicator_propose",
        "indicator_change",
        "indicator_drop",
        "indicators_confirm",
        "measurement_record",
        "measurement_correct",
        "partner_rate",
        "citizen_rate",
        "citizen_rating_publish_confirmed",
        "citizen_rating_remove",
        "citizen_rating_flag",
        "citizen_rating_hide",
        "citizen_rating_restore",
        "case_edit",
    ),
    events_out={
        "collaboration.lasting.answered": gettext_lazy("지속가능성을 점검함"),
        "collaboration.lasting.due": gettext_lazy("지속가능성을 다시 볼 날이 됨"),
        "collaboration.handover.asked": gettext_lazy("이어받아 달라고 청함"),
        "collaboration.handover.accepted": gettext_lazy("이어받겠다고 함"),
        "collaboration.handover.declined": gettext_lazy("이어받기를 사양함"),
        "collaboration.handover.withdrawn": gettext_lazy("이어받아 달라는 청을 거둠"),
        "collaboration.handover.done": gettext_lazy("맡는 기관이 바뀜"),
        "collaboration.indicator.proposed": gettext_lazy("지표를 더함"),
        "collaboration.indicator.changed": gettext_lazy("지표를 고침"),
        "collaboration.indicator.dropped": gettext_lazy("지표를 뺌"),
        "collaboration.indicators.confirmed": gettext_lazy("지표를 확인함"),
        "collaboration.measured": gettext_lazy("지표를 잼"),
        "collaboration.measurement.corrected": gettext_lazy("잰 값을 바로잡음"),
        "collaboration.partner.rated": gettext_lazy("기관이 평가함"),
        "collaboration.rated": gettext_lazy("주민이 평가함"),
        "collaboration.rating.removed": gettext_lazy("평가를 거둠"),
        "collaboration.rating.flagged": gettext_lazy("평가의 글을 살펴 달라고 알림"),
        "collaboration.rating.hidden": gettext_lazy("평가의 글을 가림"),
        "collaboration.rating.restored": gettext_lazy("평가의 글을 되살림"),
        "collaboration.ended": gettext_lazy("협업을 마침"),
        "collaboration.case.edited": gettext_lazy("사례를 고침"),
    },
    things={
        "sustainability": Kept(SustainabilityAnswer, gettext_lazy("지속가능성 점검 1건"), ("body",)),
        "handover": Kept(Handover, gettext_lazy("이어받기 1건"), ("to_body", "from_body")),
        "indicator": Kept(Indicator, gettext_lazy("지표 1건")),
        "measurement": Kept(Measurement, gettext_lazy("잰 값 1건"), ("indicator",)),
        "partner-rating": Kept(PartnerRating, gettext_lazy("기관의 평가 1건"), ("body",)),
        "citizen-rating": Kept(CitizenRating, gettext_lazy("주민의 평가 1건")),
    },
    lines=LINES,
    subscribers=(
        Subscriber(
            "collaboration.closing_parties",
            (
                "collaboration.lasting.due",
                "collaboration.handover.*",
                "collaboration.indicator.*",
                "collaboration.indicators.confirmed",
                "collaboration.measurement.corrected",
                "collaboration.partner.rated",
                "collaboration.ended",
                "collaboration.case.edited",
            ),
            tell_all_parties,
        ),
        Subscriber("collaboration.closing_owner", ("collaboration.rating.flagged",), tell_the_owner),
    ),
    jobs={"collaboration.recheck": recheck},
    periodic=(Periodic("collaboration.recheck", "day"),),
    tabs=(
        Tab(gettext_lazy("평가"), "closing:evaluation", 80, queries.rating_count),
        Tab(gettext_lazy("이어 가기"), "closing:page", 90),
    ),
    effects=EFFECTS,
    desk=desk_items,
    demo=demo,
    confirmations={
        "rating": Purpose(
            ask=gettext_lazy("평가를 올리려면 이 주소가 본인의 것인지 확인해 주세요."),
            done=citizen_rating_publish_confirmed,
            page=after_confirming,
        )
    },
)
