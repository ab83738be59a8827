"""A collaboration that ended becomes a case of the library: what is known of it, put into the study's frame.

Only what everybody may read goes in: withheld parts of the call, offers, indicators, measurements and answers are left
out. What nobody said stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.collaboration.closing import reckoning
from dure.collaboration.closing.items import items
from dure.collaboration.closing.models import Ending, Measurement
from dure.collaboration.frame import LONG
from dure.collaboration.library import typology
from dure.collaboration.library.finding import document
from dure.collaboration.library.words import words
from dure.collaboration.models import Case, CaseParty, Collaboration, Offer, Outcome, Target
from dure.collaboration.models.case import Level, PartnerType, Verdict
from dure.collaboration.parties import parties_of
from dure.core import clock
from dure.core.models import Withholding
from dure.core.search import index_many
from dure.core.viewer import Viewer
from dure.core.visibility import Level as Openness

LOCAL = {Body.Kind.SIDO, Body.Kind.SIGUNGU, Body.Kind.DISTRICT}
PRIVATE = {Body.Kind.COMPANY, Body.Kind.ASSOCIATION, Body.Kind.COOPERATIVE, Body.Kind.RESIDENTS}
TRIES = 10


def kind_of(body: Body) -> str:
    """The study's kind of a body: local, central, private or other."""
    if body.kind in LOCAL:
        return CaseParty.Kind.LOCAL
    if body.kind == Body.Kind.CENTRAL:
        return CaseParty.Kind.CENTRAL
    return CaseParty.Kind.PRIVATE if body.kind in PRIVATE else CaseParty.Kind.OTHER


def partner_type(kinds: Iterable[str]) -> str:
    """주체유형 from the kinds of the parties (표 2-4): the centre first, then other local governments, then private."""
    found = list(kinds)
    if CaseParty.Kind.CENTRAL in found:
        return PartnerType.CENTRAL_PRIVATE if CaseParty.Kind.PRIVATE in found else PartnerType.CENTRAL
    if found.count(CaseParty.Kind.LOCAL) > 1:
        return PartnerType.LOCAL
    return PartnerType.PRIVATE if CaseParty.Kind.PRIVATE in found else PartnerType.OTHER


def level_of(bodies: Iterable[Body]) -> str:
    """기관 단계: of which level the local governments are, or that there is none."""
    found = {body.kind for body in bodies}
    wide, narrow = Body.Kind.SIDO in found, bool(found & {Body.Kind.SIGUNGU, Body.Kind.DISTRICT})
    if wide and narrow:
        return Level.BOTH
    if wide or narrow:
        return Level.SIDO if wide else Level.SIGUNGU
    return Level.CENTRAL if Body.Kind.CENTRAL in found else Level.OTHER


def make_case(collaboration: Collaboration, ending: Ending) -> Case | None:
    """The case of an ended collaboration, with a number of its own; None where it is not public."""
    if collaboration.visibility != Openness.PUBLIC:
        return None
    with translation.override("ko"):
        members = [party.body for party in parties_of(collaboration, left_too=True)]
        members = list({body.pk: body for body in members}.values())
        local = [body for body in members if body.kind in LOCAL]
        mark = getattr(getattr(collaboration, "sustainability", None), "mark", "")
        failed = ending.outcome == Outcome.FAILED
        case = Case(
            origin=Case.Origin.HERE,
            collaboration=collaboration,
            title=collaboration.call.title,
            title_printed=collaboration.call.title,
            government=_government(local or members, collaboration),
            level=level_of(members),
            sido=_between(body.name_ko if body.kind == Body.Kind.SIDO else _province(body) for body in local),
            sigungu=_between(body.name_ko for body in local if body.kind != Body.Kind.SIDO),
            partner_type=partner_type(kind_of(body) for body in members),
            service_field=collaboration.call.field or "기타",
            tech_applied=Verdict.YES if collaboration.call.technology == "yes" else Verdict.NO,
            tech_applicable=Verdict.YES if collaboration.call.technology == "yes" else Verdict.NO,
            resource_shared=Verdict.YES if _roles(collaboration) else Verdict.NO,
            sustainable=Verdict.NO if failed else mark or Verdict.NO,
            story=_story(collaboration, ending, members),
            changed_at=clock.now(),
        )
        classify(case)
        _number(case)
        CaseParty.objects.bulk_create(
            CaseParty(
                case=case,
                position=position,
                name=body.name_ko,
                kind=kind_of(body),
                leads=body.pk == collaboration.body_id,
                body_id=body.pk,
            )
            for position, body in enumerate(members)
        )
    index(case)
    return case


def classify(case: Case) -> None:
    """Subtype by the engine, and the words by which alike cases are found."""
    asked = typology.attributes(case)
    result = typology.classify(asked)
    case.subtype, case.subtype_level = result.subtype.key, result.level
    case.terms = " ".join(words(asked.words))


def index(case: Case) -> None:
    """Findable from now on, in the words it has now."""
    index_many([document(case, [party["name"] for party in case.story["participants"]])])


def follow_checklist(collaboration: Collaboration, mark: str) -> None:
    """The case says what the checklist says, also when that is looked at again years after the end."""
    case = Case.objects.select_for_update(of=("self",)).filter(collaboration=collaboration).first()
    if case is None or case.failed:
        return
    case.sustainable = mark or Verdict.NO
    case.story = case.story | {"sustainability": _sustainability(collaboration)}
    case.changed_at = clock.now()
    classify(case)
    case.save()


