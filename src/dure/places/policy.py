"""Who may do what with areas. Everybody may read them."""

from __future__ import annotations

from dure.core.viewer import Viewer


def may_load(viewer: Viewer) -> bool:
    """New borders and new links between areas and bodies: an operator in a staff session, or the command line."""
    return viewer.operator or (viewer.kind == "system" and viewer.body_id is None and "operate" in viewer.scopes)


def command_line() -> Viewer:
    """Whoever runs commands on the machine itself: runs the installation by that fact."""
    return Viewer("system", scopes=frozenset({"operate"}))
