"""HTML pages of the workspace: parse, one action or query, render."""
