"""Files of roads: `read` opens one in batches, `rows` says what a row is, `datum` where it lies, `load` keeps it."""
