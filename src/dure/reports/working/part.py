"""Working on a report until it is solved."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core import tokens
from dure.core.rooms import MenuEntry, Noun, Panel, Periodic, Progress, Subscriber
from dure.core.viewer import Viewer
from dure.reports import policy
from dure.reports.models import Extension, Report
from dure.reports.parts import Part, Section
from dure.reports.working import demo, demo_past, letters, lines, queries
from dure.reports.working import policy as rules
from dure.reports.working.desk import desk_items
from dure.reports.working.jobs import look_at_deadlines


def sections(where: str, report: Report, viewer: Viewer) -> Iterable[Section]:
    work = queries.work_of(viewer, report)
    if where == "status" or policy.is_reporter(viewer, report):
        rest = work.rest
        waiting = next((one for one in work.extensions if one.state == Extension.State.WAITING), None)
        context = {
            "question": rest.question if rest else None,
            "extension": waiting if report.open else None,
            "may_ask_again": rules.may_ask_again(viewer, report),
            "token": tokens.token_of("report", report.pk),
        }
        if report.open or context["may_ask_again"]:
            yield Section(_("하실 수 있는 일"), "reports/working/yours.html", context, order=40)
    if where == "report" and (work.verbs or work.may_answer or work.may_decide):
        yield Section(_("처리"), "reports/working/box.html", {"work": work}, order=10)
    around = (work.rest, work.extensions, work.pieces, work.joined, work.collaboration)
    if any(around) or report.joined_to_id or report.split_from_id:
        title = _("기한과 이어진 일")
        yield Section(title, "reports/working/around.html", {"work": work, "own": where == "status"}, order=60)


def panels(about: str, viewer: Viewer) -> Iterable[Panel]:
    """On a collaboration's page: the reports that are taken up in it."""
    if about.startswith("dure:collaboration:") and (found := queries.reports_tied_to(about, viewer)):
        yield Panel(_("이 일로 이어진 신고"), "reports/working/tied_panel.html", {"reports": found}, order=45)


def demos(progress: Progress) -> None:
    demo.demo(progress)
    demo_past.demo(progress)


PART = Part(
    name="working",
    nouns=(
        Noun("기한이 쉬는 때", "rest", "Rest"),
        Noun("기한 늘리기", "extension", "Extension"),
        Noun("답 틀", "answer template", "AnswerTemplate"),
        Noun("여럿에 한 일", "batch of work", "WorkBatch"),
        Noun("여럿 가운데 하나", "step of a batch", "WorkStep"),
        Noun("기한 알림", "deadline notice", "DeadlineNotice"),
    ),
    verbs=(
        *("report_take", "report_assign", "report_start", "report_ask", "report_reply", "report_extend"),
        *("report_extension_answer", "report_update", "report_answer", "report_recategorise", "report_pass_on"),
        *("move_withdraw", "move_accept", "move_return", "move_decide", "report_give", "report_split"),
        *("report_join_to", "report_unjoin", "report_not_solved", "report_collaborate", "report_mark_abuse"),
        *("report_unmark_abuse", "report_withhold", "report_open", "work_many", "work_undo"),
        *("template_save", "template_remove"),
    ),
    events_out=lines.EVENTS_OUT,
    lines=lines.lines(),
    subscribers=(
        Subscriber("reports.work", letters.EVENTS, letters.tell),
        Subscriber("reports.work_undone", ("reports.undone",), letters.take_back),
    ),
    jobs={"reports.deadlines": look_at_deadlines},
    periodic=(Periodic("reports.deadlines", "hour"),),
    menu=(
        MenuEntry(
            gettext_lazy("신고 처리"),
            "reports:working_list",
            where="desk",
            order=20,
            shown=lambda viewer: viewer.may_act_for(viewer.body_id),
        ),
    ),
    desk=desk_items,
    sections=sections,
    panels=panels,
    demo=demos,
)
