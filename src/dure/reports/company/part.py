"""The company desk: companies' difficulties, their named official, visits, and rules that should change."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core.models import Event
from dure.core.notices import notify
from dure.core.rooms import Noun, Subscriber
from dure.core.viewer import Viewer
from dure.reports.company import queries
from dure.reports.models import CompanyCare, Report
from dure.reports.parts import Part, Section


def sections(where: str, report: Report, viewer: Viewer) -> Iterable[Section]:
    if report.kind == "company":
        context = queries.of_report(viewer, report)
        yield Section(_("기업 담당"), "reports/company/section.html", context, order=40)


def tell_officer(event: Event) -> None:
    """The company's named official hears of a new matter."""
    id = event.subject.removeprefix("dure:report:")
    report = Report.objects.filter(pk=id, kind="company").exclude(sender=None).first()
    if report:
        here = CompanyCare.objects.filter(company_id=report.sender_id, body_id=report.body_id, until=None)
        notify(here.exclude(officer=None).values_list("officer_id", flat=True), event)


def _visited(event: Event) -> str:
    return _("회사를 찾아가 들었습니다.")


def _rule(event: Event) -> str:
    return _("고쳐야 할 규정의 제안이 바뀌었습니다.")


PART = Part(
    name="company",
    nouns=(
        Noun("기업 담당자", "named official of a company", "CompanyCare"),
        Noun("기업 방문", "company visit", "Visit"),
        Noun("규정 개선 제안", "rule change", "RuleChange"),
    ),
    verbs=("company_report", "care_assign", "visit_log", "rule_collect", "rule_send", "rule_decide"),
    events_out={
        "reports.company.care_assigned": gettext_lazy("회사의 담당자를 정함"),
        "reports.company.visited": gettext_lazy("회사를 찾아감"),
        "reports.company.rule": gettext_lazy("규정 개선 제안이 바뀜"),
    },
    lines={"reports.company.visited": _visited, "reports.company.rule": _rule},
    resolvers={"company_visit": queries.resolve_visits, "rule_change": queries.resolve_rules},
    subscribers=(Subscriber("reports.company.officer", ("reports.received",), tell_officer),),
    sections=sections,
)
