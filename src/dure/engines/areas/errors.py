"""What can be wrong with areas that are handed in."""


class AreasError(ValueError):
    """The geometries, codes or coordinates cannot be used; the message says which and why, in one line."""
