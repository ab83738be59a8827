"""How what happens around decisions reads on a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dure.collaboration.decisions.models import Choice, Proposal
from dure.core.links import resolve_one, urn
from dure.core.models import Event
from dure.core.viewer import Viewer


def reason_of(proposal: Proposal) -> str:
    """Why it was decided so, in the reader's language; '' while it is open."""
    return str(proposal.result.get("en" if (get_language() or "").startswith("en") else "ko", ""))


def why_not_done(proposal: Proposal) -> str:
    """Why a carried proposal could not be done, in the reader's language; '' where it was."""
    words = proposal.not_done
    return str(words.get((get_language() or "ko")[:2]) or next(iter(words.values()), ""))


def _about(event: Event) -> str:
    link = resolve_one(urn("body", event.data["body"]), Viewer.anonymous())
    return link.title if link else ""


def _voted(event: Event, proposal: Proposal) -> str:
    choice = Choice(event.data["choice"]).label
    return _("안건 ‘%(title)s’에 뜻을 밝혔습니다: %(choice)s") % {"title": proposal.title, "choice": choice}


def _vote_changed(event: Event, proposal: Proposal) -> str:
    choice = Choice(event.data["choice"]).label
    return _("안건 ‘%(title)s’에 밝힌 뜻을 바꾸었습니다: %(choice)s") % {"title": proposal.title, "choice": choice}


def _left(event: Event, thing: None) -> str:
    if event.data.get("remaining", 2) < 2:
        return _("협업을 떠났습니다. 남은 기관이 한 곳뿐이니 협업을 마쳐 주세요.")
    return _("협업을 떠났습니다.")


LINES: Mapping[str, Callable[[Event, Any], str]] = {
    "collaboration.proposal.made": lambda e, t: _("안건을 올렸습니다: %(title)s") % {"title": t.title},
    "collaboration.proposal.changed": lambda e, t: _("안건을 고쳤습니다: %(title)s") % {"title": t.title},
    "collaboration.proposal.withdrawn": lambda e, t: (
        _("안건을 거두었습니다: %(title)s. 까닭: %(why)s") % {"title": t.title, "why": t.end_reason}
    ),
    "collaboration.proposal.closing": lambda e, t: (
        _("안건의 기한이 하루 안으로 다가왔습니다: %(title)s") % {"title": t.title}
    ),
    "collaboration.proposal.prolonged": lambda e, t: (
        _("갈등을 조정하는 동안 안건의 기한을 늘렸습니다: %(title)s") % {"title": t.title}
    ),
    "collaboration.proposal.carried": lambda e, t: (
        _("안건이 가결되었습니다: %(title)s. %(why)s") % {"title": t.title, "why": reason_of(t)}
    ),
    "collaboration.proposal.fallen": lambda e, t: (
        _("안건이 부결되었습니다: %(title)s. %(why)s") % {"title": t.title, "why": reason_of(t)}
    ),
    "collaboration.proposal.not_done": lambda e, t: (
        _("가결되었지만 그대로 할 수 없었습니다: %(title)s. %(why)s") % {"title": t.title, "why": why_not_done(t)}
    ),
    "collaboration.vote.cast": _voted,
    "collaboration.vote.changed": _vote_changed,
    "collaboration.party.asked": lambda e, t: _("함께하자고 청했습니다: %(body)s") % {"body": _about(e)},
    "collaboration.party.joined": lambda e, t: _("함께하는 기관이 되었습니다."),
    "collaboration.party.declined": lambda e, t: _("함께하자는 청을 사양했습니다."),
    "collaboration.party.left": _left,
    "collaboration.party.parted": lambda e, t: (
        _("함께 정한 대로 이 기관이 협업을 떠났습니다: %(body)s") % {"body": _about(e)}
    ),
}
