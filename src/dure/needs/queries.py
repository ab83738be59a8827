"""Every read of this room, narrowed to what the viewer may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core import clock, keyset
from dure.core.links import Link, own, resolve
from dure.core.refused import Refused
from dure.core.search import search
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld
from dure.engines import retrieval
from dure.engines.priorities import NEEDED, Alike, Placed, Vote, alike, from_points, from_ranks, rank
from dure.needs import policy
from dure.needs.models import AskedBody, Merge, Need, NeedFollow, NeedsAnswer, NeedsSurvey, Objection
from dure.needs.public_text import KIND

State = NeedsSurvey.State
PAGE, MOST_FOUND = 20, 100
RUNNING, OVER = (State.OPEN, State.SORTING), (State.ANSWERED, State.WITHDRAWN)


@dataclass(frozen=True)
class Row:
    """A survey in a list: how many bodies it asks, how many of them answered, what waits for the viewer's body."""

    survey: NeedsSurvey
    asked: int
    answered: int
    mine: str = ""

    @property
    def is_overdue(self) -> bool:
        return self.survey.is_overdue


def access(viewer: Viewer, receipt: str) -> NeedsSurvey:
    """The survey of this receipt number; Refused `not_found`."""
    found = NeedsSurvey.objects.visible_to(viewer).select_related("body").filter(receipt=receipt).first()
    if found is None:
        raise Refused("not_found", _("없는 수요조사입니다."))
    survey: NeedsSurvey = found
    return survey


def begun(viewer: Viewer, receipt: str) -> NeedsSurvey:
    """The same for one that has begun; a draft counts as not there."""
    survey = access(viewer, receipt)
    if survey.state == State.DRAFT:
        raise Refused("not_found", _("없는 수요조사입니다."))
    return survey


def draft(viewer: Viewer, id: UUID) -> NeedsSurvey | None:
    """The viewer's own draft, None where none was saved yet. Refused for others' and for one that has begun."""
    known = NeedsSurvey.objects.filter(pk=id).first()
    if known is None:
        policy.must_ask_for(viewer, viewer.body_id)
        return None
    if not NeedsSurvey.objects.visible_to(viewer).filter(pk=id).exists():
        policy.must_own(viewer, known)
    policy.must_own(viewer, known)
    policy.must_be_draft(known)
    return known


def surveys(viewer: Viewer, *, state: str = "all") -> QuerySet[Any]:
    """Surveys, newest first: `running`, `over`, `draft` (one's own), `mine` (that ask the viewer's body), `all`."""
    rows = NeedsSurvey.objects.visible_to(viewer)
    if state == "draft":
        rows = rows.filter(state=State.DRAFT, body_id=viewer.body_id)
    else:
        rows = rows.exclude(state=State.DRAFT)
    if state == "running":
        rows = rows.filter(state__in=RUNNING)
    elif state == "over":
        rows = rows.filter(state__in=OVER)
    elif state == "mine":
        rows = rows.filter(pk__in=AskedBody.objects.filter(body_id=viewer.body_id).values("survey"))
    return rows.select_related("body").order_by("-created_at", "-pk")


def survey_list(viewer: Viewer, *, state: str, q: str, page: int) -> tuple[list[Row], bool]:
    """A page of the list, and whether there is another. With `q` the best matches of the search come first."""
    rows = surveys(viewer, state=state)
    start = (page - 1) * PAGE
    if q:
        hits = search(q, kinds=[KIND], limit=MOST_FOUND)
        order = {UUID(hit.urn.split(":")[2]): place for place, hit in enumerate(hits)}
        found = sorted(rows.filter(pk__in=order), key=lambda row: order[row.pk])
    else:
        found = list(rows[start : start + PAGE + 1])
        return as_rows(viewer, found[:PAGE]), len(found) > PAGE
    return as_rows(viewer, found[start : start + PAGE]), len(found) > start + PAGE


def as_rows(viewer: Viewer, found: Sequence[NeedsSurvey]) -> list[Row]:
    ids = [row.pk for row in found]
    asked = dict(AskedBody.objects.filter(survey__in=ids).values_list("survey").annotate(n=Count("pk")))
    answered = dict(NeedsAnswer.objects.filter(survey__in=ids).values_list("survey").annotate(n=Count("pk")))
    mine: dict[UUID, str] = {}
    if viewer.body_id and viewer.reads_for(viewer.body_id):
        for id in AskedBody.objects.filter(survey__in=ids, body_id=viewer.body_id).values_list("survey_id", flat=True):
            mine[id] = "asked"
        own_ = NeedsAnswer.objects.filter(survey__in=ids, body_id=viewer.body_id)
        mine |= dict.fromkeys(own_.values_list("survey_id", flat=True), "answered")
    return [Row(row, asked.get(row.pk, 0), answered.get(row.pk, 0), mine.get(row.pk, "")) for row in found]


