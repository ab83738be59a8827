"""Reading a text of rules: as the engine takes it, or refused with the line where it goes wrong."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

import yaml
from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.engines.routing import Router, RuleSet
from dure.engines.routing.rules import RuleError
from dure.reports.models import RuleText
from dure.reports.routing import files


def shipped() -> str:
    """The text that comes with the product."""
    return (files.folder() / "roads" / "rules.yaml").read_text(encoding="utf-8")


def parse(text: str) -> RuleSet:
    """Rules ready to decide; Refused `invalid` at `text` with the line or the rule where any cannot be read."""
    try:
        plain: Any = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        words = _("%(line)s째 줄을 읽을 수 없습니다: %(problem)s") % {"line": line, "problem": error.problem}
        raise Refused("invalid", words, "text") from error
    except yaml.YAMLError as error:
        raise Refused("invalid", _("규칙 글을 읽을 수 없습니다: %(problem)s") % {"problem": error}, "text") from error
    if not isinstance(plain, dict) or not plain.get("rules"):
        raise Refused("invalid", _("규칙 글에 rules 목록이 있어야 합니다."), "text")
    try:
        found = RuleSet.parse(plain, files.authority())
    except (RuleError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused("invalid", _("규칙 글을 읽을 수 없습니다: %(problem)s") % {"problem": error}, "text") from error
    if found.problems:
        raise Refused(
            "invalid", _("읽을 수 없는 규칙이 있습니다: %(problem)s") % {"problem": found.problems[0]}, "text"
        )
    return found


@lru_cache(maxsize=4)
def _rules(id: UUID) -> RuleSet:
    return parse(RuleText.objects.values_list("text", flat=True).get(pk=id))


@lru_cache(maxsize=8)
def _under(router: Router, id: UUID) -> Router:
    return router.with_rules(_rules(id))


def live(router: Router) -> Router:
    """The router under the rules that hold now: those made live here, else those that come with the product."""
    id = RuleText.objects.filter(state=RuleText.State.LIVE).values_list("pk", flat=True).first()
    return router if id is None else _under(router, id)
