"""Comparing a draft of rules with past reports."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy

from dure.core import clock
from dure.core.jobs import Context, titled
from dure.engines.routing import Router
from dure.reports import asking
from dure.reports.models import Report, RuleText
from dure.reports.rules.reading import live, parse


@titled(gettext_lazy("규칙을 지난 신고와 견주기"))
def compare(context: Context) -> dict[str, Any]:
    """Each report of the last `days`, asked as it stands now under the rules that hold and under the draft."""
    row = RuleText.objects.get(pk=context.args["id"])
    changed_at, rules = row.changed_at, parse(row.text)
    since = clock.now() - timedelta(days=int(context.args["days"]))

    @cache
    def routers(on: date) -> tuple[Router, Router]:
        now = live(asking.router_on(on))
        return now, now.with_rules(rules)

    reports = Report.objects.filter(created_at__gte=since).order_by("-created_at")
    total, differ, faults = reports.count(), [], set()
    for done, report in enumerate(reports.iterator(), start=1):
        now, then = routers(clock.local(report.created_at).date())
        ask = asking.ask_of(report)
        before, after = now.route(ask), then.route(ask)
        faults.update(after.faults)
        if (before.body, before.unit) != (after.body, after.unit):
            differ.append(
                {
                    "receipt": report.receipt,
                    "before": before.body,
                    "after": after.body,
                    "unit": after.unit,
                    "rule": after.rule,
                    "reason": after.reason,
                }
            )
        context.progress(done, total)
    found = {"asked": total, "since": since.date().isoformat(), "differ": differ, "faults": sorted(faults)}
    RuleText.objects.filter(pk=row.pk, changed_at=changed_at).update(compared=found, compared_at=clock.now())
    return {"asked": total, "differ": len(differ)}
