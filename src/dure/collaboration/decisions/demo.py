"""What the demo bodies decide together: carried, blocked, and open with one who disagrees."""

from __future__ import annotations

from typing import Any

from dure.bodies.demo import demo_body
from dure.collaboration.decisions.actions import proposal_make, vote_cast
from dure.collaboration.decisions.effects import names
from dure.collaboration.decisions.models import Proposal
from dure.collaboration.demo import acting, demo_id
from dure.core.rooms import Progress

Said = tuple[str, str, str]

PROPOSALS: tuple[tuple[str, str, str, dict[str, Any], tuple[Said, ...]], ...] = (
    (
        "clinic-hours",
        "clinic",
        "garam",
        {
            "title": "진료소는 월요일부터 토요일까지 밤 11시에 닫습니다",
            "text": "지난해 밤에 다른 도시 응급실로 간 아이 1,240명 가운데 아홉이 밤 11시 전에 나섰습니다.\n"
            "일요일은 옆 도시의 달빛어린이병원을 함께 안내합니다.",
        },
        (
            ("garam", "agree", ""),
            ("naru", "agree", "석 달 뒤에 시간을 다시 보면 좋겠습니다."),
            ("maru", "agree", ""),
            ("yeoul", "agree", ""),
            ("dasom", "abstain", "진료 시간은 기관들이 정하는 대로 따르겠습니다."),
            ("residents", "agree", "아이를 재우고 나설 수 있는 시간입니다."),
        ),
    ),
    (
        "clinic-locations",
        "clinic",
        "dasom",
        {
            "title": "귀가 차량의 위치를 누구나 지도에서 볼 수 있게 합니다",
            "text": "차량 위치를 공개하면 기다리는 시간을 줄일 수 있습니다. 앱을 깔지 않아도 봅니다.",
        },
        (
            ("dasom", "agree", ""),
            ("yeoul", "agree", ""),
            ("residents", "block", "아이가 어디서 내리는지 드러납니다. 탄 가족에게만 보이게 고쳐 다시 올려 주세요."),
        ),
    ),
    (
        "clinic-centre",
        "clinic",
        "naru",
        {
            "kind": "admit",
            "title": "",
            "text": "공중보건의를 밤에 부르는 일은 중앙부처와 미리 맞추어야 합니다. 처음부터 함께하자고 청합니다.",
            "joins": "centre",
        },
        (
            ("naru", "agree", ""),
            ("garam", "agree", "시범사업 공고 전에 함께하면 좋겠습니다."),
            ("maru", "disagree", "결정이 늦어질까 걱정됩니다. 자문으로 모시는 길을 먼저 보면 어떨까요."),
        ),
    ),
    (
        "meals-menu",
        "meals",
        "naru",
        {
            "title": "식단과 원산지를 매주 금요일에 공개합니다",
            "text": "알레르기가 있는 아이들이 미리 볼 수 있게 다음 주 식단과 원산지를 금요일 낮 12시까지 올립니다.",
        },
        (
            ("naru", "agree", ""),
            ("maru", "disagree", "농산물 값이 금요일 밤에 정해집니다. 월요일 아침으로 늦추면 찬성합니다."),
        ),
    ),
)


def demo(progress: Progress) -> None:
    """Make the proposals that are missing; the votes come with them."""
    for done, (name, where, who, fields, votes) in enumerate(PROPOSALS, start=1):
        id = demo_id(f"proposal-{name}")
        if not Proposal.objects.filter(pk=id).exists():
            wanted = dict(fields)
            joins = wanted.pop("joins", None)
            data = names(demo_body(joins)) if joins else {}
            proposal_make(by=acting(who), id=demo_id(where), proposal_id=id, data=data, **wanted)
            for key, choice, reason in votes:
                vote_cast(by=acting(key), id=id, choice=choice, reason=reason)
        progress(done, len(PROPOSALS), name)
