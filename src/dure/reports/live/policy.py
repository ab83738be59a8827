"""Who may do what with crews, and who sees where one is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports.models import Dispatch, Report


def is_crew(by: Viewer, dispatch: Dispatch) -> bool:
    """Whoever holds the crew's link of this dispatch."""
    return by.link_urn == dispatch.urn


def must_be_crew(by: Viewer, dispatch: Dispatch) -> None:
    if not is_crew(by, dispatch):
        raise Refused("not_allowed", _("출동조의 링크로만 할 수 있습니다."))


def must_be_crew_or_body(by: Viewer, dispatch: Dispatch) -> None:
    """The crew itself, or an officer of its body who heard it by telephone."""
    if not is_crew(by, dispatch):
        by.must_act_for(dispatch.body_id, _("이 출동을 보낸 기관의 담당자만 할 수 있습니다."))


def must_be_open(dispatch: Dispatch) -> None:
    if not dispatch.open:
        raise Refused("conflict", _("이미 끝난 출동입니다."))


def must_dispatch_for(by: Viewer) -> None:
    """Officers and heads, for their own body."""
    by.must_act_for(by.body_id, _("기관의 담당자만 출동조를 보낼 수 있습니다."))


def must_read_board(by: Viewer) -> None:
    """Anybody who reads for a body, in whatever role, sees its crews."""
    if by.kind == "anonymous":
        raise Refused("not_signed_in", _("출동 상황은 기관의 담당자로 로그인해야 볼 수 있습니다."))
    if not by.is_person or by.body_id is None or not by.reads_for(by.body_id):
        raise Refused("not_allowed", _("출동 상황은 그 기관의 사람만 볼 수 있습니다."))


def sees_positions(by: Viewer, report: Report, dispatch: Dispatch) -> bool:
    """The reporter by the status link, the crew itself, and the dispatching body; nobody else, operators included.
    A reporter who is signed in uses the link like anybody."""
    return by.link_urn == report.urn or is_crew(by, dispatch) or (by.is_person and by.reads_for(dispatch.body_id))
