"""What officials look at: their list, one report to be worked on, answers from before, and what waits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Prefetch, Q, QuerySet, When
from django.utils.translation import gettext as _

from dure.bodies.models import Body, Membership
from dure.bodies.queries import names_by_code
from dure.core import clock
from dure.core.ids import normalise_receipt
from dure.core.links import Link, own, resolve_one
from dure.core.models import Person
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import categories, policy, queries
from dure.reports.models import AnswerTemplate, Extension, Move, Report, Rest, Word, WorkBatch
from dure.reports.working import policy as rules
from dure.reports.working.actions.moves import in_time
from dure.reports.working.actions.templates import fill, unit_of

METRE = 1 / 111_320
FEW = 5


@dataclass(frozen=True)
class Filters:
    """How an official narrows the list. `near` is (lon, lat, metres)."""

    state: str = "open"
    group: str = ""
    category: str = ""
    unit: str = ""
    officer: str = ""
    safety: int = 0
    since: date | None = None
    until: date | None = None
    q: str = ""
    near: tuple[float, float, float] | None = None


def work_list(viewer: Viewer, filters: Filters) -> QuerySet[Report]:
    """The body's reports by legal deadline, overdue first; what is finished newest first."""
    if not viewer.reads_for(viewer.body_id):
        rules.must_know_the_officers(viewer)
    rows = queries.visible(viewer).filter(body_id=viewer.body_id).select_related("officer")
    rows = _by_state(rows, filters.state)
    if filters.group:
        ids = [one.id for group in categories.groups() if group.id == filters.group for one in group.categories]
        rows = rows.filter(category__in=ids)
    if filters.category:
        rows = rows.filter(category=filters.category)
    if filters.unit:
        rows = rows.filter(unit=filters.unit)
    if filters.officer == "mine":
        rows = rows.filter(officer=viewer.person_id)
    elif filters.officer == "untaken":
        rows = rows.filter(officer=None)
    elif filters.officer:
        rows = rows.filter(officer=_uuid(filters.officer))
    if filters.safety:
        rows = rows.filter(safety__gte=filters.safety)
    if filters.since:
        rows = rows.filter(created_at__gte=datetime.combine(filters.since, time(), clock.SEOUL))
    if filters.until:
        rows = rows.filter(created_at__lt=datetime.combine(filters.until + timedelta(days=1), time(), clock.SEOUL))
    for word in filters.q.split()[:8]:
        found = Q(words__icontains=word) | Q(address__icontains=word) | Q(receipt__icontains=word)
        rows = rows.filter(found)
    if filters.near:
        rows = _near(rows, *filters.near)
    if filters.state == "closed":
        return rows.order_by("-closed_at", "-pk")
    return rows.order_by(F("due_at").asc(nulls_last=True), "-safety", "pk")


def _by_state(rows: QuerySet[Report], state: str) -> QuerySet[Report]:
    if state == "overdue":
        return rows.exclude(state=Report.State.CLOSED).filter(due_at__lt=clock.now())
    if state == "second":
        return rows.exclude(state=Report.State.CLOSED).filter(second_look_at__isnull=False)
    if state == "all":
        return rows
    if state in Report.State.values:
        return rows.filter(state=state)
    return rows.exclude(state=Report.State.CLOSED)


def _near(rows: QuerySet[Report], lon: float, lat: float, metres: float) -> QuerySet[Report]:
    """Within a square round the point, as wide as the circle."""
    up = metres * METRE
    across = up / max(math.cos(math.radians(lat)), 0.01)
    return rows.filter(lon__range=(lon - across, lon + across), lat__range=(lat - up, lat + up))


