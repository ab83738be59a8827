"""Parts of core that other rooms' pages show."""

from __future__ import annotations

from typing import Any

from django import template

from dure.core import follow

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
