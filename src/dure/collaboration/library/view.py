"""What the library's pages show of a case: gathered once, so that templates only lay it out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from dure.collaboration.library import queries, typology
from dure.collaboration.library.wording import (
    ATTRIBUTES,
    FIELD,
    LEVELS,
    MARKS,
    say,
    subtype_name,
)
from dure.collaboration.models import Case, CaseParty, Outcome
from dure.collaboration.models.case import Verdict
from dure.core.links import Link, resolve, urn
from dure.core.viewer import Viewer
from dure.engines.typology import Classification, Evaluation, study
from dure.engines.typology.classifier import Row
from dure.engines.typology.frame import NAMES

ALIKE = 5


@dataclass(frozen=True)
class Judged:
    """One of the four marks with the study's note on it, and what the appendix says where the two disagree."""

    name: str
    mark: str
    label: str
    note: str
    appendix: str


@dataclass(frozen=True)
class Neighbour:
    case: Case
    per_cent: int
    reason: str
    lasting: str


@dataclass(frozen=True)
class Considered:
    name: str
    summary: str
    points: list[str]
    cases: list[tuple[int, str]]
    """In-depth number and number in the library of the study's examples"""


@dataclass(frozen=True)
class Story:
    """What the parties of a case that ended here told. `sustainability`: (item, mark, mark in words)."""

    outcome: str
    told: dict[str, Any]
    sustainability: list[tuple[str, str, str]]


def _story(case: Case) -> Story | None:
    if not case.story:
        return None
    labels = dict(Verdict.choices)
    return Story(
        str(Outcome(case.story["outcome"]).label),
        case.story,
        [(one["item"], MARKS[one["mark"]], str(labels[one["mark"]])) for one in case.story["sustainability"]],
    )


def _attribute(case: Case) -> str:
    told = (case.depth or case.story or {}).get("attribute")
    return str(ATTRIBUTES[told]) if told else ""


@dataclass(frozen=True)
class CaseView:
    parties: list[tuple[CaseParty, Link | None]]
    judged: list[Judged]
    classification: Classification
    reason: str
    model: str
    subtype: str
    option2: str
    runner_up: str
    level: str
    per_cent: int
    evidence: list[tuple[str, bool]]
    unknown: list[str]
    considerations: list[Considered]
    assigned: str
    agrees: bool | None
    similar: list[Neighbour]
    related: list[Case]
    depth: dict[str, Any] | None
    attribute: str
    effects: list[str]
    figures: list[dict[str, Any]]
    story: Story | None

    @staticmethod
    def of(case: Case, viewer: Viewer) -> CaseView:
        result = typology.classify(typology.attributes(case))
        depth = case.depth
        alike = typology.similar_to(case, ALIKE)
        depth_numbers = {no for item in result.considerations for no in item.cases}
        linked = queries.names([*case.related, *(near.key for near in alike)], viewer)
        assigned = study.BY_NAME.get(depth["subtype"]["subtype"]) if depth else None
        return CaseView(
            parties=_parties(case, viewer),
            judged=[_judged(case, *which) for which in _marks()],
            classification=result,
            reason=say(result.reason),
            model=say(result.model.name),
            subtype=say(result.subtype.name),
            option2=say(result.subtype_option2.name) if result.subtype_option2 else "",
            runner_up=say(result.runner_up.name),
            level=str(LEVELS[result.level]),
            per_cent=round(100 * result.confidence),
            evidence=[(say(item.said), item.weight > 0) for item in result.evidence],
            unknown=[say(NAMES[name]) for name in result.unknown],
            considerations=considered(result.considerations, queries.by_depth(depth_numbers, viewer)),
            assigned=subtype_name(assigned) if assigned else "",
            agrees=None if assigned is None else assigned == result.subtype.key,
            similar=[
                Neighbour(
                    linked[near.key], round(100 * near.score), say(near.reason), MARKS[linked[near.key].sustainable]
                )
                for near in alike
                if near.key in linked
            ],
            related=[linked[no] for no in case.related if no in linked],
            depth=depth,
            attribute=_attribute(case),
            effects=list(depth["policy_effect"]["items"]) if depth else [],
            figures=list(depth["key_figures"]) if depth else [],
            story=_story(case),
        )


def _marks() -> list[tuple[str, str, str]]:
    return [
        ("tech_applied", "tech_applied", _("과학기술 적용")),
        ("tech_applicable", "tech_applicable", _("과학기술 적용 가능성")),
        ("resource_shared", "resource_sharing", _("자원공유")),
        ("sustainable", "sustainability", _("지속가능성")),
    ]


