"""Every read of the checklist, the indicators, the ratings and the ending, narrowed to the viewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.collaboration.closing import policy, reckoning
from dure.collaboration.closing.items import Item, items
from dure.collaboration.closing.models import (
    CaseRevision,
    CitizenRating,
    Ending,
    Handover,
    Indicator,
    IndicatorSet,
    Measurement,
    PartnerRating,
    Sustainability,
    SustainabilityAnswer,
)
from dure.collaboration.library.wording import MARKS
from dure.collaboration.models import TOGETHER, Case, Collaboration, Stage
from dure.collaboration.models.case import Verdict
from dure.collaboration.parties import is_party, parties_of
from dure.core import clock
from dure.core.attachments import address_of
from dure.core.models import Attachment, Confirmation
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld

FEWEST = 3
"""Ratings by citizens below which no average is shown: of two one could tell who said what"""
RATINGS_SHOWN = 20


@dataclass(frozen=True)
class AnswerView:
    """One answer. `file` is (name, address) for those who may read it; `file_closed` that there is one for others."""

    row: SustainabilityAnswer
    sign: str
    label: str
    file: tuple[str, str] | None = None
    file_closed: bool = False


@dataclass(frozen=True)
class ItemView:
    """An item of the checklist: what stands (None where nobody answered), what was said before, what is withheld."""

    item: Item
    answer: AnswerView | None
    before: list[AnswerView]
    closed: list[Withheld]


@dataclass(frozen=True)
class Lasting:
    """The checklist as a whole. `mark` is '' while an item is not known; `known` of `of` items are."""

    mark: str
    sign: str
    label: str
    known: int
    of: int
    checked_on: date | None
    due_on: date | None
    overdue: bool
    items: list[ItemView]
    may_answer: bool


def lasting(viewer: Viewer, collaboration: Collaboration) -> Lasting:
    rows = collaboration.sustainability_answers.order_by("-at", "-pk")
    seen = list(rows.visible_to(viewer).select_related("body"))
    closed: dict[str, list[Withheld]] = {}
    for hidden in rows.withheld_from(viewer):
        closed.setdefault(hidden.item, []).append(hidden.withheld)
    files = _files(viewer, [row.file_id for row in seen])
    views = {row.pk: _answer(row, files) for row in seen}
    found = []
    for key, item in items().items():
        mine = [row for row in seen if row.item == key]
        stands = next((views[row.pk] for row in mine if row.replaced_at is None), None)
        before = [views[row.pk] for row in mine if row.replaced_at is not None]
        found.append(ItemView(item, stands, before, closed.get(key, [])))
    row = Sustainability.objects.filter(collaboration=collaboration).first()
    alive = policy.may_check(collaboration)
    return Lasting(
        mark=row.mark if row else "",
        sign=MARKS.get(row.mark, "") if row else "",
        label=str(Verdict(row.mark).label) if row and row.mark else "",
        known=sum(one.answer is not None for one in found),
        of=len(found),
        checked_on=row.checked_on if row else None,
        due_on=row.due_on if row and alive else None,
        overdue=bool(row and alive and row.due_on <= clock.today()),
        items=found,
        may_answer=alive and viewer.may_act_for(viewer.body_id) and is_party(viewer, collaboration),
    )


def _answer(row: SustainabilityAnswer, files: dict[UUID, Attachment]) -> AnswerView:
    file = files.get(row.file_id) if row.file_id else None
    return AnswerView(
        row,
        MARKS[row.mark],
        str(row.get_mark_display()),
        (file.name, address_of(file)) if file else None,
        bool(row.file_id and not file),
    )


def _files(viewer: Viewer, ids: Iterable[UUID | None]) -> dict[UUID, Attachment]:
    wanted = [id for id in ids if id]
    if not wanted:
        return {}
    return {row.pk: row for row in Attachment.objects.visible_to(viewer).filter(pk__in=wanted)}


def handovers(viewer: Viewer, collaboration: Collaboration) -> tuple[list[Handover], list[Withheld]]:
    """Every handover, newest first, and what stands in the place of those this viewer may not read."""
    rows = collaboration.handovers.order_by("-asked_at", "-pk")
    seen = list(rows.visible_to(viewer).select_related("from_body", "to_body", "asked_by"))
    return seen, [row.withheld for row in rows.withheld_from(viewer)]


def handover_of(viewer: Viewer, collaboration: Collaboration, id: UUID) -> Handover:
    """One of them; Refused `not_found`."""
    rows = Handover.objects.visible_to(viewer).select_related("from_body", "to_body", "asked_by")
    found = rows.filter(collaboration=collaboration, pk=id).first()
    if found is None:
        raise Refused("not_found", _("그런 이어받기가 없습니다."))
    found.collaboration = collaboration
    return found


@dataclass(frozen=True)
class MeasurementView:
    row: Measurement
    value: str
    share: Fraction | None
    file: tuple[str, str] | None

    @property
    def per_cent(self) -> int | None:
        return reckoning.per_cent(self.share)


@dataclass(frozen=True)
class IndicatorView:
    """An indicator with all that was measured of it, newest first; `newest` is the last that stands."""

    row: Indicator
    direction: str
    baseline: str
    target: str
    measurements: list[MeasurementView]
    closed: list[Withheld]
    late: bool

    @property
    def newest(self) -> MeasurementView | None:
        return next((one for one in self.measurements if one.row.corrected_at is None), None)

    @property
    def per_cent(self) -> int | None:
        return self.newest.per_cent if self.newest else None

    @property
    def bar(self) -> int:
        """Length of the bar: never below nothing or beyond the whole."""
        return min(max(self.per_cent or 0, 0), 100)


@dataclass(frozen=True)
class Agreement:
    """Who has confirmed the indicators as they stand. `mine`: the viewer's body has, `asked`: it should."""

    version: int
    agreed_at: Any
    confirmed: list[Body]
    waiting: list[Body]
    asked: bool


