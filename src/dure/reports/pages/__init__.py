"""HTML of a report that all parts share: its page and its status link."""