def _judged(case: Case, column: str, key: str, name: str) -> Judged:
    """The in-depth table's mark where there is one; the appendix's beside it where it differs."""
    appendix = getattr(case, column)
    told = case.depth[key] if case.depth else {}
    verdict = told.get("verdict", appendix)
    return Judged(
        name,
        MARKS[verdict],
        str(dict(Case._meta.get_field(column).choices or ())[verdict]),
        told.get("note", ""),
        MARKS[appendix] if verdict != appendix else "",
    )


def _parties(case: Case, viewer: Viewer) -> list[tuple[CaseParty, Link | None]]:
    parties = list(case.parties.all())
    links = resolve([urn("body", party.body_id) for party in parties if party.body_id], viewer)
    return [(party, links.get(urn("body", party.body_id)) if party.body_id else None) for party in parties]


def considered(items: tuple[study.Consideration, ...], by_depth: dict[int, str]) -> list[Considered]:
    return [
        Considered(
            say(study.CONSIDERATION_NAMES[item.key]),
            say(item.summary),
            [say(point) for point in item.points],
            [(no, by_depth[no]) for no in item.cases if no in by_depth],
        )
        for item in items
    ]


@dataclass(frozen=True)
class CompareRow:
    name: str
    cells: list[str]
    korean: bool
    """The cells hold the study's own words"""
    of: tuple[str, ...] = ()
    """The cases' names, for each cell"""

    @property
    def named(self) -> list[tuple[str, str]]:
        return list(zip(self.of, self.cells, strict=True))

    @property
    def differs(self) -> bool:
        return len(set(self.cells)) > 1


def comparison(cases: list[Case]) -> list[CompareRow]:
    """One row for each attribute; what a case's source does not tell is a dash, never a guess."""
    dash = "–"

    def depth(case: Case, *path: str) -> Any:
        value: Any = case.depth
        for key in path:
            value = value[key] if value else None
        return value

    def joined(values: Any) -> str:
        return ", ".join(values) if values else dash

    def effects(case: Case) -> Any:
        return case.story["effects"] if case.story else depth(case, "policy_effect", "items")

    def target(case: Case) -> str:
        if case.story:
            return joined([*(case.story["target_external"] or []), *(case.story["target_internal"] or [])])
        if not case.depth:
            return dash
        return joined([*depth(case, "policy_target", "external"), *depth(case, "policy_target", "internal")])

    rows = [
        CompareRow(_("기관"), [case.government for case in cases], True),
        CompareRow(_("주체유형"), [str(case.get_partner_type_display()) for case in cases], False),
        CompareRow(_("참여주체"), [joined([p.name for p in case.parties.all()]) for case in cases], True),
        CompareRow(_("서비스 분야"), [str(FIELD.get(case.service_field, case.service_field)) for case in cases], False),
        CompareRow(_("속성"), [_attribute(case) or dash for case in cases], False),
        CompareRow(_("정책효과"), [joined(effects(case)) for case in cases], True),
        CompareRow(_("정책대상"), [target(case) for case in cases], True),
    ]
    for column, key, name in _marks():
        told = [_judged(case, column, key, name) for case in cases]
        rows.append(CompareRow(name, [f"{one.mark} {one.note}".strip() for one in told], True))
    rows.append(CompareRow(_("협업모델(두레의 분류)"), [_classified(case) for case in cases], False))
    rows.append(
        CompareRow(
            _("원문 상태"), [_("의심스러움") if case.doubtful else _("의심스럽지 않음") for case in cases], False
        )
    )
    if any(case.is_here for case in cases):
        ends = [str(Outcome(case.story["outcome"]).label) if case.story else dash for case in cases]
        rows.append(CompareRow(_("어떻게 마쳤나"), ends, False))
    of = tuple(case.name for case in cases)
    return [replace(row, of=of) for row in rows]


def _classified(case: Case) -> str:
    subtype = study.SUBTYPES[case.subtype]
    sure = LEVELS[case.subtype_level]
    name = f"{say(study.MODELS[subtype.model].name)} › {say(subtype.name)}"
    return _("%(name)s (확신: %(sure)s)") % {"name": name, "sure": sure}


@dataclass(frozen=True)
class TypologyRow:
    case: Case
    assigned: str
    found: str
    left_out: str
    option2: str
    row: Row
    reason: str
    why_missed: str


def typology_rows(evaluation: Evaluation, viewer: Viewer) -> list[TypologyRow]:
    cases = queries.names([row.key for row in evaluation.rows], viewer)
    found = [
        TypologyRow(
            cases[row.key],
            subtype_name(row.assigned) if row.assigned else "",
            say(row.fitted.subtype.name),
            say(row.left_out.subtype.name),
            say(row.fitted.subtype_option2.name) if row.fitted.subtype_option2 else "",
            row,
            say(row.fitted.reason),
            say(row.why_missed) if row.why_missed else "",
        )
        for row in evaluation.rows
        if row.key in cases
    ]
    return sorted(found, key=lambda row: row.case.depth_no or 0)