@dataclass(frozen=True)
class Indicators:
    rows: list[IndicatorView]
    dropped: list[IndicatorView]
    closed: list[Withheld]
    agreement: Agreement | None
    may_propose: bool
    may_measure: bool

    @property
    def known(self) -> list[IndicatorView]:
        """Those of which it is known how much of the way was gone."""
        return [one for one in self.rows if one.per_cent is not None]


def indicators(viewer: Viewer, collaboration: Collaboration) -> Indicators:
    every = collaboration.indicators.order_by("created_at", "pk")
    rows = list(every.visible_to(viewer).select_related("body").prefetch_related("revisions__body"))
    measured = _measurements(viewer, collaboration, rows)
    closed: dict[UUID, list[Withheld]] = {}
    for hidden in collaboration.measurements.withheld_from(viewer):
        closed.setdefault(hidden.indicator_id, []).append(hidden.withheld)
    views = [_indicator(row, measured.get(row.pk, []), closed.get(row.pk, [])) for row in rows]
    agreement = _agreement(viewer, collaboration)
    acts = (
        viewer.may_act_for(viewer.body_id)
        and is_party(viewer, collaboration)
        and collaboration.stage in TOGETHER
        and "closing" not in collaboration.paused
    )
    return Indicators(
        rows=[view for view in views if view.row.dropped_at is None],
        dropped=[view for view in views if view.row.dropped_at is not None],
        closed=[row.withheld for row in every.withheld_from(viewer)],
        agreement=agreement,
        may_propose=acts,
        may_measure=acts and agreement is not None and agreement.agreed_at is not None,
    )


def _measurements(
    viewer: Viewer, collaboration: Collaboration, rows: list[Indicator]
) -> dict[UUID, list[MeasurementView]]:
    by_id = {row.pk: row for row in rows}
    found = list(
        Measurement.objects.visible_to(viewer)
        .filter(collaboration=collaboration)
        .select_related("body", "corrects")
        .order_by("-on", "-at", "-pk")
    )
    files = _files(viewer, [one.file_id for one in found])
    views: dict[UUID, list[MeasurementView]] = {}
    for one in found:
        row = by_id.get(one.indicator_id)
        if row is None:
            continue
        file = files.get(one.file_id) if one.file_id else None
        share = share_of(row, one.value)
        view = MeasurementView(one, reckoning.shown(one.value), share, (file.name, address_of(file)) if file else None)
        views.setdefault(row.pk, []).append(view)
    return views