def survey_keyset(viewer: Viewer, *, state: str, after: str, limit: int) -> keyset.Page[NeedsSurvey]:
    rows = surveys(viewer, state=state)
    return keyset.page(rows, order=("-created_at", "-pk"), after=after, limit=limit, name="needs.surveys")


def counts(viewer: Viewer, survey: NeedsSurvey) -> Row:
    return as_rows(viewer, [survey])[0]


def listed(survey: NeedsSurvey) -> list[Need]:
    """The needs on the asker's list, in its order."""
    return list(Need.objects.filter(survey=survey, answer=None, is_merged=False).order_by("number"))


def named_bodies(ids: Iterable[str]) -> list[Body]:
    return list(Body.objects.filter(pk__in=list(ids)).select_related("province").order_by("full_name_ko"))


@dataclass(frozen=True)
class AnswerView:
    """A body's answer; `said` are (need, points or rank) in the order of the list."""

    answer: NeedsAnswer
    said: tuple[tuple[str, int], ...]
    own: tuple[Need, ...]


def answers_of(viewer: Viewer, survey: NeedsSurvey, *, page: int = 1) -> tuple[list[AnswerView], list[Withheld], bool]:
    """A page of readable answers by the bodies' names, all that are withheld, and whether more follow."""
    rows = NeedsAnswer.objects.filter(survey=survey)
    start = (page - 1) * PAGE
    shown = list(rows.visible_to(viewer).select_related("body", "body__province").order_by("body__full_name_ko", "pk"))
    some = shown[start : start + PAGE]
    own_needs: dict[UUID, list[Need]] = defaultdict(list)
    for need in Need.objects.filter(answer__in=some).order_by("number"):
        own_needs[need.answer_id].append(need)
    titles = listed(survey)
    views = [
        AnswerView(
            answer,
            tuple(
                (need.title, answer.priorities[str(need.pk)]) for need in titles if str(need.pk) in answer.priorities
            ),
            tuple(own_needs[answer.pk]),
        )
        for answer in some
    ]
    closed = [row.withheld for row in rows.withheld_from(viewer)]
    return views, closed, len(shown) > start + PAGE


def own_answer(viewer: Viewer, survey: NeedsSurvey) -> AnswerView | None:
    if viewer.body_id is None or not viewer.reads_for(viewer.body_id):
        return None
    rows = NeedsAnswer.objects.visible_to(viewer).filter(survey=survey, body_id=viewer.body_id)
    answer = rows.select_related("body").first()
    if answer is None:
        return None
    own_ = tuple(Need.objects.filter(answer=answer).select_related("merged_into").order_by("number"))
    return AnswerView(answer, (), own_)


@dataclass
class Node:
    """A need with what was merged into it beneath. `closed` counts members that this viewer may not read."""

    need: Need
    body: Body | None
    members: list[Node] = field(default_factory=list)
    closed: int = 0
    merge: Merge | None = None
    follows: list[tuple[NeedFollow, Link]] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)

    @property
    def withheld(self) -> bool:
        """It stands in an answer that is not for all."""
        return self.need.answer is not None and self.need.answer.withheld is not None

    @property
    def bodies(self) -> int:
        """Bodies that wrote it or what is beneath it, as far as it may be read."""
        return len(self._bodies())

    def _bodies(self) -> set[UUID]:
        found = {self.body.pk} if self.body else set()
        return found.union(*(node._bodies() for node in self.members))


def tree(viewer: Viewer, survey: NeedsSurvey) -> list[Node]:
    """The standing needs with everything beneath them: listed ones first, then as they came. Constant queries."""
    nodes = _nodes(viewer, survey)
    roots = [node for node in nodes.values() if node.need.stands]
    return sorted(roots, key=lambda node: (node.need.is_merged, node.need.answer_id is not None, node.need.number))


def closed_needs(viewer: Viewer, survey: NeedsSurvey) -> int:
    """How many standing needs there are that this viewer may not read, because their answers are withheld."""
    rows = Need.objects.filter(survey=survey, merged_into=None, ended_at=None)
    return rows.count() - rows.visible_to(viewer).count()


def node_of(viewer: Viewer, survey: NeedsSurvey, id: UUID) -> Node:
    """One need, standing or not, with what is beneath it. Refused `not_found`."""
    node = _nodes(viewer, survey, ended_too=True).get(id)
    if node is None:
        raise Refused("not_found", _("없는 수요입니다."))
    return node


