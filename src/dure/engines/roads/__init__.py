"""Which road is a point on, and where is a kilometre of a route?

Pure: NumPy and Shapely in and out. Positions are WGS84 longitude and latitude in degrees (EPSG:4326), lengths metres.
"""

from dure.engines.roads.classes import FAMILIES, RANKS, half_width_m, rank
from dure.engines.roads.datum import Fit, RoadDatum, check_roads, inside_korea, read_as
from dure.engines.roads.errors import RoadsError
from dure.engines.roads.network import Link, NetworkBuilder, Road, RoadNetwork, Snap, Snaps

__all__ = [
    "FAMILIES",
    "RANKS",
    "Fit",
    "Link",
    "NetworkBuilder",
    "Road",
    "RoadDatum",
    "RoadNetwork",
    "RoadsError",
    "Snap",
    "Snaps",
    "check_roads",
    "half_width_m",
    "inside_korea",
    "rank",
    "read_as",
]
