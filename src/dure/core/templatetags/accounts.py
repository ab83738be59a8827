from __future__ import annotations

from typing import Any

from django import template

from dure.core import demo

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_code(context: dict[str, Any]) -> str:
    """The code that the demo person who is signing in (or is signed in) would read from an app; "" outside the demo."""
    request = context["request"]
    stage = getattr(request, "_login_stage", None)
    person = stage.login.user if stage else request.user
    return demo.current_code(person) if person and person.is_authenticated else ""


@register.simple_tag
def demo_accounts() -> list[demo.DemoAccount]:
    return demo.accounts()