def _nodes(viewer: Viewer, survey: NeedsSurvey, *, ended_too: bool = False) -> dict[UUID, Node]:
    rows = Need.objects.visible_to(viewer).filter(survey=survey)
    rows = rows.select_related("survey__body", "answer__body__province", "merged_into").order_by(
        "created_at", "number", "pk"
    )
    if not ended_too:
        rows = rows.filter(ended_at=None)
    nodes = {need.pk: Node(need, need.answer.body if need.answer else None) for need in rows}
    for id, into in Need.objects.filter(survey=survey).exclude(merged_into=None).values_list("pk", "merged_into_id"):
        if into in nodes:
            if id in nodes:
                nodes[into].members.append(nodes[id])
            else:
                nodes[into].closed += 1
    for merge in Merge.objects.filter(survey=survey).select_related("person"):
        if merge.result_id in nodes:
            nodes[merge.result_id].merge = merge
    ties = list(NeedFollow.objects.filter(need__in=nodes).select_related("body").order_by("made_at"))
    links = resolve([tie.urn for tie in ties], viewer)
    for tie in ties:
        if tie.urn in links:
            nodes[tie.need_id].follows.append((tie, links[tie.urn]))
    for objection in Objection.objects.filter(need__in=nodes).select_related("body").order_by("made_at"):
        nodes[objection.need_id].objections.append(objection)
    return nodes


def undone(survey: NeedsSurvey) -> list[Merge]:
    """Merges that were undone, newest first."""
    rows = Merge.objects.filter(survey=survey).exclude(undone_at=None).select_related("result")
    return list(rows.order_by("-undone_at"))


@dataclass(frozen=True)
class Suggestion:
    """Two standing needs that seem to say the same, and the words that say so."""

    one: Node
    other: Node
    pair: Alike

    @property
    def title(self) -> str:
        """What the two can be called at one tap: words that everybody may read, '' where there are none."""
        return next((node.need.title for node in (self.one, self.other) if not node.withheld), "")


def suggestions(viewer: Viewer, survey: NeedsSurvey, nodes: Sequence[Node], *, most: int = 10) -> list[Suggestion]:
    """For the sorting page: pairs of standing, unanswered needs with words in common, the most alike first."""
    free = {str(node.need.pk): node for node in nodes if not node.need.verdict}
    texts = [f"{node.need.title} {node.need.why}" for node in free.values()]
    words = [analysis.forms() for analysis in retrieval.shared_analyser().analyse_many(texts)]
    found = alike(dict(zip(free, words, strict=True)), most=most)
    return [Suggestion(free[str(pair.one)], free[str(pair.other)], pair) for pair in found]


@dataclass(frozen=True)
class Ranked:
    """A place in the order with its need. `by_kind` and `by_region` count the bodies that need it."""

    placed: Placed
    need: Need
    by_kind: Mapping[str, int]
    by_region: Mapping[str, int]


@dataclass(frozen=True)
class Ranking:
    """`rows` best first; `unsaid` are needs nobody spoke of; `closed` answers are not for all and do not count."""

    rows: tuple[Ranked, ...]
    unsaid: tuple[Need, ...]
    answered: int
    closed: int
    regions: tuple[Body, ...]
    kinds: tuple[str, ...]


def region_of(body: Body) -> UUID | None:
    return body.pk if body.kind == Body.Kind.SIDO else body.province_id


def ranking(survey: NeedsSurvey, *, province: UUID | None = None, kind: str = "") -> Ranking:
    """The order of the standing needs from the answers that everybody may read, so that everybody can count again.

    Of a need that was merged a body's highest score beneath it counts, once. `province` and `kind` narrow the bodies.
    """
    nobody = Viewer.anonymous()
    rows = NeedsAnswer.objects.filter(survey=survey)
    readable = list(rows.visible_to(nobody).select_related("body", "body__province").order_by("pk"))
    kinds = sorted({answer.body.kind for answer in readable})
    provinces = {
        region: answer.body if answer.body.kind == Body.Kind.SIDO else answer.body.province
        for answer in readable
        if (region := region_of(answer.body))
    }
    chosen = [
        answer
        for answer in readable
        if (not kind or answer.body.kind == kind) and (not province or region_of(answer.body) == province)
    ]
    needs = {need.pk: need for need in Need.objects.filter(survey=survey, ended_at=None).order_by("created_at")}
    roots = {id: _root(id, needs) for id in needs}
    scores: dict[tuple[UUID, UUID], Any] = {}
    bodies = {answer.body_id: answer.body for answer in chosen}
    for answer in chosen:
        for id, score in _scores(survey, answer, needs).items():
            key = (answer.body_id, roots[id])
            scores[key] = max(scores.get(key, score), score)
    votes = [Vote(body, region_of(bodies[body]) or "", root, score) for (body, root), score in scores.items()]
    placed = rank(votes, bodies={id: region_of(body) or "" for id, body in bodies.items()})
    named = [row.need for row in placed]
    standing = Need.objects.visible_to(nobody).filter(survey=survey, ended_at=None, merged_into=None)
    return Ranking(
        tuple(_ranked(row, needs, votes, bodies, provinces) for row in placed),
        tuple(need for need in standing.order_by("number") if need.pk not in named),
        len(chosen),
        rows.count() - len(readable),
        tuple(sorted((p for p in provinces.values() if p), key=lambda body: body.full_name_ko)),
        tuple(kinds),
    )


