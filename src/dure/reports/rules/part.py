from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy

from dure.core.links import Link
from dure.core.rooms import Noun
from dure.core.viewer import Viewer
from dure.reports.parts import Part
from dure.reports.rules import queries
from dure.reports.rules.actions import COMPARE
from dure.reports.rules.jobs import compare


def resolve(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = queries.texts(viewer).filter(pk__in=ids)
    return {row.pk: Link(row.urn, row.note, row.get_absolute_url(), row.get_state_display()) for row in rows}


PART = Part(
    "rules",
    nouns=(Noun("보내는 규칙", "routing rules", "RuleText"),),
    verbs=("rules_save", "rules_compare", "rules_publish", "rules_drop"),
    events_out={
        "reports.rules.drafted": gettext_lazy("보내는 규칙을 적어 둠"),
        "reports.rules.published": gettext_lazy("보내는 규칙을 바꿈"),
        "reports.rules.dropped": gettext_lazy("적어 둔 규칙을 버림"),
    },
    resolvers={"report_rules": resolve},
    jobs={COMPARE: compare},
)
