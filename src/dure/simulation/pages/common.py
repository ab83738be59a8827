"""What the pages of this room share."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.simulation import policy
from dure.simulation.models import Scenario


def crumbs(scenario: Scenario | None = None, here: str = "") -> list[tuple[str, str]]:
    found = [(_("정책 모의계산"), reverse("simulation:list") if scenario or here else "")]
    if scenario:
        found.append((scenario.title, scenario.get_absolute_url() if here else ""))
    return [*found, (here, "")] if here else found


def steps(scenario: Scenario, here: str, viewer: Any) -> list[dict[str, Any]]:
    """The pages of a draft, in the order of the work."""
    if scenario.published or not policy.may_own(viewer, scenario):
        return []
    names = [
        ("edit", _("묻는 것"), reverse("simulation:edit", args=[scenario.pk])),
        ("figures", _("수치와 규칙"), reverse("simulation:figures", args=[scenario.receipt])),
        ("show", _("결과와 펴내기"), scenario.get_absolute_url()),
    ]
    return [{"label": label, "url": url, "current": name == here} for name, label, url in names]
