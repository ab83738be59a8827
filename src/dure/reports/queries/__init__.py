"""Questions that several parts ask; always narrowed to the viewer."""

from dure.reports.queries.reports import access, by_token, crew_watch, decisions, files_of, moves, said, visible

__all__ = ["access", "by_token", "crew_watch", "decisions", "files_of", "moves", "said", "visible"]
