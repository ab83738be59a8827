"""Who may do what with areas and roads. Everybody may read them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.core.viewer import Viewer


def may_load(viewer: Viewer) -> bool:
    """New borders and new links between areas and bodies: an operator in a staff session, or the command line."""
    return viewer.operator or (viewer.kind == "system" and viewer.body_id is None and "operate" in viewer.scopes)


def must_load_roads(viewer: Viewer) -> None:
    """Refused `not_allowed` for whoever may not load roads."""
    if not may_load(viewer):
        raise Refused("not_allowed", _("도로망은 운영자만 바꿀 수 있습니다."))


def command_line() -> Viewer:
    """Whoever runs commands on the machine itself: runs the installation by that fact."""
    return Viewer("system", scopes=frozenset({"operate"}))
