"""Parts of core that other rooms' pages show."""

from __future__ import annotations

from typing import Any

from django import template

from dure.core import follow, rooms

register = template.Library()


@register.inclusion_tag("core/follow_box.html", takes_context=True)
def follow_box(context: dict[str, Any], subject: str) -> dict[str, Any]:
    """The box for following a subject: `{% follow_box collaboration.urn %}`."""
    request = context["request"]
    return {
        "request": request,
        "subject": subject,
        "signed_in": request.viewer.person_id is not None,
        "following": follow.following(request.viewer, subject),
        "count": follow.follower_count(subject),
        "here": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("core/step_hints.html", takes_context=True)
def step_hints(context: dict[str, Any], step: str) -> dict[str, Any]:
    """What the rooms advise beside a step, folded away: `{% step_hints "agreement" %}`; nothing where there is none."""
    return {"hints": rooms.hints(step, context["request"].viewer)}
