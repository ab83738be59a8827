"""Pages of what reports tell together."""
