"""Pages of staying alive, looking back and ending."""
