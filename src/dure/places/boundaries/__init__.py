"""Reading official boundary files: `read` the file, `match` its codes, `build` a generation out of it, and report."""
