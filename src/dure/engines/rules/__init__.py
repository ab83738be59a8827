"""Benefits as rules: files that officials read, checked and compiled for one household and for columns.

`Catalogue.read`, `Parameters.read` and `check` read files; `RuleSet` holds what is live; `ir` is what is compiled. See docs/benefits.md.
"""