def counts(viewer: Viewer) -> Mapping[str, int]:
    """How many stand where, for the tabs above the list."""
    rows = Report.objects.visible_to(viewer).filter(body_id=viewer.body_id)
    is_open = ~Q(state=Report.State.CLOSED)
    found: dict[str, int] = rows.aggregate(
        open=Count("pk", filter=is_open),
        overdue=Count("pk", filter=is_open & Q(due_at__lt=clock.now())),
        mine=Count("pk", filter=is_open & Q(officer=viewer.person_id)),
        untaken=Count("pk", filter=is_open & Q(officer=None)),
        second=Count("pk", filter=is_open & Q(second_look_at__isnull=False)),
        closed=Count("pk", filter=Q(state=Report.State.CLOSED)),
    )
    return found


def units(viewer: Viewer) -> list[str]:
    rows = Report.objects.filter(body_id=viewer.body_id).exclude(unit="")
    return list(rows.order_by("unit").values_list("unit", flat=True).distinct()[:200])


def officers(viewer: Viewer) -> list[Person]:
    """Who can work on reports of the viewer's body."""
    rows = Membership.objects.valid_on(clock.today()).filter(body=viewer.body_id, role__in=["head", "officer"])
    return list(Person.objects.filter(pk__in=rows.values("person")).order_by("name", "pk"))


def access(viewer: Viewer, receipt: str) -> Report:
    """A report for its page of work; also one that is not public and was offered to the viewer's body.
    Refused `not_found`."""
    if viewer.body_id:
        found = (
            Report.objects.select_related("body", "route", "officer", "split_from", "joined_to")
            .filter(receipt=normalise_receipt(receipt))
            .first()
        )
        if found is not None and rules.concerns(viewer, found):
            return found
    return queries.access(viewer, receipt)


def offered(report: Report) -> Move | None:
    move: Move | None = (
        report.moves.select_related("source", "target", "arbiter").filter(state=Move.State.OFFERED).first()
    )
    return move


def moves_for(viewer: Viewer) -> list[Move]:
    """What other bodies want to pass on to the viewer's, and what it decides as an arbiter; oldest first."""
    if not viewer.may_act_for(viewer.body_id):
        return []
    mine = Q(target=viewer.body_id, number__lt=3) | Q(arbiter=viewer.body_id)
    rows = Move.objects.filter(mine, state=Move.State.OFFERED).select_related("report", "source", "target")
    return list(rows.order_by("at")[:50])


def nobodys(viewer: Viewer) -> QuerySet[Report]:
    """Reports for which no body was found: for the operator, and for officers of a province those of its area or of
    none known. Refused `not_allowed`."""
    if not rules.may_see_nobodys(viewer):
        words = _("운영자와 시·도의 담당자만 볼 수 있습니다.")
        raise Refused("not_signed_in" if viewer.kind == "anonymous" else "not_allowed", words)
    rows = Report.objects.filter(body=None).exclude(state=Report.State.CLOSED).select_related("route")
    province = rules.province_of(viewer)
    if province and not viewer.operator:
        rows = rows.filter(Q(area_code="") | Q(area_code__startswith=province.code[:2]))
    return rows.order_by(F("due_at").asc(nulls_last=True), "pk")


def waiting_for(viewer: Viewer) -> list[tuple[str, Report]]:
    """For the desk, few of them: (why, report). `why` is one of reply, second, overdue, today, danger."""
    if not viewer.may_act_for(viewer.body_id):
        return []
    now = clock.now()
    tonight = datetime.combine(clock.today(), time.max, clock.SEOUL)
    mine = Q(officer=viewer.person_id) | Q(officer=None)
    rows = Report.objects.filter(body_id=viewer.body_id).exclude(state=Report.State.CLOSED)
    said = Word.objects.filter(kind=Word.Kind.REPLY, at__gte=now - timedelta(days=14))
    why = Case(
        When(second_look_at__isnull=False, officer=None, then=0),
        When(due_at__lt=now, then=1),
        When(due_at__lte=tonight, then=2),
        When(safety__gte=2, officer=None, then=3),
        When(pk__in=said.values("report"), officer=viewer.person_id, state=Report.State.TAKEN, then=4),
        output_field=IntegerField(),
    )
    found = rows.filter(mine).annotate(why=why).filter(why__isnull=False).order_by("why", "due_at", "pk")
    names = ("second", "overdue", "today", "danger", "reply")
    few: dict[str, int] = dict.fromkeys(names, 0)
    kept = []
    for row in found[:100]:
        name = names[row.why]
        few[name] += 1
        if few[name] <= FEW:
            kept.append((name, row))
    return kept


