"""Reading files of roads: `read` opens one in batches, `nodelink`, `osm`, `plain` say what a row is, `load` stores it."""
