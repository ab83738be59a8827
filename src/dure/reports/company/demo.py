"""Content of the demonstration: an invented company, who cares for it, its difficulties in every state, visits, rules
that should change, and two quarterly meetings. Through the actions that real ones use, some at an earlier time; only
how a difficulty was answered is written down directly, as its own part does that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import translation

from dure.bodies.demo import demo_body
from dure.core import clock
from dure.core import demo as people
from dure.core.demo import clock_at
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.reports.company import actions
from dure.reports.company.quarters import Quarter
from dure.reports.models import CareApproval, CompanyCare, FeedbackMeeting, Report, RuleChange, Visit, Word

MEMBERS = {"garam": "official-1", "naru": "official-2", "centre": "centre", "dasom": "company"}
ROLES = {"garam": "head", "naru": "officer", "centre": "head", "dasom": "head"}


def demo_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"dure-demo:reports:company:{name}")


def acting(key: str) -> Viewer:
    return Viewer.person(people.person(MEMBERS[key]).pk, demo_body(key).pk, ROLES[key])  # type: ignore[arg-type]


def demo(progress: Progress) -> None:
    """Make what is missing."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    begun = max(Quarter.of(clock.today()).before(1).begins + timedelta(days=20, hours=10), now - timedelta(days=170))
    steps = (_cared_for, _dock, _test_road, _secret, _new, _meetings)
    with translation.override("ko"):
        for done, make in enumerate(steps, start=1):
            with transaction.atomic():
                make(begun, now)
            progress(done, len(steps), make.__name__.strip("_"))


def _cared_for(begun: datetime, now: datetime) -> None:
    """The company accepts one county, which names its official; another county has asked and waits."""
    dasom = demo_body("dasom").pk
    if not CareApproval.objects.filter(company_id=dasom, body=demo_body("garam")).exists():
        with clock_at(begun - timedelta(days=2)):
            actions.approval_answer(by=acting("dasom"), body_id=demo_body("garam").pk, accept=True)
        garam, officer = acting("garam"), people.person("official-1").pk
        care = actions.care_assign(by=garam, company_id=dasom, officer_id=officer)
        # Demo people became officials when the demonstration was made; the story begins before that.
        CompanyCare.objects.filter(pk=care.pk).update(since=begun - timedelta(days=1))
    why = "나루군 강변에서 자율주행 셔틀을 시험하신다고 들었습니다. 허가와 도로 점용을 한 사람이 챙기려고 합니다."
    if not CareApproval.objects.filter(company_id=dasom, body=demo_body("naru")).exists():
        actions.approval_ask(by=acting("naru"), id=demo_id("ask-naru"), company_id=dasom, reason=why)


def _difficulty(name: str, at: datetime, **fields: Any) -> Report:
    with clock_at(at):
        return actions.company_report(
            by=acting("dasom"), id=demo_id(name), fields={"to": demo_body("garam").pk, **fields}
        )


def _answer(report: Report, at: datetime, text: str) -> None:
    report.refresh_from_db()
    report.state, report.outcome, report.closed_at = Report.State.CLOSED, Report.Outcome.ANSWERED, at
    report.taken_at, report.officer = report.created_at, people.person("official-1")
    report.save()
    Word.objects.create(report=report, kind=Word.Kind.ANSWER, text=text, body=report.body, at=at)


def _visit(name: str, at: datetime, **fields: Any) -> Visit:
    with clock_at(at):
        return actions.visit_log(
            by=acting("garam"),
            id=demo_id(name),
            company_id=demo_body("dasom").pk,
            fields={"on": clock.today(), **fields},
        )


def _step(name: str, rule: RuleChange, at: datetime, state: str, **fields: Any) -> None:
    with clock_at(at):
        actions.rule_step(
            by=acting("garam"),
            id=rule.pk,
            step_id=demo_id(name),
            fields={"state": state, "on": clock.today(), **fields},
        )