@dataclass(frozen=True)
class Before:
    """An answer given before to a like matter, or written beforehand, with where it comes from."""

    text: str
    title: str
    source: str
    url: str = ""
    template_id: UUID | None = None


def similar(viewer: Viewer, report: Report) -> list[Before]:
    """Up to three answers to finished reports of the same kind, those of the own body first, then by shared words."""
    if not report.category:
        return []
    answers = Word.objects.filter(kind=Word.Kind.ANSWER).order_by("-at").select_related("body")
    rows = (
        queries.visible(viewer)
        .filter(category=report.category, state=Report.State.CLOSED, outcome__in=rules.SECOND_OUTCOMES)
        .exclude(pk=report.pk)
        .order_by(Case(When(body_id=report.body_id, then=0), default=1), "-closed_at")
        .prefetch_related(Prefetch("words_said", queryset=answers, to_attr="answers"))[:40]
    )
    asked = _pairs(report.words)
    ranked = sorted(rows, key=lambda row: (row.body_id != report.body_id, -len(asked & _pairs(row.words))))
    found = []
    for row in ranked:
        if row.answers:
            source = f"{row.body.name if row.body else ''} · {row.receipt}"
            found.append(Before(row.answers[0].text, row.title, source, row.get_absolute_url()))
    return found[:3]


def _pairs(text: str) -> set[str]:
    """Pairs of neighbouring signs: Korean words change at their end, pairs inside them stay."""
    plain = "".join(text.split())
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def templates(viewer: Viewer, category: str = "") -> list[AnswerTemplate]:
    """The body's answers; with a category those for it first, and none that is for another."""
    rows = AnswerTemplate.objects.filter(body_id=viewer.body_id, removed_at=None)
    if category:
        rows = rows.filter(category__in=["", category])
    return list(rows.order_by(Case(When(category=category, then=0), default=1), "title"))


def template(viewer: Viewer, id: UUID) -> AnswerTemplate | None:
    rules.must_know_the_officers(viewer)
    row: AnswerTemplate | None = AnswerTemplate.objects.filter(pk=id, body_id=viewer.body_id, removed_at=None).first()
    return row


def drafts(viewer: Viewer, report: Report) -> list[Before]:
    """What an answer can begin with: templates filled in, then answers from before."""
    unit = unit_of(viewer) or report.unit
    own_ones = [
        Before(fill(row.text, report, unit), row.title, _("우리 기관의 답 틀"), template_id=row.pk)
        for row in templates(viewer, report.category)
    ]
    return [*own_ones, *similar(viewer, report)]


@dataclass(frozen=True)
class Work:
    """What the box of work on a report's page shows, and which verbs are offered."""

    verbs: tuple[tuple[str, str], ...] = ()
    move: Move | None = None
    may_answer: bool = False
    may_decide: bool = False
    rest: Rest | None = None
    extensions: tuple[Extension, ...] = ()
    pieces: tuple[Report, ...] = ()
    joined: tuple[Report, ...] = ()
    collaboration: Link | None = None
    pass_in_time: bool = True
    officer: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def work_of(viewer: Viewer, report: Report) -> Work:
    works = policy.may_work(viewer, report)
    move = offered(report)
    pieces = tuple(report.pieces.select_related("body").order_by("created_at", "pk"))
    return Work(
        verbs=_verbs(viewer, report, move, bool(pieces)) if works else (),
        move=move,
        may_answer=move is not None and rules.may_answer_move(viewer, move),
        may_decide=move is not None and rules.may_decide_move(viewer, move),
        rest=report.rests.filter(ended_at=None).first(),
        extensions=tuple(report.extensions.order_by("round", "number")),
        pieces=pieces,
        joined=tuple(queries.visible(viewer).filter(joined_to=report).order_by("created_at")),
        collaboration=resolve_one(report.collaboration, viewer) if report.collaboration else None,
        pass_in_time=in_time(report) if works and report.open else True,
        officer=report.officer.name if works and report.officer else "",
    )


