"""Rules that should change: collected, and followed to the end with a day and a source for every step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies.queries import named
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.core.visibility import Level
from dure.reports.company import policy as desk
from dure.reports.company.actions.common import company_of, day, own_report, public
from dure.reports.models import RuleChange, RuleStep

State = RuleChange.State
NEXT: dict[str, tuple[str, ...]] = {
    State.COLLECTED: (State.SENT,),
    State.SENT: (State.ANSWERED, State.CHANGED, State.REFUSED, State.SENT),
    State.ANSWERED: (State.CHANGED, State.REFUSED, State.SENT),
    State.REFUSED: (State.SENT,),
    State.CHANGED: (),
}
"""What may follow on what. A refused proposal can be made again; a changed rule is the end."""
ASK_AGAIN = timedelta(days=30)
FARTHEST = timedelta(days=3 * 366)


def rule_collect(*, by: Viewer, id: UUID, fields: Mapping[str, Any]) -> RuleChange:
    """Collect the proposal to change a rule. `fields`: title, law, problem, wording, report (receipt), company (id).
    The same `id` again gives the proposal that is there."""
    body_id = desk.must_act(by)
    texts = {
        "title": public(
            fields.get("title"), longest=200, field="title", one_line=True, needed=_("제목을 적어 주세요.")
        ),
        "law": public(
            fields.get("law"),
            longest=300,
            field="law",
            one_line=True,
            needed=_("법령·조례의 조항을 적어 주세요."),
        ),
        "problem": public(
            fields.get("problem"), longest=4000, field="problem", needed=_("무엇이 문제인지 적어 주세요.")
        ),
        "wording": public(fields.get("wording"), longest=4000, field="wording"),
    }
    with transaction.atomic():
        known = RuleChange.objects.filter(pk=id).first()
        if known:
            desk.must_own(by, known.body_id)
            return known
        rule = RuleChange(pk=id, body_id=body_id, person_id=by.person_id)
        rule.report = own_report(by, fields.get("report"))
        if rule.report and rule.report.visibility != Level.PUBLIC:
            raise Refused("invalid", _("비공개 신고는 공개 제안에 걸 수 없습니다."), "report")
        if fields.get("company"):
            rule.company = company_of(fields["company"])
        elif rule.report and desk.is_company(rule.report.sender_id):
            rule.company_id = rule.report.sender_id
        for name, text in texts.items():
            setattr(rule, name, text)
        rule.save(force_insert=True)
        record(by=by, type="reports.company.rule_collected", subject=rule.urn, data={"state": str(rule.state)})
    return rule


def rule_step(*, by: Viewer, id: UUID, step_id: UUID, fields: Mapping[str, Any]) -> RuleChange:
    """The next step of a proposal. `fields`: state (one of `NEXT`), on, to (name of the ministry or council; empty:
    where it is already), source, source_url, note, look_on. The same `step_id` again changes nothing.

    Refused `conflict` for a step that cannot follow, `invalid` for a day before the last step or after today, without a
    source, and for an answer without what was said.
    """
    texts = {
        "source": public(
            fields.get("source"),
            longest=300,
            field="source",
            one_line=True,
            needed=_("어디에서 확인할 수 있는지 적어 주세요. 예: 공문 번호, 회의록, 관보"),
        ),
        "note": public(fields.get("note"), longest=1000, field="note"),
        "source_url": _address(fields.get("source_url")),
    }
    to_name = public(fields.get("to"), longest=120, field="to", one_line=True)
    state = str(fields.get("state") or "")
    with transaction.atomic():
        rule = _own(by, id)
        if RuleStep.objects.filter(pk=step_id, rule=rule).exists():
            return rule
        if state not in State.values:
            raise Refused("invalid", _("어떻게 되었는지 골라 주세요."), "state")
        if state not in NEXT[rule.state]:
            words = _("지금은 그렇게 적을 수 없습니다. 지금 상태: %(state)s")
            raise Refused("conflict", words % {"state": rule.get_state_display()}, "state")
        on, earliest = day(fields.get("on")), rule.moved_on or rule.collected_on
        if on is None or not earliest <= on <= clock.today():
            raise Refused("invalid", _("앞선 걸음의 날부터 오늘까지의 날을 적어 주세요."), "on")
        if state == State.SENT and not to_name:
            raise Refused("invalid", _("어느 부처나 의회에 보냈는지 적어 주세요."), "to")
        if state != State.SENT and not texts["note"]:
            raise Refused("invalid", _("무엇이라고 했는지 적어 주세요."), "note")
        to_name = to_name or rule.with_name
        to = None
        if to_name:
            found = [body for body in named(to_name) if body.is_active() and not desk.is_company(body.pk)]
            to = found[0] if len(found) == 1 else None
        RuleStep.objects.create(
            pk=step_id,
            rule=rule,
            number=rule.steps.count() + 1,
            state=state,
            on=on,
            to=to,
            to_name=to_name,
            person_id=by.person_id,
            **texts,
        )
        rule.state, rule.moved_on, rule.with_name, rule.with_body = state, on, to_name, to
        rule.look_on = _look_on(fields.get("look_on"), state)
        rule.save()
        record(
            by=by,
            type="reports.company.rule_moved",
            subject=rule.urn,
            data={"state": state, "on": str(on), "step": str(step_id)},
        )
    return rule


def _look_on(value: Any, state: str) -> Any:
    """The day to ask how it stands: as given, else a month from now while somebody else has it."""
    if state in (State.CHANGED, State.REFUSED):
        return None
    given = day(value)
    if given is None:
        return clock.today() + ASK_AGAIN
    if not clock.today() < given <= clock.today() + FARTHEST:
        raise Refused("invalid", _("다시 챙길 날을 내일부터 3년 안으로 적어 주세요."), "look_on")
    return given


def _address(value: Any) -> str:
    text = tidy(value, longest=300, field="source_url", one_line=True)
    if text:
        try:
            URLValidator(schemes=["http", "https"])(text)
        except ValidationError as fault:
            raise Refused("invalid", _("http로 시작하는 주소를 적어 주세요."), "source_url") from fault
    return text


def _own(by: Viewer, id: UUID) -> RuleChange:
    rule = RuleChange.objects.select_for_update(of=("self",)).select_related("body").filter(pk=id).first()
    if rule is None:
        raise Refused("not_found", _("없는 제안입니다."))
    desk.must_own(by, rule.body_id)
    found: RuleChange = rule
    return found