def _dock(begun: datetime, now: datetime) -> None:
    """Heard, promised, answered; the rule was sent to the ministry and has changed."""
    if Report.objects.filter(pk=demo_id("dock")).exists():
        return
    said = "(시연) 충전소를 차고지 밖에 두면 시설 기준에 걸려 버스를 늘리지 못합니다."
    wish = "차고지에서 2 km 안의 충전소를 함께 인정해 주세요."
    report = _difficulty("dock", begun, difficulty=said, rule="여객자동차 운수사업법 시행규칙 별표", wish=wish)
    visit = _visit(
        "visit-dock",
        begun + timedelta(days=3),
        who="공장장, 기업지원팀장",
        place="다솜 모빌리티 차고지",
        heard="충전기 여섯 기가 길 건너에 있습니다. 기준은 차고지 안만 셉니다.",
        promised="다른 군의 해석을 알아보고 두 주 안에 알려 드리겠습니다.",
        answer_due=(begun + timedelta(days=17)).date(),
        report=report.receipt,
    )
    with clock_at(begun + timedelta(days=9)):
        text = "네 곳의 해석을 받았습니다. 두 곳은 함께 인정합니다. 부처에 같은 해석을 물었습니다."
        actions.visit_answer(by=acting("garam"), id=visit.pk, text=text)
        fields = {
            "title": "차고지 밖 충전소의 인정",
            "law": "여객자동차 운수사업법 시행규칙 별표(시연)",
            "problem": "전기버스는 충전소가 길 하나 건너에 있어도 시설 기준을 채우지 못합니다.",
            "wording": "차고지에서 2 km 안에서 쓸 권리가 있는 충전시설은 차고지의 시설로 본다.",
            "report": report.receipt,
        }
        rule = actions.rule_collect(by=acting("garam"), id=demo_id("rule-dock"), fields=fields)
    centre = "함께행정부(시연)"
    _step("dock-1", rule, begun + timedelta(days=11), "sent", to=centre, source="기업지원과-101 (시연 공문)")
    said = "취지에 공감하며 시행규칙을 고칠 때 담겠다고 답했습니다."
    _step("dock-2", rule, begun + timedelta(days=30), "answered", note=said, source="함께행정부 회신 2034 (시연)")
    said = "2 km 안의 충전시설을 함께 인정하도록 별표가 바뀌었습니다."
    _step("dock-3", rule, min(begun + timedelta(days=55), now), "changed", note=said, source="시연 관보 제77호")
    _answer(report, begun + timedelta(days=6), "(시연) 해석을 부처에 물었고, 그동안 임시 인정으로 증차를 받겠습니다.")


def _test_road(begun: datetime, now: datetime) -> None:
    """Answered; the council refused the change."""
    if Report.objects.filter(pk=demo_id("test-road")).exists():
        return
    said = "(시연) 밤에 시험 운행을 하려면 날마다 도로 점용을 새로 신청해야 합니다."
    report = _difficulty("test-road", begun + timedelta(days=12), difficulty=said, rule="가람군 도로점용 조례")
    fields = {
        "title": "시험 운행의 도로 점용을 한 달에 한 번",
        "law": "가람군 도로점용 조례 제5조(시연)",
        "problem": "같은 길을 같은 때에 쓰는데도 날마다 신청합니다.",
        "report": report.receipt,
    }
    with clock_at(begun + timedelta(days=14)):
        rule = actions.rule_collect(by=acting("garam"), id=demo_id("rule-road"), fields=fields)
    _step("road-1", rule, begun + timedelta(days=20), "sent", to="가람군의회(시연)", source="의안 제12호 (시연)")
    said = "사고가 났을 때 누가 책임지는지 먼저 정해야 한다며 받아들이지 않았습니다."
    _step("road-2", rule, begun + timedelta(days=34), "refused", note=said, source="군의회 회의록 제3차 (시연)")
    _answer(report, begun + timedelta(days=17), "(시연) 우선 일주일 단위로 신청하실 수 있게 했습니다.")


