"""Agreements of the demonstration: one that waits for signatures, three that all have signed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dure.collaboration.agreement import actions
from dure.collaboration.agreement.models import Agreement, AgreementSignature, AgreementVersion
from dure.collaboration.demo import acting, demo_id
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.rooms import Progress
from dure.core.viewer import Viewer


def demo(progress: Progress) -> None:
    """Make the demo agreements that are missing."""
    makers = (("meals", _meals), ("clinic", _clinic), ("trails", _trails), ("rides", _rides))
    for done, (name, make) in enumerate(makers, start=1):
        collaboration = Collaboration.objects.filter(pk=demo_id(name)).first()
        if collaboration and not Agreement.objects.filter(collaboration=collaboration).exists():
            make(collaboration)
        progress(done, len(makers), name)


def _bodies(*keys: str) -> dict[str, str]:
    return {key: str(acting(key).body_id) for key in keys}


def _proposed(collaboration: Collaboration, by: Viewer, fields: dict[str, Any]) -> AgreementVersion:
    version = actions.agreement_compose(by=by, id=collaboration.pk)
    contributions = {**version.content["contributions"], **fields.pop("contributions", {})}
    version = actions.agreement_save(
        by=by, id=version.pk, edit=version.edit, fields={**fields, "contributions": contributions}
    )
    return actions.agreement_propose(by=by, id=version.pk, edit=version.edit)


def _sign(version: AgreementVersion, *keys: str) -> None:
    for key in keys:
        actions.agreement_sign(
            by=acting(key), id=version.pk, sha256=version.sha256, signed_with=AgreementSignature.Shown.DEMO
        )


def _term(days: int, before: int = 0) -> dict[str, str]:
    start: date = clock.today() - timedelta(days=before)
    return {"starts_on": start.isoformat(), "ends_on": (clock.today() + timedelta(days=days)).isoformat()}


def _comment(by: Viewer, version: AgreementVersion, name: str, clause: str, text: str) -> None:
    actions.clause_comment(by=by, id=demo_id(f"comment-{name}"), version_id=version.pk, clause=clause, text=text)


def _meals(collaboration: Collaboration) -> None:
    ids = _bodies("naru", "maru", "yeoul")
    version = _proposed(
        collaboration,
        acting("naru"),
        {
            "roles": {ids["naru"]: "터와 운영", ids["maru"]: "고치는 비용", ids["yeoul"]: "배송"},
            "contributions": {ids["naru"]: "쓰지 않는 농산물 선별장 1,200㎡와 영양사 2명"},
            "cost": {
                "total": 1_200_000_000,
                "mode": "heads",
                "shares": dict(zip(ids.values(), ("1720", "1310", "1170"), strict=True)),
            },
            "rule": {"passes": "two_thirds", "quorum_per_mille": 667, "days": 10, "voices": {}},
            "data": "학교마다의 식수와 알레르기가 있는 학생의 수(이름 없이)",
            "data_basis": "학교급식법 제5조, 개인정보 보호법 제58조의2(익명정보)",
            "visibility": "식재료를 사는 값은 계약이 끝날 때까지 함께하는 기관에만 보입니다(경영·영업상 비밀).",
            "after_care_body": ids["naru"],
            "extra": [
                {"id": "local", "title": "지역 농산물", "text": "식재료의 절반 넘게 세 군에서 난 것을 씁니다."},
                {"id": "menu", "title": "식단 공개", "text": "식단과 원산지를 날마다 공개합니다."},
            ],
        },
    )
    _comment(acting("maru"), version, "meals-cost", "cost", "학생 수는 해마다 4월 1일의 것으로 다시 셈하면 어떨까요?")
    _comment(acting("naru"), version, "meals-cost-2", "cost", "좋습니다. 갱신할 때 그날의 수로 바꾸겠습니다.")
    _comment(acting("yeoul"), version, "meals-term", "term", "차량 계약이 3년이라 기간이 맞습니다.")
    _sign(version, "naru")


def _clinic(collaboration: Collaboration) -> None:
    keys = ("garam", "naru", "maru", "yeoul", "dasom", "residents")
    ids = _bodies(*keys)
    shares = dict(zip(keys, ("33.3%", "26.7%", "20%", "20%", "0%", "0%"), strict=True))
    version = _proposed(
        collaboration,
        acting("garam"),
        {
            "roles": {
                ids["garam"]: "진료소를 열고 운영",
                ids["naru"]: "운영비",
                ids["maru"]: "공중보건의",
                ids["yeoul"]: "운영비",
                ids["dasom"]: "예약과 귀가 차량",
                ids["residents"]: "기다리는 아이 돌봄",
            },
            "cost": {
                "total": 1_200_000_001,
                "mode": "ratio",
                "shares": {ids[key]: share for key, share in shares.items()},
            },
            "rule": {"passes": "consent", "quorum_per_mille": 500, "days": 7, "voices": {}},
            "data": "진료 예약 시각과 귀가 차량의 목적지",
            "data_basis": "개인정보 보호법 제15조제1항제1호(정보주체의 동의)",
            "renewal": "automatic",
            "notice_days": 90,
            "after_care_body": "",
            "after_care_name": "네 군이 함께 세울 어린이 의료 조합",
            **_term(730),
        },
    )
    _sign(version, *keys)


def _trails(collaboration: Collaboration) -> None:
    ids = _bodies("maru", "yeoul")
    version = _proposed(
        collaboration,
        acting("maru"),
        {
            "contributions": {ids["maru"]: "숲길 관리원 3명"},
            "cost": {"total": 160_000_000, "mode": "equal", "shares": {}},
            "after_care_body": ids["maru"],
            **_term(80, before=285),
        },
    )
    _sign(version, "maru", "yeoul")


def _rides(collaboration: Collaboration) -> None:
    ids = _bodies("yeoul", "garam", "dasom")
    version = _proposed(
        collaboration,
        acting("yeoul"),
        {
            "cost": {
                "total": 90_000_000,
                "mode": "amount",
                "shares": {ids["yeoul"]: "50,000,000", ids["garam"]: "40,000,000", ids["dasom"]: "0"},
            },
            "rule": {"passes": "majority", "quorum_per_mille": 500, "days": 7, "voices": {ids["yeoul"]: 2}},
            "renewal": "none",
            **_term(365),
        },
    )
    _sign(version, "yeoul", "garam", "dasom")