def _verbs(viewer: Viewer, report: Report, move: Move | None, split: bool) -> tuple[tuple[str, str], ...]:
    """The forms that would not be refused now, in the order of use: (name, words)."""
    if not report.open:
        after = [("unjoin", _("합친 것 되돌리기"))] if report.outcome == Report.Outcome.JOINED else []
        if report.outcome == Report.Outcome.ABUSE:
            after.append(("unabuse", _("신고가 맞음")))
        return (*after, ("collaborate", _("협업에 잇기")), _withheld_verb(report))
    verbs = []
    if report.officer_id is None and viewer.person_id:
        verbs.append(("take", _("맡기")))
    still = move is None
    if still and not split:
        verbs.append(("answer", _("답하고 마치기")))
    verbs.append(("update", _("알리기")))
    if still and not split and report.state != Report.State.UNDER_WAY:
        verbs.append(("start", _("현장으로 출발")))
    if still and report.state != Report.State.ASKED:
        verbs.append(("ask", _("신고하신 분께 묻기")))
    verbs.append(("assign", _("담당자 정하기")))
    if still and not split:
        verbs += [("pass-on", _("다른 기관에 넘기기")), ("category", _("종류 고치기"))]
    if still and not report.overdue:
        verbs.append(("extend", _("기한 늘리기")))
    if still and not split:
        verbs += [("split", _("나누기")), ("join", _("같은 신고에 합치기")), ("abuse", _("신고가 아님"))]
    if move is not None:
        verbs.append(("withdraw", _("넘기기 거두기")))
    return (*verbs, ("collaborate", _("협업으로 만들기")), _withheld_verb(report))


def _withheld_verb(report: Report) -> tuple[str, str]:
    return ("open", _("공개하기")) if report.withheld else ("withhold", _("가리기"))


def suggestions(report: Report) -> list[tuple[Body, str]]:
    """Where it could belong instead: the runners-up of the route and what would make each right."""
    others = report.route.others if report.route else []
    bodies = {body.code: body for body in Body.objects.filter(code__in=[one["body"] for one in others])}
    return [
        (bodies[one["body"]], one["when"])
        for one in others
        if one["body"] in bodies and bodies[one["body"]].pk != report.body_id
    ]


def collaborations(viewer: Viewer) -> list[Link]:
    return own("collaboration", viewer)


def reports_tied_to(urn: str, viewer: Viewer) -> list[Report]:
    """The reports that are taken up in that collaboration."""
    return list(queries.visible(viewer).filter(collaboration=urn).order_by("created_at")[:50])


def batch(viewer: Viewer, id: UUID) -> WorkBatch:
    """What was done to many, with its steps. Refused `not_found`."""
    row = WorkBatch.objects.filter(pk=id, body_id=viewer.body_id).first()
    if row is None or not viewer.may_act_for(viewer.body_id):
        raise Refused("not_found", _("없는 일입니다."))
    found: WorkBatch = row
    return found


def last_batch(viewer: Viewer) -> WorkBatch | None:
    """The newest batch of this person that can be taken back."""
    edge = clock.now() - WorkBatch.UNDO
    rows = WorkBatch.objects.filter(
        body_id=viewer.body_id, person=viewer.person_id, at__gt=edge, undone_at=None
    ).order_by("-at")
    row: WorkBatch | None = rows.first()
    return row


def area_names(rows: list[Report]) -> Mapping[str, str]:
    return names_by_code({row.area_code for row in rows if row.area_code})


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