def _secret(begun: datetime, now: datetime) -> None:
    """A trade secret: readable by the county and the company, shown to all others as withheld."""
    if Report.objects.filter(pk=demo_id("secret")).exists():
        return
    said = "(시연) 다음 달에 내놓을 차의 시험 자료를 어디까지 내야 하는지 알려 주세요."
    report = _difficulty("secret", now - timedelta(days=2), difficulty=said, secret=True)
    _visit(
        "visit-secret",
        now - timedelta(days=1),
        who="연구소장",
        heard="시험 자료에 설계가 드러납니다.",
        promised="낼 자료의 범위를 닷새 안에 알려 드리겠습니다.",
        answer_due=(now + timedelta(days=4)).date(),
        report=report.receipt,
        secret=True,
    )


def _new(begun: datetime, now: datetime) -> None:
    """Open, with a visit planned and a rule just collected; and a visit that did not take place."""
    if Report.objects.filter(pk=demo_id("new")).exists():
        return
    said = "(시연) 셔틀 정류장을 세우려는데 세 부서가 서로 다른 서류를 달라고 합니다."
    report = _difficulty("new", now - timedelta(days=1), difficulty=said, wish="한 번에 낼 수 있게 해 주세요.")
    dasom, garam = demo_body("dasom").pk, acting("garam")
    plan = {
        "on": (now + timedelta(days=2)).date(),
        "place": "다솜 모빌리티",
        "purpose": "정류장 서류를 함께 펼쳐 보고 겹치는 것을 찾습니다.",
        "report": report.receipt,
    }
    actions.visit_plan(by=garam, id=demo_id("visit-new"), company_id=dasom, fields=plan)
    dropped = {"on": (now + timedelta(days=5)).date(), "kind": "call", "purpose": "분기 안부를 여쭙니다."}
    actions.visit_plan(by=garam, id=demo_id("visit-dropped"), company_id=dasom, fields=dropped)
    actions.visit_drop(by=garam, id=demo_id("visit-dropped"), reason="그 주에 찾아뵙기로 해서 통화는 하지 않습니다.")
    fields = {
        "title": "정류장 설치 서류를 한 장으로",
        "law": "가람군 버스정류소 설치 지침 제4조(시연)",
        "problem": "도로·교통·경관 부서가 같은 도면을 세 번 받습니다.",
        "report": report.receipt,
    }
    actions.rule_collect(by=garam, id=demo_id("rule-new"), fields=fields)


def _meetings(begun: datetime, now: datetime) -> None:
    """Last quarter's was held; this quarter's is being prepared and the company is invited."""
    garam, dasom = acting("garam"), demo_body("dasom").pk
    this, last = Quarter.of(clock.today()), Quarter.of(clock.today()).before(1)
    id = demo_id(f"meeting-{last.key}")
    if not FeedbackMeeting.objects.filter(body=demo_body("garam"), year=last.year, quarter=last.number).exists():
        at = min(begun + timedelta(days=40), now - timedelta(days=1))
        with clock_at(at):
            fields = {
                "year": last.year,
                "quarter": last.number,
                "on": clock.today(),
                "place": "가람군청 작은회의실(시연)",
            }
            meeting = actions.meeting_plan(by=garam, id=id, fields=fields)
            actions.meeting_invite(by=garam, id=id, company_ids=[dasom])
            actions.invitation_answer(by=acting("dasom"), id=id, coming=True)
            for item in meeting.items.all():
                text = "지금까지 한 일과 다음 걸음을 말씀드렸고, 회사도 그렇게 알고 있겠다고 했습니다."
                actions.item_answer(by=garam, id=item.pk, text=text)
            minutes = "(시연) 군수와 회사 대표가 함께했습니다.\n다음 분기에는 정류장 서류를 먼저 보기로 했습니다."
            actions.meeting_hold(by=garam, id=id, minutes=minutes, came=[dasom])
    id = demo_id(f"meeting-{this.key}")
    if not FeedbackMeeting.objects.filter(body=demo_body("garam"), year=this.year, quarter=this.number).exists():
        fields = {
            "year": this.year,
            "quarter": this.number,
            "on": (now + timedelta(days=14)).date(),
            "place": "다솜 모빌리티 강당(시연)",
            "about": "이번에는 회사로 찾아가 엽니다. 한 시간쯤 걸립니다.",
        }
        actions.meeting_plan(by=garam, id=id, fields=fields)
        actions.meeting_invite(by=garam, id=id, company_ids=[dasom])
