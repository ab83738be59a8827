"""The rules of a contest that can be checked, each with its reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.contests.models import Contest


@dataclass(frozen=True)
class Checked:
    """A rule as it is said to everybody, whether it is met, and in words why not."""

    rule: str
    met: bool
    words: str


def check(contest: Contest, bodies: Sequence[Body]) -> list[Checked]:
    """Each rule of the contest for these bodies; who hands in comes first."""
    found = []
    if contest.kinds:
        kinds = ", ".join(str(Body.Kind(kind).label) for kind in contest.kinds)
        wrong = bodies[:1] if bodies and bodies[0].kind not in contest.kinds else []
        why = _("내는 기관의 종류가 맞지 않습니다. 낼 수 있는 곳: %(kinds)s.") % {"kinds": kinds}
        found.append(Checked(_("내는 기관의 종류: %(kinds)s") % {"kinds": kinds}, not wrong, why))
    if contest.provinces:
        names = ", ".join(body.name for body in Body.objects.filter(code__in=contest.provinces).order_by("code"))
        inside = [body for body in bodies if _province(body) in contest.provinces]
        why = _("이 시·도에 있는 기관이 한 곳 이상 있어야 합니다: %(names)s.") % {"names": names}
        found.append(Checked(_("한 곳 이상은 이 시·도에 있음: %(names)s") % {"names": names}, bool(inside), why))
    if contest.least_bodies > 1:
        why = _("함께하는 기관이 %(n)d곳 이상이어야 합니다. 지금은 %(m)d곳입니다.") % {
            "n": contest.least_bodies,
            "m": len(bodies),
        }
        met = len(bodies) >= contest.least_bodies
        found.append(Checked(_("%(n)d곳 이상이 함께함") % {"n": contest.least_bodies}, met, why))
    return found


def rules_of(contest: Contest) -> list[str]:
    """What is checked by itself, in words."""
    said = [one.rule for one in check(contest, [])]
    return [*said, _("한 기관은 한 건만 낼 수 있음")] if contest.one_per_body else said


def _province(body: Body) -> str:
    if body.kind == Body.Kind.SIDO:
        return body.code
    return body.province.code if body.province else ""
