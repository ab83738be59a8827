"""Who may do what with a needs survey. Each function refuses with the reason, or returns."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.needs.models import AskedBody, Need, NeedsAnswer, NeedsSurvey

State = NeedsSurvey.State


def must_ask_for(by: Viewer, body_id: UUID | None) -> None:
    by.must_act_for(body_id, _("수요조사는 기관의 이름으로 합니다. 기관의 책임자나 담당자로 들어와 주세요."))


def must_own(by: Viewer, survey: NeedsSurvey) -> None:
    by.must_act_for(survey.body_id, _("이 수요조사를 하는 기관의 담당자만 할 수 있습니다."))


def may_own(by: Viewer, survey: NeedsSurvey) -> bool:
    return by.may_act_for(survey.body_id)


def must_be_draft(survey: NeedsSurvey) -> None:
    if survey.state != State.DRAFT:
        raise Refused("conflict", _("이미 시작한 수요조사는 고칠 수 없습니다. 마감을 늘리거나 거둘 수 있습니다."))


def must_be_open(survey: NeedsSurvey) -> None:
    if survey.state != State.OPEN:
        raise Refused("conflict", _("답을 받고 있는 수요조사에서만 할 수 있습니다."))


def must_be_sorting(survey: NeedsSurvey) -> None:
    """Needs are put together and answered once no answer can change any more."""
    if survey.state != State.SORTING:
        raise Refused("conflict", _("답을 다 받은 뒤, 답을 마치기 전까지만 할 수 있습니다."))


def must_be_sorted_or_done(survey: NeedsSurvey) -> None:
    if survey.state not in (State.SORTING, State.ANSWERED):
        raise Refused("conflict", _("답을 다 받은 뒤에 할 수 있습니다."))


def is_asked(by: Viewer, survey: NeedsSurvey) -> bool:
    return by.body_id is not None and AskedBody.objects.filter(survey=survey, body_id=by.body_id).exists()


def may_answer(by: Viewer, survey: NeedsSurvey) -> bool:
    return survey.takes_answers and by.may_act_for(by.body_id) and is_asked(by, survey)


def must_answer(by: Viewer, survey: NeedsSurvey) -> None:
    """An officer, or a writing system, of a body that is asked; until the day the survey closes."""
    if by.body_id is None:
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("수요조사에는 기관의 이름으로 답합니다. 기관의 담당자로 들어와 주세요."))
    by.must_act_for(by.body_id, _("기관의 책임자나 담당자만 답할 수 있습니다."))
    if not is_asked(by, survey):
        raise Refused("not_allowed", _("이 수요조사가 묻는 기관이 아닙니다. 읽는 것은 누구나 할 수 있습니다."))
    if survey.state == State.OPEN and not survey.takes_answers:
        raise Refused(
            "conflict",
            _("%(day)s에 마감되어 더는 답을 받지 않습니다. 마감을 늘리는 것은 물어본 기관이 할 수 있습니다.")
            % {"day": survey.until},
        )
    must_be_open(survey)


def must_hold_answer(by: Viewer, answer: NeedsAnswer) -> None:
    by.must_act_for(answer.body_id, _("답한 기관의 담당자만 할 수 있습니다."))


def may_object(by: Viewer, need: Need) -> bool:
    return need.answer is not None and by.may_act_for(need.answer.body_id) and need.merged_into_id is not None


def must_object(by: Viewer, need: Need) -> None:
    by.must_act_for(
        need.answer.body_id if need.answer else None, _("이 수요를 적은 기관의 담당자만 이의를 낼 수 있습니다.")
    )
    if need.merged_into_id is None:
        raise Refused("conflict", _("다른 수요와 합쳐져 있지 않은 수요입니다."))


def may_follow(by: Viewer, need: Need) -> bool:
    """The asking body, and any body that was asked, may say where a need is taken further."""
    if not by.may_act_for(by.body_id):
        return False
    return by.body_id == need.survey.body_id or is_asked(by, need.survey)


def must_follow(by: Viewer, need: Need) -> None:
    if not may_follow(by, need):
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("물어본 기관과 답한 기관의 담당자만 협업을 이을 수 있습니다."))
