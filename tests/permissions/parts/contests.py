"""가평군 holds contests: one that takes entries (and one it drafts), one in judging, one decided, one published with
a support. 남양주시 (`other`) has entered each; the person `person` judges."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dure.contests import actions
from dure.contests.actions.judge import digest
from dure.contests.models import Contest, Judge, Sheet
from dure.core import clock
from dure.core.ids import uuid7

WEIGHTS = {"actors": 400, "sharing": 600}


def names(world: Any) -> dict[str, str]:
    officer, other, person = world.viewers["officer"], world.viewers["other"], world.viewers["person"]
    email = world.people("person").email

    def invited(contest: Contest, token: str) -> Judge:
        judge = actions.judge_invite(by=officer, contest_id=contest.pk, email=email)
        Judge.objects.filter(pk=judge.pk).update(token_hash=digest(token))
        return judge

    def held(title: str) -> Contest:
        today = clock.today()
        fields = {
            **dict.fromkeys(("title", "purpose", "eligibility"), title),
            "weights": WEIGHTS,
            "least_judges": 1,
            "select": 1,
            "support_years": 1,
            "opens_on": today,
            "entries_until": today + timedelta(days=9),
            "judging_until": today + timedelta(days=19),
            "results_on": today + timedelta(days=29),
        }
        made = actions.contest_save(by=officer, id=uuid7(), fields=fields)
        return actions.contest_open(by=officer, id=made.pk)

    def entered(contest: Contest) -> Any:
        fields = {"title": "응모", "summary": "함께 합니다.", "answers": dict.fromkeys(WEIGHTS, "이렇게 합니다.")}
        return actions.entry_hand_in(by=other, contest_id=contest.pk, entry_id=uuid7(), fields=fields)

    def judging(title: str) -> tuple[Contest, Any]:
        contest = held(title)
        entry = entered(contest)
        token = f"token-{title}"
        invited(contest, token)
        actions.judge_accept(by=person, token=token)
        back = timedelta(days=12)
        moved = {name: getattr(contest, name) - back for name in ("opens_on", "entries_until")}
        Contest.objects.filter(pk=contest.pk).update(**moved)
        actions.entry_clear(by=officer, id=entry.pk)
        actions.judging_start(by=officer, id=contest.pk)
        return contest, entry

    def decided(title: str) -> tuple[Contest, Any]:
        contest, entry = judging(title)
        to = {"by": person, "contest_id": contest.pk, "entry_id": entry.pk}
        actions.conflict_declare(**to, kind="none")
        actions.sheet_save(**to, points=dict.fromkeys(WEIGHTS, 7), comment="좋습니다.")
        actions.contest_decide(by=officer, id=contest.pk)
        return contest, entry

    draft = actions.contest_save(by=officer, id=uuid7(), fields={"title": "초안"})
    taking = held("응모 받는 공모")
    entry = entered(taking)
    waiting = invited(taking, "t" * 43)
    in_judging, judged = judging("심사하는 공모")
    in_decided, _entry = decided("정해진 공모")
    out, supported = decided("발표한 공모")
    actions.contest_publish(by=officer, id=out.pk)
    return {
        "contest_draft": str(draft.pk),
        "contest": taking.receipt,
        "contest_entry": str(entry.pk),
        "judge_waiting": str(waiting.pk),
        "judge_token": "t" * 43,
        "judging": in_judging.receipt,
        "judged_entry": str(judged.pk),
        "decided": in_decided.receipt,
        "decided_sheet": str(Sheet.objects.get(entry__contest=in_decided).pk),
        "published": out.receipt,
        "supported": str(supported.pk),
    }
