from __future__ import annotations


class RoadsError(ValueError):
    """The input cannot be a road network, or the question none that a road network can answer."""