def share_of(row: Indicator, value: str) -> Fraction | None:
    """How much of the way to its target that value is; None where it is not known."""
    baseline = reckoning.exact(row.baseline) if row.baseline else None
    return reckoning.achieved(row.direction, baseline, reckoning.exact(row.target), reckoning.exact(value))


def _indicator(row: Indicator, measured: list[MeasurementView], closed: list[Withheld]) -> IndicatorView:
    standing = [one for one in measured if one.row.corrected_at is None]
    late = row.due_on < clock.today() and not any(one.row.on >= row.due_on for one in standing)
    return IndicatorView(
        row,
        str(row.get_direction_display()),
        reckoning.shown(row.baseline),
        reckoning.shown(row.target),
        measured,
        closed,
        late,
    )


def _agreement(viewer: Viewer, collaboration: Collaboration) -> Agreement | None:
    row = IndicatorSet.objects.filter(collaboration=collaboration).first()
    if row is None:
        return None
    given = set(row.confirmations.filter(version=row.version).values_list("body_id", flat=True))
    bodies = [party.body for party in parties_of(collaboration)]
    return Agreement(
        row.version,
        row.agreed_at,
        [body for body in bodies if body.pk in given],
        [body for body in bodies if body.pk not in given],
        collaboration.stage in TOGETHER
        and any(viewer.may_act_for(body.pk) and body.pk not in given for body in bodies),
    )


