"""Proposals and votes as one viewer may read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.collaboration import parties
from dure.collaboration.decisions import policy
from dure.collaboration.decisions.counting import apart, count, effect_of, rule_at
from dure.collaboration.decisions.lines import reason_of, why_not_done
from dure.collaboration.decisions.models import Admission, Choice, Proposal, ProposalRevision, Vote
from dure.collaboration.decisions.rules import Rule, rule_of
from dure.collaboration.models import Collaboration, Party
from dure.core import clock, keyset
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld

A_PAGE = 20
STATES = ("carried", "fallen", "withdrawn")


@dataclass(frozen=True)
class VoteView:
    """What one party said; `choice` is '' while it has said nothing. `counts` False: heard, but not counted."""

    body: Body
    voices: int
    choice: str = ""
    label: str = ""
    reason: str = ""
    at: datetime | None = None
    counts: bool = True
    mine: bool = False
    before: tuple[tuple[datetime, str, str], ...] = ()


@dataclass(frozen=True)
class ProposalView:
    """A proposal with its votes and count, or what may be known of a withheld one (`withheld`, the rest empty)."""

    id: UUID
    at: datetime
    state: str
    state_label: str
    deadline: datetime
    withheld: Withheld | None = None
    narrowed: Withheld | None = None
    body: Body | None = None
    title: str = ""
    text: str = ""
    kind: str = ""
    kind_label: str = ""
    effect: str = ""
    unanimous: bool = False
    about: UUID | None = None
    url: str = ""
    late: bool = False
    ended_at: datetime | None = None
    end_reason: str = ""
    not_done: str = ""
    reason: str = ""
    counts: tuple[tuple[str, str, int], ...] = ()
    total: int = 0
    quorum: int = 0
    quorum_reached: bool = False
    tends: str = ""
    votes: tuple[VoteView, ...] = ()
    rule: tuple[str, ...] = ()
    changed_at: datetime | None = None
    may_vote: bool = False
    may_change: bool = False
    may_withdraw: bool = False
    may_open: bool = False

    @property
    def voted(self) -> int:
        return sum(bool(vote.choice) for vote in self.votes)

    @property
    def mine(self) -> VoteView | None:
        return next((vote for vote in self.votes if vote.mine), None)

    @property
    def kind_of_state(self) -> str:
        """For `<c-tag>`."""
        return {"open": "primary", "carried": "warn" if self.not_done else "ok", "fallen": "bad"}.get(self.state, "")


@dataclass(frozen=True)
class DecisionsPage:
    open: tuple[ProposalView, ...]
    settled: tuple[ProposalView, ...]
    page: Page[Any]
    rule: tuple[str, ...]
    agreed: bool
    parties: tuple[Party, ...]
    admissions: tuple[Admission, ...]
    may_propose: bool
    may_leave: bool
    alone: bool


def rule_words(rule: Rule, total: int, *, unanimous: bool = False) -> tuple[str, ...]:
    """The rule in sentences; `total` are the voices of all parties."""
    if unanimous:
        return (
            _("이 일은 당사자를 뺀 모든 기관이 찬성해야 정해집니다. 올린 기관은 달리 밝히지 않으면 찬성으로 셉니다."),
        )
    passes = {
        "consent": _("막는 기관이 없고 찬성이 반대보다 많으면 가결됩니다."),
        "majority": _("찬성이 반대(막음 포함)보다 많으면 가결됩니다."),
        "two_thirds": _("찬반을 밝힌 몫의 3분의 2 이상이 찬성하면 가결됩니다."),
        "unanimous": _("모두 찬성하면 가결됩니다."),
    }[rule.passes]
    quorum = -(-total * rule.quorum_per_mille // 1000)
    said = ngettext(
        "전체 %(total)d표 가운데 %(n)d표 이상이 뜻을 밝혀야 합니다. 기권도 뜻을 밝힌 것으로 셉니다.",
        "전체 %(total)d표 가운데 %(n)d표 이상이 뜻을 밝혀야 합니다. 기권도 뜻을 밝힌 것으로 셉니다.",
        quorum,
    )
    voices = _("기관마다 몫이 다릅니다.") if set(rule.weights.values()) - {1} else _("기관마다 한 표입니다.")
    return (
        voices,
        passes,
        said % {"total": total, "n": quorum},
        _("어느 한 기관의 뜻만으로는 정해지지 않습니다."),
    )


def open_count(viewer: Viewer, collaboration: Collaboration) -> int:
    """Open proposals, withheld ones too."""
    return Proposal.objects.filter(collaboration=collaboration, state="open").knowable_to(viewer).count()


def decisions_page(viewer: Viewer, collaboration: Collaboration, *, state: str = "", page: int = 1) -> DecisionsPage:
    rows = Proposal.objects.filter(collaboration=collaboration).knowable_to(viewer)
    settled = rows.exclude(state="open").order_by("-ended_at", "-pk")
    if state in STATES:
        settled = settled.filter(state=state)
    shown = Paginator(settled, A_PAGE).get_page(page)
    open_rows = list(rows.filter(state="open").order_by("deadline", "pk"))
    found = views(viewer, collaboration, [*open_rows, *shown.object_list])
    members = tuple(parties.parties_of(collaboration))
    rule = rule_of(collaboration)
    voices = [rule.voices(party.body_id) for party in members]
    may = _may(lambda: policy.must_propose(viewer, collaboration))
    acts = any(viewer.may_act_for(party.body_id) for party in members)
    return DecisionsPage(
        open=tuple(found[: len(open_rows)]),
        settled=tuple(found[len(open_rows) :]),
        page=shown,
        rule=rule_words(rule, sum(voices)),
        agreed=rule.agreed,
        parties=members,
        admissions=tuple(Admission.objects.filter(collaboration=collaboration).select_related("body")),
        may_propose=may,
        may_leave=acts and _may(lambda: policy.must_be_together(collaboration)) and len(members) > 1,
        alone=len(members) == 1,
    )


def _may(check: Any) -> bool:
    try:
        check()
    except Refused:
        return False
    return True


def views(viewer: Viewer, collaboration: Collaboration, rows: Sequence[Proposal]) -> list[ProposalView]:
    """Views of these rows in their order, with a fixed number of queries."""
    ids = [row.pk for row in rows]
    seen = Proposal.objects.filter(pk__in=ids).visible_to(viewer).select_related("body")
    whole = {row.pk: row for row in seen.prefetch_related("votes__body", "votes__revisions")}
    members = {party.body_id: party.body for party in parties.parties_of(collaboration)}
    acts = viewer.body_id if viewer.body_id in members and viewer.may_act_for(viewer.body_id) else None
    runs = acts is not None and _may(lambda: policy.must_run(collaboration, policy.PART))
    now = clock.now()
    found = []
    for row in rows:
        if row.pk in whole:
            whole[row.pk].collaboration = collaboration
            found.append(_view(whole[row.pk], members, viewer, now, votes=runs))
        else:
            found.append(_closed(row))
    return found


def _closed(row: Proposal) -> ProposalView:
    label = str(row.get_state_display())
    return ProposalView(row.pk, row.created_at, row.state, label, row.deadline, row.withheld, ended_at=row.ended_at)


def _view(row: Proposal, members: Mapping[UUID, Body], viewer: Viewer, now: datetime, *, votes: bool) -> ProposalView:
    effect, rule, about = effect_of(row), rule_at(row), apart(row)
    cast = {vote.body_id: vote for vote in row.votes.all()}
    is_open = row.state == Proposal.State.OPEN
    late = is_open and now >= row.deadline
    voices = row.result.get("voices") or {str(body): rule.voices(body) for body in members}
    counted = count(row, {body: vote.choice for body, vote in cast.items()}, [UUID(body) for body in voices], now)
    result = row.result or {
        **{name: getattr(counted.voices, name) for name in (*Choice.values, "silent")},
        "total": counted.voices.total,
        "quorum": counted.quorum,
        "quorum_reached": counted.quorum_reached,
    }
    labels = {**dict(Choice.choices), "silent": _("아직")}
    language = get_language() or "ko"
    holds = viewer.may_act_for(row.body_id) and row.body_id in members and is_open
    return ProposalView(
        id=row.pk,
        at=row.created_at,
        state=row.state,
        state_label=_("기한이 지나 결과를 셀 때") if late else str(row.get_state_display()),
        deadline=row.deadline,
        narrowed=row.withheld,
        body=row.body,
        title=row.title,
        text=row.text,
        kind=row.kind,
        kind_label=str(effect.label),
        effect=effect.words(row.data),
        unanimous=effect.unanimous,
        about=about,
        url=row.get_absolute_url(),
        late=late,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        not_done=why_not_done(row),
        reason=reason_of(row) or ("" if row.state == Proposal.State.WITHDRAWN else counted.reason.in_(language)),
        counts=tuple((name, str(labels[name]), result[name]) for name in (*Choice.values, "silent")),
        total=result["total"],
        quorum=result["quorum"],
        quorum_reached=result["quorum_reached"],
        tends=counted.tends,
        votes=_votes(row, cast, members, voices, about, viewer),
        rule=rule_words(rule, result["total"], unanimous=effect.unanimous),
        changed_at=row.changed_at,
        may_vote=votes and is_open and not late,
        may_change=holds and not cast,
        may_withdraw=holds,
        may_open=row.withheld is not None and row.body_id in members and viewer.may_act_for(row.body_id),
    )


def _votes(
    row: Proposal,
    cast: Mapping[UUID, Vote],
    members: Mapping[UUID, Body],
    voices: Mapping[str, int],
    about: UUID | None,
    viewer: Viewer,
) -> tuple[VoteView, ...]:
    """One for each party that could vote, and for those that voted and left since; who has said nothing comes last."""
    bodies = {body_id: vote.body for body_id, vote in cast.items()}
    bodies |= {body_id: body for body_id, body in members.items() if str(body_id) in voices}
    found = []
    for body_id, body in bodies.items():
        vote = cast.get(body_id)
        mine = viewer.body_id == body_id and viewer.may_act_for(body_id)
        counts = body_id != about and str(body_id) in voices
        if vote is None:
            found.append(VoteView(body, voices.get(str(body_id), 0), counts=counts, mine=mine))
            continue
        before = tuple((old.at, str(old.get_choice_display()), old.reason) for old in vote.revisions.all())
        label = str(vote.get_choice_display())
        found.append(
            VoteView(body, voices.get(str(body_id), 0), vote.choice, label, vote.reason, vote.at, counts, mine, before)
        )
    return tuple(sorted(found, key=lambda view: (not view.choice, view.at or row.created_at, view.body.full_name_ko)))


def proposal_of(viewer: Viewer, collaboration: Collaboration, id: UUID) -> Proposal:
    """One proposal that can be read in full, or Refused `not_found`."""
    found = Proposal.objects.visible_to(viewer).filter(collaboration=collaboration, pk=id).first()
    if found is None:
        raise Refused("not_found", _("없거나 공개되지 않은 안건입니다."))
    found.collaboration = collaboration
    return found


def proposal_view(viewer: Viewer, collaboration: Collaboration, id: UUID) -> ProposalView:
    """One proposal, withheld ones as withheld; Refused `not_found`."""
    row = Proposal.objects.filter(collaboration=collaboration, pk=id).knowable_to(viewer).first()
    if row is None:
        raise Refused("not_found", _("없는 안건입니다."))
    return views(viewer, collaboration, [row])[0]


def revisions_of(proposal_id: UUID) -> list[dict[str, Any]]:
    """Earlier words of a proposal that the viewer may read, newest first."""
    return [{"at": row.at, **row.before} for row in ProposalRevision.objects.filter(proposal=proposal_id)]


def proposal_keyset(
    viewer: Viewer, collaboration: Collaboration, *, after: str = "", limit: int = 20
) -> tuple[keyset.Page[Proposal], list[ProposalView]]:
    """Newest first, for the API."""
    rows = Proposal.objects.filter(collaboration=collaboration).knowable_to(viewer)
    found = keyset.page(rows, order=("-created_at", "-pk"), after=after, limit=limit, name="proposals")
    return found, views(viewer, collaboration, found.items)


def every_proposal(viewer: Viewer, collaboration: Collaboration) -> Iterator[ProposalView]:
    """All of them, oldest first, for a file."""
    rows = Proposal.objects.filter(collaboration=collaboration).knowable_to(viewer).order_by("created_at", "pk")
    batch: list[Proposal] = []
    for row in rows.iterator(chunk_size=100):
        batch.append(row)
        if len(batch) == 100:
            yield from views(viewer, collaboration, batch)
            batch = []
    yield from views(viewer, collaboration, batch)


def admission_of(collaboration: Collaboration, id: UUID) -> Admission:
    """Refused `not_found`. Who is asked to join is public."""
    found = Admission.objects.filter(collaboration=collaboration, pk=id).select_related("body").first()
    if found is None:
        raise Refused("not_found", _("없는 청입니다."))
    found.collaboration = collaboration
    return found
