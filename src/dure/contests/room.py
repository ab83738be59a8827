"""contests: which collaborations are chosen and supported over the years?"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.contests import queries
from dure.contests.chores import reports_due
from dure.contests.demo import demo
from dure.contests.desk import desk_items
from dure.contests.lines import describe, resolve_contests, resolver
from dure.contests.public_text import rebuild
from dure.contests.subscribers import tell_the_entrants, tell_the_judges, tell_the_organiser
from dure.core.links import parse
from dure.core.rooms import Figure, MenuEntry, Noun, Panel, Periodic, Room, Subscriber
from dure.core.viewer import Viewer


def panels(about: str, viewer: Viewer) -> Iterable[Panel]:
    """On the pages of bodies and collaborations: contests they were in, and what of the support is missing."""
    kind, id = parse(about)
    if kind == "body":
        found = queries.of_body(viewer, id)
    elif kind == "collaboration":
        found = queries.of_collaboration(viewer, about)
    else:
        return
    if found:
        yield Panel(_("공모와 지원"), "contests/panel.html", {"became": found}, order=40)


def figures(viewer: Viewer) -> Iterable[Figure]:
    yield Figure(queries.open_count(viewer), _("응모를 받는 공모"), reverse("contests:list") + "?state=open")


ROOM = Room(
    name="contests",
    floor=2,
    question=gettext_lazy("어떤 협업을 뽑아 여러 해 도울까요?"),
    about=gettext_lazy(
        "기관이 공모를 열고, 이름을 가린 채 심사하고, 누구나 다시 셀 수 있게 점수를 공개합니다. "
        "뽑힌 협업은 여러 해 도우며, 내지 않은 보고도 모두에게 보입니다."
    ),
    nouns=(
        Noun("공모", "contest", "Contest"),
        Noun("심사 기준", "criterion", "Criterion"),
        Noun("응모", "entry", "Entry"),
        Noun("응모 기관", "body of an entry", "EntryBody"),
        Noun("심사위원", "judge", "Judge"),
        Noun("이해관계 신고", "declaration of ties", "Declaration"),
        Noun("심사표", "score sheet", "Sheet"),
        Noun("점수", "points", "Score"),
        Noun("동점 투표", "tie vote", "Vote"),
        Noun("여러 해 지원", "support over years", "Support"),
        Noun("지원 목표", "support goal", "SupportGoal"),
        Noun("지원 보고", "yearly report", "YearReport"),
        Noun("지원금", "support payment", "SupportPayment"),
    ),
    verbs=(
        "contest_save",
        "contest_open",
        "contest_extend",
        "contest_withdraw",
        "draft_delete",
        "entry_hand_in",
        "entry_change",
        "entry_withdraw",
        "entry_file_add",
        "entry_file_remove",
        "entry_clear",
        "judge_invite",
        "judge_accept",
        "judge_decline",
        "judge_leave",
        "judge_end",
        "judging_start",
        "conflict_declare",
        "sheet_save",
        "vote_cast",
        "contest_decide",
        "comment_hide",
        "comment_restore",
        "contest_publish",
        "goals_set",
        "support_agree",
        "report_hand_in",
        "report_file_add",
        "report_answer",
        "payment_save",
        "support_stop",
    ),
    events_out={
        "contests.opened": gettext_lazy("공모를 엶"),
        "contests.extended": gettext_lazy("날짜를 미룸"),
        "contests.withdrawn": gettext_lazy("공모를 거둠"),
        "contests.draft.deleted": gettext_lazy("쓰던 공모를 지움"),
        "contests.entry.handed_in": gettext_lazy("응모함"),
        "contests.entry.changed": gettext_lazy("응모를 고침"),
        "contests.entry.withdrawn": gettext_lazy("응모를 거둠"),
        "contests.entry.cleared": gettext_lazy("응모를 살펴봄"),
        "contests.judge.invited": gettext_lazy("심사위원으로 초대함"),
        "contests.judge.accepted": gettext_lazy("심사를 맡음"),
        "contests.judge.declined": gettext_lazy("심사를 사양함"),
        "contests.judge.left": gettext_lazy("심사를 그만둠"),
        "contests.judging.started": gettext_lazy("심사를 시작함"),
        "contests.conflict.declared": gettext_lazy("이해관계를 알림"),
        "contests.sheet.finished": gettext_lazy("한 건을 다 채점함"),
        "contests.tied": gettext_lazy("동점 투표를 엶"),
        "contests.vote.cast": gettext_lazy("동점 투표를 함"),
        "contests.decided": gettext_lazy("뽑을 응모를 정함"),
        "contests.comment.hidden": gettext_lazy("심사평을 뺌"),
        "contests.comment.restored": gettext_lazy("심사평을 되살림"),
        "contests.published": gettext_lazy("결과를 발표함"),
        "contests.goals.set": gettext_lazy("지원 목표를 적음"),
        "contests.goals.agreed": gettext_lazy("지원 목표에 동의함"),
        "contests.report.handed_in": gettext_lazy("지원 보고를 냄"),
        "contests.report.file_added": gettext_lazy("지원 보고에 파일을 붙임"),
        "contests.report.accepted": gettext_lazy("지원 보고를 받아들임"),
        "contests.report.returned": gettext_lazy("지원 보고를 돌려보냄"),
        "contests.report.due": gettext_lazy("지원 보고의 날이 다가옴"),
        "contests.report.missed": gettext_lazy("지원 보고가 없음"),
        "contests.payment.saved": gettext_lazy("지원금을 적음"),
        "contests.support.stopped": gettext_lazy("지원을 멈춤"),
    },
    subscribers=(
        Subscriber(
            "contests.tell_the_organiser",
            (
                "contests.entry.handed_in",
                "contests.entry.withdrawn",
                "contests.judge.accepted",
                "contests.judge.declined",
                "contests.judge.left",
                "contests.conflict.declared",
                "contests.goals.*",
                "contests.report.handed_in",
                "contests.report.missed",
                "contests.support.stopped",
            ),
            tell_the_organiser,
        ),
        Subscriber(
            "contests.tell_the_entrants",
            (
                "contests.extended",
                "contests.withdrawn",
                "contests.judging.started",
                "contests.published",
                "contests.goals.*",
                "contests.report.*",
                "contests.payment.saved",
                "contests.support.stopped",
            ),
            tell_the_entrants,
        ),
        Subscriber(
            "contests.tell_the_judges",
            (
                "contests.extended",
                "contests.withdrawn",
                "contests.judge.invited",
                "contests.judge.left",
                "contests.judging.started",
                "contests.tied",
                "contests.published",
            ),
            tell_the_judges,
        ),
    ),
    menu=(
        MenuEntry(gettext_lazy("공모"), "contests:list", "main", 40),
        MenuEntry(gettext_lazy("공모 열기"), "contests:prepare_new", "desk", 40, lambda v: v.may_act_for(v.body_id)),
    ),
    resolvers={
        "contest": resolve_contests,
        "entry": resolver("entry"),
        "support": resolver("support"),
        "support_report": resolver("support_report"),
    },
    describe=describe,
    demo=demo,
    jobs={"contests.reports_due": reports_due},
    periodic=(Periodic("contests.reports_due", "day"),),
    desk=desk_items,
    figures=figures,
    panels=panels,
    rebuild_search=rebuild,
)