def indicator_of(viewer: Viewer, collaboration: Collaboration, id: UUID) -> Indicator:
    found = Indicator.objects.visible_to(viewer).filter(collaboration=collaboration, pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 지표입니다."))
    found.collaboration = collaboration
    return found


def measurement_of(viewer: Viewer, collaboration: Collaboration, id: UUID) -> Measurement:
    rows = Measurement.objects.visible_to(viewer).select_related("indicator")
    found = rows.filter(collaboration=collaboration, pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 잰 값입니다."))
    found.indicator.collaboration = collaboration
    return found


@dataclass(frozen=True)
class PartnerRatings:
    """What the parties found. Until they are revealed only how many have rated is told, and to each its own."""

    rows: list[PartnerRating]
    closed: list[Withheld]
    rated: int
    of: int
    revealed: bool
    may_rate: bool
    averages: list[tuple[str, Decimal]] = field(default_factory=list)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """For `<c-facts>`: figure and what it counts."""
        return [(f"{mean} / 5", label) for label, mean in self.averages]


def partner_ratings(viewer: Viewer, collaboration: Collaboration) -> PartnerRatings:
    every = PartnerRating.objects.filter(collaboration=collaboration)
    seen = list(every.visible_to(viewer).select_related("body").order_by("at", "pk"))
    bodies = {party.body_id for party in parties_of(collaboration)}
    states = list(every.values_list("body_id", "revealed_at"))
    revealed = bool(states) and all(at is not None for _body, at in states)
    names = (("respect", _("서로 존중")), ("fair", _("공평한 몫")), ("again", _("다시 함께")))
    means = [(label, reckoning.average(getattr(row, name) for row in seen)) for name, label in names]
    acts = viewer.may_act_for(viewer.body_id) and viewer.body_id in bodies
    return PartnerRatings(
        rows=seen,
        closed=[row.withheld for row in every.withheld_from(viewer)],
        rated=len(states),
        of=len(bodies | {body for body, _at in states}),
        revealed=revealed,
        may_rate=acts and policy.may_rate(collaboration) and viewer.body_id not in {body for body, _at in states},
        averages=[(label, mean) for label, mean in means if mean is not None and revealed and len(seen) > 1],
    )


@dataclass(frozen=True)
class CitizenRatingView:
    row: CitizenRating
    who: str
    text: str
    mine: bool
    may_moderate: bool


@dataclass(frozen=True)
class CitizenRatings:
    """How many rated and, from `FEWEST` on, the mean and how many gave each number. `page`: those with words."""

    count: int
    average: Decimal | None
    bars: list[tuple[str, int]]
    page: Page[CitizenRating]
    rows: list[CitizenRatingView]
    closed: list[Withheld]
    mine: CitizenRating | None
    may_rate: bool
    why_not: str


def citizen_ratings(viewer: Viewer, collaboration: Collaboration, page: int = 1) -> CitizenRatings:
    every = CitizenRating.objects.filter(collaboration=collaboration)
    counts = dict(
        every.filter(state__in=["published", "hidden"]).order_by().values_list("score").annotate(n=Count("pk"))
    )
    total = sum(counts.values())
    enough = total >= FEWEST
    words = every.visible_to(viewer).exclude(text="").filter(state__in=["published", "hidden"])
    found = Paginator(words.select_related("person").order_by("-published_at", "-pk"), RATINGS_SHOWN).get_page(page)
    views = []
    for row in found:
        row.collaboration = collaboration
        moderates = policy.may_moderate(viewer, row)
        mine = policy.wrote(viewer, row)
        open_ = row.state == CitizenRating.State.PUBLISHED or mine or moderates
        who = row.person.name if row.person else row.alias
        views.append(CitizenRatingView(row, who, row.text if open_ else "", mine, moderates))
    mine_row = None
    if viewer.person_id:
        own = every.filter(person_id=viewer.person_id, state__in=["published", "hidden"])
        mine_row = own.first()
    of_party = policy.is_of_a_party(viewer, collaboration)
    return CitizenRatings(
        count=total,
        average=reckoning.average(score for score, n in counts.items() for _ in range(n)) if enough else None,
        bars=[(_("%(n)d점") % {"n": score}, counts.get(score, 0)) for score in range(5, 0, -1)] if enough else [],
        page=found,
        rows=views,
        closed=[row.withheld for row in every.withheld_from(viewer)[:RATINGS_SHOWN]],
        mine=mine_row,
        may_rate=policy.may_rate(collaboration) and not of_party and mine_row is None,
        why_not=_why_not(collaboration, of_party),
    )


def _why_not(collaboration: Collaboration, of_party: bool) -> str:
    if not policy.may_rate(collaboration):
        if collaboration.stage == Stage.ENDED:
            return _("마친 뒤 90일이 지나 평가를 더 받지 않습니다.")
        return _("함께 일하기 시작하면 누구나 평가할 수 있습니다.")
    return _("함께한 기관에 속한 분은 기관의 이름으로 평가합니다.") if of_party else ""


def rating_count(viewer: Viewer, collaboration: Collaboration) -> int | None:
    """For the tab: how many citizens rated; None for none."""
    rows = CitizenRating.objects.filter(collaboration=collaboration, state__in=["published", "hidden"])
    return rows.count() or None


def citizen_rating_of(viewer: Viewer, collaboration: Collaboration, id: UUID) -> CitizenRating:
    rows = CitizenRating.objects.visible_to(viewer).filter(collaboration=collaboration, pk=id)
    found = rows.filter(state__in=["published", "hidden"]).first()
    if found is None:
        raise Refused("not_found", _("없는 평가입니다."))
    found.collaboration = collaboration
    return found


def waiting_confirmation(collaboration: Collaboration, id: UUID) -> Confirmation | None:
    """The confirmation a rating waits for; its random id is known to who rated only."""
    return Confirmation.objects.filter(pk=id, citizen_rating__collaboration=collaboration).first()


@dataclass(frozen=True)
class End:
    """How it ended. `case` is its case in the library; `may_edit` it."""

    row: Ending
    case: Case | None
    revisions: int
    may_edit: bool


def end_of(viewer: Viewer, collaboration: Collaboration) -> End | None:
    row = Ending.objects.filter(collaboration=collaboration).first()
    if row is None:
        return None
    case = case_of(viewer, collaboration)
    revisions = CaseRevision.objects.filter(case=case).count() if case else 0
    return End(row, case, revisions, case is not None and policy.keeps(viewer, collaboration))


def case_of(viewer: Viewer, collaboration: Collaboration) -> Case | None:
    return Case.objects.visible_to(viewer).filter(collaboration=collaboration).first()


def case_revisions(case: Case) -> list[CaseRevision]:
    """What it said before, newest first."""
    return list(CaseRevision.objects.filter(case=case).select_related("body")[:50])
