"""Decisions by API: read by everybody, written by the systems of the parties."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query

from dure.collaboration import queries as collaborations
from dure.collaboration.api import BodyName, WithheldOut
from dure.collaboration.decisions import actions, policy, queries
from dure.collaboration.parts import effects
from dure.core.api import PageOf, Paging, Router, Schema, answers, paged
from dure.core.refused import Refused

router = Router(tags=["decisions"])

ChoiceName = Literal["agree", "abstain", "disagree", "block"]


class VoteOut(Schema):
    """What one party said. `voices` are what its vote counts; 0 for one that left or that the proposal is about."""

    body: BodyName
    choice: ChoiceName
    reason: str
    voices: int
    at: datetime


class CountOut(Schema):
    """Voices by choice, all of them, and how many must have voted."""

    agree: int
    abstain: int
    disagree: int
    block: int
    silent: int
    total: int
    quorum: int
    quorum_reached: bool


class ProposalOut(Schema):
    """A proposal; a withheld one has `withheld` and nothing else but its id, times and state."""

    id: UUID
    at: datetime
    state: Literal["open", "carried", "fallen", "withdrawn"]
    deadline: datetime
    ended_at: datetime | None
    withheld: WithheldOut | None
    body: BodyName | None
    kind: str | None
    title: str | None
    text: str | None
    effect: str | None = Field(description="What happens by itself once it is carried.")
    reason: str | None = Field(description="Why it was decided so, or how it stands.")
    not_done: str | None = Field(description="Why a carried proposal could not be done.")
    end_reason: str | None
    count: CountOut | None
    rule: list[str]
    votes: list[VoteOut]
    url: str | None


class ProposalIn(Schema):
    id: UUID | None = Field(None, description="Chosen by the client, so that a repeated request proposes once.")
    kind: str = Field("text", max_length=40, description="text, admit, part, withhold_part, open_part, …")
    title: str = Field("", max_length=120, description="Needed where `kind` is text.")
    text: str = Field(min_length=1, max_length=4000, pattern=r"\S")
    data: dict[str, str] = Field({}, description="What the kind asks for, as on the page's form.")
    deadline: date | None = None


class VoteIn(Schema):
    choice: ChoiceName
    reason: str = Field("", max_length=1000, description="Needed for a block.")


@router.get("/{receipt}/proposals", response=answers(PageOf[ProposalOut], 404), summary="Proposals, newest first")
def proposals(request: HttpRequest, receipt: str, query: Query[Paging]) -> Any:
    subject = collaborations.access(request.viewer, receipt)
    found, views = queries.proposal_keyset(request.viewer, subject, after=query.after, limit=query.limit)
    return paged(found, [_out(request, view) for view in views])


@router.get("/{receipt}/proposals/{id}", response=answers(ProposalOut, 404), summary="One proposal with its votes")
def proposal(request: HttpRequest, receipt: str, id: UUID) -> Any:
    subject = collaborations.access(request.viewer, receipt)
    return _out(request, queries.proposal_view(request.viewer, subject, id))


@router.post(
    "/{receipt}/proposals",
    response=answers(ProposalOut, 403, 404, 409, status=201),
    summary="Put something to the vote",
)
def propose(request: HttpRequest, receipt: str, wanted: ProposalIn) -> Any:
    subject = collaborations.access(request.viewer, receipt)
    policy.must_propose(request.viewer, subject)
    made = actions.proposal_make(
        by=request.viewer,
        id=subject.pk,
        proposal_id=wanted.id,
        kind=wanted.kind,
        title=wanted.title,
        text=wanted.text,
        data=_data(subject, wanted),
        deadline=wanted.deadline,
    )
    return 201, _out(request, queries.proposal_view(request.viewer, subject, made.pk))


@router.put(
    "/{receipt}/proposals/{id}/vote",
    response=answers(ProposalOut, 403, 404, 409),
    summary="Say what one's body thinks, or change it",
)
def vote(request: HttpRequest, receipt: str, id: UUID, wanted: VoteIn) -> Any:
    subject = collaborations.access(request.viewer, receipt)
    queries.proposal_of(request.viewer, subject, id)
    actions.vote_cast(by=request.viewer, id=id, choice=wanted.choice, reason=wanted.reason)
    return _out(request, queries.proposal_view(request.viewer, subject, id))


def _data(subject: Any, wanted: ProposalIn) -> dict[str, Any]:
    """The data of an effect through the same form as on the page."""
    effect = effects().get(wanted.kind)
    if effect is None or effect.form is None:
        return {}
    form = effect.form(wanted.data, collaboration=subject)  # type: ignore[call-arg]
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Refused("invalid", str(errors[0]), f"data.{field}")
    return effect.data(form)


def _body(body: Any) -> dict[str, Any]:
    return {"id": body.pk, "slug": body.slug, "name": body.name}


def _out(request: HttpRequest, view: queries.ProposalView) -> dict[str, Any]:
    seen = view.withheld is None
    counted = {name: number for name, _label, number in view.counts}
    totals = {"total": view.total, "quorum": view.quorum, "quorum_reached": view.quorum_reached}
    votes = [
        {
            "body": _body(one.body),
            "choice": one.choice,
            "reason": one.reason,
            "voices": one.voices if one.counts else 0,
            "at": one.at,
        }
        for one in view.votes
        if one.choice
    ]
    return {
        "id": view.id,
        "at": view.at,
        "state": view.state,
        "deadline": view.deadline,
        "ended_at": view.ended_at,
        "withheld": view.withheld.as_dict() if view.withheld else None,
        "body": _body(view.body) if view.body else None,
        **{
            name: (getattr(view, name) or None) if seen else None
            for name in ("kind", "title", "text", "effect", "reason", "not_done", "end_reason")
        },
        "count": {**counted, **totals} if seen else None,
        "rule": list(view.rule),
        "votes": votes,
        "url": request.build_absolute_uri(view.url) if seen else None,
    }
