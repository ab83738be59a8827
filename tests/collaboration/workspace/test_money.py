"""Budget lines and spending: sums to the won, and every refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.collaboration.workspace import actions, queries
from dure.collaboration.workspace.forms import WonField
from dure.collaboration.workspace.models import BudgetLine, Spending
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Attachment
from dure.core.viewer import Viewer
from tests.collaboration.workspace.test_tasks import refused
from tests.collaboration.workspace.work import line, milestone, narrow, spend
from tests.collaboration.world import World

pytestmark = pytest.mark.django_db
MONEY = st.integers(min_value=0, max_value=10**15)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=st.lists(st.tuples(MONEY, st.booleans(), st.lists(MONEY.filter(bool), max_size=2)), max_size=3))
def test_the_sums_are_the_sums_of_what_was_entered(world: World, plans) -> None:
    BudgetLine.objects.all().delete()
    c = world.together(stage="working")
    planned: dict = {}
    spent: dict = {}
    for plan, first, amounts in plans:
        payer = (world.asker if first else world.offerer).body_id
        made = line(world.asker, c, plan, payer=payer)
        planned[payer] = planned.get(payer, 0) + plan
        spent[payer] = spent.get(payer, 0) + sum(amounts)
        for amount in amounts:
            spend(world.offerer, made, amount)
    found = queries.budget(Viewer.anonymous(), c)
    assert {body.pk: (sums.planned, sums.spent) for body, sums in found.parties} == {
        id: (planned[id], spent[id]) for id in planned
    }
    assert (found.all.planned, found.all.spent) == (sum(planned.values()), sum(spent.values()))
    assert all(isinstance(view.sums.spent, int) for view in found.lines)
    assert found.all.left + found.all.spent == found.all.planned


def test_a_struck_entry_counts_no_more_and_stays(world):
    c = world.together(stage="working")
    made = line(world.asker, c, 1000)
    row = spend(world.offerer, made, 1300)
    assert queries.budget(world.asker, c).all.over == 300
    refused("invalid", "reason", actions.spending_strike, by=world.asker, id=row.pk, reason="")
    actions.spending_strike(by=world.asker, id=row.pk, reason="두 번 적음")
    refused("conflict", None, actions.spending_strike, by=world.asker, id=row.pk, reason="또")
    assert (queries.budget(world.asker, c).all.spent, queries.budget(world.asker, c).all.over) == (0, 0)
    assert [one.struck_reason for one in queries.budget_line(world.citizen, c, made.pk).spendings] == ["두 번 적음"]


def test_what_cannot_be_said_of_money(world):
    c = world.together(stage="working")
    own = world.asker.body_id
    add = {"by": world.asker, "id": c.pk, "line_id": uuid7()}
    for field, fields in (
        ("what", {"what": "", "payer": own, "planned": 1}),
        ("what", {"what": "가" * 40_000, "payer": own, "planned": 1}),
        ("payer", {"what": "가", "payer": world.citizen.person_id, "planned": 1}),
        ("planned", {"what": "가", "payer": own, "planned": -1}),
        ("planned", {"what": "가", "payer": own, "planned": 1.5}),
        ("planned", {"what": "가", "payer": own, "planned": True}),
        ("planned", {"what": "가", "payer": own, "planned": 10**16}),
        ("milestone", {"what": "가", "payer": own, "planned": 1, "milestone": uuid7()}),
    ):
        refused("invalid", field, actions.budget_line_add, fields=fields, **add)
    made = line(world.asker, c)
    today = clock.today()
    base = {"by": world.asker, "id": made.pk, "spending_id": uuid7()}
    refused("invalid", "amount", actions.spending_add, spent_on=today, amount=0, **base)
    refused("invalid", "amount", actions.spending_add, spent_on=today, amount=-5, **base)
    refused("invalid", "spent_on", actions.spending_add, spent_on=today + timedelta(days=1), amount=5, **base)
    refused("invalid", "spent_on", actions.spending_add, spent_on=None, amount=5, **base)
    fake = SimpleUploadedFile("a.pdf", b"MZ\x90\x00 not a pdf")
    refused("invalid", "file", actions.spending_add, spent_on=today, amount=5, uploaded=fake, **base)
    refused("not_allowed", None, actions.spending_add, spent_on=today, amount=5, **{**base, "by": world.citizen})
    assert not Spending.objects.exists()
    for _again in range(2):
        actions.spending_add(spent_on=today, amount=5, **base)
    assert Spending.objects.count() == 1
    other = {**base, "id": line(world.asker, c).pk}
    refused("conflict", None, actions.spending_add, spent_on=today, amount=5, **other)


def test_a_line_is_changed_by_any_party_but_not_over_another_change(world):
    c = world.together(stage="working")
    made = line(world.asker, c)
    fields = {"what": "차량", "payer": world.offerer.body_id, "planned": 7}
    changed = actions.budget_line_change(by=world.other, id=made.pk, fields=fields, version=1)
    assert (changed.planned, changed.version) == (7, 2)
    refused("conflict", None, actions.budget_line_change, by=world.asker, id=made.pk, fields=fields, version=1)


def test_a_withheld_line_is_in_no_public_sum_and_its_evidence_is_withheld(world):
    c = world.together(stage="working")
    point = milestone(world.asker, c)
    line(world.asker, c, 10, milestone=point.pk)
    made = line(world.asker, c, 1000, what="연봉", visibility=narrow())
    row = spend(world.offerer, made, 400, uploaded=SimpleUploadedFile("영수증.txt", "내역".encode()))
    public, own = queries.budget(world.citizen, c), queries.budget(world.other, c)
    assert (public.all.planned, public.all.spent, len(public.closed)) == (10, 0, 1)
    assert (own.all.planned, own.all.spent, len(own.closed)) == (1010, 400, 0)
    assert queries.budget_line(world.citizen, c, made.pk) is None
    assert not Attachment.objects.visible_to(world.citizen).filter(pk=row.file_id).exists()
    assert "연봉" not in Attachment.objects.get(pk=row.file_id).note
    assert queries.budget_line(world.other, c, made.pk).spendings[0].shown_file.name == "영수증.txt"


@pytest.mark.parametrize(
    ("typed", "won"),
    [("1,234,567", 1234567), (" 12 000원", 12000), ("-5", -5), ("0", 0)],
)
def test_amounts_as_people_type_them(typed, won):
    assert WonField().clean(typed) == won


@pytest.mark.parametrize("typed", ["1.5", "천원", "1e9", "9" * 40, "½"])
def test_amounts_that_are_none(typed):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        WonField().clean(typed)
