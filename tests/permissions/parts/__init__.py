"""One module a room or part: `names(world)` makes one of each of its things and says what the table calls them."""
