"""Ending, and the case it leaves in the library."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from dure.collaboration.actions.call import withhold_part
from dure.collaboration.closing import actions, casework, queries
from dure.collaboration.closing.actions.cases import values_of
from dure.collaboration.closing.desk import desk_items
from dure.collaboration.closing.forms import CloseForm, HandoverEffectForm
from dure.collaboration.library import queries as library
from dure.collaboration.library import typology
from dure.collaboration.library.finding import matching
from dure.collaboration.models import Case, CaseParty, Collaboration
from dure.collaboration.models.case import PartnerType
from dure.collaboration.parts import effects
from dure.core import clock
from dure.core.events import deliver_due, timeline
from dure.core.links import resolve_one, urn
from dure.core.models import Event, Notice
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from tests.collaboration.closing.conftest import FAILED, REACHED

ANYBODY = Viewer.anonymous()


def code(refused) -> tuple[str, str | None]:
    return refused.value.code, refused.value.field


def test_ended_well_with_its_case(life):
    indicator = life.agreed()
    life.measure(indicator, "4")
    row = life.end(learnt="정류장부터 정하세요.")
    assert (row.stage, row.outcome, row.end_reason[:5]) == ("ended", "done", "하루 네 번"[:5])
    case = Case.objects.get(collaboration=row)
    assert (case.no, case.origin, case.title) == ("H0001", "here", row.call.title)
    assert case.government == "가람군; 나루군"
    assert case.partner_type == PartnerType.LOCAL
    assert [(p.name, p.kind, p.leads) for p in case.parties.order_by("position")] == [
        ("가람군", "local", True),
        ("나루군", "local", False),
        ("다솜 협동조합", "private", False),
    ]
    assert set(case.parties.values_list("body_id", flat=True)) == {by.body_id for by in life.parties}
    assert case.story["effects"] == ["하루 네 번 다닙니다.", "환승이 없어졌습니다."]
    assert case.story["figures"] == [
        {
            "what": "하루에 다니는 버스",
            "printed": "2 → 4 번",
            "period": clock.today().isoformat(),
            "note": "목표 6 번 · 이룬 만큼 50%",
        }
    ]
    assert case.subtype == typology.classify(typology.attributes(case)).subtype.key
    event = Event.objects.get(type="collaboration.ended")
    assert event.data == {"outcome": "done", "case": urn("case", case.pk)}
    assert resolve_one(event.data["case"], ANYBODY).url == "/library/H0001/"
    assert "협업을 마쳤습니다: 뜻한 일을 마침" in [line.text for line in timeline(row.urn, ANYBODY)]
    deliver_due()
    assert Notice.objects.filter(event=event).count() == 2


def test_a_failure_says_what_was_learnt_and_is_marked(life):
    with pytest.raises(Refused) as refused:
        life.end(outcome="failed", learnt=" ")
    assert code(refused) == ("invalid", "learnt")
    life.end(**FAILED)
    case = Case.objects.get(origin="here")
    assert case.failed
    assert (case.sustainable, case.story["learnt"]) == ("no", FAILED["learnt"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "victory"}, "outcome"),
        ({"outcome": "standing"}, "outcome"),
        ({"reached": ""}, "reached"),
        ({"reached": "가" * 40_000}, "reached"),
        ({"differently": "가" * 40_000}, "differently"),
    ],
)
def test_bad_endings_are_refused_at_their_field(life, given, field):
    with pytest.raises(Refused) as refused:
        life.end(**given)
    assert code(refused) == ("invalid", field)
    assert life.fresh().stage == "working"
    form = CloseForm({**REACHED, **given}, collaboration=life.row)
    assert field in form.errors


def test_standing_needs_something_that_stands(life):
    life.answer("standing", "yes", "협의회 규약")
    assert life.end(outcome="standing").outcome == "standing"


def test_not_while_a_dispute_is_open_and_not_twice(life):
    Collaboration.objects.filter(pk=life.row.pk).update(paused=["workspace"])
    with pytest.raises(Refused) as refused:
        life.end()
    assert code(refused) == ("conflict", None)
    Collaboration.objects.filter(pk=life.row.pk).update(paused=[])
    life.end()
    with pytest.raises(Refused) as refused:
        life.end()
    assert code(refused) == ("conflict", None)
    assert Case.objects.filter(origin="here").count() == 1


def test_from_agreeing_too_and_nobody_ends_alone(life):
    Collaboration.objects.filter(pk=life.row.pk).update(stage="agreeing", working_at=None)
    assert life.end().stage == "ended"
    assert not [name for name in vars(actions) if "close" in name or "end" in name.split("_")]


def test_effects_are_offered_with_forms_and_words(life):
    close, handover = effects()["close"], effects()["handover"]
    assert handover.unanimous
    assert not close.unanimous
    form = close.form({**REACHED, "reached": "하나\r\n둘"}, collaboration=life.row)
    assert form.is_valid(), form.errors
    assert close.data(form)["reached"] == "하나\n둘"
    assert close.words(close.data(form)) == "협업을 마칩니다: 뜻한 일을 마침"
    assert not HandoverEffectForm({}, collaboration=life.row).is_valid()
    assert handover.words({"handover": "00000000-0000-7000-8000-000000000000"})


def test_withheld_parts_and_offers_do_not_get_into_the_case(life):
    review = clock.today() + timedelta(days=30)
    withhold_part(life.world.asker, life.row, "problem", "partners", "deliberation", review)
    life.end()
    case = Case.objects.get(origin="here")
    assert case.story["theme"] == ""
    assert "경계를 넘는" not in str(case.story)


def test_numbers_follow_each_other_and_a_taken_one_is_passed_over(life, world):
    from tests.collaboration.closing.conftest import begin

    life.end()
    second = begin(world)
    second.end()
    third = Case.objects.get(collaboration=second.row)
    assert third.no == "H0002"
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=third.pk).update(no="H0001")


def test_a_number_that_somebody_took_in_between_is_tried_again(life, world, monkeypatch):
    from tests.collaboration.closing.conftest import begin

    life.end()
    other = begin(world)
    real, seen = Case.save, []

    def save(case, **given):
        if not seen:
            seen.append(case.no)
            case.no = "H0001"
        return real(case, **given)

    monkeypatch.setattr(Case, "save", save)
    other.end()
    assert seen == ["H0002"]
    assert Case.objects.get(collaboration=other.row).no == "H0002"
    assert connection.in_atomic_block


def test_kinds_give_the_study_s_partner_type():
    assert casework.partner_type(["local", "central"]) == PartnerType.CENTRAL
    assert casework.partner_type(["local", "central", "private"]) == PartnerType.CENTRAL_PRIVATE
    assert casework.partner_type(["local", "local", "private"]) == PartnerType.LOCAL
    assert casework.partner_type(["local", "private"]) == PartnerType.PRIVATE
    assert casework.partner_type(["local", "other"]) == PartnerType.OTHER


def test_the_owner_edits_the_case_and_the_others_are_told(life):
    life.end()
    assert [item.kind for item in desk_items(life.world.asker)] == ["사례"]
    case = Case.objects.get(origin="here")
    values = values_of(case)
    fields = values | {"title": "통근버스를 함께 굴린 두 군", "effects": "환승이 없어짐\n\n첫차가 빨라짐"}
    for by in (life.world.offerer, life.world.citizen, ANYBODY):
        with pytest.raises(Refused):
            actions.case_edit(by=by, id=life.row.pk, fields=fields)
    case = actions.case_edit(by=life.world.asker, id=life.row.pk, fields=fields)
    assert case.story["effects"] == ["환승이 없어짐", "첫차가 빨라짐"]
    assert queries.case_revisions(case)[0].before == {"title": values["title"], "effects": values["effects"]}
    assert not list(desk_items(life.world.asker))
    deliver_due()
    event = Event.objects.get(type="collaboration.case.edited")
    assert Notice.objects.filter(event=event).count() == 2
    assert str(case.pk) in matching("첫차 통근버스").ids
    for wrong, field in (
        ({"title": ""}, "title"),
        ({"title": "가" * 40_000}, "title"),
        ({"roles": "누가 무엇을"}, "roles"),
        ({"tech_applied": "maybe"}, "tech_applied"),
    ):
        with pytest.raises(Refused) as refused:
            actions.case_edit(by=life.world.asker, id=life.row.pk, fields=fields | wrong)
        assert code(refused) == ("invalid", field)


def test_the_case_follows_a_later_look_at_the_checklist(life):
    life.end()
    for key in ("ordinance", "unit", "standing", "funding", "care"):
        life.answer(key, "yes")
    case = Case.objects.get(origin="here")
    assert case.sustainable == "yes"
    assert len(case.story["sustainability"]) == 5


def test_the_library_counts_it_apart_and_finds_it(life):
    life.end()
    case = Case.objects.get(origin="here")
    rows = library.cases(library.Asked(), ANYBODY)
    assert library.origins(rows) == {"here": 1}
    assert list(library.cases(library.Asked(origin="study"), ANYBODY)) == []
    assert str(case.pk) in matching("통근버스").ids
    assert typology.index().near(typology.attributes(case), 1)[0].key == case.no
    assert list(library.done_by(life.world.offerer.body_id, ANYBODY)) == [case]


def test_a_case_of_here_is_whole(life):
    life.end()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(origin="here").update(collaboration=None)
    assert CaseParty.objects.count() == 3
