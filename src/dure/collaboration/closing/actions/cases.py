"""The case in the library, told on by whoever owns the collaboration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration.actions.call import _locked
from dure.collaboration.closing import casework, policy
from dure.collaboration.closing.models import CaseRevision
from dure.collaboration.models import Case
from dure.collaboration.models.case import Verdict
from dure.core import clock
from dure.core.events import record
from dure.core.links import urn
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

TEXTS = {"theme": 4000, "goal": 2000, "learnt": 4000, "differently": 4000}
LINES = {"effects": 4000, "roles": 4000}
MARKS = ("tech_applied", "tech_applicable", "resource_shared")


def case_edit(*, by: Viewer, id: UUID, fields: Mapping[str, Any]) -> Case:
    """Put the case of the ended collaboration `id` right: `fields` title, theme, goal, effects and roles (lists of
    lines), learnt, differently, and the marks tech_applied, tech_applicable, resource_shared.

    The owner's officers may; what it said is kept, the other parties are told. Outcome and sustainability are not
    edited: all decided the one, the checklist says the other. Refused: not_allowed, not_found, invalid at the field.
    """
    with transaction.atomic():
        collaboration = _locked(id)
        case = Case.objects.select_for_update(of=("self",)).filter(collaboration=collaboration).first()
        if case is None:
            raise Refused("not_found", _("아직 사례가 되지 않은 협업입니다."))
        policy.must_edit_case(by, collaboration)
        now = _checked(case, fields)
        before = {name: old for name, old in values_of(case).items() if old != now[name]}
        if not before:
            return case
        CaseRevision.objects.create(
            case=case, body_id=by.body_id, person_id=by.person_id, at=clock.now(), before=before
        )
        case.title = case.title_printed = now["title"]
        for mark in MARKS:
            setattr(case, mark, now[mark])
        technology = {Verdict.YES: "yes", Verdict.NO: "no"}.get(now["tech_applied"], "yes")
        roles = [role_of(line) for line in now["roles"]]
        story = {name: now[name] for name in (*TEXTS, "effects")}
        case.story = case.story | story | {"roles": roles, "technology": technology}
        case.changed_at = clock.now()
        casework.classify(case)
        case.save()
        casework.index(case)
        record(
            by=by,
            type="collaboration.case.edited",
            subject=collaboration.urn,
            data={"case": urn("case", case.pk), "fields": sorted(before)},
        )
    return case


def values_of(case: Case) -> dict[str, Any]:
    """What of a case can be edited, in the form in which it is typed."""
    story = case.story or {}
    return {
        "title": case.title,
        **{name: story.get(name) or "" for name in TEXTS},
        "effects": list(story.get("effects") or []),
        "roles": [f"{role['partner']}: {role['role']}" for role in story.get("roles") or []],
        **{name: getattr(case, name) for name in MARKS},
    }


def role_of(line: str) -> dict[str, str]:
    """'who: what' as a role."""
    partner, _colon, role = line.partition(":")
    return {"partner": partner.strip(), "role": role.strip()}


def _checked(case: Case, fields: Mapping[str, Any]) -> dict[str, Any]:
    now: dict[str, Any] = {
        "title": tidy(fields.get("title"), longest=120, field="title", needed=_("제목을 적어 주세요."), one_line=True)
    }
    for name, longest in TEXTS.items():
        needed = _("뜻대로 되지 않은 사례에는 배운 것이 꼭 있어야 합니다.") if name == "learnt" and case.failed else ""
        now[name] = tidy(fields.get(name), longest=longest, field=name, needed=needed)
    for name, longest in LINES.items():
        lines = fields.get(name) or []
        text = lines if isinstance(lines, str) else "\n".join(lines)
        kept = tidy(text, longest=longest, field=name).split("\n")
        now[name] = [" ".join(line.split()) for line in kept if line.strip()]
    for line in now["roles"]:
        role = role_of(line)
        if not role["partner"] or not role["role"]:
            raise Refused("invalid", _("한 줄에 하나씩 ‘기관: 맡은 일’로 적어 주세요."), "roles")
    now["roles"] = [f"{role_of(line)['partner']}: {role_of(line)['role']}" for line in now["roles"]]
    for name in MARKS:
        if fields.get(name) not in Verdict.values:
            raise Refused("invalid", _("그렇다, 일부, 아니다 가운데 골라 주세요."), name)
        now[name] = fields[name]
    return now
