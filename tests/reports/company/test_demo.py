"""The demonstration shows the company desk in every state, of demo bodies only, and making it again changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dure.bodies import demo as bodies
from dure.core import demo as people
from dure.reports.company.demo import demo, demo_id
from dure.reports.models import (
    CareApproval,
    CompanyCare,
    FeedbackInvitation,
    FeedbackItem,
    FeedbackMeeting,
    Report,
    RuleChange,
    RuleStep,
    Visit,
)

MODELS = (
    *(Report, CompanyCare, CareApproval, Visit, RuleChange, RuleStep),
    *(FeedbackMeeting, FeedbackItem, FeedbackInvitation),
)


@pytest.mark.django_db
def test_the_demonstration(settings: Any) -> None:
    settings.DEMO = True
    people.make_people(lambda *said: None)
    bodies.demo(lambda *said: None)

    def make() -> list[int]:
        demo(lambda *said: None)
        return [model._default_manager.count() for model in MODELS]

    first = make()
    assert make() == first
    assert all(first)
    assert set(Visit.objects.values_list("state", flat=True)) == set(Visit.State.values)
    assert set(RuleChange.objects.values_list("state", flat=True)) == {"collected", "changed", "refused"}
    assert set(RuleStep.objects.values_list("state", flat=True)) == {"sent", "answered", "changed", "refused"}
    assert set(FeedbackMeeting.objects.values_list("state", flat=True)) == {"planned", "held"}
    assert set(CareApproval.objects.values_list("state", flat=True)) == {"asked", "accepted"}
    for model in (Report, Visit, RuleChange, FeedbackMeeting):
        assert not model._default_manager.exclude(body__slug__startswith="demo-").exists()
    secret = Report.objects.get(pk=demo_id("secret"))
    assert Client().get(secret.get_absolute_url()).status_code == 404
    for meeting in FeedbackMeeting.objects.all():
        assert Client().get(meeting.get_absolute_url()).status_code == 200
    company = Client().get("/reports/company/of/demo-dasom/").content.decode()
    assert "공개되지 않음" in company
    assert "시연 공무원" in company
    assert Client().get("/reports/company/figures/").status_code == 200
