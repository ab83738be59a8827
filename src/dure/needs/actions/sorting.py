"""Putting needs together, taking them apart again, and objecting to it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.events import record
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.needs import policy
from dure.needs.actions.survey import locked
from dure.needs.models import Merge, Need, NeedsSurvey, Objection
from dure.needs.public_text import refresh

MOST_MERGED = 50


def need_merge(
    *, by: Viewer, survey_id: UUID, need_ids: Iterable[UUID], title: str, why: str, merge_id: UUID | None = None
) -> Merge:
    """Put two or more standing needs of one survey together under a new title, with a public reason.

    What they say stays readable beneath. Refused `invalid` (`needs`) for needs of another survey, `conflict` for one
    that stands in another merge or was answered already. With `merge_id` a doubled request merges once.
    """
    with transaction.atomic():
        survey = locked(survey_id, by)
        policy.must_own(by, survey)
        known = Merge.objects.filter(pk=merge_id, survey=survey).select_related("result").first() if merge_id else None
        if known:
            return known
        policy.must_be_sorting(survey)
        wanted = list(dict.fromkeys(need_ids))
        if not 2 <= len(wanted) <= MOST_MERGED:
            words = _("두 가지부터 %(n)d가지까지 골라 주세요.") % {"n": MOST_MERGED}
            raise Refused("invalid", words, "needs")
        needs = list(Need.objects.select_for_update().filter(pk__in=wanted, survey=survey))
        if len(needs) != len(wanted):
            raise Refused("invalid", _("이 수요조사에 나온 수요끼리만 합칠 수 있습니다."), "needs")
        _must_stand(needs)
        title = tidy(
            title, longest=120, field="title", needed=_("합친 수요를 무엇이라 부를지 적어 주세요."), one_line=True
        )
        why = tidy(why, longest=300, field="why", needed=_("왜 합치는지 적어 주세요."), one_line=True)
        result = Need.objects.create(survey=survey, title=title, is_merged=True)
        merge = Merge.objects.create(
            pk=merge_id or uuid7(), survey=survey, result=result, why=why, person_id=by.person_id
        )
        merge.needs.set(needs)
        Need.objects.filter(pk__in=wanted).update(merged_into=result)
        refresh(survey)
        record(by=by, type="needs.merged", subject=survey.urn, thing=result.urn, data={"needs": wanted})
    return merge


def merge_undo(*, by: Viewer, id: UUID) -> Merge:
    """Undo a merge: its needs stand by themselves again. Refused `conflict` when it was undone already, was merged
    further, or has its answer."""
    with transaction.atomic():
        merge, _survey = _open_merge(by, id)
        _dissolve(merge)
        refresh(merge.survey)
        record(by=by, type="needs.merge.undone", subject=merge.survey.urn, thing=merge.result.urn)
    return merge


def need_split(*, by: Viewer, id: UUID) -> Need:
    """Take one need out of the merge it stands in. Of two, both stand by themselves again."""
    with transaction.atomic():
        need = _need(by, id)
        merge = Merge.objects.filter(result_id=need.merged_into_id, undone_at=None).first()
        if need.merged_into_id is None or merge is None:
            policy.must_own(by, need.survey)
            raise Refused("conflict", _("다른 수요와 합쳐져 있지 않은 수요입니다."))
        merge, survey = _open_merge(by, merge.pk)
        if merge.result.members.count() <= 2:
            _dissolve(merge)
        else:
            Need.objects.filter(pk=need.pk).update(merged_into=None)
        refresh(survey)
        record(by=by, type="needs.need.split", subject=survey.urn, thing=need.urn, data={"from": merge.result_id})
        need.refresh_from_db()
    return need


def merge_object(*, by: Viewer, need_id: UUID, text: str) -> Objection:
    """Say that one's need does not belong where it went; one open objection for each body and need."""
    with transaction.atomic():
        need = _need(by, need_id)
        survey = locked(need.survey_id, by)
        policy.must_object(by, need)
        policy.must_be_sorted_or_done(survey)
        text = tidy(text, longest=1000, field="text", needed=_("왜 맞지 않는지 적어 주세요."))
        if Objection.objects.filter(need=need, body_id=by.body_id, replied_at=None).exists():
            raise Refused("conflict", _("이미 낸 이의가 답을 기다리고 있습니다."))
        made = Objection.objects.create(need=need, body_id=by.body_id, text=text)
        record(by=by, type="needs.objected", subject=survey.urn, thing=need.urn, data={"objection": made.pk})
    return made


def objection_reply(*, by: Viewer, id: UUID, text: str) -> Objection:
    """Answer an objection in public; splitting the need off is a step of its own."""
    with transaction.atomic():
        objection = (
            Objection.objects.select_for_update(of=("self",)).select_related("need__survey").filter(pk=id).first()
        )
        if objection is None:
            raise Refused("not_found", _("없는 이의입니다."))
        policy.must_own(by, objection.need.survey)
        if objection.replied_at:
            raise Refused("conflict", _("이미 답한 이의입니다."))
        objection.reply = tidy(text, longest=1000, field="text", needed=_("답을 적어 주세요."))
        objection.replied_at = clock.now()
        objection.save(update_fields=["reply", "replied_at"])
        record(by=by, type="needs.objection.replied", subject=objection.need.about, thing=objection.need.urn)
    return objection


def _need(by: Viewer, id: UUID) -> Need:
    need: Need | None = (
        Need.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("survey", "answer")
        .filter(pk=id)
        .first()
    )
    if need is None:
        raise Refused("not_found", _("없는 수요입니다."))
    return need


def _open_merge(by: Viewer, id: UUID) -> tuple[Merge, NeedsSurvey]:
    """The merge, with its survey locked; refused where it cannot be taken apart."""
    found = Merge.objects.filter(pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 합치기입니다."))
    survey = locked(found.survey_id, by)
    policy.must_own(by, survey)
    merge = Merge.objects.select_related("result", "survey").get(pk=id)
    if merge.undone_at:
        raise Refused("conflict", _("이미 되돌린 합치기입니다."))
    policy.must_be_sorting(survey)
    _must_stand([merge.result])
    return merge, survey


def _must_stand(needs: Iterable[Need]) -> None:
    for need in needs:
        if not need.stands:
            raise Refused("conflict", _("이미 다른 수요와 합쳐진 것이 있습니다. 먼저 그것을 되돌려 주세요."), "needs")
        if need.verdict:
            raise Refused("conflict", _("이미 답한 수요는 합치거나 되돌릴 수 없습니다."), "needs")


def _dissolve(merge: Merge) -> None:
    now = clock.now()
    Need.objects.filter(merged_into=merge.result).update(merged_into=None)
    Need.objects.filter(pk=merge.result_id).update(ended_at=now)
    merge.undone_at = now
    merge.save(update_fields=["undone_at"])
