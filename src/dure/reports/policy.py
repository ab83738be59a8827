"""Who may do what with a report. Each function refuses with the reason, or returns."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports.models import Report


def may_work(by: Viewer, report: Report) -> bool:
    """An officer or head of the body that has the report now, or its system."""
    return by.may_act_for(report.body_id)


def must_work(by: Viewer, report: Report) -> None:
    by.must_act_for(report.body_id, _("이 신고를 맡은 기관의 담당자만 할 수 있습니다."))


def is_reporter(by: Viewer, report: Report) -> bool:
    """Whoever reported: signed in, or holding the status link; and who acts for the company whose difficulty it is,
    unless the same body has to answer it."""
    if report.kind == Report.Kind.COMPANY and report.sender_id != report.body_id and by.may_act_for(report.sender_id):
        return True
    return (by.person_id is not None and by.person_id == report.person_id) or by.link_urn == report.urn


def must_be_reporter(by: Viewer, report: Report) -> None:
    if not is_reporter(by, report):
        raise Refused("not_allowed", _("신고하신 분만 할 수 있습니다. 받으신 상황 링크로 들어와 주세요."))


def must_be_open(report: Report) -> None:
    if not report.open:
        raise Refused("conflict", _("이미 마친 신고입니다."))


def may_read_original(by: Viewer, report: Report) -> bool:
    """Personal numbers in what was typed are for the body that answers, in a role, and for whoever wrote them."""
    return by.reads_for(report.body_id) or is_reporter(by, report)