def _root(id: UUID, needs: Mapping[UUID, Need]) -> UUID:
    while (into := needs[id].merged_into_id) is not None:
        id = into
    return id


def _scores(survey: NeedsSurvey, answer: NeedsAnswer, needs: Mapping[UUID, Need]) -> dict[UUID, Any]:
    said: dict[Any, int] = {UUID(id): value for id, value in answer.priorities.items()}
    if survey.mode == NeedsSurvey.Mode.POINTS:
        scores: dict[Any, Any] = {id: from_points(value) for id, value in said.items()}
    else:
        among = len([need for need in needs.values() if need.answer_id is None and not need.is_merged])
        scores = dict(from_ranks(dict(said), among))
    own_ = {n.pk: from_points(n.points) for n in needs.values() if n.answer_id == answer.pk and n.points}
    return scores | own_


def _ranked(
    row: Placed, needs: Mapping[UUID, Need], votes: Sequence[Vote], bodies: Mapping[Any, Body], provinces: Any
) -> Ranked:
    by_kind: dict[str, int] = defaultdict(int)
    by_region: dict[str, int] = defaultdict(int)
    for vote in votes:
        if vote.need == row.need and vote.score >= NEEDED:
            by_kind[str(bodies[vote.body].get_kind_display())] += 1
            place = provinces.get(vote.region)
            by_region[place.name if place else _("시·도 없음")] += 1
    return Ranked(row, needs[row.need], dict(sorted(by_kind.items())), dict(sorted(by_region.items())))  # type: ignore[index]


def may_tie_to(viewer: Viewer) -> list[Link]:
    """The collaborations in which the viewer's body is, to tie a need to."""
    return own("collaboration", viewer)


def needs_tied_to(urn: str, viewer: Viewer) -> list[Need]:
    """The needs that are taken further in that thing."""
    ties = NeedFollow.objects.filter(urn=urn).values("need")
    return list(
        Need.objects.visible_to(viewer).filter(pk__in=ties).select_related("survey__body").order_by("created_at")
    )


def overdue(viewer: Viewer) -> int:
    """How many surveys passed the day that was promised for the answers: public."""
    return int(surveys(viewer, state="running").filter(promised_on__lt=clock.today()).count())


def asked_bodies(survey: NeedsSurvey) -> QuerySet[AskedBody]:
    return (
        AskedBody.objects.filter(survey=survey).select_related("body", "body__province").order_by("body__full_name_ko")
    )


def waiting_for(viewer: Viewer) -> tuple[list[NeedsSurvey], list[tuple[NeedsSurvey, int]], list[NeedsSurvey]]:
    """For the desk: surveys to answer, own surveys with the number of unanswered needs, and drafts."""
    if not viewer.may_act_for(viewer.body_id):
        return [], [], []
    rows = NeedsSurvey.objects.visible_to(viewer).select_related("body")
    asked = AskedBody.objects.filter(body_id=viewer.body_id).values("survey")
    done = NeedsAnswer.objects.filter(body_id=viewer.body_id).values("survey")
    to_answer = rows.filter(pk__in=asked, state=State.OPEN, until__gte=clock.today()).exclude(pk__in=done)
    left = Count("needs", filter=Q(needs__merged_into=None, needs__ended_at=None, needs__verdict=""))
    own_ = rows.filter(body_id=viewer.body_id)
    to_sort = own_.filter(Q(state=State.SORTING) | Q(state=State.OPEN, until__lt=clock.today())).annotate(left=left)
    drafts = own_.filter(state=State.DRAFT).order_by("-created_at")
    return (
        list(to_answer.order_by("until")),
        [(row, row.left) for row in to_sort.order_by("promised_on")],
        list(drafts),
    )
