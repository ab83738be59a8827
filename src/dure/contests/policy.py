"""Who may do what in a contest. Each function refuses with the reason, or returns."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dure.bodies.models import Body, Membership
from dure.contests.models import Contest, Declaration, Entry, EntryBody, Judge, State, Support
from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer


def must_organise_for(by: Viewer, body_id: object) -> None:
    """Heads, officers and writing systems of a public body hold contests."""
    by.must_act_for(body_id, _("공모를 열려면 기관의 담당자로 들어와야 합니다."))  # type: ignore[arg-type]
    if not Body.objects.filter(pk=body_id).public().exists():
        raise Refused("not_allowed", _("공모는 공공기관만 열 수 있습니다."))


def must_organise(by: Viewer, contest: Contest) -> None:
    by.must_act_for(contest.body_id, _("이 공모를 연 기관의 담당자만 할 수 있습니다."))


def must_be(contest: Contest, *states: str) -> None:
    if contest.state not in states:
        words = _("지금은 할 수 없는 일입니다. 이 공모의 상태: %(state)s") % {"state": contest.get_state_display()}
        raise Refused("conflict", words)


def must_take_entries(contest: Contest) -> None:
    """Between the first and the last day, both included, Seoul time."""
    must_be(contest, State.OPEN)
    today = clock.today()
    assert contest.opens_on
    assert contest.entries_until
    if today < contest.opens_on:
        raise Refused("conflict", _("아직 응모를 받지 않습니다. %(day)s부터 받습니다.") % {"day": contest.opens_on})
    if today > contest.entries_until:
        words = _("응모 마감이 지났습니다. 마감일은 %(day)s이었고, 늦은 응모는 받지 않습니다.")
        raise Refused("conflict", words % {"day": contest.entries_until})


def must_enter_for(by: Viewer, contest: Contest) -> None:
    by.must_act_for(by.body_id, _("응모는 기관의 이름으로 합니다. 기관의 담당자로 들어와 주세요."))
    if by.body_id == contest.body_id:
        raise Refused("not_allowed", _("공모를 연 기관은 응모할 수 없습니다."))


def must_hold(by: Viewer, entry: Entry) -> None:
    by.must_act_for(entry.body_id, _("응모한 기관의 담당자만 고치거나 거둘 수 있습니다."))
    if entry.state != Entry.State.HANDED_IN:
        raise Refused("conflict", _("거둔 응모입니다."))


def must_judge(by: Viewer, contest: Contest) -> Judge:
    """The judge that this person is now. Who left is none any more, signed in or not."""
    if by.person_id is None:
        raise Refused("not_signed_in", _("심사하려면 로그인해 주세요."))
    rows = list(contest.judges.filter(person_id=by.person_id))
    judge = next((row for row in rows if row.state == Judge.State.ACCEPTED), None)
    if judge is None and any(row.state == Judge.State.LEFT for row in rows):
        raise Refused("not_allowed", _("심사를 그만둔 뒤에는 볼 수도 채점할 수도 없습니다."))
    if judge is None:
        raise Refused("not_allowed", _("이 공모의 심사위원만 할 수 있습니다."))
    return judge


def must_be_judging(contest: Contest) -> None:
    must_be(contest, State.JUDGING)
    if contest.judging_over:
        raise Refused("conflict", _("심사 기간이 끝났습니다. 마감일: %(day)s") % {"day": contest.judging_until})
    if contest.tied_at:
        raise Refused("conflict", _("채점이 끝나고 투표로 정하는 중입니다."))


def belongs_to(judge: Judge, entry: Entry) -> bool:
    """The judge is a member of a body that takes part in the entry."""
    bodies = EntryBody.objects.filter(entry=entry).values("body_id")
    return Membership.objects.filter(person_id=judge.person_id, ended_at=None, body_id__in=bodies).exists()


def must_have_no_tie(judge: Judge, entry: Entry) -> None:
    """Declared free of ties, and not a member of an entrant."""
    declared = Declaration.objects.filter(judge=judge, entry=entry).first()
    if (declared and declared.kind != Declaration.Kind.NONE) or belongs_to(judge, entry):
        raise Refused("not_allowed", _("이해관계가 있는 응모는 보거나 채점할 수 없습니다."))
    if declared is None:
        raise Refused("conflict", _("채점하기 전에 이해관계가 있는지 먼저 알려 주세요."))


def must_run_support(support: Support) -> None:
    if support.state in (Support.State.STOPPED, Support.State.DONE):
        raise Refused("conflict", _("이미 끝난 지원입니다."))


def is_organiser(by: Viewer, contest: Contest) -> bool:
    return by.may_act_for(contest.body_id)


def takes_part(by: Viewer, entry: Entry) -> bool:
    """Acts for a body of the entry. All of them may the same."""
    return by.may_act_for(by.body_id) and EntryBody.objects.filter(entry=entry, body_id=by.body_id).exists()


def must_take_part(by: Viewer, entry: Entry) -> None:
    if not takes_part(by, entry):
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("뽑힌 협업에 함께하는 기관의 담당자만 할 수 있습니다."))


def must_be_side(by: Viewer, entry: Entry) -> str:
    """`organiser` or `entrant`: the two sides that settle a support."""
    if is_organiser(by, entry.contest):
        return "organiser"
    must_take_part(by, entry)
    return "entrant"
