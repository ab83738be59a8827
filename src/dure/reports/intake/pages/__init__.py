"""HTML of coming in: the form, what comes right after it, one's own reports, the counter, and what the form's script
needs."""