def _number(case: Case) -> None:
    """The next free H number. Two endings at once try for the same one; the column is unique, and the later takes the
    next."""
    for _try in range(TRIES):
        last = Case.objects.filter(origin=Case.Origin.HERE).order_by("-no").values_list("no", flat=True).first()
        case.no = f"H{int(last[1:]) + 1 if last else 1:04}"
        try:
            with transaction.atomic():
                case.save(force_insert=True)
        except IntegrityError:
            if not Case.objects.filter(no=case.no).exists():
                raise
        else:
            return
    raise RuntimeError("no number was free")


def _story(collaboration: Collaboration, ending: Ending, members: list[Body]) -> dict[str, Any]:
    call = collaboration.call
    closed = set(
        Withholding.objects.filter(subject=call.pk).exclude(visibility=Openness.PUBLIC).values_list("field", flat=True)
    )
    whom = [call.for_whom] if call.for_whom and "for_whom" not in closed else []
    outside = call.target in (Target.EXTERNAL, Target.BOTH)
    inside = call.target in (Target.INTERNAL, Target.BOTH)
    return {
        "outcome": ending.outcome,
        "theme": "" if "problem" in closed else call.problem,
        "goal": "" if "goal" in closed else call.goal,
        "attribute": call.attribute,
        "technology": call.technology,
        "effects": [line for line in ending.reached.split("\n") if line.strip()],
        "target_external": whom if outside else [] if inside else None,
        "target_internal": whom if inside else [] if outside else None,
        "participants": [{"name": body.name_ko, "kind": kind_of(body)} for body in members],
        "roles": _roles(collaboration),
        "figures": _figures(collaboration),
        "learnt": ending.learnt,
        "differently": ending.differently,
        "period": _period(collaboration),
        "sustainability": _sustainability(collaboration),
    }


def _period(collaboration: Collaboration) -> str | None:
    start, end = collaboration.working_at or collaboration.settled_at, collaboration.ended_at
    if start is None or end is None:
        return None
    return "long" if end - start >= timedelta(days=LONG.days) else "short"


def _roles(collaboration: Collaboration) -> list[dict[str, str]]:
    """Who put in what, from the offers that were taken up and are for everybody."""
    rows = Offer.objects.visible_to(Viewer.anonymous()).filter(collaboration=collaboration, state=Offer.State.TAKEN)
    return [
        {"partner": offer.body.name_ko, "role": f"{offer.what} ({offer.how_much})"}
        for offer in rows.select_related("body").order_by("created_at")
    ]


def _figures(collaboration: Collaboration) -> list[dict[str, str]]:
    """One line for each agreed indicator, with the newest measurement that stands."""
    agreed = getattr(collaboration, "indicator_set", None)
    if agreed is None or agreed.agreed_at is None:
        return []
    nobody = Viewer.anonymous()
    newest: dict[Any, Measurement] = {}
    measured = Measurement.objects.visible_to(nobody).filter(collaboration=collaboration, corrected_at=None)
    for one in measured.order_by("on", "at"):
        newest[one.indicator_id] = one
    lines = []
    for row in collaboration.indicators.filter(dropped_at=None).visible_to(nobody):
        last = newest.get(row.pk)
        share = reckoning.per_cent(
            reckoning.achieved(
                row.direction,
                reckoning.exact(row.baseline) if row.baseline else None,
                reckoning.exact(row.target),
                reckoning.exact(last.value) if last else None,
            )
        )
        start = reckoning.shown(row.baseline) or _("모름")
        reached = reckoning.shown(last.value) if last else _("재지 않음")
        lines.append(
            {
                "what": row.name,
                "printed": f"{start} → {reached} {row.unit}",
                "period": last.on.isoformat() if last else "",
                "note": _("목표 %(target)s · 이룬 만큼 %(share)s")
                % {
                    "target": f"{reckoning.shown(row.target)} {row.unit}",
                    "share": _("모름") if share is None else f"{share}%",
                },
            }
        )
    return lines


def _sustainability(collaboration: Collaboration) -> list[dict[str, str]]:
    """Item and mark of the checklist as it stands; an item that nobody answered in public is left out."""
    standing = collaboration.sustainability_answers.filter(replaced_at=None).visible_to(Viewer.anonymous())
    marks = dict(standing.values_list("item", "mark"))
    return [{"item": item.key, "mark": marks[item.key]} for item in items().values() if item.key in marks]


def _government(bodies: list[Body], collaboration: Collaboration) -> str:
    """Names of those who governed, the owner first; with how many more where they would not fit whole."""
    names = [body.name_ko for body in sorted(bodies, key=lambda body: body.pk != collaboration.body_id)]
    for count in range(len(names), 1, -1):
        more = len(names) - count
        text = "; ".join(names[:count]) + (_(" 외 %(n)d곳") % {"n": more} if more else "")
        if len(text) <= 120:
            return text
    return names[0]


def _province(body: Body) -> str:
    return body.province.name_ko if body.province else ""


def _between(names: Iterable[str]) -> str:
    found = ";".join(dict.fromkeys(name for name in names if name))
    return f";{found};" if found and len(found) <= 58 else ""
