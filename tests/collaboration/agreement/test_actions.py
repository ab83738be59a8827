"""Composing, editing, proposing and signing an agreement, and every way in which that is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from dure.bodies.models import Membership
from dure.collaboration import parties
from dure.collaboration.actions import offer_withhold
from dure.collaboration.agreement import actions, queries
from dure.collaboration.agreement.models import Agreement, AgreementSignature, AgreementVersion, SigningKey
from dure.collaboration.decisions.rules import rule_of
from dure.collaboration.models import Collaboration, Offer, Party, Stage
from dure.core import clock
from dure.core.events import timeline
from dure.core.ids import uuid7
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.engines import signing
from tests.collaboration.agreement.conftest import fields, proposed, sign, signed
from tests.collaboration.world import World, body, officer


def refused(code: str, field: str | None = None) -> Any:
    class Check:
        def __enter__(self) -> Check:
            self.raises = pytest.raises(Refused)
            self.info = self.raises.__enter__()
            return self

        def __exit__(self, *args: Any) -> Any:
            done = self.raises.__exit__(*args)
            assert (self.info.value.code, self.info.value.field) == (code, field), self.info.value
            return done

    return Check()


def test_composing_takes_over_what_is_known(world: World) -> None:
    start = clock.today() + timedelta(days=9)
    collaboration = world.together(starts_on=start, ends_on=start + timedelta(days=99))
    version = actions.agreement_compose(by=world.offerer, id=collaboration.pk)
    again = actions.agreement_compose(by=world.asker, id=collaboration.pk)
    assert again.pk == version.pk
    content = version.content
    assert "하루 네 번" in content["purpose"]
    assert content["starts_on"] == start.isoformat()
    assert content["contributions"][str(world.asker.body_id)] == "연 2억 원"
    assert "2명" in content["contributions"][str(world.offerer.body_id)]
    assert Event.objects.filter(type="collaboration.agreement.composed").count() == 1


def test_a_withheld_offer_stays_withheld(world: World) -> None:
    collaboration = world.call()
    offer = world.offer(collaboration, what="비밀 버스")
    day = clock.today() + timedelta(days=30)
    offer_withhold(by=world.offerer, id=offer.pk, level="partners", reason="trade_secret", review_on=day)
    from dure.collaboration import actions as room

    room.offer_take(by=world.asker, id=offer.pk)
    collaboration = room.partners_settle(by=world.asker, id=collaboration.pk)
    version = actions.agreement_compose(by=world.asker, id=collaboration.pk)
    assert "비밀" not in json.dumps(version.content, ensure_ascii=False)
    assert Offer.objects.get(pk=offer.pk).state == "taken"


def test_outsiders_and_readers_write_nothing(world: World) -> None:
    collaboration = world.together(world.offerer)
    version = actions.agreement_compose(by=world.asker, id=collaboration.pk)
    assert world.asker.body_id
    reader = Viewer.person(world.citizen.person_id, world.asker.body_id, "reader")  # type: ignore[arg-type]
    for viewer, code in ((world.other, "not_allowed"), (world.citizen, "not_allowed"), (reader, "not_allowed")):
        with refused(code):
            actions.agreement_save(by=viewer, id=version.pk, edit=1, fields={"purpose": "x"})
        with refused(code):
            actions.agreement_propose(by=viewer, id=version.pk, edit=1)
        with refused(code):
            actions.agreement_sign(by=viewer, id=version.pk, sha256="x", signed_with="session")
        with refused(code):
            actions.agreement_revise(by=viewer, id=collaboration.pk)
        with refused(code):
            actions.clause_comment(by=viewer, id=uuid7(), version_id=version.pk, clause="purpose", text="x")
    with refused("not_signed_in"):
        actions.agreement_compose(by=Viewer.anonymous(), id=collaboration.pk)


def test_not_before_partners_are_settled_nor_while_paused(world: World) -> None:
    call = world.call()
    Party.objects.get_or_create(
        collaboration=call, body_id=world.asker.body_id, left_at=None, defaults={"role": "asker"}
    )
    with refused("conflict"):
        actions.agreement_compose(by=world.asker, id=call.pk)
    collaboration = world.together()
    Collaboration.objects.filter(pk=collaboration.pk).update(paused=["agreement"])
    with refused("conflict"):
        actions.agreement_compose(by=world.asker, id=collaboration.pk)


def test_any_party_edits_and_an_outdated_save_is_stale(world: World) -> None:
    collaboration = world.together()
    version = actions.agreement_compose(by=world.asker, id=collaboration.pk)
    actions.agreement_save(by=world.other, id=version.pk, edit=1, fields={"purpose": "다솜이 고침"})
    with refused("stale"):
        actions.agreement_save(by=world.asker, id=version.pk, edit=1, fields={"purpose": "가람이 고침"})
    with refused("stale"):
        actions.agreement_propose(by=world.asker, id=version.pk, edit=1)
    version.refresh_from_db()
    assert version.content["purpose"] == "다솜이 고침"
    assert version.edit == 2


def cost(mode: str, total: Any, *shares: str) -> Any:
    def made(world: World) -> dict[str, Any]:
        ids = [str(viewer.body_id) for viewer in (world.asker, world.offerer, world.other)]
        return {"cost": {"mode": mode, "total": total, "shares": dict(zip(ids, shares, strict=False))}}

    return made


@pytest.mark.parametrize(
    ("make", "field", "words"),
    [
        (cost("ratio", 100, "50%", "30%", "19.9%"), "total", "100%보다 0.1% 모자랍니다"),
        (cost("ratio", 100, "1/3", "1/3", "1/2"), "total", "1/6 많습니다"),
        (cost("amount", 1_000_000, "500,000원", "300,000", "199,999"), "total", "1원 모자랍니다"),
        (cost("amount", 10, "10", "10", "0"), "total", "10원 많습니다"),
        (cost("heads", 10, "0", "0", "0"), "share_", "사람 수"),
        (cost("heads", 10, "-1", "0", "0"), "share_", "0이나"),
        (cost("ratio", 100, "반", "", ""), "share_", "33.3%"),
        (cost("equal", None), "total", "모두 얼마"),
        (cost("equal", -5), "total", "수를"),
        (cost("mine", 5), "mode", "골라"),
        (lambda world: {"starts_on": "2027-01-02", "ends_on": "2027-01-01"}, "ends_on", "앞입니다"),
        (lambda world: {"starts_on": "2027-13-02", "ends_on": "2027-01-01"}, "starts_on", "날짜"),
        (lambda world: {"purpose": "가" * 40_000}, "purpose", "40,000자"),
        (lambda world: {"extra": [{"title": "", "text": "x"}]}, "extra_0_title", "제목"),
        (lambda world: {"extra": [{"title": "x", "text": ""}]}, "extra_0_text", "내용"),
        (lambda world: {"extra": [{"title": "x", "text": "y"}] * 31}, "extra", "30개"),
        (lambda world: {"renewal": "ever"}, "renewal", "골라"),
        (lambda world: {"notice_days": 0}, "notice_days", "1부터"),
        (lambda world: {"rule": {"passes": "x", "quorum_per_mille": 1, "days": 1}}, "passes", "골라"),
        (lambda world: {"rule": {"passes": "consent", "quorum_per_mille": 1001, "days": 1}}, "quorum", "1,000"),
        (lambda world: {"rule": {"passes": "consent", "quorum_per_mille": 1, "days": 91}}, "days", "90"),
    ],
)
def test_bad_fields_are_refused_where_they_stand(world: World, make: Any, field: str, words: str) -> None:
    version = actions.agreement_compose(by=world.asker, id=world.together().pk)
    with pytest.raises(Refused) as wrong:
        actions.agreement_save(by=world.asker, id=version.pk, edit=1, fields=make(world))
    assert wrong.value.code == "invalid"
    assert (wrong.value.field or "").startswith(field)
    assert words in str(wrong.value.message)


def test_hidden_signs_and_pasted_tables_are_made_safe(world: World) -> None:
    text = "가\u202e나\u200f\r\n품목\t수량\r\n버스\t2대 🚌\x00"
    collaboration = world.together()
    version = proposed(world, collaboration, purpose=text)
    assert version.plain["purpose"] == "가나\n품목\t수량\n버스\t2대 🚌"


def test_what_is_missing_is_named_before_signing(world: World) -> None:
    collaboration = world.together()
    version = actions.agreement_compose(by=world.asker, id=collaboration.pk)
    with refused("invalid", "starts_on"):
        actions.agreement_propose(by=world.asker, id=version.pk, edit=1)
    data = fields(collaboration, data="이름", data_basis="")
    version = actions.agreement_save(by=world.asker, id=version.pk, edit=1, fields=data)
    with refused("invalid", "data_basis"):
        actions.agreement_propose(by=world.asker, id=version.pk, edit=version.edit)


def test_when_all_have_signed_work_begins(world: World) -> None:
    collaboration = world.together()
    ids = [str(viewer.body_id) for viewer in (world.asker, world.offerer, world.other)]
    rule = {"passes": "majority", "quorum_per_mille": 600, "days": 9, "voices": {ids[0]: 2}}
    version = proposed(
        world,
        collaboration,
        cost={"mode": "equal", "total": 1_000_000, "shares": {}},
        rule=rule,
        after_care_body=ids[1],
    )
    sign(version, world.asker, world.offerer)
    collaboration.refresh_from_db()
    assert collaboration.stage == Stage.AGREEING
    assert queries.terms_in_force(collaboration) is None
    sign(version, world.other)
    collaboration.refresh_from_db()
    version.refresh_from_db()
    assert collaboration.stage == Stage.WORKING
    assert collaboration.working_at
    assert version.state == AgreementVersion.State.IN_FORCE
    decides = rule_of(collaboration)
    assert (decides.passes, decides.quorum_per_mille, decides.days) == ("majority", 600, 9)
    assert decides.weights == {ids[0]: 2}
    terms = queries.terms_in_force(collaboration)
    assert terms
    assert sum(won for _body, won in terms.shares) == 1_000_000
    assert str(terms.after_care_body_id) == ids[1]
    events = list(Event.objects.filter(subject=collaboration.urn).order_by("seq").values_list("type", flat=True))
    assert events[-4:] == [
        "collaboration.agreement.proposed",
        "collaboration.agreement.signed",
        "collaboration.agreement.signed",
        "collaboration.agreement.in_force",
    ]
    assert "효력을 얻었습니다" in timeline(collaboration.urn, Viewer.anonymous())[0].text


def test_the_sealed_file_proves_itself(world: World) -> None:
    _collaboration, version = signed(world)
    report = signing.check(queries.sealed_file(version))
    assert report.good, report.faults
    assert len(report.verdicts) == 3
    assert signing.check(queries.sealed_file(version), trusted_keys=queries.public_keys(version)).good


def test_no_sealed_file_before_all_have_signed(world: World) -> None:
    version = proposed(world, world.together())
    sign(version, world.asker)
    with refused("conflict"):
        queries.sealed_file(version)


def test_signing_twice_is_signing_once(world: World) -> None:
    version = proposed(world, world.together())
    sign(version, world.asker, world.asker)
    assert version.signatures.count() == 1
    assert Event.objects.filter(type="collaboration.agreement.signed").count() == 1


def test_who_may_not_sign(world: World) -> None:
    collaboration = world.together()
    version = proposed(world, collaboration)
    for shown in ("", "yes"):
        with refused("not_allowed"):
            actions.agreement_sign(by=world.asker, id=version.pk, sha256=version.sha256, signed_with=shown)
    with refused("not_allowed"):  # only persons of the demonstration sign so
        actions.agreement_sign(by=world.asker, id=version.pk, sha256=version.sha256, signed_with="demo")
    assert world.asker.body_id
    system = Viewer.system(world.asker.body_id, frozenset({"read", "write"}), uuid7())
    with refused("not_allowed"):
        actions.agreement_sign(by=system, id=version.pk, sha256=version.sha256, signed_with="session")
    Membership.objects.filter(person_id=world.offerer.person_id).update(ended_at=clock.now() - timedelta(days=1))
    with refused("not_allowed"):
        actions.agreement_sign(by=world.offerer, id=version.pk, sha256=version.sha256, signed_with="session")


def test_what_was_not_read_is_not_signed(world: World) -> None:
    version = proposed(world, world.together())
    with refused("stale"):
        actions.agreement_sign(by=world.asker, id=version.pk, sha256="0" * 64, signed_with="session")
    draft = actions.agreement_revise(by=world.other, id=version.agreement.collaboration_id)
    with refused("stale"):
        sign(version, world.asker)
    with refused("stale"):
        actions.agreement_sign(by=world.asker, id=draft.pk, sha256="", signed_with="session")


def test_a_party_that_left_or_joined_stops_signing(world: World) -> None:
    collaboration = world.together()
    version = proposed(world, collaboration)
    sign(version, world.asker)
    newcomer = officer(body("마루군"), "정담당")
    assert newcomer.body_id
    parties.join(collaboration, newcomer.body_id, Party.Role.PARTNER)
    with refused("conflict"):
        sign(version, world.offerer)
    parties.leave(Party.objects.get(collaboration=collaboration, body_id=newcomer.body_id), "사정")
    parties.leave(Party.objects.get(collaboration=collaboration, body_id=world.other.body_id), "사정")
    with refused("conflict"):
        sign(version, world.offerer)
    with refused("not_allowed"):
        sign(version, world.other)


def test_a_change_makes_a_new_version_and_voids_signatures(world: World) -> None:
    collaboration = world.together()
    version = proposed(world, collaboration)
    sign(version, world.asker)
    with refused("stale"):
        actions.agreement_save(by=world.asker, id=version.pk, edit=version.edit, fields={"purpose": "x"})
    second = actions.agreement_revise(by=world.offerer, id=collaboration.pk)
    assert (second.number, second.state, second.kind) == (2, "draft", "first")
    assert actions.agreement_revise(by=world.asker, id=collaboration.pk).pk == second.pk
    version.refresh_from_db()
    assert version.state == AgreementVersion.State.VOID
    assert "효력이 없습니다" in timeline(collaboration.urn, Viewer.anonymous())[0].text
    second = actions.agreement_propose(by=world.other, id=second.pk, edit=second.edit)
    sign(second, world.asker, world.offerer, world.other)
    assert queries.terms_in_force(collaboration)


def test_an_amendment_waits_while_the_old_one_stays_in_force(world: World) -> None:
    collaboration, first = signed(world)
    second = actions.agreement_revise(by=world.other, id=collaboration.pk)
    assert second.kind == "amendment"
    end = clock.today() + timedelta(days=999)
    second = actions.agreement_save(by=world.other, id=second.pk, edit=1, fields={"ends_on": end})
    second = actions.agreement_propose(by=world.other, id=second.pk, edit=second.edit)
    assert second.plain["replaces"] == 1
    sign(second, world.asker, world.offerer)
    terms = queries.terms_in_force(collaboration)
    assert terms
    assert terms.ends_on != end
    sign(second, world.other)
    terms = queries.terms_in_force(collaboration)
    assert terms
    assert terms.ends_on == end
    first.refresh_from_db()
    assert first.state == AgreementVersion.State.PAST
    assert signing.check(queries.sealed_file(first)).good


def test_the_database_keeps_what_must_be_true(world: World) -> None:
    collaboration, version = signed(world)
    one = version.signatures.all()[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementSignature.objects.create(
            version=version, body=one.body, person=one.person, role="head", signed_with="session", key=one.key,
            at=one.at, value="x",
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementVersion.objects.create(agreement=version.agreement, number=1)
    AgreementVersion.objects.create(agreement=version.agreement, number=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementVersion.objects.create(agreement=version.agreement, number=3)
    assert Agreement.objects.get(collaboration=collaboration).in_force == version


def test_keys_are_kept_encrypted_and_can_be_changed(world: World, settings: Any) -> None:
    collaboration, version = signed(world)
    key = SigningKey.objects.get(body_id=world.asker.body_id)
    assert key.public not in key.sealed
    assert world.asker.person_id
    head = Viewer.person(world.asker.person_id, world.asker.body_id, "head")
    with refused("not_allowed"):
        actions.signing_key_retire(by=world.asker, signed_with="session")
    with refused("not_allowed"):
        actions.signing_key_retire(by=head, signed_with="")
    actions.signing_key_retire(by=head, signed_with="session")
    second = actions.agreement_revise(by=world.asker, id=collaboration.pk)
    second = actions.agreement_propose(by=world.asker, id=second.pk, edit=second.edit)
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret of this installation", [old]
    sign(second, world.asker, world.offerer)
    settings.SECRET_KEY_FALLBACKS = []
    sign(second, world.other)
    assert SigningKey.objects.filter(body_id=world.asker.body_id).count() == 2
    assert SigningKey.objects.filter(body_id=world.offerer.body_id).count() == 1  # taken over to the new secret
    assert SigningKey.objects.filter(body_id=world.other.body_id).count() == 2  # lost with the old secret
    for one in (version, second):
        one.refresh_from_db()
        assert signing.check(queries.sealed_file(one)).good


def test_comments_are_on_clauses_of_open_versions(world: World) -> None:
    collaboration = world.together()
    version = proposed(world, collaboration)
    id = uuid7()
    for _twice in range(2):
        actions.clause_comment(by=world.other, id=id, version_id=version.pk, clause="cost", text="얼마인가요?")
    assert Event.objects.filter(type="collaboration.agreement.commented").count() == 1
    with refused("invalid", "clause"):
        actions.clause_comment(by=world.other, id=uuid7(), version_id=version.pk, clause="none", text="x")
    for text in ("", "가" * 40_000):
        with refused("invalid", "text"):
            actions.clause_comment(by=world.other, id=uuid7(), version_id=version.pk, clause="cost", text=text)
    assert "얼마인가요?" in timeline(collaboration.urn, Viewer.anonymous())[0].text
    sign(version, world.asker, world.offerer, world.other)
    with refused("conflict"):
        actions.clause_comment(by=world.other, id=uuid7(), version_id=version.pk, clause="cost", text="늦은 말")


@pytest.mark.parametrize(("demo", "person"), [(False, True), (True, False)])
def test_a_name_does_not_open_the_door_of_the_demonstration(
    world: World, settings: Any, demo: bool, person: bool
) -> None:
    from dure.bodies.models import Body
    from dure.core.models import Person

    settings.DEMO = demo
    Body.objects.filter(pk=world.asker.body_id).update(slug="demo-garam")
    Person.objects.filter(pk=world.asker.person_id).update(is_demo=person)
    version = proposed(world, world.together())
    with refused("not_allowed"):
        actions.agreement_sign(by=world.asker, id=version.pk, sha256=version.sha256, signed_with="demo")


def test_a_comment_is_made_under_no_id_of_another(world: World) -> None:
    version = proposed(world, world.together())
    id = uuid7()
    actions.clause_comment(by=world.other, id=id, version_id=version.pk, clause="cost", text="얼마인가요?")
    with refused("conflict"):
        actions.clause_comment(by=world.asker, id=id, version_id=version.pk, clause="cost", text="같은 번호")
